//! Sites to emit, and how to look at what came of them.

mod kill;
mod random;
mod refuse;
mod write;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use kmsite::artifact::{Artifact, Body, MediaType};
use kmsite::diag::{Diag, Noted};
use kmsite::emit::{Checks, Output, Report, Source, emit};
use kmsite::id::{Hash, Route, SourcePath};
use tempfile::TempDir;

/// A site of given artifacts, one recipe for each.
#[derive(Default)]
pub struct Site {
    pub made: Vec<(Route, Artifact)>,
    pub sources: BTreeMap<SourcePath, Vec<u8>>,
    pub diags: Vec<Diag>,
}

impl Site {
    /// Pages and other files by address, told apart by their media type.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let artifact = |(route, text): &(&str, &str)| {
            let extension =
                Route::new(*route).file().rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_owned());
            (Route::new(*route), Artifact::bytes(MediaType::of_extension(&extension), text.as_bytes()))
        };
        Self { made: files.iter().map(artifact).collect(), ..Self::default() }
    }

    /// Adds a copy of a source file.
    pub fn with_copy(mut self, route: &str, path: &str, bytes: &[u8]) -> Self {
        let path = SourcePath::new(path);
        self.made.push((Route::new(route), Artifact { media: MediaType::of_extension("bin"), body: Body::File(path.clone()) }));
        self.sources.insert(path, bytes.to_owned());
        self
    }

    pub fn emit(&self, out: &Path) -> Noted<Report> {
        emit(self, &mut Output::open(out, &|| ()).unwrap(), Checks::veto(&|_| false)).unwrap()
    }

    /// Emits what is expected to go without a finding, to a folder in hand.
    pub fn emit_to(&self, output: &mut Output) -> Report {
        let noted = emit(self, output, Checks::veto(&|_| false)).unwrap();
        assert_eq!(noted.diags, []);
        noted.value
    }

    /// Emits what is expected to go without a finding.
    pub fn build(&self, out: &Path) -> Report {
        let noted = self.emit(out);
        assert_eq!(noted.diags, []);
        assert!(noted.value.committed);
        noted.value
    }
}

impl Source for Site {
    fn count(&self) -> usize {
        self.made.len()
    }

    fn make(&self, index: usize) -> Noted<Vec<(Route, Artifact)>> {
        Noted::new(vec![self.made[index].clone()], if index == 0 { self.diags.clone() } else { Vec::new() })
    }

    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn Read + Send>> {
        let bytes = self.sources.get(path).filter(|bytes| !bytes.is_empty()).ok_or(io::ErrorKind::PermissionDenied)?;
        Ok(Box::new(io::Cursor::new(bytes.clone())))
    }

    fn hash(&self, path: &SourcePath) -> io::Result<Hash> {
        Ok(Hash::of(&self.sources[path]))
    }
}

/// All files below a folder with their contents, kmsite's own included; folders end with `/`.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .min_depth(1)
        .into_iter()
        .map(Result::unwrap)
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if entry.file_type().is_dir() { (format!("{name}/"), Vec::new()) } else { (name, fs::read(entry.path()).unwrap()) }
        })
        .collect()
}

/// The names of the site's files below a folder.
pub fn names(folder: &Path) -> Vec<String> {
    tree(folder).into_keys().filter(|name| !name.ends_with('/') && !name.starts_with(".kmsite")).collect()
}

pub fn codes(diags: &[Diag]) -> Vec<&str> {
    diags.iter().map(|diag| diag.code.id).collect()
}

pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What tells one writing of a file from another.
pub fn identity(path: &Path) -> (std::time::SystemTime, u64) {
    let meta = fs::metadata(path).unwrap();
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&meta);
    #[cfg(not(unix))]
    let inode = 0;
    (meta.modified().unwrap(), inode)
}
