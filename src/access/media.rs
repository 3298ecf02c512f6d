//! Files that paid text alone names -> what is published of them: sealed bytes under a name that tells nothing.
//!
//! ```text
//! MK    HMAC(K_media-keys, tuple("kmsite/1/media", path of the file, [declared entitlements], BLAKE3 of the file))
//! mid   HMAC(K_media-ids, the same)[..16]
//! file  sealed/<mid in hex>.bin = GCM(MK, AAD = tuple("kmsite/1/media", mid), the file)
//! ```
//!
//! A file that two pieces of different entitlements name is sealed for each: whoever has the one text has no key from the other. What is
//! larger than [`LARGEST`] is an error, or by the creator's word (`access.large_files: unlisted`) is copied as it is, to an address that
//! only sealed text has: `sealed/<HMAC(K_media-ids, tuple("kmsite/1/unlisted", …the same parts))[..16] in hex>.<extension>`.
//! Invariant: the key depends on the bytes that it seals; bytes of another hash are refused, and never meet it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::crypto::{self, Key, Tuple};
use super::keyring::Keyring;
use super::seal::{declared, hex};
use super::{opened, public};
use crate::artifact::{Artifact, Body, MediaType};
use crate::config::LargeFiles;
use crate::diag::{At, Diag, Noted, code};
use crate::id::{Hash, MediaId, Route};
use crate::model::{Entitlements, Link, Media, Piece, Site};
use crate::world::World;

/// The length of the largest file that is sealed, in bytes: a browser has to hold all of it to open it.
pub const LARGEST: u64 = 20_000_000;

/// The files that only paid text names, one entry for each list of entitlements. What they are, the gate alone knows.
#[derive(Default)]
pub struct Withheld {
    files: Vec<Closed>,
    media: BTreeSet<MediaId>,
}

/// A file and who may have it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Closed {
    media: MediaId,
    declared: Vec<String>,
}

/// What sealing a file may ask for.
#[derive(Clone, Copy)]
pub struct Shelf<'a> {
    /// The site.
    pub site: &'a Site,
    /// Its withheld files.
    pub withheld: &'a Withheld,
    /// Where their bytes are.
    pub world: &'a dyn World,
    /// What they are sealed with.
    pub keyring: &'a Keyring,
}

/// Where whoever opens a text finds a file that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilePlace {
    /// Sealed, under this id in hexadecimal digits.
    Sealed(String),
    /// As it is, at an address that nothing public names.
    Unlisted(Route),
}

/// The media that public text or a cover names.
#[must_use]
pub fn public_media(site: &Site) -> BTreeSet<MediaId> {
    let mut found = BTreeSet::new();
    for piece in &site.pieces {
        found.extend(piece.cover.as_ref().and_then(medium));
        found.extend(named(&public(piece)));
    }
    found
}

/// The media that a shown part of a piece names.
pub(super) fn named(shown: &super::Public<'_>) -> BTreeSet<MediaId> {
    let bodies = std::iter::once(shown.teaser).chain(shown.rest);
    let mut found: BTreeSet<MediaId> = bodies.flat_map(|body| body.links.iter()).filter_map(medium).collect();
    if let Some(secrets) = shown.secrets {
        let _ = secrets.map_links(|_, link| found.extend(medium(link)));
    }
    found
}

/// Whether a piece names the same files as before, in public and in what is locked. It decides which files there are, and tells nobody which.
#[must_use]
pub fn names_same_files(before: &Piece, now: &Piece) -> bool {
    before.cover == now.cover && named(&public(before)) == named(&public(now)) && named(&opened(before)) == named(&opened(now))
}

fn medium(link: &Link) -> Option<MediaId> {
    match link {
        Link::Media(id) => Some(*id),
        _ => None,
    }
}

/// The files that only paid text names.
#[must_use]
pub fn withheld(site: &Site) -> Withheld {
    let shown = public_media(site);
    let mut files = BTreeSet::new();
    for piece in site.pieces.iter().filter(|piece| !piece.access.is_free()) {
        for media in named(&opened(piece)).difference(&shown) {
            files.insert(Closed { media: *media, declared: declared(&piece.access) });
        }
    }
    Withheld { media: files.iter().map(|file| file.media).collect(), files: files.into_iter().collect() }
}

impl Withheld {
    /// How many files there are to seal.
    #[must_use]
    pub fn count(&self) -> usize {
        self.files.len()
    }

    /// How many of them are too large for it.
    #[must_use]
    pub fn large(&self, site: &Site) -> usize {
        self.files.iter().filter(|file| is_large(site.medium(file.media))).count()
    }
}

const fn is_large(media: &Media) -> bool {
    media.len > LARGEST
}

/// Makes what is published of the withheld file of this number.
pub fn seal_file(number: usize, shelf: &Shelf<'_>) -> Noted<Option<(Route, Artifact)>> {
    let Some(file) = shelf.withheld.files.get(number) else { return Noted::clean(None) };
    let media = shelf.site.medium(file.media);
    let made = match place(media, file, shelf.site, shelf.keyring) {
        FilePlace::Sealed(_) if is_large(media) => Err(Box::new(too_large(media))),
        FilePlace::Sealed(id) => sealed(media, file, shelf).map(|bytes| (sealed_route(&id), Artifact::bytes(BINARY, bytes))),
        FilePlace::Unlisted(route) => {
            let kind = MediaType::of_extension(&media.path.extension());
            Ok((route, Artifact { media: kind, body: Body::File(media.path.clone()) }))
        }
    };
    match made {
        Ok(made) => Noted::clean(Some(made)),
        Err(diag) => Noted::new(None, vec![*diag]),
    }
}

