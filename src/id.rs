//! Names: newtypes for paths, routes, languages, hashes and ids, so that no bare `String` has to be guessed at.
//!
//! Values only; this module imports no phase. Every constructor that can meet bad input returns an `Option`.

use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// Defines a cheap-to-clone string newtype.
macro_rules! string_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps a name as it stands.
            #[must_use]
            pub fn new(name: impl Into<Arc<str>>) -> Self {
                Self(name.into())
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

/// Defines an index newtype into one of the tables of a `Site`.
macro_rules! index_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in its table.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

string_id! {
    /// A file below the site's root: `/` between segments, none of them empty, `.` or `..`.
    SourcePath
}
string_id! {
    /// An address within the site, decoded, from `/`: a page's ends with `/`, a file's does not. Without the `base_url`'s own path.
    Route
}
string_id! {
    /// What names a piece for good (`id:` of its front matter, else its path under the content root without extension).
    SourceId
}
string_id! {
    /// The id of a tier in `site.yaml`.
    TierId
}
string_id! {
    /// The id of a product in `site.yaml`. Tiers and products are separate spaces.
    ProductId
}
string_id! {
    /// A language tag (BCP 47), as `zh`, `en`, `zh-Hant`.
    Lang
}

index_id! {
    /// A piece's place in `Site::pieces`.
    PieceId
}
index_id! {
    /// A list's place in `Site::terms`.
    TermId
}
index_id! {
    /// A media file's place in `Site::media`.
    MediaId
}

impl SourcePath {
    /// Resolves `relative` against this path's folder (or against the root when it starts with `/`).
    ///
    /// `None` if it would leave the root. `\` is a separator too, as Windows authors write it.
    #[must_use]
    pub fn join(&self, relative: &str) -> Option<Self> {
        let base = if relative.starts_with('/') { "" } else { self.folder() };
        let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
        for part in relative.split(['/', '\\']) {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()?),
                name => parts.push(name),
            }
        }
        Some(Self::new(parts.join("/")))
    }

    /// The folder part, without a closing `/`; empty for a file at the root.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.as_str().rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last segment.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.as_str().rsplit_once('/').map_or(self.as_str(), |(_, name)| name)
    }

    /// The last segment without its last extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// The last extension in lower case; empty if there is none.
    #[must_use]
    pub fn extension(&self) -> String {
        self.file_name()
            .rsplit_once('.')
            .map_or(String::new(), |(stem, extension)| if stem.is_empty() { String::new() } else { extension.to_lowercase() })
    }

    /// Whether the path, wherever it was taken from, can only lead below the folder it is joined to: on Windows a `\\` would part
    /// segments as well, and a `:` name a drive or a stream.
    #[must_use]
    pub fn leads_below(&self) -> bool {
        let leads_out = |segment: &str| matches!(segment, "" | "." | "..") || cfg!(windows) && segment.contains(['\\', ':']);
        !self.as_str().split('/').any(leads_out)
    }

    /// What follows `folder` and its `/`; the path itself for the empty folder; `None` if it lies elsewhere.
    #[must_use]
    pub fn below(&self, folder: &str) -> Option<&str> {
        if folder.is_empty() {
            return Some(self.as_str());
        }
        self.as_str().strip_prefix(folder)?.strip_prefix('/')
    }
}

/// What a path segment of a URL may not hold as it stands. Han and other letters are encoded by `utf8_percent_encode` itself.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl Route {
    /// The site's home.
    #[must_use]
    pub fn root() -> Self {
        Self::new("/")
    }

    /// The address with everything percent-encoded that a URL path may not hold; starts with `/`.
    #[must_use]
    pub fn encoded(&self) -> String {
        self.encoded_below("")
    }

    /// The encoded address behind the scheme and host, or the path, that it is below of.
    #[must_use]
    pub fn encoded_below(&self, base: &str) -> String {
        let mut address = String::with_capacity(base.len() + self.0.len());
        address.push_str(base);
        address.extend(utf8_percent_encode(self.as_str(), SEGMENT));
        address
    }

    /// The output file this address is served from, relative to the output folder: `/a/` is `a/index.html`.
    #[must_use]
    pub fn file(&self) -> String {
        let path = self.as_str().trim_start_matches('/');
        if path.is_empty() || path.ends_with('/') { [path, "index.html"].concat() } else { path.to_owned() }
    }

    /// Whether this is a page's address, which ends with `/`.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.as_str().ends_with('/')
    }

    /// A page's address below this one.
    #[must_use]
    pub fn child(&self, segment: &str) -> Self {
        Self::new([self.as_str(), segment, "/"].concat())
    }
}

impl Lang {
    /// Whether running text in this language is written without spaces, in Han characters or kana.
    #[must_use]
    pub fn is_han(&self) -> bool {
        matches!(self.primary(), "zh" | "ja")
    }

    /// The primary subtag: `zh` of `zh-Hant`.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.as_str().split('-').next().unwrap_or_default()
    }
}

/// A BLAKE3 hash (32 bytes).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Hashes one run of bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Hashes several parts, each preceded by its length, so that no two lists of parts collide.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// All 64 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }

    /// The hash that all its digits were written of; `None` for other text.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        Some(Self(*blake3::Hash::from_hex(text).ok()?.as_bytes()))
    }

    /// The first 10 hexadecimal digits (40 bits): enough for file names, where a clash is found in `plan` anyway.
    #[must_use]
    pub fn short(&self) -> String {
        self.hex()[..10].to_owned()
    }
}

/// What is hashed together, one part after the other, so that no two lists of parts are the same bytes.
#[derive(Clone, Debug, Default)]
pub struct Parts(Vec<u8>);

impl Parts {
    /// Adds a part, its length before it.
    pub fn add(&mut self, part: &[u8]) {
        self.count(part.len());
        self.0.extend(part);
    }

    /// Adds a number: of what follows, say, so that lists are told from each other.
    pub fn count(&mut self, number: usize) {
        self.0.extend((number as u64).to_be_bytes());
    }

    /// The hash of all parts.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.0)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}
