//! Who bought what, as values: members, pools of codes, and the epoch of each entitlement. `members.yaml` is their written form (`yaml`).
//!
//! Nothing here is secret: ids stand for people, orders and buyers are hashes under the master key, and codes are derived. An expiry is an
//! epoch, not a clock: a grant whose last day is over stays in the epoch that it was in when the next begins ([`Members::begin`]), and no build asks
//! what day it is. Invariant: an epoch only grows, and whatever stood in the file stands in it again.

mod check;
pub mod sales;
mod sell;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::access::{Entitlement, Epoch, Holder, Keyring, MasterKey};

pub use check::{check, is_sold};
pub use sell::{Ledger, Sale, Sold, Term};
pub use yaml::{read, write};

/// The file's name, at the top of the site.
pub const FILE: &str = "members.yaml";

/// How many codes a pool may have.
pub const MOST_CODES: u32 = 1_000_000;

/// Who may read what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// The comment that the file begins with.
    pub head: String,
    /// The fingerprint of the master key that the codes are derived from, once there is one.
    pub key: Option<String>,
    /// How often everything was sealed under other keys.
    pub reseals: u64,
    /// The epochs of the entitlements that have left the first.
    pub epochs: BTreeMap<Entitlement, u64>,
    /// Members, by id.
    pub people: BTreeMap<String, Member>,
    /// Pools of codes, by id.
    pub pools: BTreeMap<String, Pool>,
}

/// Somebody with a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What the creator calls them.
    pub name: Option<String>,
    /// What the creator wants to know of them.
    pub note: Option<String>,
    /// Which code they have, counted from 1.
    pub serial: u64,
    /// What they hold.
    pub grants: Vec<Grant>,
    /// Whether they were shut out.
    pub is_revoked: bool,
    /// The buyer in a shop's list, hashed.
    pub buyer: Option<String>,
    /// Orders that were paid back, hashed.
    pub refunded: BTreeSet<String>,
}

/// Codes made in one go, for a shop that hands them out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// What the creator calls it.
    pub name: Option<String>,
    /// What the creator wants to know of it.
    pub note: Option<String>,
    /// How many codes there are; the member ids are `<pool>-1`, `<pool>-2` …
    pub count: u32,
    /// What each of them opens.
    pub grants: Vec<Grant>,
    /// Those that were shut out, by number.
    pub revoked: BTreeSet<u32>,
}

/// Something held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub entitlement: Entitlement,
    /// The last day that is paid for; for good if there is none.
    pub until: Option<Date>,
    /// The last epoch that it opens, once it has run out.
    pub last: Option<u64>,
    /// The orders it was bought by, hashed.
    pub orders: BTreeSet<String>,
}

/// A member, or one code of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat<'a> {
    /// The id that the code is derived from.
    pub id: String,
    /// What the creator calls the member, or the pool.
    pub name: Option<&'a str>,
    /// Which code it is.
    pub serial: u64,
    /// What it holds.
    pub grants: &'a [Grant],
    /// Whether it was shut out.
    pub is_revoked: bool,
}

impl Grant {
    /// Something held for good.
    #[must_use]
    pub const fn of(entitlement: Entitlement) -> Self {
        Self { entitlement, until: None, last: None, orders: BTreeSet::new() }
    }
}

impl Default for Member {
    fn default() -> Self {
        Self { name: None, note: None, serial: 1, grants: Vec::new(), is_revoked: false, buyer: None, refunded: BTreeSet::new() }
    }
}

impl Members {
    /// The epoch that an entitlement is in.
    #[must_use]
    pub fn epoch(&self, entitlement: &Entitlement) -> u64 {
        self.epochs.get(entitlement).copied().unwrap_or(1)
    }

