//! What a browser sends -> what is asked for, or why it is refused.
//!
//! Invariant: a path that comes out is decoded once, is valid UTF-8 and leads nowhere up; the host is this machine (against DNS rebinding).

use std::net::IpAddr;

use percent_encoding::percent_decode_str;

use super::Loopback;
use crate::access::Viewer;
use crate::id::{ProductId, TierId};

/// The cookie that says whose eyes the creator looks through: `tier:member`, `product:rust-course`.
pub(super) const VIEW_COOKIE: &str = "kmsite_view";

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is no address that there could be.
    Address,
    /// It names another machine.
    Host,
}

/// The path of a request's target, decoded, and its query as it stands.
pub(super) fn target(target: &str) -> Result<(String, &str), Refusal> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = percent_decode_str(path).decode_utf8().map_err(|_| Refusal::Address)?;
    let leads_up = |segment: &str| matches!(segment, "." | "..");
    let is_bad = !path.starts_with('/') || path.contains(['\0', '\\']) || path.contains("//") || path.split('/').any(leads_up);
    if is_bad { Err(Refusal::Address) } else { Ok((path.into_owned(), query)) }
}

/// Looks whether a `Host` header names the machine that listens at an address.
pub(super) fn check_host(header: Option<&str>, listening: IpAddr) -> Result<(), Refusal> {
    let name = header.map(host_name).ok_or(Refusal::Host)?;
    let fits = match name.parse::<IpAddr>() {
        // A name can be made to lead anywhere; a number cannot.
        Ok(address) => address.is_loopback() || listening.is_unspecified() || address == listening,
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    };
    if fits { Ok(()) } else { Err(Refusal::Host) }
}

/// A `Host` header without the port, and an IPv6 address without its brackets.
fn host_name(header: &str) -> &str {
    let header = header.trim();
    match header.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => header.split_once(':').map_or(header, |(name, _)| name),
    }
}

/// Whose eyes a `Cookie` header asks for; nobody's in particular where others could see it too.
pub(super) fn viewer(header: Option<&str>, loopback: Option<&Loopback>) -> Option<Viewer> {
    let loopback = loopback?;
    let cookies = header?.split(';').filter_map(|cookie| cookie.trim().split_once('='));
    let (_, value) = cookies.rev().find(|(name, _)| *name == VIEW_COOKIE)?;
    let value = percent_decode_str(value).decode_utf8().ok()?;
    match value.split_once(':')? {
        ("tier", id) => Some(Viewer::with_tier(loopback, TierId::new(id))),
        ("product", id) => Some(Viewer::with_product(loopback, ProductId::new(id))),
        _ => None,
    }
}

/// The value of a query's parameter, decoded.
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1;
    percent_decode_str(value).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn an_address_is_decoded_once() {
        assert_eq!(target("/%E6%96%87/a%20b?x=1"), Ok(("/文/a b".to_owned(), "x=1")));
        assert_eq!(target("/a%252e/"), Ok(("/a%2e/".to_owned(), "")));
    }

    #[test]
    fn an_address_that_leads_up_is_refused() {
        for bad in [
            "",
            "a",
            "http://x/",
            "/../a",
            "/a/..",
            "/%2e%2e/a",
            "/a/%2E%2E%2fb",
            "/./a",
            "/a%00",
            "/a\\..\\b",
            "/%5c",
            "//a",
            "/%ff",
        ] {
            assert_eq!(target(bad), Err(Refusal::Address), "{bad}");
        }
    }

    #[test]
    fn a_host_is_this_machine() {
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for good in ["localhost", "LocalHost:4040", "127.0.0.1:80", "[::1]:4040", "127.1.2.3"] {
            assert_eq!(check_host(Some(good), here), Ok(()), "{good}");
        }
        for bad in ["", "example.org", "localhost.example.org", "127.0.0.1.nip.io", "192.168.1.5", "[fe80::1]", "evil:4040"] {
            assert_eq!(check_host(Some(bad), here), Err(Refusal::Host), "{bad}");
        }
        assert_eq!(check_host(None, here), Err(Refusal::Host));
        let everywhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        assert_eq!(check_host(Some("192.168.1.5:4040"), everywhere), Ok(()));
        assert_eq!(check_host(Some("evil.example"), everywhere), Err(Refusal::Host));
    }

    #[test]
    fn a_viewer_is_named_by_a_cookie_on_loopback_only() {
        let loopback = Loopback::of(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let member = loopback.as_ref().map(|loopback| Viewer::with_tier(loopback, TierId::new("member")));
        assert_eq!(viewer(Some("a=b; kmsite_view=tier%3Amember"), loopback.as_ref()), member);
        assert_eq!(viewer(Some("kmsite_view=visitor"), loopback.as_ref()), None);
        assert_eq!(viewer(Some("kmsite_view=tier:member"), None), None);
        assert!(Loopback::of(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).is_none());
    }
}
