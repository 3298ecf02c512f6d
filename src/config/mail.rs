//! The keys of `site.yaml` for what is sent by e-mail.

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
