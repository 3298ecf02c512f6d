//! Finds the bytes of keys and values in YAML and TOML text: `["tiers", "1", "id"]` -> span.
//!
//! YAML and TOML files are read whole, of other files the front matter. Text that cannot be read to its end is known up to the fault.
//! Each file is read once, however many findings lie in it. Invariant: a span lies within its file, on character boundaries.

use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser};
use toml::de::{DeTable, DeValue};

use super::{At, Place, Span};
use crate::id::SourcePath;

/// Knows where keys stand, file by file.
pub(super) struct Locator<'a> {
    source: &'a dyn Fn(&SourcePath) -> Option<Vec<u8>>,
    trees: BTreeMap<SourcePath, Option<Tree>>,
}

impl<'a> Locator<'a> {
    /// A locator that asks `source` for the files' bytes.
    pub(super) fn new(source: &'a dyn Fn(&SourcePath) -> Option<Vec<u8>>) -> Self {
        Self { source, trees: BTreeMap::new() }
    }

    /// Turns a key path into a span: of the key, else of the nearest key above it; without any the place becomes the file.
    pub(super) fn settle(&mut self, at: &mut At) {
        let span = match &at.place {
            Place::File | Place::Span(_) => return,
            Place::Key(path) => self.tree(&at.file).and_then(|tree| tree.find(path, Tree::value_span)),
            Place::KeyName(path) => self.tree(&at.file).and_then(|tree| tree.find(path, Tree::key_span)),
        };
        at.place = span.map_or(Place::File, Place::Span);
    }

    fn tree(&mut self, file: &SourcePath) -> Option<&Tree> {
        if !self.trees.contains_key(file) {
            let tree = (self.source)(file).and_then(|bytes| read(file, &bytes));
            self.trees.insert(file.clone(), tree);
        }
        self.trees.get(file)?.as_ref()
    }
}

/// A key that stands twice in the same mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The key as written, without quotes.
    pub key: String,
    /// Where it stands first.
    pub first: Span,
    /// Where it stands again.
    pub again: Span,
}

/// Finds all keys that stand twice in a YAML text, in the order of their second place.
///
/// Spans are bytes of `text`. Whatever follows a syntax error is not looked at.
#[must_use]
pub fn duplicate_keys(text: &str) -> Vec<Duplicate> {
    yaml(text, 0).duplicates
}

/// Reads the part of a file that has keys.
fn read(file: &SourcePath, bytes: &[u8]) -> Option<Tree> {
    let (syntax, range) = keyed_part(file, bytes)?;
    let text = std::str::from_utf8(&bytes[range.clone()]).ok()?;
    Some(match syntax {
        Syntax::Yaml => yaml(text, range.start),
        Syntax::Toml => toml(text, range.start),
    })
}

#[derive(Clone, Copy)]
enum Syntax {
    Yaml,
    Toml,
}

/// The bytes of a file that hold keys: all of a configuration file, else the lines between the marks of the front matter.
fn keyed_part(file: &SourcePath, bytes: &[u8]) -> Option<(Syntax, Range<usize>)> {
    let start = if bytes.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    match file.extension().as_str() {
        "yaml" | "yml" => return Some((Syntax::Yaml, start..bytes.len())),
        "toml" => return Some((Syntax::Toml, start..bytes.len())),
        _ => {}
    }
    let all = || bytes[start..].split_inclusive(|&byte| byte == b'\n');
    let is_blank = |line: &&[u8]| line.trim_ascii().is_empty();
    let start = start + all().take_while(is_blank).map(<[u8]>::len).sum::<usize>();
    let mut lines = all().skip_while(is_blank);
    let opening = lines.next()?;
    let mark = opening.trim_ascii_end();
    let syntax = match mark {
        b"---" => Syntax::Yaml,
        b"+++" => Syntax::Toml,
        _ => return None,
    };
    let inner: usize = lines.take_while(|line| line.trim_ascii_end() != mark).map(<[u8]>::len).sum();
    let from = start + opening.len();
    Some((syntax, from..from + inner))
}

/// A value, and the key or position it stands under.
struct Node {
    key: Option<Span>,
    value: Span,
    /// Whether it is a mapping or list written over several lines, without brackets.
    block: bool,
}

/// The keys of a text. The root is node 0.
struct Tree {
    nodes: Vec<Node>,
    children: BTreeMap<(usize, String), usize>,
    duplicates: Vec<Duplicate>,
}

impl Tree {
    fn new() -> Self {
        Self { nodes: vec![Node { key: None, value: 0..0, block: true }], children: BTreeMap::new(), duplicates: Vec::new() }
    }

    /// Adds a value under its parent; of two with the same key the first is kept.
    fn add(&mut self, parent: usize, name: String, node: Node) -> usize {
        let id = self.nodes.len();
        match (self.children.get(&(parent, name.clone())), &node.key) {
            (Some(&first), Some(again)) if !again.is_empty() => {
                let first = self.nodes[first].key.clone().unwrap_or_else(|| again.clone());
                self.duplicates.push(Duplicate { key: name, first, again: again.clone() });
            }
            (Some(_), _) => {}
            (None, _) => drop(self.children.insert((parent, name), id)),
        }
        self.nodes.push(node);
        id
    }

    /// The span of the node at `path` as `exact` sees it, else of the nearest node above it.
    fn find(&self, path: &[String], exact: fn(&Self, usize) -> Span) -> Option<Span> {
        let mut node = 0;
        for name in path {
            match self.children.get(&(node, name.clone())) {
                Some(&child) => node = child,
                None if node == 0 => return None,
                None => return Some(self.value_span(node)),
            }
        }
        (node != 0).then(|| exact(self, node))
    }

