//! The keys of `site.yaml` for what others serve: comments, analytics, and what else pages may load from elsewhere.
//!
//! Everything is off unless it is configured. The policy that follows from it is made in `render::csp`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where readers comment; one service at the most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Comments {
    /// Comments kept in the discussions of a GitHub repository (giscus.app).
    pub giscus: Option<Giscus>,
    /// Comments kept by an Artalk server.
    pub artalk: Option<Artalk>,
}

/// Comments by giscus. Its site, giscus.app, tells the ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Giscus {
    /// The repository, as `owner/name`.
    pub repo: String,
    /// The repository's id, as `R_kgDO…`.
    pub repo_id: String,
    /// The discussion category, as `Announcements`.
    pub category: String,
    /// The category's id, as `DIC_kwDO…`.
    pub category_id: String,
}

/// Comments by Artalk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Artalk {
    /// The server's address, as `https://artalk.example.org`.
    pub server: String,
    /// The site's name on the server. Default: the server's default site.
    #[serde(default)]
    pub site: Option<String>,
}

/// How visits are counted. Readers who ask not to be tracked (DNT, GPC) are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Analytics {
    /// Umami, in its cloud or on a server of one's own.
    pub umami: Option<Umami>,
    /// 百度统计 (Baidu Tongji).
    pub baidu: Option<Baidu>,
}

/// Analytics by Umami.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Umami {
    /// The website's id.
    pub website_id: String,
    /// The script's address. Default: that of Umami's cloud.
    #[serde(default = "umami_cloud")]
    pub script: String,
}

fn umami_cloud() -> String {
    Umami::CLOUD.to_owned()
}

impl Umami {
    /// The script of Umami's cloud.
    pub const CLOUD: &'static str = "https://cloud.umami.is/script.js";
}

/// Analytics by 百度统计.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Baidu {
    /// The id: the 32 letters and digits behind `hm.js?`.
    pub id: String,
}

/// What pages may load from elsewhere: origins as `https://example.org` or `https://*.example.org`.
///
/// What `comments` and `analytics` need is allowed anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Csp {
    /// Where pictures may come from. Default: from everywhere.
    pub images: Option<Vec<String>>,
    /// Where sound and film may come from. Default: from everywhere.
    pub media: Option<Vec<String>>,
    /// Whose pages may stand in a frame, as players of films do.
    pub frames: Vec<String>,
    /// Whose scripts may run.
    pub scripts: Vec<String>,
    /// Whose style sheets may be used.
    pub styles: Vec<String>,
    /// Whose fonts may be used.
    pub fonts: Vec<String>,
    /// Where scripts may connect to.
    pub connect: Vec<String>,
    /// Where forms may be sent to. Default: anywhere over `https`, as newsletter services need.
    pub forms: Option<Vec<String>>,
}
