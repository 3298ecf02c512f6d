//! What the pipeline may ask of the machine: files, a cache, a model and the date, as traits; the real ones stand in `disk`, the model in
//! `enrich::onnx`.
//!
//! A phase that needs something else from outside gets it as a value. Invariant: two worlds with the same files give the same site.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};
use std::sync::Arc;

use crate::diag::{Diag, Noted};
use crate::id::{Hash, SourcePath};

/// One file below the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is.
    pub path: SourcePath,
    /// Its length in bytes.
    pub len: u64,
}

/// What is known of a media file without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaFacts {
    /// Length in bytes.
    pub len: u64,
    /// Hash of the content.
    pub hash: Hash,
    /// Width and height in pixels as displayed (EXIF orientation applied), for raster images and SVG files that say so.
    pub size: Option<(u32, u32)>,
}

/// A file as it is read piece by piece, from anywhere in it.
pub trait Stream: Read + Seek + Send {}

impl<T: Read + Seek + Send> Stream for T {}

/// The files of a site.
pub trait World: Send + Sync {
    /// All files below the root in path order, without dotted names, `node_modules` and the output folder.
    ///
    /// Symlink loops and unreadable folders are diagnostics.
    fn walk(&self) -> Noted<Vec<Entry>>;

    /// A file's bytes.
    ///
    /// # Errors
    /// Those of the file system.
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>>;

    /// A file as a stream, for what is too large to hold.
    ///
    /// # Errors
    /// Those of the file system.
    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn Stream>>;

    /// The length of the regular file that stands at a path; `None` if none does. Nothing is opened, so that nothing can block.
    fn length(&self, path: &SourcePath) -> Option<u64>;

    /// A media file's facts, its content hashed in a stream (and remembered by length and modification time).
    ///
    /// # Errors
    /// Those of the file system.
    fn facts(&self, path: &SourcePath) -> io::Result<MediaFacts>;
}

/// Values kept from build to build by the hash of everything they were made from.
///
/// An entry is immutable; losing one costs time and nothing else.
pub trait Cache: Send + Sync {
    /// The value made under this key, if it is still known.
    fn get(&self, stage: Stage, key: Hash) -> Option<Vec<u8>>;

    /// Keeps a value. Failure to keep it is not an error.
    fn put(&self, stage: Stage, key: Hash, value: &[u8]);
}

/// What a cached value was made by; each has a pack of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Highlighted code blocks.
    Highlight,
    /// Diagrams drawn to SVG.
    Diagram,
    /// Resized and re-encoded images.
    Image,
    /// Sealed parts of pages.
    Sealed,
    /// Search indexes.
    Search,
    /// Vectors of texts.
    Embedding,
    /// Social cards.
    Card,
}

impl Stage {
    /// All stages.
    pub const ALL: [Self; 7] =
        [Self::Highlight, Self::Diagram, Self::Image, Self::Sealed, Self::Search, Self::Embedding, Self::Card];

    /// The pack's name, and the first part of every key of this stage.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Highlight => "highlight",
            Self::Diagram => "diagram",
            Self::Image => "image",
            Self::Sealed => "sealed",
            Self::Search => "search",
            Self::Embedding => "embedding",
            Self::Card => "card",
        }
    }
}

/// Turns texts into vectors whose angles say how much the texts have in common.
///
/// Invariant: the vector of a text depends on the model and the text alone.
pub trait Embedder: Send + Sync {
    /// The model, by everything that its vectors depend on.
    fn model(&self) -> Hash;

    /// Gets ready for so many texts; returns what there is to say of it.
    ///
    /// # Errors
    /// Something to compute with that does not start, as a finding.
    fn begin(&self, _texts: usize) -> Result<Vec<Diag>, Diag> {
        Ok(Vec::new())
    }

    /// The vector of a text.
    ///
    /// # Errors
    /// A model that cannot be run, as a finding.
    fn embed(&self, text: &str) -> Result<Embedding, Diag>;
}

/// What a model makes of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// The vector, of length 1.
    pub vector: Vec<f32>,
    /// The share of tokens that the model does not know, from 0 to 1.
    pub unknown: f32,
}

/// The date, asked once per build.
pub trait Clock {
    /// Today, in the creator's time zone.
    fn today(&self) -> jiff::civil::Date;
}

/// A cache that forgets everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCache;

impl Cache for NoCache {
    fn get(&self, _: Stage, _: Hash) -> Option<Vec<u8>> {
        None
    }

    fn put(&self, _: Stage, _: Hash, _: &[u8]) {}
}

/// A world in memory, for tests of every phase.
///
/// Like the real one it hides dotted names and `node_modules`; a file marked unreadable is listed and cannot be read.
#[derive(Clone, Debug, Default)]
pub struct MemoryWorld {
    files: BTreeMap<SourcePath, MemoryFile>,
}

#[derive(Clone, Debug)]
struct MemoryFile {
    bytes: Option<Arc<[u8]>>,
    size: Option<(u32, u32)>,
}

impl MemoryFile {
    fn len(&self) -> u64 {
        self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)
    }
}

impl MemoryWorld {
    /// A world of these text files.
    #[must_use]
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        files.into_iter().fold(Self::default(), |world, (path, text)| world.with(path, text.as_bytes()))
    }

    /// Adds or replaces a file.
    #[must_use]
    pub fn with(mut self, path: &str, bytes: &[u8]) -> Self {
        self.files.insert(SourcePath::new(path), MemoryFile { bytes: Some(bytes.into()), size: None });
        self
    }

    /// Adds or replaces an image of this width and height in pixels.
    #[must_use]
    pub fn with_image(mut self, path: &str, bytes: &[u8], size: (u32, u32)) -> Self {
        self.files.insert(SourcePath::new(path), MemoryFile { bytes: Some(bytes.into()), size: Some(size) });
        self
    }

    /// Adds a file that is there and cannot be read.
    #[must_use]
    pub fn with_unreadable(mut self, path: &str) -> Self {
        self.files.insert(SourcePath::new(path), MemoryFile { bytes: None, size: None });
        self
    }

    fn bytes(&self, path: &SourcePath) -> io::Result<(&Arc<[u8]>, &MemoryFile)> {
        let file = self.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        let bytes = file.bytes.as_ref().ok_or(io::ErrorKind::PermissionDenied)?;
        Ok((bytes, file))
    }
}

impl World for MemoryWorld {
    fn walk(&self) -> Noted<Vec<Entry>> {
        let hidden = |path: &SourcePath| path.as_str().split('/').any(|part| part.starts_with('.') || part == "node_modules");
        let files = self.files.iter().filter(|(path, _)| !hidden(path));
        Noted::clean(files.map(|(path, file)| Entry { path: path.clone(), len: file.len() }).collect())
    }

    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        self.bytes(path).map(|(bytes, _)| bytes.to_vec())
    }

    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn Stream>> {
        let (bytes, _) = self.bytes(path)?;
        Ok(Box::new(io::Cursor::new(bytes.clone())))
    }

    fn length(&self, path: &SourcePath) -> Option<u64> {
        self.files.get(path).map(MemoryFile::len)
    }

    fn facts(&self, path: &SourcePath) -> io::Result<MediaFacts> {
        let (bytes, file) = self.bytes(path)?;
        Ok(MediaFacts { len: bytes.len() as u64, hash: Hash::of(bytes), size: file.size })
    }
}
