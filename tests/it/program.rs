//! The built program, run on a site in a temporary folder as a stranger would run it.
//!
//! Findings are told as text that a test can show whole: `error KM0501 content/a.md:2:7: unknown tier …`, then what belongs to it, a line each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kmsite::diag::CODES;
use serde_json::Value;

use crate::sandbox::lend_key;

/// A site's folder, removed when it is dropped.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty folder.
    pub fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A site with a title and an address, and these files.
    pub fn site(files: &[(&str, &str)]) -> Self {
        let folder = Self::empty().with("site.yaml", "title: T\nbase_url: https://example.org/\n");
        files.iter().fold(folder, |folder, (path, text)| folder.with(path, text))
    }

    /// Adds or replaces a file.
    pub fn with(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where the site is built to.
    pub fn dist(&self) -> PathBuf {
        self.path().join("dist")
    }

    /// A file of the built site.
    pub fn page(&self, path: &str) -> String {
        let path = self.dist().join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The program, ready to be run in the folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kmsite"));
        command.current_dir(self.path()).args(args).env("TZ", "UTC");
        lend_key(&mut command, self.path(), args);
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[])
    }

    /// Runs the program with variables set.
    pub fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Ran {
        Ran::of(&self.command(args).envs(variables.iter().copied()).output().unwrap())
    }

    /// Builds the site and tells the findings and the exit code; a build that failed has published nothing.
    pub fn build(&self, args: &[&str]) -> String {
        self.build_with(args, &[])
    }

    /// Builds the site with variables set.
    pub fn build_with(&self, args: &[&str], variables: &[(&str, &str)]) -> String {
        let ran = self.run_with(&[&["build", "--json"], args].concat(), variables);
        assert!(ran.code == 0 || !self.dist().join("sitemap.xml").exists(), "a broken site was published: {}", ran.err);
        ran.findings(self.path())
    }
}

/// What became of a run.
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// What was answered.
    pub out: String,
    /// What was found.
    pub err: String,
}

impl Ran {
    /// Reads a finished process; a panic shows as the exit code of an internal error, or none at all.
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let ran = Self { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) };
        assert!((0..=3).contains(&ran.code), "exit code {}: {}", ran.code, ran.err);
        assert!(!ran.err.contains("a fault of kmsite") && !ran.err.contains("panicked"), "{}", ran.err);
        ran
    }

    /// The answer, of a run with `--json`.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// The findings of a run with `--json` and its exit code; `root` is called `ROOT` in them.
    ///
    /// Each must have a code that `kmsite explain` knows, and a hint.
    pub fn findings(&self, root: &Path) -> String {
        let mut text = String::new();
        for line in self.err.lines() {
            let finding: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(CODES.iter().any(|code| finding["code"] == code.id), "{line}");
            assert!(!finding["hints"].as_array().unwrap().is_empty(), "no hint: {line}");
            text.push_str(&told(&finding));
        }
        text.push_str(&format!("exit {}", self.code));
        text.replace(root.to_str().unwrap(), "ROOT")
    }
}

/// One finding: where and what, then other places behind `+`, then hints.
fn told(finding: &Value) -> String {
    let word = |key: &str| finding[key].as_str().unwrap_or_default();
    let place = place(finding);
    let label = word("label");
    let label = if label.is_empty() { String::new() } else { format!(" ({label})") };
    let mut text = format!(
        "{} {}{}{place}: {}{label}\n",
        word("severity"),
        word("code"),
        if place.is_empty() { "" } else { " " },
        word("message")
    );
    for other in finding["related"].as_array().unwrap() {
        text.push_str(&format!("  + {}: {}\n", self::place(other), other["label"].as_str().unwrap()));
    }
    for hint in finding["hints"].as_array().unwrap() {
        text.push_str(&format!("  {}\n", hint.as_str().unwrap()));
    }
    text
}

/// `file:line:column`, as far as it is known.
fn place(at: &Value) -> String {
    let Some(file) = at["file"].as_str() else { return String::new() };
    match (&at["line"], &at["column"]) {
        (Value::Null, _) => file.to_owned(),
        (line, column) => format!("{file}:{line}:{column}"),
    }
}
