//! An address to listen on -> the proof that only this machine can reach it.
//!
//! Invariant: there is no [`Loopback`] but of a loopback address, and none outside `serve`.

use std::net::IpAddr;

use crate::access::Confined;

/// The proof that a server can be reached from this machine only.
///
/// What is paid for is shown to nobody else, so `access` asks for it.
///
/// ```compile_fail
/// let forged = kmsite::serve::Loopback(());
/// ```
#[derive(Debug)]
pub struct Loopback(());

impl Confined for Loopback {}

impl Loopback {
    /// The proof for an address; `None` if others can reach it.
    pub(super) const fn of(address: IpAddr) -> Option<Self> {
        if address.is_loopback() { Some(Self(())) } else { None }
    }
}
