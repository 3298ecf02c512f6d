//! Sales -> members: a new one, a longer grant, or one taken back.
//!
//! Each order counts once, however often it is told: it is known by its hash. A buyer who comes again keeps the code. Invariant: applying the same
//! sales twice changes nothing the second time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Grant, Member, Members};
use crate::access::Entitlement;
use crate::config::Period;

/// Something that was sold, or paid back.
#[derive(Clone, Debug)]
pub struct Sale {
    /// The order, hashed.
    pub order: String,
    /// The buyer, hashed, if the list says who it was.
    pub buyer: Option<String>,
    /// What the creator will call the buyer.
    pub name: Option<String>,
    /// What was sold.
    pub entitlement: Entitlement,
    /// How long it is paid for.
    pub term: Term,
    /// Whether it was paid back.
    pub is_refunded: bool,
}

/// How long something is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// For good.
    Good,
    /// To a day.
    Until(Date),
    /// For a period that begins on a day, or where the last one ends.
    From(Date, Period),
}

/// What became of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sold {
    /// There is a new member.
    New(String),
    /// A member holds more, or for longer.
    Renewed(String),
    /// It was known.
    Known(String),
    /// A member holds less.
    Refunded(String),
    /// It was paid back before anything was given for it, or a second time.
    Nothing,
}

/// Members while sales are entered.
pub struct Ledger<'a> {
    members: &'a mut Members,
    today: Date,
    orders: BTreeMap<String, String>,
    buyers: BTreeMap<String, String>,
    taken_back: BTreeSet<Entitlement>,
}

impl<'a> Ledger<'a> {
    /// Opens the ledger.
    #[must_use]
    pub fn open(members: &'a mut Members, today: Date) -> Self {
        let mut ledger = Self { orders: BTreeMap::new(), buyers: BTreeMap::new(), taken_back: BTreeSet::new(), members, today };
        for (id, member) in &ledger.members.people {
            let orders = member.grants.iter().flat_map(|grant| &grant.orders).chain(&member.refunded);
            ledger.orders.extend(orders.map(|order| (order.clone(), id.clone())));
            // Whoever was shut out and buys again is somebody else.
            if let Some(buyer) = member.buyer.as_ref().filter(|_| !member.is_revoked) {
                ledger.buyers.insert(buyer.clone(), id.clone());
            }
        }
        ledger
    }

    /// Enters a sale; `fresh` gives ids that nobody has.
    pub fn enter(&mut self, sale: &Sale, fresh: &mut dyn FnMut() -> String) -> Sold {
        if let Some(id) = self.orders.get(&sale.order).cloned() {
            return if sale.is_refunded { self.take_back(&id, sale) } else { Sold::Known(id) };
        }
        if sale.is_refunded {
            return Sold::Nothing;
        }
        let known = sale.buyer.as_ref().and_then(|buyer| self.buyers.get(buyer)).cloned();
        let id = known.clone().unwrap_or_else(|| {
            std::iter::repeat_with(fresh).find(|id| !self.members.people.contains_key(id)).unwrap_or_default()
        });
        self.orders.insert(sale.order.clone(), id.clone());
        if let Some(buyer) = &sale.buyer {
            self.buyers.insert(buyer.clone(), id.clone());
        }
        let epoch = self.members.epoch(&sale.entitlement);
        let member = self.members.people.entry(id.clone()).or_insert_with(|| Member {
            name: sale.name.clone(),
            buyer: sale.buyer.clone(),
            ..Member::default()
        });
        extend(&mut member.grants, sale, epoch, self.today);
        if known.is_some() { Sold::Renewed(id) } else { Sold::New(id) }
    }

    /// Closes the ledger: what was taken back begins an epoch. Returns it.
    #[must_use]
    pub fn close(self) -> BTreeSet<Entitlement> {
        self.members.begin(&self.taken_back, self.today);
        self.taken_back
    }

    fn take_back(&mut self, id: &str, sale: &Sale) -> Sold {
        let epoch = self.members.epoch(&sale.entitlement);
        let Some(member) = self.members.people.get_mut(id) else { return Sold::Nothing };
        let Some(at) = member.grants.iter().position(|grant| grant.orders.contains(&sale.order)) else { return Sold::Nothing };
        let grant = &mut member.grants[at];
        grant.orders.remove(&sale.order);
        member.refunded.insert(sale.order.clone());
        if let (false, Some(until), Term::From(_, period)) = (grant.orders.is_empty(), grant.until, sale.term) {
            // Other payments stand: the time that this one added is gone.
            grant.until = Some(after(until, period, -1));
        }
        let is_over = grant.orders.is_empty() || grant.until.is_some_and(|until| until < self.today);
        // Whoever was shut out holds nothing that an epoch would take from them.
        if is_over && !member.is_revoked && grant.last.is_none_or(|last| last >= epoch) {
            self.taken_back.insert(sale.entitlement.clone());
        }
        if grant.orders.is_empty() {
            member.grants.remove(at);
        }
        if member.grants.is_empty() {
            member.is_revoked = true;
            if let Some(buyer) = &member.buyer {
                self.buyers.remove(buyer);
            }
        }
        Sold::Refunded(id.to_owned())
    }
}

/// Adds what was sold to what is held. What had run out before today opens nothing, or what it did.
fn extend(grants: &mut Vec<Grant>, sale: &Sale, epoch: u64, today: Date) {
    let held = grants.iter().position(|grant| grant.entitlement == sale.entitlement);
    let before = held.and_then(|at| grants[at].until);
    let until = match (held, before, sale.term) {
        // Held for good already.
        (Some(_), None, _) | (_, _, Term::Good) => None,
        (_, before, Term::Until(until)) => before.max(Some(until)),
        (_, before, Term::From(date, period)) => Some(after(before.map_or(date, |before| before.max(date)), period, 1)),
    };
    let at = held.unwrap_or_else(|| {
        grants.push(Grant::of(sale.entitlement.clone()));
        grants.len() - 1
    });
    let grant = &mut grants[at];
    grant.until = until;
    grant.orders.insert(sale.order.clone());
    if until.is_none_or(|until| until >= today) {
        grant.last = None;
    } else if held.is_none() {
        grant.last = Some(epoch - 1);
    }
}

/// The day so many periods after another; the last day of a month stays one of that month.
#[must_use]
pub fn after(date: Date, period: Period, times: i32) -> Date {
    let months = match period {
        Period::Month => 1,
        Period::Quarter => 3,
        Period::Year => 12,
    };
    date.checked_add((months * times).months()).unwrap_or(date)
}
