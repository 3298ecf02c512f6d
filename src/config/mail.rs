//! The keys for what is sent by e-mail: of `site.yaml`, and of campaigns.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Localized;

/// How mails are made (`kmsite mail`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Mail {
    /// Who sends them, as `Lin Zhou <hello@example.org>`. Default: the address in `footer.contact`.
    pub from: Option<String>,
    /// The address that ends a subscription, as `https://…` or `mailto:…`. Default: the service's own.
    pub unsubscribe: Option<String>,
    /// The postal address at their foot, which the law of many countries wants.
    pub address: Localized,
    /// The service that sends them: its merge tags are put in.
    pub service: Service,
}

/// A service that sends mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Any other: `{{unsubscribe_url}}` and `{{view_url}}`, to be replaced.
    #[default]
    Generic,
    /// Mailchimp.
    Mailchimp,
    /// Buttondown.
    Buttondown,
    /// listmonk.
    Listmonk,
    /// Ghost, which puts its own link below every mail.
    Ghost,
}

/// The mails of a campaign to someone who signs up (`kmsite mail sequence`): each may have a day and words of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Sequence {
    /// What it is about, and what can be read at once. Default: day 0.
    pub welcome: Mailing,
    /// Something to read: the sample, or a free piece. Default: day 2.
    pub value: Mailing,
    /// What is sold, and on which terms. Default: day 5.
    pub offer: Mailing,
    /// The last mail. Default: a day before the terms end, or day 8 where they do not.
    pub last_call: Mailing,
}

/// A mail of a sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Mailing {
    /// How many days after the first it is sent.
    #[schemars(range(max = 365))]
    pub day: Option<u16>,
    /// What stands in the list of mails. Default: the theme's words for such a mail.
    pub subject: Localized,
    /// How it begins, in paragraphs with an empty line between them. Default: the theme's words for such a mail.
    pub text: Localized,
}

impl Sequence {
    /// Its mails in the order they are sent, each with its key.
    #[must_use]
    pub const fn mailings(&self) -> [(&'static str, &Mailing); 4] {
        [("welcome", &self.welcome), ("value", &self.value), ("offer", &self.offer), ("last_call", &self.last_call)]
    }
}