const BINARY: MediaType = MediaType("application/octet-stream");

/// The address of sealed bytes.
pub(super) fn sealed_route(id: &str) -> Route {
    Route::new(format!("/sealed/{id}.bin"))
}

fn sealed(media: &Media, file: &Closed, shelf: &Shelf<'_>) -> Result<Arc<[u8]>, Box<Diag>> {
    let at = || At::file(&media.path);
    let bytes = shelf.world.read(&media.path).map_err(|error| {
        let diag = Diag::error(&code::UNREADABLE, format!("`{}` cannot be read: {error}", media.path)).at(at());
        Box::new(diag.hint("look at the file's permissions"))
    })?;
    if Hash::of(&bytes) != media.hash {
        let diag = Diag::error(&code::CHANGED_FILE, format!("`{}` changed while the site was built", media.path)).at(at());
        return Err(Box::new(diag.hint("build again")));
    }
    let (key, id) = keys(media, file, shelf.keyring);
    Ok(crypto::encrypt(&key, &Tuple::new("kmsite/1/media").with(id), &bytes).into())
}

fn too_large(media: &Media) -> Diag {
    let megabytes = media.len / 1_000_000;
    let message = format!("`{}` has {megabytes} MB, and only paid text names it: too large to be sealed", media.path);
    Diag::error(&code::LARGE_FILE, message).at(At::file(&media.path)).hint(format!(
        "make it smaller than {} MB, host it elsewhere and name its address, which is sealed then, or write \
         `access: {{ large_files: unlisted }}` in `site.yaml`",
        LARGEST / 1_000_000
    ))
}

/// The key and the id of a file.
fn keys(media: &Media, file: &Closed, keyring: &Keyring) -> (Key, [u8; 16]) {
    keys_of(media.path.as_str(), &file.declared, media.hash, keyring)
}

/// [`keys`], of what they depend on.
pub(super) fn keys_of(path: &str, declared: &[String], hash: Hash, keyring: &Keyring) -> (Key, [u8; 16]) {
    let about = Tuple::new("kmsite/1/media").with(path).list(declared).with(hash.0);
    let key = crypto::mac(&keyring.sealing("kmsite/1/media-keys"), &about);
    (key, id_of(&about, keyring))
}

fn id_of(about: &Tuple, keyring: &Keyring) -> [u8; 16] {
    crypto::mac(&keyring.sealing("kmsite/1/media-ids"), about).half()
}

fn place(media: &Media, file: &Closed, site: &Site, keyring: &Keyring) -> FilePlace {
    if is_large(media) && site.config.access.large_files == LargeFiles::Unlisted {
        let about = Tuple::new("kmsite/1/unlisted").with(media.path.as_str()).list(&file.declared).with(media.hash.0);
        let id = hex(&id_of(&about, keyring));
        let extension = media.path.extension();
        let dot = if extension.is_empty() { "" } else { "." };
        return FilePlace::Unlisted(Route::new(format!("/sealed/{id}{dot}{extension}")));
    }
    FilePlace::Sealed(hex(&keys(media, file, keyring).1))
}

/// A file that an opened text names, with what opens it.
pub(super) struct Opened {
    pub media: MediaId,
    pub place: FilePlace,
    pub key: Key,
}

/// The withheld files that a paid piece names.
pub(super) fn files_of(piece: &Piece, site: &Site, withheld: &Withheld, keyring: &Keyring) -> Vec<Opened> {
    let Entitlements::Paid { .. } = piece.access else { return Vec::new() };
    let closed = |media: MediaId| Closed { media, declared: declared(&piece.access) };
    let names = named(&opened(piece));
    let files = names.intersection(&withheld.media).map(|&id| (id, closed(id)));
    let opened = files.map(|(id, file)| {
        let media = site.medium(id);
        Opened { media: id, place: place(media, &file, site, keyring), key: keys(media, &file, keyring).0 }
    });
    opened.collect()
}

/// The files of a piece as its payload lists them: what opens each, by id. Those that are not sealed need none.
pub(super) fn listed(files: &[Opened], site: &Site) -> BTreeMap<String, Listed> {
    let sealed = files.iter().filter_map(|file| match &file.place {
        FilePlace::Sealed(id) => Some((id.clone(), Listed::of(file, site.medium(file.media)))),
        FilePlace::Unlisted(_) => None,
    });
    sealed.collect()
}

/// What opens a file, and what it is.
#[derive(serde::Serialize)]
pub(super) struct Listed {
    /// Its key.
    k: String,
    /// Its media type.
    t: &'static str,
    /// Its name.
    n: String,
    /// Its length in bytes.
    b: u64,
}

impl Listed {
    fn of(file: &Opened, media: &Media) -> Self {
        Self {
            k: super::seal::base64(file.key.expose()),
            t: MediaType::of_extension(&media.path.extension()).0,
            n: media.path.file_name().to_owned(),
            b: media.len,
        }
    }
}
