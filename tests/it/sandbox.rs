//! A site in a folder of its own, and the program as it is built, run on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The master key of sites that tests build: the bytes 0 to 31, written.
pub const KEY: &str = "KMSITE-000G4-0R40M-30E20-9185G-R38E1-W8124-GK2GA-HC5RR-34D1P-70X3R-FG1";

/// The files of a folder: path below it, with `/` between segments, to content.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// A site's folder, removed in the end.
pub struct Sandbox {
    folder: TempDir,
}

/// What a run of the program said.
#[derive(Debug)]
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Sandbox {
    /// A folder with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let sandbox = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            sandbox.write(path, text.as_bytes());
        }
        sandbox
    }

    /// The site's folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file.
    pub fn write(&self, path: &str, bytes: &[u8]) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }

    /// A file's bytes.
    pub fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.root().join(path)).unwrap()
    }

    /// Takes a file away.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.root().join(path)).unwrap();
    }

    /// Runs the program on the site.
    pub fn run(&self, args: &[&str]) -> Run {
        run_on(self.root(), args)
    }

    /// Runs the program on the site with these variables in the environment.
    pub fn run_with(&self, variables: &[(&str, &str)], args: &[&str]) -> Run {
        run_with(self.root(), variables, args)
    }

    /// Builds the site to `out` below its folder, or to an absolute path; returns what the folder holds then. Fails if the build does.
    pub fn build(&self, out: &str, args: &[&str]) -> Tree {
        let run = self.run(&[&["build", "--out", out], args].concat());
        assert_eq!(run.code, 0, "the build fails: {}", run.err);
        tree(&self.root().join(out))
    }
}

/// Runs the program on a site's folder, apart from this machine's settings.
pub fn run_on(root: &Path, args: &[&str]) -> Run {
    run_with(root, &[], args)
}

fn run_with(root: &Path, variables: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmsite"));
    let inherited: Vec<_> = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("KMSITE")).collect();
    for (name, _) in inherited {
        command.env_remove(name);
    }
    lend_key(&mut command, root, args);
    command.envs(variables.iter().copied());
    let output = command.args(["--color", "never", "--root"]).arg(root).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// Gives a command that makes a site a master key, if the site has none of its own, and a site in a temporary folder a list of members.
pub fn lend_key(command: &mut Command, root: &Path, args: &[&str]) {
    without_model(command);
    if args.iter().any(|arg| matches!(*arg, "build" | "check")) && !root.join(".kmsite/master.key").exists() {
        command.env("KMSITE_MASTER_KEY", KEY);
        let members = root.join("members.yaml");
        if root.starts_with(std::env::temp_dir()) && root.is_dir() && !members.exists() {
            // Where nothing can be written, a test is about that.
            let _ = fs::write(members, "version: 1\n");
        }
    }
}

/// Has a command compare pieces by their words alone: vectors are dear. What is made of them is tested with an embedder that costs nothing, and the real one
/// by itself.
pub fn without_model(command: &mut Command) {
    command.env("KMSITE__RECOMMEND__MODEL", "none").env_remove("ORT_DYLIB_PATH");
}

/// The files of an output folder, but for the lock, which holds nothing.
pub fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    for path in files(folder) {
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
        if name != ".kmsite-lock" {
            tree.insert(name, fs::read(path).unwrap());
        }
    }
    tree
}

/// All files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// Asserts that two output folders hold the same, and names the first files in which they differ.
pub fn assert_same(a: &Tree, b: &Tree, what: &str) {
    let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let differing: Vec<&&String> = names.iter().filter(|name| a.get(**name) != b.get(**name)).take(5).collect();
    assert!(differing.is_empty(), "{what}: {differing:?} differ");
}

/// The folder of a corpus below `CORPORA_DIR`; `None`, and a word about it, where that is not set.
pub fn corpus(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("CORPORA_DIR") else {
        say(&format!("CORPORA_DIR is not set: {name} was not built"));
        return None;
    };
    Some(Path::new(&folder).join(name))
}

/// Says what a test could not try.
#[expect(clippy::print_stdout, reason = "a run says what was not run")]
pub fn say(text: &str) {
    println!("{text}");
}
