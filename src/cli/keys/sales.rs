//! `kmsite keys issue --from`: a shop's list of sales -> members, and a list for mail merge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::json;

use super::desk::{self, Desk};
use super::issue::{self, IssueArgs};
use super::sheet::Sheet;
use crate::access::Entitlement;
use crate::cli::{Env, Exit, Failure, Format};
use crate::config::{Localized, Period};
use crate::diag::{Diag, code};
use crate::members::sales::{self, Column, Payment, Row};
use crate::members::{Ledger, Sale, Sold, Term};

/// The headings of the list for mail merge.
const HEAD: &[&str] = &["code", "link", "email", "name", "product", "until", "order", "what happened"];

/// Enters the sales of a list.
pub(super) fn enter(args: &IssueArgs, from: &Path, mut desk: Desk, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let shown = from.display().to_string();
    let bytes = std::fs::read(from).map_err(Failure::io(format!("read `{shown}`")))?;
    let rows = match sales::read(&bytes, &columns(args)?) {
        Ok(rows) => rows,
        Err(wrong) => return refuse(wrong.iter().map(|wrong| wrong.diag(&shown)).collect(), env),
    };
    let products = Products::of(args, &desk)?;
    let mut sold = Vec::new();
    let mut wrong = Vec::new();
    for row in rows.iter().filter(|row| row.payment != Payment::Missing) {
        match products.sale(row, args, &desk) {
            Ok(sale) => sold.push((row, sale)),
            Err(found) => wrong.push(found.diag(&shown)),
        }
    }
    if !wrong.is_empty() {
        return refuse(wrong, env);
    }
    // In the order of the days, so that who renewed has one time after the other, whatever order the shop lists them in.
    sold.sort_by_key(|(row, _)| (row.date, row.line));
    let entered = book(sold, &mut desk, env)?;
    if let Some(path) = &args.csv {
        list(&entered, args.all, &desk).create(path)?;
    }
    desk.save(env)?;
    tell(&entered, rows.len(), &desk, env)
}

fn refuse(wrong: Vec<Diag>, env: &mut Env<'_>) -> Result<Exit, Failure> {
    desk::report(wrong, env)?;
    Ok(Exit::Config)
}

/// What became of the rows.
struct Entered<'a> {
    rows: Vec<(&'a Row, Entitlement, Sold)>,
    taken_back: BTreeSet<Entitlement>,
}

fn book<'a>(sold: Vec<(&'a Row, Sale)>, desk: &mut Desk, env: &Env<'_>) -> Result<Entered<'a>, Failure> {
    let mut ids = Vec::new();
    for _ in 0..sold.len() {
        ids.push(issue::new_id('m', desk)?);
    }
    let mut fresh = || ids.pop().unwrap_or_default();
    let mut ledger = Ledger::open(&mut desk.members, env.clock.today());
    let rows = sold.into_iter().map(|(row, sale)| {
        let sold = ledger.enter(&sale, &mut fresh);
        (row, sale.entitlement, sold)
    });
    let rows = rows.collect();
    Ok(Entered { rows, taken_back: ledger.close() })
}

/// The columns that the creator names.
fn columns(args: &IssueArgs) -> Result<Vec<(Column, String)>, Failure> {
    let read = |written: &String| {
        let found = written.split_once('=').and_then(|(name, heading)| {
            let column = Column::ALL.into_iter().find(|column| column.name() == name.trim())?;
            Some((column, heading.trim().to_owned()))
        });
        found.ok_or_else(|| {
            let names = Column::ALL.map(Column::name).join("`, `");
            let diag = Diag::error(&code::BAD_SALES, format!("`--column {written}` names no column"));
            Failure::from(diag.hint(format!("write it as `order=No.`; the columns are `{names}`")))
        })
    };
    args.column.iter().map(read).collect()
}

/// What the shop's products are here.
struct Products {
    /// By the shop's name, without case.
    known: BTreeMap<String, Entitlement>,
    /// What a row is that says nothing else.
    all: Option<Entitlement>,
}

impl Products {
    fn of(args: &IssueArgs, desk: &Desk) -> Result<Self, Failure> {
        let mut known = BTreeMap::new();
        let mut add = |name: &str, entitlement: &Entitlement| drop(known.insert(name.trim().to_lowercase(), entitlement.clone()));
        let texts = |name: &Localized| match name {
            Localized::Same(text) => vec![text.clone()],
            Localized::Each(texts) => texts.values().cloned().collect(),
        };
        for entitlement in desk.sold() {
            let (id, name) = match &entitlement {
                Entitlement::Tier(id) => {
                    (id.as_str(), desk.config.tiers.iter().find(|tier| tier.id == *id).map(|tier| &tier.name))
                }
                Entitlement::Product(id) => {
                    (id.as_str(), desk.config.products.iter().find(|product| product.id == *id).map(|product| &product.name))
                }
            };
            add(id, &entitlement);
            add(&entitlement.to_string(), &entitlement);
            name.iter().flat_map(|name| texts(name)).filter(|name| !name.is_empty()).for_each(|name| add(&name, &entitlement));
        }
        for written in &args.map {
            let Some((name, what)) = written.rsplit_once('=') else {
                let diag = Diag::error(&code::BAD_SALES, format!("`--map {written}` maps nothing"));
                return Err(diag.hint("write it as `--map \"Rust course=product:rust\"`").into());
            };
            add(name, &desk.entitlement(what.trim())?);
        }
        let all = match &*args.what {
            [] => None,
            [what] => Some(desk.entitlement(what)?),
            _ => {
                let diag = Diag::error(&code::BAD_SALES, "a sale of a list is of one thing, and `--for` is given several times");
                return Err(diag.hint("pass `--map` for each product of the list").into());
            }
        };
        Ok(Self { known, all })
    }

