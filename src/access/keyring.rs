//! The master key, the epoch of each entitlement, and who holds what -> all that sealing asks for.
//!
//! Invariant: it has no `Debug`, `Display` or `Serialize`; what leaves `access` of it are codes, epochs and sealed records.

use std::collections::BTreeMap;

use super::code::{Code, Codes};
use super::crypto::{self, Key, Tuple};
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
    reseals: u64,
}

impl Keyring {
    /// The keyring of a site that has sold nothing: every entitlement is in its first epoch.
    #[must_use]
    pub fn new(master: MasterKey) -> Self {
        let codes = Codes::of(&master);
        Self { master, codes, epochs: BTreeMap::new(), holders: Vec::new(), reseals: 0 }
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

    /// Seals everything under other keys than before: so many times that was done.
    #[must_use]
    pub fn resealed(self, reseals: u64) -> Self {
        Self { reseals, ..self }
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

    /// The key for a use in sealing, which the label names: another one after each time that everything is sealed anew.
    pub(super) fn sealing(&self, label: &'static str) -> Key {
        let info = Tuple::new(label);
        self.master.derive(&if self.reseals == 0 { info } else { info.number(self.reseals) })
    }

    /// An order of a shop as `members.yaml` knows it: a hash under a key, so that nobody else can look for an order in it.
    #[must_use]
    pub fn order(&self, order: &str, entitlement: &Entitlement) -> String {
        self.hidden(&Tuple::new("kmsite/1/order").with(order.trim()).with(entitlement.to_string()))
    }

    /// A buyer as `members.yaml` knows them, whatever the case that their address is written in.
    #[must_use]
    pub fn buyer(&self, buyer: &str) -> String {
        self.hidden(&Tuple::new("kmsite/1/buyer").with(buyer.trim().to_lowercase()))
    }

    fn hidden(&self, about: &Tuple) -> String {
        let key = self.master.derive(&Tuple::new("kmsite/1/orders"));
        crypto::mac(&key, about).expose()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Those who hold something.
    pub(super) fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// A number that grows whenever an epoch begins. There is no epoch before the first: 0 counts as that.
    pub(super) fn generation(&self) -> u64 {
        self.epochs.values().map(|epoch| epoch.0.saturating_sub(1)).sum()
    }
}
