//! An address and where it is told -> the address with `utm_…` parameters, by which visits are told apart.
//!
//! Never on links within a site: they would overwrite where a visit came from. Invariant: names and values are in lower case, since counting
//! services take `Wechat` and `wechat` for two sources. Source: Google Analytics, URL builders (campaign parameters).

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::config::Channel;

/// What may stand in a value as it is (RFC 3986, unreserved).
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where a link is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Utm {
    /// The place, as `wechat`.
    #[serde(rename = "utm_source")]
    pub source: String,
    /// The kind of place, as `social` or `email`.
    #[serde(rename = "utm_medium")]
    pub medium: String,
    /// What for: a campaign's name, or that of a newsletter.
    #[serde(rename = "utm_campaign")]
    pub campaign: String,
    /// Which of several links, as a variant's id.
    #[serde(rename = "utm_content")]
    pub content: String,
}

impl Utm {
    /// A link told on a channel.
    #[must_use]
    pub fn of(channel: Channel, campaign: &str, content: &str) -> Self {
        let (source, medium) = place(channel);
        Self::new([source, medium, campaign, content])
    }

    /// Source, medium, campaign and content, in lower case.
    #[must_use]
    pub fn new(values: [&str; 4]) -> Self {
        let [source, medium, campaign, content] = values.map(|value| value.trim().to_lowercase());
        Self { source, medium, campaign, content }
    }

    /// An address with these parameters, in front of its fragment; a parameter that it has already stays as it is.
    #[must_use]
    pub fn on(&self, address: &str) -> String {
        let (address, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
        let (_, query) = address.split_once('?').unwrap_or((address, ""));
        let has = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
        let mut out = address.to_owned();
        let parts = [
            ("utm_source", &self.source),
            ("utm_medium", &self.medium),
            ("utm_campaign", &self.campaign),
            ("utm_content", &self.content),
        ];
        for (name, value) in parts.into_iter().filter(|(name, value)| !value.is_empty() && !has(name)) {
            let mark = match out.split_once('?') {
                None => "?",
                Some((_, "")) => "",
                Some(_) => "&",
            };
            // Writing to a `String` cannot fail.
            let _ = write!(out, "{mark}{name}={}", utf8_percent_encode(value, VALUE));
        }
        out + fragment
    }
}

/// Source and medium of a channel.
#[must_use]
pub const fn place(channel: Channel) -> (&'static str, &'static str) {
    match channel {
        Channel::Wechat => ("wechat", "social"),
        Channel::Zhihu => ("zhihu", "social"),
        Channel::Xiaohongshu => ("xiaohongshu", "social"),
        Channel::Weibo => ("weibo", "social"),
        Channel::Bilibili => ("bilibili", "social"),
        Channel::Xiaobaotong => ("xiaobaotong", "community"),
        Channel::Zsxq => ("zsxq", "community"),
        Channel::X => ("x", "social"),
        Channel::Newsletter => ("newsletter", "email"),
        Channel::Print => ("print", "qr"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_go_before_the_fragment_and_behind_others() {
        let utm = Utm::of(Channel::Wechat, "First-Sale", "control");
        let all = "utm_source=wechat&utm_medium=social&utm_campaign=first-sale&utm_content=control";
        assert_eq!(utm.on("https://a.example/p/x/"), format!("https://a.example/p/x/?{all}"));
        assert_eq!(utm.on("https://a.example/p/x/?a=1#km-faq"), format!("https://a.example/p/x/?a=1&{all}#km-faq"));
        assert_eq!(utm.on("https://a.example/?"), format!("https://a.example/?{all}"));
    }

    #[test]
    fn what_is_there_stays_and_nothing_is_said_twice() {
        let utm = Utm::new(["x", "social", "", "双十一 A"]);
        assert_eq!(
            utm.on("https://a.example/?utm_source=mine"),
            "https://a.example/?utm_source=mine&utm_medium=social&utm_content=%E5%8F%8C%E5%8D%81%E4%B8%80%20a"
        );
        assert_eq!(utm.on(&utm.on("https://a.example/")), utm.on("https://a.example/"));
    }
}
