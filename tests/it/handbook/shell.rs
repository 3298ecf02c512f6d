//! Steps -> what they print, in a folder of their own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::fence::Step;

/// A folder to run steps in, and what stands in for programs that are not there or not to be used.
pub struct Shell(tempfile::TempDir);

/// What became of a step.
pub struct Ran {
    /// The exit code; `None` if the shell did not get so far.
    code: Option<i32>,
    out: String,
}

/// `serve` goes on until it is stopped: it is stopped once it says where it is to be found, and what it said until then is printed.
const KMSITE: &str = r#"#!/bin/sh
case " $* " in
*" serve "*) ;;
*) exec "$KMSITE_BINARY" "$@" ;;
esac
said=$(mktemp -d)
mkfifo "$said/lines"
"$KMSITE_BINARY" "$@" > "$said/lines" 2>&1 &
server=$!
sed '/http:\/\//q' "$said/lines"
kill $server 2> /dev/null
wait $server 2> /dev/null
rm -r "$said"
"#;

/// What runs in this repository runs the built program.
const CARGO: &str = r#"#!/bin/sh
case "$*" in
"run --release -- "*) shift 3; exec kmsite "$@" ;;
"test --release" | "install --path .") ;;
*) echo "cargo $*: not known to the tests"; exit 1 ;;
esac
"#;

/// No browser is opened.
const OPENER: &str = "#!/bin/sh\n";

impl Shell {
    pub fn new() -> Self {
        let shell = Self(tempfile::tempdir().unwrap());
        for folder in ["bin", "work", "ran"] {
            fs::create_dir(shell.path(folder)).unwrap();
        }
        for (name, script) in [("kmsite", KMSITE), ("cargo", CARGO), ("xdg-open", OPENER), ("open", OPENER)] {
            let path = shell.path("bin").join(name);
            fs::write(&path, script).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        shell
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Lets the steps begin in a copy of this repository, as far as it is a site.
    pub fn has_the_repository(&self, root: &Path) {
        fs::copy(root.join("site.yaml"), self.path("work/site.yaml")).unwrap();
        for file in crate::sandbox::files(&root.join("content")) {
            let copy = self.path("work").join(file.strip_prefix(root).unwrap());
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(file, copy).unwrap();
        }
    }

    /// Runs steps one after the other in one shell, which remembers folders and variables between them.
    pub fn run(&self, steps: &[Step]) -> Vec<Ran> {
        let mut script = String::new();
        for (number, step) in steps.iter().enumerate() {
            // Of what is shown with its output a failure may be the point; what is only run must succeed, each line of it.
            let (before, after) = if step.expected.is_some() { ("", "") } else { ("set -e\n", "set +e\n") };
            let ran = self.path("ran");
            let ran = ran.display();
            script +=
                &format!("{before}{{\n{}\n}} > '{ran}/{number}' 2>&1\necho $? > '{ran}/{number}.code'\n{after}", step.command);
        }
        fs::write(self.path("script"), script).unwrap();
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new("bash");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("KMSITE")) {
            command.env_remove(name);
        }
        command.arg(self.path("script")).current_dir(self.path("work")).stdin(Stdio::null());
        command.envs([("TZ", "UTC"), ("LC_ALL", "C.UTF-8"), ("PATH", &path), ("KMSITE_BINARY", env!("CARGO_BIN_EXE_kmsite"))]);
        crate::sandbox::without_model(&mut command);
        let shell = command.output().unwrap();
        let said = String::from_utf8_lossy(&shell.stderr).into_owned();
        (0..steps.len()).map(|number| self.ran(number, &said)).collect()
    }

    fn ran(&self, number: usize, said: &str) -> Ran {
        let read = |name: String| fs::read_to_string(self.path("ran").join(name)).ok();
        let code = read(format!("{number}.code")).and_then(|code| code.trim().parse().ok());
        Ran { code, out: read(number.to_string()).unwrap_or_else(|| said.to_owned()) }
    }
}

impl Ran {
    /// What is not as the step says; `None` if all is well.
    pub fn fault(&self, step: &Step) -> Option<String> {
        let out: Vec<String> = self.out.trim_end().lines().map(settled).collect();
        match (&step.expected, self.code) {
            (None, Some(0)) => None,
            (None, _) | (_, None) => Some(format!("it fails:\n{}", self.out)),
            (Some(expected), _) => {
                let expected: Vec<String> = expected.join("\n").trim_end().lines().map(settled).collect();
                (!fits(&expected, &out)).then(|| format!("it prints:\n{}\nnot:\n{}", out.join("\n"), expected.join("\n")))
            }
        }
    }
}

/// A line without what differs from run to run: seconds, ports and the version.
fn settled(line: &str) -> String {
    let line = line.trim_end().replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    for next in 1..words.len() {
        let is_unit = matches!(words[next].trim_end_matches([',', ';', ')']), "s" | "ms");
        if is_unit && words[next - 1].parse::<f64>().is_ok() {
            words[next - 1] = "TIME".to_owned();
        }
    }
    for word in &mut words {
        if let Some((host, rest)) = word.split_once("://127.0.0.1:").or_else(|| word.split_once("://localhost:")) {
            *word = format!("{host}://localhost:PORT{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
    }
    words.join(" ")
}

/// Whether lines are as expected, `…` standing for any lines or none.
fn fits(expected: &[String], lines: &[String]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first.trim() == "…" => (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..])),
        Some((first, rest)) => lines.first() == Some(first) && fits(rest, &lines[1..]),
    }
}

#[test]
fn what_is_shown_is_compared() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for (expected, printed, fit) in [
        ("a\n…\nd", "a\nb\nc\nd", true),
        ("a\n…", "a", true),
        ("…\nc", "a\nb", false),
        ("a", "a\nb", false),
        ("", "a", false),
        ("…", "", true),
    ] {
        assert_eq!(fits(&lines(expected), &lines(printed)), fit, "{expected:?} {printed:?}");
    }
    assert_eq!(settled("read in 0.01 s, made in 12 ms; 3 files "), "read in TIME s, made in TIME ms; 3 files");
    assert_eq!(settled("at http://127.0.0.1:4321/zh/ now"), "at http://localhost:PORT/zh/ now");
}

#[test]
fn steps_share_a_shell_and_a_failure_shows() {
    let step = |command: &str, expected: Option<&str>| Step {
        line: 1,
        command: command.to_owned(),
        expected: expected.map(|text| text.lines().map(str::to_owned).collect()),
    };
    let steps = [
        step("mkdir a && cd a", None),
        step("basename \"$PWD\"", Some("a")),
        step("false", Some("")),
        step("echo x; exit 3", Some("x")),
        step("echo never", Some("never")),
    ];
    let faults: Vec<bool> = Shell::new().run(&steps).iter().zip(&steps).map(|(ran, step)| ran.fault(step).is_some()).collect();
    assert_eq!(faults, [false, false, false, true, true]);
    let steps = [step("false\ntrue", None), step("true", None)];
    let faults: Vec<bool> = Shell::new().run(&steps).iter().zip(&steps).map(|(ran, step)| ran.fault(step).is_some()).collect();
    assert_eq!(faults, [true, true]);
}