    /// Everybody who has or had a code: members by id, then pools.
    pub fn seats(&self) -> impl Iterator<Item = Seat<'_>> {
        let people = self.people.iter().map(|(id, member)| Seat {
            id: id.clone(),
            name: member.name.as_deref(),
            serial: member.serial,
            grants: &member.grants,
            is_revoked: member.is_revoked,
        });
        let pools = self.pools.iter().flat_map(|(id, pool)| (1..=pool.count).map(move |number| pool.seat(id, number)));
        people.chain(pools)
    }

    /// The seat of an id.
    #[must_use]
    pub fn seat(&self, id: &str) -> Option<Seat<'_>> {
        if let Some(member) = self.people.get(id) {
            return Some(Seat {
                id: id.to_owned(),
                name: member.name.as_deref(),
                serial: member.serial,
                grants: &member.grants,
                is_revoked: member.is_revoked,
            });
        }
        let (pool, number) = self.in_pool(id)?;
        Some(self.pools.get(pool)?.seat(pool, number))
    }

    /// The keyring that sealing asks for. Whoever was revoked is not on it.
    #[must_use]
    pub fn keyring(&self, master: MasterKey) -> Keyring {
        let epochs = self.epochs.iter().map(|(entitlement, &epoch)| (entitlement.clone(), Epoch(epoch))).collect();
        let holders = self.seats().filter(|seat| !seat.is_revoked && !seat.grants.is_empty()).map(|seat| Holder {
            id: seat.id,
            serial: seat.serial,
            grants: seat.grants.iter().map(|grant| (grant.entitlement.clone(), Epoch(self.opened(grant)))).collect(),
        });
        Keyring::new(master).with_epochs(epochs).with_holders(holders.collect()).resealed(self.reseals)
    }

    /// The last epoch that a grant opens.
    #[must_use]
    pub fn opened(&self, grant: &Grant) -> u64 {
        let current = self.epoch(&grant.entitlement);
        grant.last.map_or(current, |last| last.min(current))
    }

    /// Begins an epoch of each of these entitlements; what had run out by then stays behind. Returns the ids of those who held it.
    pub fn begin(&mut self, entitlements: &BTreeSet<Entitlement>, today: Date) -> Vec<String> {
        let mut lapsed = Vec::new();
        let epochs: BTreeMap<&Entitlement, u64> =
            entitlements.iter().map(|entitlement| (entitlement, self.epoch(entitlement))).collect();
        let mut close = |id: &str, grants: &mut [Grant]| {
            for grant in grants {
                let is_over = grant.last.is_none() && grant.until.is_some_and(|until| until < today);
                if let Some(&epoch) = epochs.get(&grant.entitlement).filter(|_| is_over) {
                    grant.last = Some(epoch);
                    lapsed.push(id.to_owned());
                }
            }
        };
        for (id, member) in self.people.iter_mut().filter(|(_, member)| !member.is_revoked) {
            close(id, &mut member.grants);
        }
        for (id, pool) in &mut self.pools {
            close(id, &mut pool.grants);
        }
        for (entitlement, epoch) in epochs {
            self.epochs.insert(entitlement.clone(), epoch + 1);
        }
        lapsed
    }

    /// Shuts out those with these ids, and begins an epoch of whatever they held, once for all of them. Returns what was held.
    ///
    /// Whoever is shut out already, or not known, changes nothing.
    pub fn revoke(&mut self, ids: &[String], today: Date) -> BTreeSet<Entitlement> {
        let mut held = BTreeSet::new();
        for id in ids {
            let Some(seat) = self.seat(id).filter(|seat| !seat.is_revoked) else { continue };
            // The keys of an epoch that is over open nothing that a build makes.
            let open = seat.grants.iter().filter(|grant| self.opened(grant) == self.epoch(&grant.entitlement));
            held.extend(open.map(|grant| grant.entitlement.clone()));
            let place = self.in_pool(id).map(|(pool, number)| (pool.to_owned(), number));
            match (self.people.get_mut(id), place) {
                (Some(member), _) => member.is_revoked = true,
                (None, Some((pool, number))) => {
                    if let Some(pool) = self.pools.get_mut(&pool) {
                        pool.revoked.insert(number);
                    }
                }
                (None, None) => {}
            }
        }
        self.begin(&held, today);
        held
    }

    /// Takes a code out of its pool, and returns the member that its owner becomes.
    pub fn leave_pool(&mut self, id: &str) -> Member {
        let place = self.in_pool(id).map(|(pool, number)| (pool.to_owned(), number));
        let Some((pool, number)) = place.and_then(|(pool, number)| Some((self.pools.get_mut(&pool)?, number))) else {
            return Member::default();
        };
        pool.revoked.insert(number);
        Member { grants: pool.grants.clone(), note: Some(format!("was {id}")), ..Member::default() }
    }

    /// A pool's id and the number of a code in it.
    fn in_pool<'a>(&self, id: &'a str) -> Option<(&'a str, u32)> {
        let (pool, number) = id.rsplit_once('-')?;
        let number: u32 = number.parse().ok()?;
        (1..=self.pools.get(pool)?.count).contains(&number).then_some((pool, number))
    }
}

impl Pool {
    fn seat<'a>(&'a self, id: &str, number: u32) -> Seat<'a> {
        Seat {
            id: format!("{id}-{number}"),
            name: self.name.as_deref(),
            serial: 1,
            grants: &self.grants,
            is_revoked: self.revoked.contains(&number),
        }
    }
}
