//! Calls of components: arguments, bodies, and what is wrong with them.

use super::*;

#[test]
fn components_get_rendered_arguments_and_bodies() {
    let args = vec![("title", ArgValue::Text("标题".into())), ("level", ArgValue::Number(3.0)), ("open", ArgValue::Flag(true))];
    assert_eq!(
        html(vec![call("Callout", args, vec![paragraph("a")])], vec![]),
        "<Callout title=\"标题\" level=3 open=true lang=zh><p>a</p>\n</>\n"
    );
    assert_eq!(
        html(vec![call("Video", vec![("src", ArgValue::Address(LinkRef(0)))], vec![])], vec![Link::Media(MediaId(1))]),
        "<Video src=\"/blog/notes.pdf\" lang=zh>-</>\n"
    );
    let listing = call("Listing", vec![("file-name", ArgValue::Text("a.rs".into()))], vec![]);
    assert_eq!(html(vec![listing], vec![]), "<Listing file_name=\"a.rs\" lang=zh>-</>\n");
}

#[test]
fn wrong_calls_are_errors_and_keep_their_bodies() {
    let title = || ("title", ArgValue::Text("x".into()));
    let cases = [
        (call("Calout", vec![], vec![paragraph("kept")]), "KM0313", "there is no component `Calout`", "did you mean `Callout`?"),
        (
            call("Callout", vec![title(), ("levl", ArgValue::Number(1.0))], vec![paragraph("kept")]),
            "KM0314",
            "`Callout` takes no argument `levl`",
            "did you mean `level`?",
        ),
        (call("Callout", vec![], vec![paragraph("kept")]), "KM0315", "`Callout` needs the argument `title`", "add `title=\"…\"`"),
        (
            call("Callout", vec![title(), ("level", ArgValue::Text("3".into()))], vec![paragraph("kept")]),
            "KM0316",
            "the argument `level` of `Callout` must be of type `integer`",
            "write it as `level={3}`",
        ),
    ];
    for (block, code, message, hint) in cases {
        let Noted { value, diags } = noted(vec![block], vec![]);
        assert_eq!(value, "<p>kept</p>\n");
        assert_eq!(diags.len(), 1, "{diags:?}");
        assert_eq!((diags[0].code.id, diags[0].severity), (code, Severity::Error));
        assert_eq!((diags[0].message.as_str(), diags[0].hints[0].as_str()), (message, hint));
    }
    let failing = call("Callout", vec![("title", ArgValue::Text("fail".into()))], vec![paragraph("kept")]);
    let Noted { value, diags } = noted(vec![failing], vec![]);
    assert_eq!((value.as_str(), diags[0].code.id), ("<p>kept</p>\n", "KM0317"));
}
