//! Who may know whom, and where each crate may be named: a line for each module and for each dependency.
//!
//! A new module or crate is a new line here, with its reason where that is not plain; a place is a module with `/` between names.

/// What each module may know of the others. `cli`, `compile` and `make` put the rest together and may know everything.
///
/// A name with a path is that part alone. The longest name that fits a file is its module.
pub const MAY_KNOW: &[(&str, &[&str])] = &[
    // It fills what the audit searches for.
    ("access", &["audit", "diag", "id", "model"]),
    ("access/locked", &[]),
    // What is sealed is published: it becomes artifacts here, and files that are sealed are read here.
    ("access/finding", &["artifact", "config", "id", "model", "world"]),
    ("access/media", &["artifact", "config", "diag", "id", "model", "world"]),
    ("access/seal", &["artifact", "config", "diag", "id", "model", "world"]),
    ("access/edge", &["config", "diag", "id", "model"]),
    ("access/preview", &["config", "diag", "id", "model"]),
    ("artifact", &["id"]),
    // It looks at files for `emit`, and knows neither pieces nor plans.
    ("audit", &["diag", "emit", "id"]),
    ("config", &["diag", "id", "model::Moment", "model::duration", "model::text"]),
    // The schema of front matter is made of the structs that hold it.
    ("config/schema", &["diag", "id", "model"]),
    ("diag", &["id"]),
    ("disk", &["diag", "id", "world"]),
    ("emit", &["artifact", "diag", "disk::OUTPUT_MARK", "disk::stamp", "id"]),
    // The tokens of texts are those that readers search by.
    ("enrich", &["access", "config", "diag", "id", "model", "search", "world"]),
    ("id", &[]),
    ("load", &["diag", "id", "world"]),
    ("members", &["access", "config", "diag", "id"]),
    ("model", &["access::locked", "config", "diag", "id"]),
    ("parse", &["access::locked", "diag", "id", "load", "model"]),
    // Of rendering it knows one finding only: the one about images too large for it.
    ("plan", &["access", "config", "diag", "enrich", "id", "model", "render::image", "search", "theme", "view"]),
    ("promote", &["config", "id", "model"]),
    // It counts events, and knows campaigns by their names only.
    ("promote/experiment", &[]),
    // What the gate shows, told by mail in the theme's words.
    ("promote/channels", &["config", "id", "model"]),
    ("promote/mail", &["access", "config", "diag", "id", "model", "theme", "view"]),
    ("promote/prose", &["id", "model"]),
    ("render", &["artifact", "config", "diag", "id", "view", "world"]),
    // It sets in type what campaigns say.
    ("render/card", &["config", "model::text", "promote::card", "render"]),
    // How addresses stand in a `srcset` is written once.
    ("render/absolute", &["model::srcset"]),
    ("render/promo", &["artifact", "promote"]),
    ("render/sealed", &["model::srcset"]),
    ("render/html", &["diag", "id", "model", "render", "world"]),
    // By the ends of their names files of weights are told from campaigns.
    ("resolve", &["access", "config", "diag", "id", "load::WEIGHTS", "model", "parse", "world"]),
    // It shows what the others make; of the model it knows words of its toolbar.
    (
        "serve",
        &[
            "access",
            "artifact",
            "compile",
            "diag",
            "emit",
            "id",
            "load",
            "make",
            "model::Level",
            "model::Taxonomy",
            "plan",
            "search",
            "theme",
            "world",
        ],
    ),
    // The brand of a site becomes a style sheet of its theme, and so do the styles of its pages.
    ("theme", &["artifact", "config", "diag", "id", "model::style_class", "render"]),
    // The policy is the same on all pages of a kind, and made once as all that is shared.
    ("view", &["access", "artifact", "config", "diag", "id", "model", "promote", "render::csp", "render::tera", "theme"]),
    // What everyone may find comes from the gate.
    ("search", &["access", "config", "id", "model"]),
    ("world", &["diag", "id"]),
    // It says where the library of ONNX Runtime may be.
    ("main", &["cli", "diag", "disk", "enrich::onnx", "world"]),
];

/// The modules that put the others together.
pub const WHOLE: &[&str] = &["cli", "compile", "make"];

