//! Component calls to HTML: checked against the theme's declarations, their bodies rendered first.
//!
//! Invariant: whatever is wrong with a call, what stands between its tags is kept.

use serde_json::Value;

use super::Writer;
use crate::diag::{At, Diag, Span, code};
use crate::model::{Arg, ArgValue, Block};
use crate::render::components::{Call, Param};

/// A call as written.
pub(super) struct Written<'a> {
    pub(super) name: &'a str,
    pub(super) args: &'a [Arg],
    pub(super) body: &'a [Block],
    pub(super) span: &'a Span,
}

impl<'a> Writer<'a> {
    pub(super) fn component(&mut self, call: &Written<'a>) {
        let body = self.capture(|writer| writer.blocks(call.body));
        let html = self.args(call).and_then(|args| {
            let body = (!call.body.is_empty()).then_some(body.as_str());
            let rendered = self.cx.components.render(&Call { name: call.name, args: &args, body, lang: self.cx.lang });
            rendered
                .map_err(|error| self.complain(call, Diag::error(&code::COMPONENT_FAILED, format!("`{}`: {error}", call.name))))
                .ok()
        });
        let html = html.unwrap_or(body);
        self.out.push_str(html.trim_end());
        self.out.push('\n');
    }

    /// The arguments of a call, rendered; `None` if any is wrong, which is noted.
    fn args(&mut self, call: &Written<'a>) -> Option<Vec<(String, Value)>> {
        let components = self.cx.components;
        let Some(params) = components.params(call.name) else {
            let message = format!("there is no component `{}`", call.name);
            let mut diag = Diag::error(&code::UNKNOWN_COMPONENT, message).did_you_mean(call.name, components.names());
            if diag.hints.is_empty() {
                diag = diag.hint("define it in the theme, or write the tag in lower case if it is plain HTML");
            }
            self.complain(call, diag);
            return None;
        };
        let mut args = Vec::new();
        let mut right = true;
        for arg in call.args {
            match self.arg(call, arg, params) {
                Some(arg) => args.push(arg),
                None => right = false,
            }
        }
        for param in params.iter().filter(|param| param.required) {
            // One that is given, but wrongly, has been complained of.
            if !call.args.iter().any(|arg| is_named(param, &arg.name)) {
                let message = format!("`{}` needs the argument `{}`", call.name, param.name);
                self.complain(call, Diag::error(&code::MISSING_ARGUMENT, message).hint(format!("add {}", example(param))));
                right = false;
            }
        }
        right.then_some(args)
    }

    fn arg(&mut self, call: &Written<'a>, arg: &Arg, params: &[Param]) -> Option<(String, Value)> {
        let Some(param) = params.iter().find(|param| is_named(param, &arg.name)) else {
            let message = format!("`{}` takes no argument `{}`", call.name, arg.name);
            let diag = Diag::error(&code::UNKNOWN_ARGUMENT, message);
            let mut diag = diag.did_you_mean(&arg.name, params.iter().map(|param| param.name.as_str()));
            if diag.hints.is_empty() {
                let known: Vec<_> = params.iter().map(|param| format!("`{}`", param.name)).collect();
                diag = diag.hint(if known.is_empty() {
                    "leave it out".to_owned()
                } else {
                    format!("it takes {}", known.join(", "))
                });
            }
            self.complain(call, diag);
            return None;
        };
        let value = self.value(&arg.value);
        if !fits(&value, param.kind.as_deref()) {
            let kind = param.kind.as_deref().unwrap_or_default();
            let message = format!("the argument `{}` of `{}` must be of type `{kind}`", arg.name, call.name);
            self.complain(call, Diag::error(&code::BAD_ARGUMENT, message).hint(format!("write it as {}", example(param))));
            return None;
        }
        Some((param.name.clone(), value))
    }

    fn value(&mut self, value: &ArgValue) -> Value {
        match value {
            ArgValue::Text(text) => Value::from(&**text),
            ArgValue::Flag(flag) => Value::from(*flag),
            // Whole numbers are integers for templates. 2⁵³ is where floating point stops counting by one.
            ArgValue::Number(number) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 => {
                Value::from(*number as i64)
            }
            ArgValue::Number(number) => Value::from(*number),
            ArgValue::Address(link) => {
                let link = self.link(*link);
                let href = self.href(link).unwrap_or_else(|| self.link_name(link));
                Value::from(href)
            }
        }
    }

    fn complain(&mut self, call: &Written<'a>, diag: Diag) {
        self.diags.push(diag.at(At::span(self.cx.file, call.span.clone())));
    }
}

/// Whether an argument is meant for a parameter: HTML names have `-` where those of templates have `_`.
fn is_named(param: &Param, written: &str) -> bool {
    param.name == written || (written.contains('-') && param.name == written.replace('-', "_"))
}

fn fits(value: &Value, kind: Option<&str>) -> bool {
    match kind {
        Some("string") => value.is_string(),
        Some("bool") => value.is_boolean(),
        Some("integer") => value.is_i64(),
        Some("float" | "number") => value.is_number(),
        Some("array" | "map") => false,
        _ => true,
    }
}

fn example(param: &Param) -> String {
    let name = &param.name;
    match param.kind.as_deref() {
        Some("bool") => format!("`{name}` or `{name}={{false}}`"),
        Some("integer") => format!("`{name}={{3}}`"),
        Some("float" | "number") => format!("`{name}={{2.5}}`"),
        _ => format!("`{name}=\"…\"`"),
    }
}