    /// The value; where it is empty or a block of many lines, its key says more.
    fn value_span(&self, node: usize) -> Span {
        let node = &self.nodes[node];
        match &node.key {
            Some(key) if node.block || node.value.is_empty() => key.clone(),
            _ => node.value.clone(),
        }
    }

    fn key_span(&self, node: usize) -> Span {
        self.nodes[node].key.clone().unwrap_or_else(|| self.value_span(node))
    }
}

/// Reads a YAML text whose first byte is number `base` of its file.
fn yaml(text: &str, base: usize) -> Tree {
    let mut reader = YamlReader { offsets: Offsets::new(text), text, base, tree: Tree::new(), open: Vec::new() };
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        let span = reader.offsets.span(span.start.index(), span.end.index());
        match event {
            Event::Scalar(value, ..) => reader.scalar(&value, span),
            Event::Alias(_) => reader.scalar(&text[span.clone()], span),
            Event::MappingStart(..) => reader.open(Expects::Key, span),
            Event::SequenceStart(..) => reader.open(Expects::Item(0), span),
            Event::MappingEnd | Event::SequenceEnd => reader.close(span.end),
            Event::DocumentEnd => break,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
    }
    while !reader.open.is_empty() {
        reader.close(0);
    }
    reader.tree
}

/// What may come next in an open collection.
enum Expects {
    Key,
    /// The value of this key.
    Value(String, Span),
    /// The item of this number.
    Item(usize),
}

/// Builds a tree from YAML events. Iterative, since nesting is the author's.
struct YamlReader<'a> {
    offsets: Offsets,
    text: &'a str,
    base: usize,
    tree: Tree,
    /// The collections that are not closed yet, outermost first.
    open: Vec<(usize, Expects)>,
}

impl YamlReader<'_> {
    fn scalar(&mut self, value: &str, span: Span) {
        let trimmed = self.text[span.clone()].trim_end().len();
        let span = span.start..span.start + trimmed;
        if let Some((_, expects @ Expects::Key)) = self.open.last_mut() {
            *expects = Expects::Value(value.to_owned(), self.base + span.start..self.base + span.end);
        } else {
            let node = self.add(&span, false);
            self.grow(node);
        }
    }

    fn open(&mut self, expects: Expects, span: Span) {
        let flow = self.text[span.start..].starts_with(['{', '[']);
        let node = match self.open.last_mut() {
            Some((_, outer @ Expects::Key)) => {
                // A collection as a key: nobody can name it, so what it holds hangs on a node that no path leads to.
                *outer = Expects::Value(String::new(), self.base + span.start..self.base + span.start);
                self.tree.nodes.push(Node { key: None, value: span, block: !flow });
                self.tree.nodes.len() - 1
            }
            _ => self.add(&span, !flow),
        };
        self.open.push((node, expects));
    }

    fn close(&mut self, end: usize) {
        let Some((node, _)) = self.open.pop() else { return };
        if !self.tree.nodes[node].block {
            let value = &mut self.tree.nodes[node].value;
            value.end = value.end.max(self.base + end);
        }
        self.grow(node);
    }

    /// Adds a value where the innermost open collection expects one.
    fn add(&mut self, span: &Span, block: bool) -> usize {
        let value = self.base + span.start..self.base + span.end;
        let Some((parent, expects)) = self.open.last_mut() else {
            self.tree.nodes[0].value = value;
            return 0;
        };
        let (next, name, key) = match std::mem::replace(expects, Expects::Key) {
            Expects::Item(number) => (Expects::Item(number + 1), number.to_string(), None),
            Expects::Value(name, key) => (Expects::Key, name, Some(key)),
            Expects::Key => (Expects::Key, String::new(), None),
        };
        *expects = next;
        let parent = *parent;
        self.tree.add(parent, name, Node { key, value, block })
    }

    /// Lets the innermost open collection reach to the end of this value of it.
    fn grow(&mut self, node: usize) {
        let end = self.tree.nodes[node].value.end;
        if let Some(&(outer, _)) = self.open.last() {
            let value = &mut self.tree.nodes[outer].value;
            value.end = value.end.max(end);
        }
    }
}

/// Byte offsets by character number, as the YAML parser counts characters.
struct Offsets {
    /// Empty where each character is one byte.
    bytes: Vec<usize>,
    len: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let bytes = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(byte, _)| byte).collect() };
        Self { bytes, len: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        if self.bytes.is_empty() { character.min(self.len) } else { self.bytes.get(character).copied().unwrap_or(self.len) }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let start = self.byte(start);
        start..self.byte(end).max(start)
    }
}

/// Reads a TOML text whose first byte is number `base` of its file.
fn toml(text: &str, base: usize) -> Tree {
    let shift = |span: Range<usize>| base + span.start..base + span.end;
    let (root, _) = DeTable::parse_recoverable(text);
    let mut tree = Tree::new();
    let mut open = vec![(0, DeValue::Table(root.into_inner()))];
    while let Some((parent, value)) = open.pop() {
        match value {
            DeValue::Table(table) => {
                for (key, value) in table {
                    let block = value.get_ref().is_table() && !text[value.span().start..].starts_with('{');
                    let node = Node { key: Some(shift(key.span())), value: shift(value.span()), block };
                    let id = tree.add(parent, key.into_inner().into_owned(), node);
                    open.push((id, value.into_inner()));
                }
            }
            DeValue::Array(array) => {
                for (number, value) in array.into_iter().enumerate() {
                    let node = Node { key: None, value: shift(value.span()), block: false };
                    let id = tree.add(parent, number.to_string(), node);
                    open.push((id, value.into_inner()));
                }
            }
            _ => {}
        }
    }
    tree
}
