//! The master key and the members -> the keyring that a build seals with.
//!
//! Invariant: a site with paid pieces is sealed, or it was asked for in so many words that it is not (`--public-only`); the demo key is
//! taken only where there is no other, and only for the site that it is made for.

use std::sync::Arc;

use super::keys::key;
use super::{Env, Failure};
use crate::access::{DEMO_BASE_URL, Entitlement, Epoch, Holder, Keyring, MasterKey, Written};
use crate::config::{Config, FILE};
use crate::diag::{At, Diag, Noted, Severity, code};
use crate::disk::own::LastKeys;
use crate::id::{Hash, SourcePath};
use crate::members::{self, Members};
use crate::model::Site;

/// The member of the demo: whoever has the demo's code.
const DEMO_MEMBER: &str = "demo";

/// What a build seals with.
pub(super) struct Keys {
    /// The keyring.
    pub keyring: Arc<Keyring>,
    /// The code that opens everything, of a site that is sealed with the demo key.
    pub demo_code: Option<Written>,
    /// What is to be remembered of it.
    last: Option<LastKeys>,
}

impl Keys {
    /// What a site is sealed with; `None` if nothing is paid, or if it cannot be, which is noted as an error.
    pub(super) fn of(site: &Site, env: &Env<'_>, diags: &mut Vec<Diag>) -> Result<Option<Self>, Failure> {
        if site.pieces.iter().all(|piece| piece.access.is_free()) {
            return Ok(None);
        }
        let config = &site.config;
        let demo = config.access.demo_key && config.base_url == DEMO_BASE_URL;
        Self::found(config, demo, env, diags)
    }

    /// The site's own keys, or those of the demo where these will do.
    fn found(config: &Config, demo: bool, env: &Env<'_>, diags: &mut Vec<Diag>) -> Result<Option<Self>, Failure> {
        let Some(master) = key::master_key(env)? else {
            diags.extend((!demo).then(|| refusal(config)));
            return Ok(demo.then(|| Self::demo(config)));
        };
        let found = members(&master, config, env, diags)?;
        diags.extend(other_than_last(&master, env));
        let last = LastKeys { fingerprint: key::fingerprint(&master), had_members: found.as_ref().is_some_and(Option::is_some) };
        let members = found.map(Option::unwrap_or_default);
        Ok(members.map(|members| Self { keyring: Arc::new(members.keyring(master)), demo_code: None, last: Some(last) }))
    }

    /// The demo: its one member holds the highest tier and every product.
    fn demo(config: &Config) -> Self {
        let tier = config.tiers.last().map(|tier| Entitlement::Tier(tier.id.clone()));
        let products = config.products.iter().map(|product| Entitlement::Product(product.id.clone()));
        let grants = tier.into_iter().chain(products).map(|entitlement| (entitlement, Epoch(1))).collect();
        let holder = Holder { id: DEMO_MEMBER.to_owned(), serial: 1, grants };
        let keyring = Keyring::new(MasterKey::demo()).with_holders(vec![holder]);
        let code = keyring.code(DEMO_MEMBER, 1).write();
        Self { keyring: Arc::new(keyring), demo_code: Some(code), last: None }
    }

    /// Remembers what a build was made with. Failing to is no error: less would be noticed the next time.
    pub(super) fn remember(&self, env: &Env<'_>) {
        if let Some(last) = self.last.as_ref().filter(|last| LastKeys::read(&env.root).as_ref() != Some(last)) {
            let _ = last.write(&env.root);
        }
    }
}

/// What a preview of the output is sealed with: the demo's key will do wherever the site stands, and where there is none, nothing is sealed, which is
/// a warning.
pub(super) fn previewed(site: &Site, env: &Env<'_>) -> Noted<Option<Arc<Keyring>>> {
    if site.pieces.iter().all(|piece| piece.access.is_free()) {
        return Noted::clean(None);
    }
    let mut diags = Vec::new();
    let keys = Keys::found(&site.config, site.config.access.demo_key, env, &mut diags).unwrap_or_else(|failure| {
        diags.extend(failure.diag());
        None
    });
    for diag in &mut diags {
        diag.severity = Severity::Warning;
    }
    Noted::new(keys.map(|keys| keys.keyring), diags)
}

/// What tells one key with its members from another; it tells nothing of the key. `None` if they cannot be read.
pub(super) fn mark(env: &Env<'_>) -> Option<Hash> {
    let key = key::master_key(env).ok()?.map(|key| key.fingerprint()).unwrap_or_default();
    let members = key::members_file(env).ok()?;
    // Of a key that was another last time a build warns once.
    let last = LastKeys::read(&env.root).map(|last| last.fingerprint).unwrap_or_default();
    Some(Hash::of_parts(&[&key, &[u8::from(members.is_some())], last.as_bytes(), &members.unwrap_or_default()]))
}

/// Tells that the master key is another than the last build's.
fn other_than_last(master: &MasterKey, env: &Env<'_>) -> Option<Diag> {
    let last = LastKeys::read(&env.root).filter(|last| last.fingerprint != key::fingerprint(master))?;
    let message = format!(
        "the master key is another than at the last build (`{}`): codes made with that one open nothing",
        last.fingerprint
    );
    Some(
        Diag::warning(&code::OTHER_KEY, message)
            .hint("if that was not meant, put the old key back with `kmsite keys init --recover`"),
    )
}

/// The members of a build, if there is such a file; `None` if something is wrong with it, which is noted.
fn members(
    master: &MasterKey,
    config: &Config,
    env: &Env<'_>,
    diags: &mut Vec<Diag>,
) -> Result<Option<Option<Members>>, Failure> {
    let noted = key::members(env)?;
    let is_broken = noted.has_errors();
    let found = noted.take(diags);
    if is_broken {
        return Ok(None);
    }
    let Some(members) = found else {
        let last = LastKeys::read(&env.root);
        if last.is_some_and(|last| last.had_members) {
            diags.push(key::no_members());
            return Ok(None);
        }
        let message = format!("there is no `{}`, so nobody has a code that opens anything", members::FILE);
        let hint = "`kmsite keys issue` makes it; where a service builds the site, see that it is in version control";
        diags.push(Diag::warning(&code::NO_MEMBERS, message).hint(hint));
        return Ok(Some(None));
    };
    diags.extend(members::check(&members, config));
    let other = key::check_key(master, &members);
    let fits = other.is_none();
    diags.extend(other);
    Ok(fits.then_some(Some(members)))
}

/// Why a site that has no key of its own is not sealed.
fn refusal(config: &Config) -> Diag {
    if !config.access.demo_key {
        return key::no_key().hint("`--public-only` builds what needs no key: of paid pieces the teasers and the offers");
    }
    let message = format!("`{}` cannot be sealed with the demo key: everybody knows it", config.base_url);
    let at = At::key_name(&SourcePath::new(FILE), &["access", "demo_key"]);
    Diag::error(&code::DEMO_KEY_ELSEWHERE, message).at(at).hint("take `demo_key` out, and run `kmsite keys init`")
}
