//! A piece as the gate shows it -> its copies on other networks, each as that network takes it.
//!
//! Invariant: a network that everyone reads gets what everyone may read; only what is pasted behind a wall of its own ([`is_walled`]) may hold more.

pub mod wechat;
pub mod x;

use crate::config::Channel;
use crate::id::Lang;

use super::prose::markdown::{self, Formulas};
use super::prose::plain::{self, References};
use super::prose::{self, Block, Inline};

/// What a copy is made of.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The piece's title.
    pub title: &'a str,
    /// Its description.
    pub description: &'a str,
    /// Its text, or so much of it as the audience may read.
    pub blocks: &'a [Block],
    /// Its language.
    pub lang: &'a Lang,
    /// Its page, as told on this network.
    pub page: &'a str,
    /// What it says before the page's address.
    pub read_on: &'a str,
}

/// Whether a network has a wall of its own, behind which paid text may stand.
#[must_use]
pub const fn is_walled(channel: Channel) -> bool {
    matches!(channel, Channel::Xiaobaotong | Channel::Zsxq)
}

/// How many characters a post on 知识星球 may have. Source: its editor, which counts down from 10,000.
pub const LONGEST_ZSXQ: usize = 10_000;

/// Markdown with the title above and the page below.
#[must_use]
pub fn markdown(source: &Source<'_>, formulas: Formulas) -> String {
    markdown::write(&framed(source), formulas)
}

/// HTML with the title above and the page below, for editors that keep headings, lists and pictures of what is pasted.
#[must_use]
pub fn html(source: &Source<'_>) -> String {
    prose::html::write(&framed(source), &mut prose::html::Mail)
}

/// The text between its title and the way to its page.
fn framed(source: &Source<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, vec![Inline::text(source.title)])];
    blocks.extend(source.blocks.iter().cloned());
    blocks.push(Block::Rule);
    blocks.push(Block::Button(source.read_on.to_owned(), source.page.to_owned()));
    blocks
}

/// Plain text with the title above, and its addresses and the page below.
#[must_use]
pub fn text(source: &Source<'_>) -> String {
    let mut links = References::default();
    let body = plain::write(source.blocks, &mut links);
    let mut parts = vec![source.title.to_owned(), body.trim_end().to_owned()];
    if !links.is_empty() {
        parts.push(plain::references(&links).trim_end().to_owned());
    }
    parts.push(format!("{}: {}", source.read_on, source.page));
    parts.join("\n\n") + "\n"
}
