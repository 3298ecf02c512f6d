//! The master key, the epoch of each entitlement, and who holds what -> all that sealing asks for.
//!
//! Invariant: it has no `Debug`, `Display` or `Serialize`; what leaves `access` of it are codes, epochs and sealed records.

use std::collections::BTreeMap;

use super::code::{Code, Codes};
use super::crypto::Key;
use super::entitlement::{Entitlement, Epoch};
use super::master::MasterKey;
use super::record::{self, MemberFile};

/// Somebody with a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The member's id, from which the code is derived.
    pub id: String,
    /// Which of the member's codes it is, counted from 1.
    pub serial: u64,
    /// What it opens, each up to an epoch: the current one, or for what has run out the last that was paid for.
    pub grants: Vec<(Entitlement, Epoch)>,
}

/// All that sealing asks for.
pub struct Keyring {
    master: MasterKey,
    codes: Codes,
    epochs: BTreeMap<Entitlement, Epoch>,
    holders: Vec<Holder>,
}

impl Keyring {
    /// The keyring of a site that has sold nothing: every entitlement is in its first epoch.
    #[must_use]
    pub fn new(master: MasterKey) -> Self {
        let codes = Codes::of(&master);
        Self { master, codes, epochs: BTreeMap::new(), holders: Vec::new() }
    }

    /// Sets the epochs of those entitlements that have left the first.
    #[must_use]
    pub fn with_epochs(self, epochs: BTreeMap<Entitlement, Epoch>) -> Self {
        Self { epochs, ..self }
    }

    /// Sets who holds what. Whoever is not among them opens nothing.
    #[must_use]
    pub fn with_holders(self, holders: Vec<Holder>) -> Self {
        Self { holders, ..self }
    }

    /// The key from which all others follow.
    #[must_use]
    pub const fn master(&self) -> &MasterKey {
        &self.master
    }

    /// The epoch that an entitlement is in.
    #[must_use]
    pub fn epoch(&self, entitlement: &Entitlement) -> Epoch {
        self.epochs.get(entitlement).copied().unwrap_or(Epoch(1))
    }

    /// The key that opens what an entitlement entitles to, in its current epoch.
    #[expect(dead_code, reason = "sealing asks for it")]
    pub(super) fn key(&self, entitlement: &Entitlement) -> Key {
        entitlement.key(&self.master, self.epoch(entitlement))
    }

    /// The code of a member.
    #[must_use]
    pub fn code(&self, member: &str, serial: u64) -> Code {
        self.codes.code(member, serial)
    }

    /// The mark that the member's texts end with, by which the creator finds them.
    #[must_use]
    pub fn mark(&self, member: &str, serial: u64) -> String {
        self.codes.mark(member, serial)
    }

    /// The files that members' browsers look themselves up in, each by its path below `sealed/`.
    #[must_use]
    pub fn member_files(&self) -> Vec<MemberFile> {
        record::files(self)
    }

    /// Those who hold something.
    pub(super) fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// A number that grows whenever an epoch begins.
    pub(super) fn generation(&self) -> u64 {
        self.epochs.values().map(|epoch| epoch.0 - 1).sum()
    }
}
