//! What `make` hands to whoever consumes a plan: bytes or a file under an address, for an audience.
//!
//! Values only; this module imports no phase.

use std::sync::Arc;

use crate::id::SourcePath;

/// One file of the output.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// What it is, for servers.
    pub media: MediaType,
    /// What it holds.
    pub body: Body,
}

/// The content of an artifact.
#[derive(Clone, Debug)]
pub enum Body {
    /// Bytes that were made.
    Bytes(Arc<[u8]>),
    /// A source file as it is, to be copied in a stream.
    File(SourcePath),
}

impl Artifact {
    /// An artifact of bytes.
    #[must_use]
    pub fn bytes(media: MediaType, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { media, body: Body::Bytes(bytes.into()) }
    }
}

/// A media type, with its character set where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaType(pub &'static str);

impl MediaType {
    /// A page.
    pub const HTML: Self = Self("text/html; charset=utf-8");
    /// JSON.
    pub const JSON: Self = Self("application/json");
    /// XML.
    pub const XML: Self = Self("application/xml");
    /// An Atom feed.
    pub const ATOM: Self = Self("application/atom+xml");
    /// A JSON feed.
    pub const JSON_FEED: Self = Self("application/feed+json");
    /// A calendar.
    pub const CALENDAR: Self = Self("text/calendar; charset=utf-8");
    /// A style sheet.
    pub const CSS: Self = Self("text/css; charset=utf-8");
    /// A script.
    pub const JS: Self = Self("text/javascript; charset=utf-8");
    /// Plain text.
    pub const TEXT: Self = Self("text/plain; charset=utf-8");
    /// Bytes without a type of their own.
    pub const BYTES: Self = Self("application/octet-stream");
    /// WebP.
    pub const WEBP: Self = Self("image/webp");
    /// SVG.
    pub const SVG: Self = Self("image/svg+xml");

    /// The type that a file name's extension (lower case) stands for.
    #[must_use]
    pub fn of_extension(extension: &str) -> Self {
        match extension {
            "html" | "htm" => Self::HTML,
            "json" | "map" => Self::JSON,
            "xml" => Self::XML,
            "css" => Self::CSS,
            "js" | "mjs" => Self::JS,
            "txt" | "md" | "csv" => Self::TEXT,
            "webp" => Self::WEBP,
            "svg" => Self::SVG,
            "ics" => Self::CALENDAR,
            "png" => Self("image/png"),
            "jpg" | "jpeg" => Self("image/jpeg"),
            "gif" => Self("image/gif"),
            "avif" => Self("image/avif"),
            "ico" => Self("image/x-icon"),
            "mp3" => Self("audio/mpeg"),
            "m4a" => Self("audio/mp4"),
            "ogg" | "opus" => Self("audio/ogg"),
            "wav" => Self("audio/wav"),
            "mp4" => Self("video/mp4"),
            "webm" => Self("video/webm"),
            "mov" => Self("video/quicktime"),
            "pdf" => Self("application/pdf"),
            "zip" => Self("application/zip"),
            "epub" => Self("application/epub+zip"),
            "woff2" => Self("font/woff2"),
            "wasm" => Self("application/wasm"),
            "webmanifest" => Self("application/manifest+json"),
            _ => Self::BYTES,
        }
    }
}
