//! A report as one page of HTML: tables, and a plot of each experiment's intervals as SVG. It loads nothing, and reads the same without colours.

use std::fmt::Write as _;

use super::words::Words;
use super::{Report, rows};
use crate::promote::experiment::Verdict;

/// The width of a plot and of its names, and the height of a row, in pixels.
const WIDTH: f64 = 640.0;
const NAMES: f64 = 160.0;
const ROW: f64 = 32.0;

/// The styles of the page.
const STYLE: &str = "body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\
table{border-collapse:collapse;width:100%}th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid #8886}\
th:first-child,td:first-child{text-align:left}svg{width:100%;height:auto;margin:1rem 0}.table{overflow-x:auto}\
text{font:14px system-ui,sans-serif;fill:currentColor}line{stroke:currentColor;stroke-width:2}circle{fill:currentColor}.axis{stroke-width:1;opacity:.4}";

/// Makes the page.
pub(super) fn page(report: &Report, words: &Words) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n<p>{}</p>\n",
        words.lang,
        words.title,
        words.title,
        escaped(&words.counted(&report.import))
    );
    for (tally, verdict) in &report.experiments {
        let _ = write!(
            html,
            "<h2>{} ({})</h2>\n<p><strong>{}</strong></p>\n",
            escaped(&tally.name),
            report.goal.name(),
            escaped(&words.advice(verdict))
        );
        html += &plot(verdict, words);
        html += &table(&rows(verdict, words));
        html += "<ul>\n";
        for line in words.tests(tally, verdict) {
            let _ = writeln!(html, "<li>{}</li>", escaped(&line));
        }
        html += "</ul>\n";
    }
    html + "</body>\n</html>\n"
}

fn table(rows: &[Vec<String>]) -> String {
    let mut html = "<div class=\"table\">\n<table>\n".to_owned();
    for (at, row) in rows.iter().enumerate() {
        let cell = if at == 0 { "th" } else { "td" };
        let cells: String = row.iter().map(|text| format!("<{cell}>{}</{cell}>", escaped(text))).collect();
        let _ = writeln!(html, "<tr>{cells}</tr>");
    }
    html + "</table>\n</div>\n"
}

/// Each variant's rate as a point on the line between what it lies.
fn plot(verdict: &Verdict, words: &Words) -> String {
    let ends = verdict.arms.iter().flat_map(|judged| judged.interval);
    let (low, high) = ends.fold((1.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    let span = (high - low).max(1e-9);
    let x = |rate: f64| NAMES + (WIDTH - NAMES - 20.0) * ((rate - low) / span).clamp(0.0, 1.0);
    let height = ROW * (verdict.arms.len() as f64 + 1.0);
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n", words.heading[4]);
    for (at, judged) in verdict.arms.iter().enumerate() {
        let y = ROW * (at as f64 + 0.5);
        let [from, to] = judged.interval.map(x);
        let name: String = judged.arm.name.chars().take(20).collect();
        let _ = writeln!(
            svg,
            "<text x=\"0\" y=\"{:.1}\">{}</text><line x1=\"{from:.1}\" y1=\"{y:.1}\" x2=\"{to:.1}\" y2=\"{y:.1}\"/><circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5\"/>",
            y + 5.0,
            escaped(&name),
            x(judged.arm.count.rate())
        );
    }
    let y = height - ROW * 0.75;
    let _ = writeln!(svg, "<line class=\"axis\" x1=\"{NAMES}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/>", WIDTH - 20.0);
    for (rate, anchor) in [(low, "start"), (high, "end")] {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{:.2} %</text>",
            x(rate),
            y + 18.0,
            rate * 100.0
        );
    }
    svg + "</svg>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
