//! The pipeline's phases, one by one, on a site's folder: what the preview server goes through when a file was saved.
//!
//! `PHASES_SITE=… cargo bench --bench phases`; without the variable, on the sample site. Prints the least of several runs, in milliseconds of wall time,
//! and the cost of pages by themselves. It compares phases with each other; how long whole builds take is the business of `whole.py`.
//!
//! `NEIGHBOURS=10000 cargo bench --bench phases` ranks so many made texts with made vectors, once: beside `time`, that tells what lists cost.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench tells what it measured, of a site that a variable names"
)]

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use kmsite::compile::{Options, compile};
use kmsite::config::Overrides;
use kmsite::disk::DiskWorld;
use kmsite::enrich::next::{Item, Ranker, Vectors, ranking};
use kmsite::make::{Making, Services};
use kmsite::parse::{self, ParseOptions};
use kmsite::plan::{self, Recipe};
use kmsite::resolve::{self, Publish};
use kmsite::theme::Theme;
use kmsite::world::NoCache;
use kmsite::{enrich, load};
use rayon::prelude::*;

/// How often each phase is run.
const RUNS: usize = 7;
/// How many pages are made one by one.
const PAGES: usize = 500;

fn main() {
    if let Some(count) = std::env::var("NEIGHBOURS").ok().and_then(|count| count.parse().ok()) {
        neighbours(count);
        return;
    }
    let root = std::env::var_os("PHASES_SITE").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let world = Arc::new(DiskWorld::new(&root, &[]));
    let today = jiff::civil::date(2026, 1, 1);
    let options = Options {
        overrides: Overrides::default(),
        origin: None,
        publish: Publish::default(),
        today,
        public_only: false,
        folder_name: "bench".to_owned(),
    };
    let compiled = compile(&*world, &options).value;
    println!("{}: {} pieces, {} addresses\n", root.display(), compiled.plan.site().pieces.len(), compiled.plan.recipes.len());
    println!("| phase | ms |\n|---|--:|");
    let parsing = ParseOptions::default();
    tell("load", || load::load(&*world));
    tell("parse", || parse::parse(&compiled.tree, &parsing));
    tell("theme", || Theme::load(&compiled.config.theme, &compiled.tree.theme));
    let inputs = compiled.inputs(today);
    tell("resolve", || resolve::resolve(&compiled.parsed, &inputs));
    let site = Arc::new(resolve::resolve(&compiled.parsed, &inputs).value);
    tell("enrich", || enrich::enrich(&site, enrich::Levels::default(), Arc::default()));
    let enriched = Arc::new(enrich::enrich(&site, enrich::Levels::default(), Arc::default()).value);
    tell("plan", || plan::plan(site.clone(), enriched.clone(), compiled.theme.clone()));
    let prepare =
        || Making::new(compiled.plan.clone(), Services { world: world.clone(), cache: Arc::new(NoCache), keyring: None });
    tell("prepare to make", prepare);
    let making = prepare();
    let pages: Vec<_> =
        compiled.plan.recipes.iter().filter(|(_, recipe)| matches!(recipe, Recipe::Piece(_))).take(PAGES).collect();
    let all = least(|| pages.iter().for_each(|(route, recipe)| drop(black_box(making.make(route, recipe)))));
    println!("| a page, without cache | {:.3} |", all / pages.len().max(1) as f64);
}

/// Ranks made texts: 300 words each, of 50,000 that are as frequent as words are (Zipf), with vectors of 384 components.
fn neighbours(count: usize) {
    let mut state = 1_u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u64 << 24) as f32
    };
    let began = Instant::now();
    let text = |random: &mut dyn FnMut() -> f32| {
        (0..300).map(|_| format!("w{} ", (50_000_f32.powf(random())) as u32)).collect::<String>()
    };
    let items: Vec<Item> =
        (0..count).map(|at| Item { text: text(&mut random), path: format!("{}/{at}", at / 50), ..Item::default() }).collect();
    let vectors = (0..count).map(|_| Some((0..384).map(|_| random() - 0.5).collect())).collect();
    println!("{count} texts made in {:.1} s", began.elapsed().as_secs_f64());
    let began = Instant::now();
    let ranking = ranking(&items, Some(Vectors::of(vectors)));
    println!("prepared in {:.1} s", began.elapsed().as_secs_f64());
    let began = Instant::now();
    let rank = |ranker: &mut Ranker<'_>, at: usize| ranker.best(at, 50, &|_| true).len();
    let ranked: usize = (0..count).into_par_iter().map_init(|| ranking.ranker(), rank).sum();
    println!(
        "{ranked} neighbours ranked in {:.1} s with {} threads",
        began.elapsed().as_secs_f64(),
        rayon::current_num_threads()
    );
}

/// Prints the least time of a phase.
fn tell<T>(name: &str, phase: impl Fn() -> T) {
    println!("| {name} | {:.1} |", least(phase));
}

/// The least time of several runs, in milliseconds; what is made is thrown away outside of it.
fn least<T>(run: impl Fn() -> T) -> f64 {
    let timed = |_| {
        let began = Instant::now();
        let made = black_box(run());
        let took = began.elapsed();
        drop(made);
        took.as_secs_f64() * 1000.0
    };
    (0..RUNS).map(timed).fold(f64::INFINITY, f64::min)
}
