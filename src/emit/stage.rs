//! Artifacts -> files in the staging folder, those left out that the site holds already.
//!
//! Invariant: unless a journal was written, the staging folder is gone when its [`Stage`] is.
#![expect(clippy::disallowed_methods, reason = "`emit` stages files, and deletes its own staging folder")]

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::PathBuf;

use super::finished::Finished;
use super::journal::{self, Journal};
use super::manifest::{Content, Key, Manifest};
use super::output::Output;
use super::place::flaw;
use super::{Reason, STAGE, Source, cannot};
use crate::artifact::{Artifact, Body, MediaType};
use crate::diag::{At, Diag, Noted, code};
use crate::id::{Hash, Route, SourcePath};

/// A file of the site, made.
#[derive(Debug)]
pub(super) struct Made {
    /// Its address.
    pub(super) route: Route,
    /// Its path below the output folder.
    pub(super) file: String,
    /// The hash of that path.
    pub(super) key: Key,
    /// Its content.
    pub(super) content: Content,
    /// Its name in the staging folder; `None` if the site holds it already.
    pub(super) staged: Option<(String, Reason)>,
    /// Whether it is a page.
    pub(super) page: bool,
}

/// The staging folder of a build.
pub(super) struct Stage<'a> {
    output: &'a Output,
    folder: PathBuf,
}

impl<'a> Stage<'a> {
    /// Makes an empty staging folder.
    pub(super) fn create(output: &'a Output) -> io::Result<Self> {
        let folder = output.path(STAGE);
        fs::create_dir(&folder).map_err(cannot("make the folder", &folder))?;
        Ok(Self { output, folder })
    }

    /// Makes the artifacts of one recipe and stages those that changed.
    pub(super) fn make<S: Source + ?Sized>(&self, source: &S, index: usize) -> io::Result<Noted<Vec<Made>>> {
        let mut diags = Vec::new();
        let mut files = Vec::new();
        for (number, (route, artifact)) in source.make(index).take(&mut diags).into_iter().enumerate() {
            let file = route.file();
            if let Some(flaw) = flaw(&file) {
                let message = format!("the address `{route}` cannot be a file: it {flaw}");
                diags.push(Diag::error(&code::BAD_ADDRESS, message).hint("give the piece a shorter, plainer `slug:` or `path:`"));
                continue;
            }
            let name = format!("{index:x}-{number:x}");
            let key = Key::of(&file);
            let found = match &artifact.body {
                Body::Bytes(bytes) => self.keep_bytes(&name, (&file, key), bytes)?,
                Body::File(path) => match self.keep_copy(&name, (&file, key), source, path)? {
                    Ok(found) => found,
                    Err(unread) => {
                        diags.push(unreadable(path, &unread));
                        continue;
                    }
                },
            };
            files.push(found.into_made(name, route, &artifact));
        }
        Ok(Noted::new(files, diags))
    }

    fn keep_bytes(&self, name: &str, (file, key): (&str, Key), bytes: &[u8]) -> io::Result<Kept> {
        let content = Content { hash: Hash::of(bytes), len: bytes.len() as u64 };
        let reason = self.reason(file, key, content.hash);
        if reason.is_some() {
            let path = self.folder.join(name);
            File::create_new(&path).and_then(|mut out| out.write_all(bytes)).map_err(cannot("write", &path))?;
        }
        Ok(Kept { key, file: file.to_owned(), content, reason })
    }

    /// Why a file has to be written; `None` if the site holds it already.
    fn reason(&self, file: &str, key: Key, hash: Hash) -> Option<Reason> {
        if self.output.holds(file, key, hash) {
            return None;
        }
        Some(match self.output.manifest.get(key) {
            None => Reason::New,
            Some(content) if content.hash == hash => Reason::Lost,
            Some(_) => Reason::Changed,
        })
    }

    /// Copies a source file in a stream. The inner error is the source's, the outer one the output's.
    fn keep_copy<S: Source + ?Sized>(
        &self,
        name: &str,
        (file, key): (&str, Key),
        source: &S,
        path: &SourcePath,
    ) -> io::Result<io::Result<Kept>> {
        let kept = |content, reason| Kept { key, file: file.to_owned(), content, reason };
        let hash = match source.hash(path) {
            Ok(hash) => hash,
            Err(unread) => return Ok(Err(unread)),
        };
        let reason = self.reason(file, key, hash);
        if let (None, Some(content)) = (reason, self.output.manifest.get(key)) {
            return Ok(Ok(kept(content, None)));
        }
        let input = match source.open(path) {
            Ok(input) => input,
            Err(unread) => return Ok(Err(unread)),
        };
        let target = self.folder.join(name);
        let mut out = File::create_new(&target).map_err(cannot("write", &target))?;
        match copy(input, &mut out) {
            Ok(content) => Ok(Ok(kept(content, reason))),
            Err(Broken::Source(unread)) => Ok(Err(unread)),
            Err(Broken::Target(error)) => Err(cannot("write", &target)(error)),
        }
    }

    /// A made file, for an inspector: as it is staged, or as it stands.
    pub(super) fn finished(&self, made: &Made) -> Finished {
        let place = match &made.staged {
            Some((name, _)) => self.folder.join(name),
            None => self.output.path(&made.file),
        };
        Finished { name: made.file.clone(), hash: made.content.hash, place }
    }

    /// Writes the journal: from then on the commit will be completed.
    pub(super) fn promise(&self, journal: &Journal, manifest: &Manifest) -> io::Result<()> {
        journal.write(&self.output.folder, manifest)
    }

    /// Takes a journal back that was written and not carried out.
    pub(super) fn withdraw(&self) {
        journal::withdraw(&self.output.folder);
    }

    /// Carries the journal out.
    pub(super) fn commit(self, journal: &Journal) -> io::Result<()> {
        journal::execute(&self.output.folder, journal).map_err(|error| {
            io::Error::new(error.kind(), format!("{error}; the site is changed in part, and the next build completes it"))
        })
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        if !journal::has_journal(&self.folder) {
            // The next build removes what cannot be removed here.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// An artifact that is staged, or that the site holds already.
struct Kept {
    file: String,
    key: Key,
    content: Content,
    reason: Option<Reason>,
}

impl Kept {
    fn into_made(self, name: String, route: Route, artifact: &Artifact) -> Made {
        Made {
            route,
            file: self.file,
            key: self.key,
            content: self.content,
            staged: self.reason.map(|reason| (name, reason)),
            page: artifact.media == MediaType::HTML,
        }
    }
}

/// Which side of a copy failed.
enum Broken {
    Source(io::Error),
    Target(io::Error),
}

/// Copies a stream and hashes it on the way: what is written counts, should the source have changed since it was hashed.
fn copy(mut input: impl Read, out: &mut File) -> Result<Content, Broken> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut len = 0;
    loop {
        let read = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Broken::Source(error)),
        };
        hasher.update(&buffer[..read]);
        out.write_all(&buffer[..read]).map_err(Broken::Target)?;
        len += read as u64;
    }
    Ok(Content { hash: Hash(*hasher.finalize().as_bytes()), len })
}

fn unreadable(path: &SourcePath, error: &io::Error) -> Diag {
    let diag = Diag::error(&code::UNREADABLE, format!("`{path}` cannot be read: {error}")).at(At::file(path));
    diag.hint("look at the file's permissions, or take it out of the site's folder")
}