    fn sale(&self, row: &Row, args: &IssueArgs, desk: &Desk) -> Result<Sale, sales::Wrong> {
        let wrong = |message: String, hint: &str| sales::Wrong { line: row.line, message, hint: hint.to_owned() };
        let named = row.product.as_ref().and_then(|product| self.known.get(&product.to_lowercase()));
        let Some(entitlement) = named.or(self.all.as_ref()) else {
            return Err(match &row.product {
                Some(product) => wrong(
                    format!("`{product}` is nothing that this site sells"),
                    "say what it is with `--map \"…=product:…\"`, or pass `--for` if all sales of the list are of one thing",
                ),
                None => {
                    wrong("nothing says what was sold".to_owned(), "pass `--for`, or name the column with `--column product=…`")
                }
            });
        };
        let term = match (args.until, period(entitlement, desk), row.date) {
            (Some(until), ..) => Term::Until(until),
            (None, None, _) => Term::Good,
            (None, Some(period), Some(date)) => Term::From(date, period),
            (None, Some(_), None) => {
                let message = format!("`{entitlement}` is paid for a time, and nothing says when this was bought");
                return Err(wrong(message, "name the column with `--column date=…`, or pass `--until`"));
            }
        };
        Ok(Sale {
            order: desk.keyring.order(&row.order, entitlement),
            buyer: row.buyer.as_ref().map(|buyer| desk.keyring.buyer(buyer)),
            name: None,
            entitlement: entitlement.clone(),
            term,
            is_refunded: row.payment == Payment::Returned,
        })
    }
}

/// For how long something is sold.
fn period(entitlement: &Entitlement, desk: &Desk) -> Option<Period> {
    let price = match entitlement {
        Entitlement::Tier(id) => desk.config.tiers.iter().find(|tier| tier.id == *id)?.price.as_ref(),
        Entitlement::Product(id) => desk.config.products.iter().find(|product| product.id == *id)?.price.as_ref(),
    };
    price?.per
}

/// The list for mail merge: those who have something new, or all who have something.
fn list(entered: &Entered<'_>, all: bool, desk: &Desk) -> Sheet {
    let lines = entered.rows.iter().filter_map(|(row, entitlement, sold)| {
        let (id, told) = match sold {
            Sold::New(id) => (id, "new"),
            Sold::Renewed(id) => (id, "renewed"),
            Sold::Known(id) if all => (id, "known"),
            Sold::Known(_) | Sold::Refunded(_) | Sold::Nothing => return None,
        };
        let seat = desk.members.seat(id).filter(|seat| !seat.is_revoked)?;
        let grant = seat.grants.iter().find(|grant| grant.entitlement == *entitlement)?;
        let code = desk.code(&seat).write();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let until = grant.until.map(|until| until.to_string()).unwrap_or_default();
        Some(vec![
            code.to_string(),
            desk.link(&code),
            text(&row.buyer),
            text(&row.name),
            entitlement.to_string(),
            until,
            row.order.clone(),
            told.to_owned(),
        ])
    });
    Sheet { head: HEAD, lines: lines.collect() }
}

fn tell(entered: &Entered<'_>, rows: usize, desk: &Desk, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let count = |is: fn(&Sold) -> bool| entered.rows.iter().filter(|(.., sold)| is(sold)).count();
    let new = count(|sold| matches!(sold, Sold::New(_)));
    let renewed = count(|sold| matches!(sold, Sold::Renewed(_)));
    let known = count(|sold| matches!(sold, Sold::Known(_)));
    let refunded = count(|sold| matches!(sold, Sold::Refunded(_)));
    let passed = rows - new - renewed - known - refunded;
    if env.format == Format::Json {
        let epochs: BTreeMap<String, u64> =
            entered.taken_back.iter().map(|what| (what.to_string(), desk.members.epoch(what))).collect();
        let counts = json!({
            "sales": rows, "new": new, "renewed": renewed, "known": known, "refunded": refunded, "passed over": passed, "epochs": epochs,
        });
        env.answer(&counts)?;
        return Ok(Exit::Done);
    }
    writeln!(env.out, "{rows} sales: {new} new, {renewed} renewed, {known} known, {refunded} refunded, {passed} passed over")?;
    for what in &entered.taken_back {
        writeln!(env.out, "{what} is in epoch {}", desk.members.epoch(what))?;
    }
    issue::remind(env)
}
