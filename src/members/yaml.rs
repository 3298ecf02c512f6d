//! `members.yaml` <-> [`Members`].
//!
//! One line for each member, in the order of the ids, so that a sale is a line in a diff and two people's sales merge. Invariant: what is written
//! is read again as the same value, and the same value is written as the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::{FILE, Grant, MOST_CODES, Member, Members, Pool};
use crate::access::Entitlement;
use crate::diag::{self, At, Diag, Noted, code};
use crate::id::{Lang, ProductId, SourcePath, TierId};

const HEAD: &str = "\
# Who may read what. `kmsite keys` writes this file; there are no secrets in it. Keep it in version control, or in a backup:
# without it nobody's code opens anything. Only these lines are kept as they are; what you want to remember of a member is its `note:`.
";

const CHINESE_HEAD: &str = "\
# 谁能读什么。这个文件由 `kmsite keys` 写，里面没有秘密；把它放进版本库，或者备份好：没有它，谁的码都打不开东西。
# 只有开头这几行注释会原样保留；想记住某位会员的什么事，写在他的 `note:` 里。
";

impl Members {
    /// Nobody yet; the file will say in the site's language what it is.
    #[must_use]
    pub fn begun(lang: &Lang) -> Self {
        Self { head: if lang.primary() == "zh" { CHINESE_HEAD } else { HEAD }.to_owned(), ..Self::default() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    key: Option<String>,
    #[serde(default)]
    reseals: u64,
    #[serde(default)]
    epochs: Option<BTreeMap<String, u64>>,
    #[serde(default)]
    members: Option<BTreeMap<String, MemberEntry>>,
    #[serde(default)]
    pools: Option<BTreeMap<String, PoolEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberEntry {
    name: Option<String>,
    note: Option<String>,
    serial: Option<u64>,
    #[serde(rename = "for", default)]
    grants: Vec<GrantEntry>,
    #[serde(default)]
    revoked: bool,
    buyer: Option<String>,
    #[serde(default)]
    refunded: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PoolEntry {
    name: Option<String>,
    note: Option<String>,
    count: u32,
    #[serde(rename = "for", default)]
    grants: Vec<GrantEntry>,
    #[serde(default)]
    revoked: BTreeSet<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantEntry {
    tier: Option<TierId>,
    product: Option<ProductId>,
    until: Option<String>,
    last: Option<u64>,
    #[serde(default)]
    orders: BTreeSet<String>,
}

/// Reads the file's bytes. With errors the value is not to be used.
pub fn read(bytes: &[u8]) -> Noted<Members> {
    let file = SourcePath::new(FILE);
    let Ok(text) = std::str::from_utf8(bytes) else {
        let diag = Diag::error(&code::NOT_UTF8, format!("`{FILE}` is not UTF-8 text")).at(At::file(&file));
        return Noted::new(Members::default(), vec![diag.hint("take the last good version from your backup")]);
    };
    let mut diags: Vec<Diag> = diag::duplicate_keys(text)
        .into_iter()
        .map(|twice| {
            Diag::error(&code::DUPLICATE_KEY, format!("the key `{}` is given twice", twice.key))
                .at(At::span(&file, twice.again))
                .related(At::span(&file, twice.first), "first here")
                .hint("keep one of the two; a member's id stands for one person")
        })
        .collect();
    let value = match serde_yaml::from_str::<Document>(text) {
        Ok(document) => {
            let head =
                text.trim_start_matches('\u{feff}').split_inclusive('\n').take_while(|line| line.starts_with('#')).collect();
            Members { head, ..Reader { file: &file, diags: &mut diags }.members(document) }
        }
        Err(error) => {
            diags.push(unreadable(&file, text, &error));
            Members::default()
        }
    };
    Noted::new(value, diags)
}

/// What the YAML parser did not understand.
fn unreadable(file: &SourcePath, text: &str, error: &serde_yaml::Error) -> Diag {
    let whole = error.to_string();
    let message = whole.split(" at line ").next().unwrap_or(&whole);
    let diag = Diag::error(&code::BAD_MEMBERS, format!("`{FILE}` cannot be read: {message}"));
    let at = error.location().map_or_else(
        || At::file(file),
        |location| {
            // The parser's index counts characters.
            let start = text.char_indices().nth(location.index()).map_or(text.len(), |(byte, _)| byte);
            let end = start + text[start..].chars().next().map_or(0, char::len_utf8);
            At::span(file, start..end)
        },
    );
    let diag = diag.at(at);
    if text.lines().any(|line| line.starts_with("<<<<<<<")) {
        return diag.hint("two versions were merged: keep the members of both, and the higher number of each epoch");
    }
    diag.hint("mend the line, or take the last good version from version control or your backup")
}

/// Turns what stands in the file into values, and tells what cannot be one.
struct Reader<'a> {
    file: &'a SourcePath,
    diags: &'a mut Vec<Diag>,
}

impl Reader<'_> {
    fn wrong(&mut self, path: &[&str], message: String, hint: &str) {
        self.diags.push(Diag::error(&code::BAD_MEMBERS, message).at(At::key(self.file, path)).hint(hint));
    }

    fn members(&mut self, document: Document) -> Members {
        if document.version != 1 {
            let message = format!("`{FILE}` is of version {}, and this kmsite reads version 1", document.version);
            self.wrong(&["version"], message, "update kmsite");
        }
        let mut members = Members { key: document.key, reseals: document.reseals, ..Members::default() };
        for (name, epoch) in document.epochs.unwrap_or_default() {
            match Entitlement::read(&name) {
                Some(entitlement) if epoch > 0 => drop(members.epochs.insert(entitlement, epoch)),
                _ => self.wrong(
                    &["epochs", &name],
                    format!("`{name}: {epoch}` is no epoch"),
                    "write `\"tier:pro\": 2`, counted from 1",
                ),
            }
        }
        for (id, entry) in document.members.unwrap_or_default() {
            self.check_id("members", &id);
            let member = self.member(&id, entry);
            members.people.insert(id, member);
        }
        for (id, entry) in document.pools.unwrap_or_default() {
            self.check_id("pools", &id);
            let pool = self.pool(&id, entry);
            members.pools.insert(id, pool);
        }
        members
    }

    fn check_id(&mut self, list: &str, id: &str) {
        // A hyphen parts a pool and a number; with one, two ids could have the same code.
        if id.is_empty() || !id.chars().all(char::is_alphanumeric) {
            self.wrong(
                &[list, id],
                format!("`{id}` is no id"),
                "make it of letters and digits; the code follows from it, so never change one in use",
            );
        }
    }

    fn member(&mut self, id: &str, entry: MemberEntry) -> Member {
        let serial = entry.serial.unwrap_or(1);
        if serial == 0 {
            self.wrong(
                &["members", id, "serial"],
                "serials are counted from 1".to_owned(),
                "write the number of codes that the member had",
            );
        }
        Member {
            name: entry.name,
            note: entry.note,
            serial,
            grants: self.grants("members", id, entry.grants),
            is_revoked: entry.revoked,
            buyer: entry.buyer,
            refunded: entry.refunded,
        }
    }

    fn pool(&mut self, id: &str, entry: PoolEntry) -> Pool {
        let count = entry.count.min(MOST_CODES);
        if entry.count != count {
            self.wrong(&["pools", id, "count"], format!("a pool has no more than {MOST_CODES} codes"), "make several pools");
        }
        if let Some(number) = entry.revoked.iter().find(|&&number| number == 0 || number > count) {
            self.wrong(
                &["pools", id, "revoked"],
                format!("the pool `{id}` has no code {number}"),
                "number codes from 1 to `count`",
            );
        }
        let grants = self.grants("pools", id, entry.grants);
        Pool { name: entry.name, note: entry.note, count, grants, revoked: entry.revoked }
    }

    fn grants(&mut self, list: &str, id: &str, entries: Vec<GrantEntry>) -> Vec<Grant> {
        let mut grants: Vec<Grant> = Vec::with_capacity(entries.len());
        for (number, entry) in entries.into_iter().enumerate() {
            let number = number.to_string();
            let path = [list, id, "for", &number];
            let entitlement = match (entry.tier, entry.product) {
                (Some(tier), None) => Entitlement::Tier(tier),
                (None, Some(product)) => Entitlement::Product(product),
                _ => {
                    self.wrong(
                        &path,
                        format!("`{id}` holds something that is not one tier or one product"),
                        "write `{ tier: pro }` or `{ product: course }`",
                    );
                    continue;
                }
            };
            let until = entry.until.as_deref().map(str::parse::<Date>);
            if let Some(Err(_)) = until {
                self.wrong(&path, format!("`{}` is no date", entry.until.unwrap_or_default()), "write it as `2026-12-31`");
                continue;
            }
            if grants.iter().any(|grant| grant.entitlement == entitlement) {
                self.wrong(&path, format!("`{id}` holds `{entitlement}` twice"), "keep the one that lasts longer");
                continue;
            }
            grants.push(Grant { entitlement, until: until.and_then(Result::ok), last: entry.last, orders: entry.orders });
        }
        grants
    }
}

/// Writes the file.
#[must_use]
pub fn write(members: &Members) -> String {
    let mut text = members.head.clone();
    text.push_str("version: 1\n");
    if let Some(key) = &members.key {
        let _ = writeln!(text, "key: {}", Value::from(key.as_str()));
    }
    if members.reseals > 0 {
        let _ = writeln!(text, "reseals: {}", members.reseals);
    }
    section(
        &mut text,
        "epochs",
        members.epochs.iter().map(|(entitlement, epoch)| (Value::from(entitlement.to_string()).to_string(), epoch.to_string())),
    );
    section(&mut text, "members", members.people.iter().map(|(id, member)| (scalar(id), self::member(member))));
    section(&mut text, "pools", members.pools.iter().map(|(id, pool)| (scalar(id), self::pool(pool))));
    text
}

/// A key and a line for each entry; nothing if there are none.
fn section(text: &mut String, key: &str, entries: impl Iterator<Item = (String, String)>) {
    let mut entries = entries.peekable();
    if entries.peek().is_some() {
        let _ = writeln!(text, "{key}:");
    }
    for (key, value) in entries {
        let _ = writeln!(text, "  {key}: {value}");
    }
}

fn member(member: &Member) -> String {
    let mut fields = Fields::default();
    fields.text("name", member.name.as_deref());
    fields.text("note", member.note.as_deref());
    if member.serial != 1 {
        fields.add("serial", member.serial);
    }
    fields.add("for", grants(&member.grants));
    if member.is_revoked {
        fields.add("revoked", true);
    }
    fields.text("buyer", member.buyer.as_deref());
    if !member.refunded.is_empty() {
        fields.add("refunded", list(member.refunded.iter().map(|order| Value::from(order.as_str()))));
    }
    fields.braced()
}

fn pool(pool: &Pool) -> String {
    let mut fields = Fields::default();
    fields.text("name", pool.name.as_deref());
    fields.text("note", pool.note.as_deref());
    fields.add("count", pool.count);
    fields.add("for", grants(&pool.grants));
    if !pool.revoked.is_empty() {
        fields.add("revoked", list(pool.revoked.iter()));
    }
    fields.braced()
}

fn grants(grants: &[Grant]) -> String {
    list(grants.iter().map(|grant| {
        let mut fields = Fields::default();
        match &grant.entitlement {
            Entitlement::Tier(id) => fields.add("tier", scalar(id.as_str())),
            Entitlement::Product(id) => fields.add("product", scalar(id.as_str())),
        }
        if let Some(until) = grant.until {
            fields.add("until", until);
        }
        if let Some(last) = grant.last {
            fields.add("last", last);
        }
        if !grant.orders.is_empty() {
            fields.add("orders", list(grant.orders.iter().map(|order| Value::from(order.as_str()))));
        }
        fields.braced()
    }))
}

fn list(items: impl Iterator<Item = impl ToString>) -> String {
    format!("[{}]", items.map(|item| item.to_string()).collect::<Vec<_>>().join(", "))
}

/// The fields of a mapping on one line.
#[derive(Default)]
struct Fields(Vec<String>);

impl Fields {
    fn add(&mut self, key: &str, value: impl std::fmt::Display) {
        self.0.push(format!("{key}: {value}"));
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(key, Value::from(value));
        }
    }

    fn braced(&self) -> String {
        format!("{{ {} }}", self.0.join(", "))
    }
}

/// An id, in quotes unless any YAML parser takes it for a text without.
fn scalar(id: &str) -> String {
    let is_word =
        id.starts_with(|c: char| c.is_ascii_alphabetic()) && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let means_something =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&id.to_ascii_lowercase().as_str());
    if is_word && !means_something { id.to_owned() } else { Value::from(id).to_string() }
}
