//! The keys of `site.yaml` for what a site looks like and says of itself on every page: brand and footer.
//!
//! Values only. Invariant: a [`Colour`] is one that every browser knows.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Localized, MenuEntry};

/// What makes the site recognisable. Its name is `title`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Brand {
    /// The logo: a file below the content folder or in `static/`, as `logo.svg`.
    pub logo: Option<String>,
    /// The logo on dark ground. Default: the same.
    pub logo_dark: Option<String>,
    /// The accent colour, as `#0f766e`; its contrast with the theme's paper is checked.
    pub accent: Option<Colour>,
    /// The accent colour on dark ground. Default: `accent`, as much lighter as it must be to be read.
    pub accent_dark: Option<Colour>,
}

/// What stands at the foot of every page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Footer {
    /// The ICP licence (备案号), as `京ICP备12345678号-1`; it links to the ministry's register.
    pub icp: Option<String>,
    /// The public security registration (公安备案号), as `京公网安备11010502030000号`; it links to the ministry's entry of it.
    pub police: Option<String>,
    /// Who holds the rights. Default: the year and the author, else the title.
    pub copyright: Localized,
    /// How to reach the author: an e-mail address, a URL, or words.
    pub contact: Localized,
    /// Links that a shop needs: terms, refunds, privacy.
    pub links: Vec<MenuEntry>,
}

/// A colour of sRGB without transparency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red, green and blue.
    pub rgb: [u8; 3],
}

impl Colour {
    /// Reads `#rrggbb` or `#rgb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let digit = |at: usize| digits.get(at..=at).and_then(|digit| u8::from_str_radix(digit, 16).ok());
        let rgb = match digits.len() {
            3 => [0, 1, 2].map(|at| digit(at).map(|digit| digit * 17)),
            6 => [0, 2, 4].map(|at| Some(digit(at)? * 16 + digit(at + 1)?)),
            _ => return None,
        };
        let [Some(red), Some(green), Some(blue)] = rgb else { return None };
        Some(Self { rgb: [red, green, blue] })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.rgb;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl fmt::Debug for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text.trim()).ok_or_else(|| serde::de::Error::custom("expected a colour as `#0f766e`"))
    }
}

impl JsonSchema for Colour {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Colour".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^\\s*#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\\s*$" })
    }
}
