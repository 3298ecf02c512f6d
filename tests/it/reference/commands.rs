//! The command line -> how each command is called, and what its arguments mean.

use clap::{Arg, Command, CommandFactory};
use kmsite::cli::Cli;

use super::Chapter;
use super::texts::Texts;

/// The thing that stands for the options of every command.
const EVERYWHERE: &str = "options";

/// The commands of the program.
pub struct Commands(Command);

impl Commands {
    pub fn read() -> Self {
        let mut command = Cli::command();
        command.build();
        Self(command)
    }

    fn find(&self, name: &str) -> Option<&Command> {
        name.split(' ').try_fold(&self.0, |command, word| command.find_subcommand(word))
    }
}

impl Chapter for Commands {
    fn word(&self) -> &'static str {
        "command"
    }

    fn things(&self) -> Vec<String> {
        let mut things = vec![EVERYWHERE.to_owned()];
        collect(&self.0, "", &mut things);
        things
    }

    fn tell(&self, thing: &str, texts: &Texts) -> Option<String> {
        if thing == EVERYWHERE {
            return Some(arguments(self.0.get_arguments().filter(|arg| arg.is_global_set()), texts));
        }
        let command = self.find(thing)?;
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let usage = command.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage:").trim();
        let own = command.get_arguments().filter(|arg| !arg.is_global_set() && !arg.is_hide_set() && arg.get_id() != "help");
        Some(format!(
            "{}{}\n\n```text\n{usage}\n```\n\n{}",
            texts.say("commands", &about),
            texts.either("。", "."),
            arguments(own, texts)
        ))
    }
}

/// The names of the commands that do something, in the order of the help.
fn collect(command: &Command, above: &str, names: &mut Vec<String>) {
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let name = format!("{above}{}", sub.get_name());
        match sub.has_subcommands() {
            true => collect(sub, &format!("{name} "), names),
            false => names.push(name),
        }
    }
}

/// Arguments and options as a definition list.
fn arguments<'a>(args: impl Iterator<Item = &'a Arg>, texts: &Texts) -> String {
    args.map(|arg| format!("`{}`\n: {}\n\n", call(arg), meaning(arg, texts))).collect()
}

/// An argument as it is written: `--out <FOLDER>`.
fn call(arg: &Arg) -> String {
    let takes = arg.get_action().takes_values();
    let names = arg.get_value_names().unwrap_or_default().iter().map(|name| format!("<{name}>")).collect::<Vec<_>>().join(" ");
    let long = arg.get_long().map(|long| format!("--{long}"));
    let short = arg.get_short().map(|short| format!("-{short}"));
    let flags: Vec<String> = short.into_iter().chain(long).collect();
    match (flags.is_empty(), takes) {
        (true, _) => arg.to_string(),
        (false, true) => format!("{} {names}", flags.join(", ")),
        (false, false) => flags.join(", "),
    }
}

fn meaning(arg: &Arg, texts: &Texts) -> String {
    let help = arg.get_long_help().or_else(|| arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let stop = texts.either("。", ".");
    let mut meaning = texts.say("commands", &help) + stop;
    let values = if arg.get_action().takes_values() { arg.get_possible_values() } else { Vec::new() };
    let values: Vec<String> = values
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| match value.get_help() {
            Some(help) => {
                format!("`{}`{}{}", value.get_name(), texts.either("：", ": "), texts.say("commands", &help.to_string()))
            }
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !values.is_empty() {
        meaning += &format!("{}{}{stop}", texts.either("", " "), values.join(texts.either("；", "; ")));
    }
    let defaults: Vec<String> = arg.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
    if arg.get_action().takes_values() && !defaults.is_empty() {
        meaning += &format!("{}{}{stop}", texts.either("默认 ", " Default "), defaults.join(" "));
    }
    meaning
}