/// Where each crate may be named.
pub const CRATES: &[(&str, &[&str])] = &[
    ("aes_gcm", &["access/crypto"]),
    ("aes_kw", &["access/crypto"]),
    ("annotate_snippets", &["diag/render"]),
    ("base64", &["access/record", "access/seal", "audit/decode", "cli/vectors", "render/csp", "view/personal"]),
    // Hashing is a job of three: names, sources, output.
    ("blake3", &["id", "disk", "emit"]),
    ("clap", &["cli", "main"]),
    ("clap_complete", &["cli/completions"]),
    ("clap_mangen", &["cli/man"]),
    ("css_inline", &["promote/channels/wechat", "promote/mail"]),
    ("encoding_rs", &["members/sales/encoding"]),
    ("flate2", &["access/seal", "audit/unpack", "search/export"]),
    ("getrandom", &["access/crypto"]),
    ("hkdf", &["access/crypto"]),
    ("hmac", &["access/crypto"]),
    // Decoding is `render`'s; `disk` reads no more than the size from the head of a file.
    ("image", &["render/image", "render/qr", "disk/dimensions"]),
    ("include_dir", &["theme", "cli/new"]),
    // Dates are values, like numbers; asking the clock is not (`.clippy.toml`).
    (
        "jiff",
        &[
            "members",
            "model",
            "resolve",
            "compile",
            "world",
            "render/calendar",
            "disk/clock",
            "cli",
            "main",
            "view",
            "promote/mail",
        ],
    ),
    ("lettre", &["promote/mail/eml"]),
    ("lightningcss", &["theme/assets", "theme/page_style"]),
    ("memchr", &["audit", "load/directive", "parse/html", "render", "diag/render", "serve/answer"]),
    ("mermaid_rs_renderer", &["render/diagram"]),
    ("notify", &["serve/watch"]),
    ("ort", &["enrich/onnx"]),
    ("ort_tract", &["enrich/onnx"]),
    ("percent_encoding", &["id", "promote/utm", "resolve/links", "render/html/address", "serve/request"]),
    ("pinyin", &["cli/new/name"]),
    ("prost", &["enrich/model/graph"]),
    ("pulldown_cmark", &["parse"]),
    ("pulldown_latex", &["render/math"]),
    ("qrcode", &["render/qr"]),
    (
        "rayon",
        &[
            "access/record",
            "access/runs",
            "audit/draft",
            "audit/table",
            "load",
            "parse",
            "resolve",
            "compile",
            "emit",
            "cli",
            "disk",
            // All pairs of pieces, and texts by a model on every core.
            "enrich/next",
            "enrich/duplicates",
            "enrich/tags",
            // A pool of its own, so that an edit waits for no model.
            "serve/leading",
            "serve/preview",
        ],
    ),
    ("resvg", &["render/card"]),
    ("rustix", &["emit/journal"]),
    ("saphyr_parser", &["diag/locate"]),
    ("schemars", &["config", "id", "model", "parse/front/keys", "cli/schema"]),
    (
        "serde",
        &[
            "access",
            "artifact",
            "config",
            "diag",
            "emit",
            "id",
            "members",
            "model",
            "parse",
            "promote",
            "render",
            "resolve",
            "view",
            "world",
            "disk",
            "cli",
            "enrich/model",
            "make",
            "serve",
            "theme",
            "promote",
        ],
    ),
    ("serde_ignored", &["config/typed"]),
    (
        "serde_json",
        &[
            "access/record",
            "access/runs",
            "access/seal",
            "cli",
            "config",
            "diag/render",
            "disk/facts",
            "emit/journal",
            "enrich/model",
            "main",
            "members",
            "model",
            "parse",
            "promote/experiment",
            "render",
            "resolve/show",
            "search/export",
            "serve/preview",
            "view",
            "theme",
        ],
    ),
    ("serde_path_to_error", &["config/typed", "parse/front/value"]),
    ("serde_yaml", &["config", "members", "parse/front", "theme", "cli/new", "promote/mail/log"]),
    ("sha2", &["access/crypto", "cli/hub", "render/csp"]),
    ("strsim", &["diag"]),
    ("syntect", &["render/highlight"]),
    ("tantivy", &["search/postings"]),
    ("tera", &["render/tera", "view/shared"]),
    ("thiserror", &["cli/failure"]),
    ("tiny_http", &["serve/wire"]),
    ("tokenizers", &["enrich/onnx"]),
    ("toml", &["parse/front/syntax", "load/root", "diag/locate", "compile"]),
    // Its structs of ONNX are what graphs are read with; it computes behind `ort`.
    ("tract_onnx", &["enrich/model/graph"]),
    ("two_face", &["render/highlight"]),
    ("unicode_normalization", &["access/base32", "search/tokenize"]),
    ("ureq", &["cli/external", "cli/hub"]),
    ("walkdir", &["disk/walk", "emit/obstacle"]),
    ("webp", &["render/image"]),
    ("zeroize", &["access"]),
];
