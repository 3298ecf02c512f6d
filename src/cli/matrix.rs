//! `kmsite matrix`: the knowledge matrix, and the steps that the ladder lacks.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::{Value, json};

use super::open::{Opened, Wanted};
use super::{Env, Exit, Failure, Format, Selection, Strictness};
use crate::compile;
use crate::diag::Severity;
use crate::enrich::levels;
use crate::enrich::matrix::{Gap, Matrix, Row};
use crate::id::{Lang, PieceId, TermId};
use crate::model::text::width;
use crate::model::{Entitlements, Level, Piece, Site};

/// What `matrix` takes.
#[derive(Clone, Copy, Debug, Args)]
pub struct MatrixArgs {
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
}

/// Prints the matrix of each language.
///
/// # Errors
/// Those of the streams and the site's folder.
pub(super) fn run(args: &MatrixArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let wanted = Wanted { selection: args.selection, ..Wanted::default() };
    let mut opened = Opened::open(&wanted, env)?;
    opened.diags.retain(|diag| diag.severity == Severity::Error);
    opened.report(env)?;
    if !opened.diags.is_empty() {
        return Ok(Exit::of(&opened.diags, Strictness::Lenient));
    }
    let site = opened.compiled.plan.site();
    let levels = levels::infer(site, &compile::level_models(&opened.compiled.tree).value);
    let matrices = site.languages.iter().map(|language| (&language.tag, Matrix::of(site, &language.tag, &levels)));
    if env.format == Format::Json {
        let languages = matrices.map(|(lang, matrix)| (lang.to_string(), as_json(site, &matrix)));
        env.answer(&Value::Object(languages.collect()))?;
        return Ok(Exit::Done);
    }
    for (lang, matrix) in matrices {
        write!(env.out, "{}", as_text(site, lang, &matrix))?;
    }
    Ok(Exit::Done)
}

fn as_json(site: &Site, matrix: &Matrix) -> Value {
    let piece = |id: &PieceId| {
        let piece = site.piece(*id);
        let mut told = json!({ "title": &*piece.title, "kind": piece.kind.name(), "tier": tier(site, piece), "route": piece.route.as_str() });
        if matrix.inferred.contains(id) {
            told["inferred"] = true.into();
        }
        told
    };
    let row = |row: &Row| {
        let cells = Level::ALL.into_iter().zip(&row.cells);
        let mut cells: serde_json::Map<String, Value> =
            cells.map(|(level, cell)| (level.name().to_owned(), cell.iter().map(piece).collect())).collect();
        cells.insert("none".to_owned(), row.unlevelled.iter().map(piece).collect());
        json!({ "topic": &*site.term(row.topic).name, "route": site.term(row.topic).route.as_str(), "levels": cells })
    };
    let gap = |gap: &Gap| {
        let (topic, level, piece) = parts(*gap);
        json!({
            "gap": gap.name(),
            "topic": topic.map(|id| &*site.term(id).name),
            "level": level.map(Level::name),
            "piece": piece.map(|id| site.piece(id).route.as_str()),
            "message": told(site, *gap),
        })
    };
    json!({ "topics": matrix.rows.iter().map(row).collect::<Vec<_>>(), "inferred": matrix.inferred.len(), "gaps": matrix.gaps.iter().map(gap).collect::<Vec<_>>() })
}

const fn parts(gap: Gap) -> (Option<TermId>, Option<Level>, Option<PieceId>) {
    match gap {
        Gap::NoFreeWayIn(topic) | Gap::NothingToGrowInto(topic) => (Some(topic), None, None),
        Gap::MissingStep(topic, level) => (Some(topic), Some(level), None),
        Gap::Unreached(piece) => (None, None, Some(piece)),
    }
}

/// A gap in a sentence, with what to do.
fn told(site: &Site, gap: Gap) -> String {
    let topic = |id| &*site.term(id).name;
    match gap {
        Gap::NoFreeWayIn(id) => format!("`{}` has no free way in: everything on it is paid", topic(id)),
        Gap::MissingStep(id, level) => {
            format!("`{}` lacks a step: nothing {} between beginner and advanced", topic(id), level.name())
        }
        Gap::NothingToGrowInto(id) => format!("`{}` has nothing advanced on sale to grow into", topic(id)),
        Gap::Unreached(id) => format!("`{}` is paid, and nothing free leads to it", site.piece(id).title),
    }
}

fn tier(site: &Site, piece: &Piece) -> String {
    match &piece.access {
        Entitlements::Free => site.config.tiers.first().map_or_else(String::new, |tier| tier.id.to_string()),
        Entitlements::Paid { tier: Some(tier), .. } => tier.to_string(),
        Entitlements::Paid { products, .. } => products.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    }
}

/// The matrix as a table: a row for each topic; in each cell, how many pieces of each tier.
fn as_text(site: &Site, lang: &Lang, matrix: &Matrix) -> String {
    let mut text = format!("{lang}\n");
    if matrix.rows.is_empty() {
        text.push_str("  no piece has a tag: `tags:` in front matter names the topics\n");
        return text;
    }
    let mut table = vec![vec!["topic".to_owned()]];
    table[0].extend(Level::ALL.map(|level| level.name().to_owned()));
    table[0].push("no level".to_owned());
    for row in &matrix.rows {
        let cells = row.cells.iter().chain([&row.unlevelled]);
        table.push([site.term(row.topic).name.to_string()].into_iter().chain(cells.map(|cell| counts(site, cell))).collect());
    }
    let widths: Vec<usize> =
        (0..table[0].len()).map(|column| table.iter().map(|row| width(&row[column])).max().unwrap_or(0)).collect();
    for row in &table {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, &full)| format!("{cell}{}", " ".repeat(full - width(cell)))).collect();
        text.push_str(format!("  {}", cells.join("  ")).trim_end());
        text.push('\n');
    }
    if !matrix.inferred.is_empty() {
        let all: BTreeSet<&PieceId> = matrix.rows.iter().flat_map(|row| row.cells.iter().flatten()).collect();
        let (inferred, all) = (matrix.inferred.len(), all.len());
        text.push_str(&format!("  {inferred} of {all} levels are inferred; `kmsite levels` lists them\n"));
    }
    for gap in &matrix.gaps {
        text.push_str(&format!("  gap: {}\n", told(site, *gap)));
    }
    text
}

/// `2 free, 1 pro`, in the order of the tiers.
fn counts(site: &Site, cell: &[PieceId]) -> String {
    let mut counts: Vec<(usize, String, usize)> = Vec::new();
    for &id in cell {
        let piece = site.piece(id);
        let name = tier(site, piece);
        let rank = piece.tier().and_then(|tier| site.config.tier_rank(tier)).unwrap_or(if piece.access.is_free() {
            0
        } else {
            usize::MAX
        });
        match counts.iter_mut().find(|(_, known, _)| *known == name) {
            Some((_, _, count)) => *count += 1,
            None => counts.push((rank, name, 1)),
        }
    }
    counts.sort();
    let counts: Vec<String> = counts.into_iter().map(|(_, name, count)| format!("{count} {name}")).collect();
    if counts.is_empty() { "–".to_owned() } else { counts.join(", ") }
}
