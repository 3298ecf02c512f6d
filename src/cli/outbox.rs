//! A folder of the creator's own for what is sent or pasted elsewhere, paid text included: never read as content, never in git.
//!
//! Invariant: there is no [`Outbox`] that a build would read, or that a build writes to. So it is the proof that what goes there stays with
//! the creator.

use std::path::{Path, PathBuf};

use super::open::Opened;
use super::{Env, Failure};
use crate::access::{self, Confined, Entitlement, Public, Viewer};
use crate::config::{Config, Offering};
use crate::diag::{Diag, code};
use crate::disk::{OUTPUT_MARK, outbox};
use crate::model::Piece;

/// Such a folder.
pub(super) struct Outbox {
    folder: PathBuf,
}

impl Confined for Outbox {}

impl Outbox {
    /// The folder of this name, below the site's unless absolute.
    pub(super) fn open(name: &Path, opened: &Opened, env: &Env<'_>) -> Result<Self, Failure> {
        let folder = env.root.join(name);
        let published = [opened.compiled.tree.content_root.as_str(), "static"].map(|published| real(&env.root.join(published)));
        let place = real(&folder);
        // Nothing is read of a folder with a dotted name.
        let is_hidden = place
            .strip_prefix(&published[0])
            .is_ok_and(|below| below.iter().any(|part| part.as_encoded_bytes().starts_with(b".")));
        let is_read = published.iter().any(|published| place.starts_with(published)) && !is_hidden;
        if is_read || place.ancestors().any(|folder| folder.join(OUTPUT_MARK).exists()) {
            let message = format!("the folder `{}` is one that is published", folder.display());
            return Err(Diag::error(&code::OUT_INSIDE_CONTENT, message).hint("choose another folder with `--out`").into());
        }
        outbox::folder(&folder).map_err(Failure::io(format!("make `{}`", folder.display())))?;
        Ok(Self { folder })
    }

    /// Puts a file there; returns its path.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let path = self.folder.join(name);
        outbox::put(&self.folder, name, bytes).map_err(Failure::io(format!("write `{}`", path.display())))?;
        Ok(path)
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The path without symbolic links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let existing = path.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    existing.map_or_else(|| path.to_owned(), |(folder, real)| real.join(path.strip_prefix(folder).unwrap_or(Path::new(""))))
}

/// Who is to read something.
pub(super) enum Audience {
    /// Everyone.
    Everyone,
    /// Who has this.
    Paid(Entitlement, Viewer),
}

impl Audience {
    /// Reads what `--as` names: `free`, `tier:pro`, `product:course`.
    pub(super) fn read<P: Confined>(written: Option<&str>, proof: &P, config: &Config) -> Result<Self, Failure> {
        let is_free = |tier: &str| config.tiers.first().is_some_and(|first| first.id.as_str() == tier);
        let Some(written) = written.filter(|written| *written != "free" && !is_free(written.trim_start_matches("tier:"))) else {
            return Ok(Self::Everyone);
        };
        let sold = sold(config);
        match Entitlement::read(written).filter(|entitlement| sold.contains(entitlement)) {
            Some(entitlement) => {
                let viewer = match &entitlement {
                    Entitlement::Tier(tier) => Viewer::with_tier(proof, tier.clone()),
                    Entitlement::Product(product) => Viewer::with_product(proof, product.clone()),
                };
                Ok(Self::Paid(entitlement, viewer))
            }
            None => {
                let names: Vec<String> = sold.iter().map(ToString::to_string).collect();
                let diag = Diag::error(&code::NOT_SOLD, format!("`{written}` is nothing that this site sells"));
                let diag = diag.did_you_mean(written, names.iter().map(String::as_str));
                Err(diag.hint(format!("write `--as free`, or one of `{}`", names.join("`, `"))).into())
            }
        }
    }

    /// What it may see of a piece.
    pub(super) fn shown<'a>(&self, piece: &'a Piece, config: &Config) -> Public<'a> {
        match self {
            Self::Everyone => access::public(piece),
            Self::Paid(_, viewer) => access::preview(piece, config, viewer),
        }
    }

    /// The names of all that paid for something.
    pub(super) fn names(config: &Config) -> impl Iterator<Item = String> {
        sold(config).into_iter().map(|entitlement| entitlement.to_string())
    }

    /// Whether it has already what a campaign sells.
    pub(super) fn has(&self, offer: &Offering, config: &Config) -> bool {
        match (self, offer) {
            (Self::Paid(Entitlement::Product(held), _), Offering::Product(sold)) => held == sold,
            (Self::Paid(Entitlement::Tier(held), _), Offering::Tier(sold)) => config.tier_rank(held) >= config.tier_rank(sold),
            _ => false,
        }
    }

    /// Its name in files and lists: `free`, `tier:pro`.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Everyone => "free".to_owned(),
            Self::Paid(entitlement, _) => entitlement.to_string(),
        }
    }
}

/// Everything that a site sells: tiers above the first, then products.
fn sold(config: &Config) -> Vec<Entitlement> {
    let tiers = config.tiers.iter().skip(1).map(|tier| Entitlement::Tier(tier.id.clone()));
    tiers.chain(config.products.iter().map(|product| Entitlement::Product(product.id.clone()))).collect()
}
