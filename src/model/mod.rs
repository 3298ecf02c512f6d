//! What a site is made of, as inert values: blocks and documents from `parse`, pieces and lists from `resolve`.
//!
//! Nothing here acts. This module imports no phase; of `access` only `locked`.

mod block;
mod campaign;
mod demand;
mod doc;
pub mod duration;
mod front;
mod media;
pub mod numbers;
pub mod passage;
mod piece;
mod quiz;
mod site;
pub mod srcset;
pub mod text;
mod unseen;
mod walk;

pub use block::{Alert, Align, Arg, ArgValue, Block, Code, HtmlPart, Inline, LineSet, LinkRef, ListKind, Words};
pub use campaign::{Campaign, Edition};
pub use demand::{Demand, DemandKind, style_class};
pub use doc::{Anchor, Body, Doc, Link, LinkKind, RawLink};
pub use front::{Front, Many, Moment, Secrets, Texts};
pub use media::{Media, Variant};
pub use piece::{Dates, Entitlements, Kind, Level, LevelOrigin, Piece, Prerequisite};
pub use quiz::{Answers, Question};
pub use site::{Changed, Font, Language, Logo, Logos, Redirect, Resolved, Site, Taxonomy, Term};
pub use walk::{Node, Walk, walk};
