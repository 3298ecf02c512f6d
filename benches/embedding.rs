//! How fast texts become vectors, beside the same engine driven bare: tokens that are ready go in, and nobody looks at what comes out.
//!
//! `cargo bench --bench embedding` with the built-in engine; `ORT_DYLIB_PATH=…/libonnxruntime.so` before it, with that. Both ways run by turns, each in a
//! process of its own (a process has one engine), on one thread, over the pages of the sample site in both languages. Prints tokens per second of
//! CPU, and the median of the rounds' ratios, whose limit is 0.95. `-- graph FILE` writes the graph that both run, for `embedding.py`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a bench tells what it measured, by what variables say, and ends where something is not as it should be"
)]

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use kmsite::enrich::model::{bundled, graph};
use kmsite::enrich::onnx::{Onnx, Place};
use kmsite::world::Embedder;
use ort::session::builder::GraphOptimizationLevel;
use ort::session::{Session, SessionInputValue};
use ort::value::TensorRef;
use tokenizers::{Tokenizer, TruncationParams};

/// How often each way is run.
const ROUNDS: usize = 3;
/// The tokens that are read of a text, as the model has it.
const LONGEST: usize = 256;

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "graph");
    if let Some(path) = arguments.nth(1) {
        return std::fs::write(path, unpacked()).unwrap();
    }
    match std::env::args().find(|argument| ["bare", "kmsite"].contains(&&**argument)) {
        Some(way) => {
            let texts = texts();
            let tokens: usize = ids(&texts).iter().map(Vec::len).sum();
            let seconds = if way == "bare" { bare(&ids(&texts)) } else { ours(&texts) };
            println!("{}", tokens as f64 / seconds);
        }
        None => compare(),
    }
}

/// Runs both ways by turns.
fn compare() {
    let speed = |way: &str| -> f64 {
        let output = Command::new(std::env::current_exe().unwrap()).arg(way).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        said.trim().parse().unwrap_or_else(|_| panic!("{way}: {said}{}", String::from_utf8_lossy(&output.stderr)))
    };
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (bare, ours) = (speed("bare"), speed("kmsite"));
        println!("bare {bare:.0}, kmsite {ours:.0} tokens per CPU second, {:.3}", ours / bare);
        ratios.push(ours / bare);
    }
    ratios.sort_by(f64::total_cmp);
    println!("ratio {:.3}", ratios[ROUNDS / 2]);
}

/// The pages of the sample site.
fn texts() -> Vec<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("content")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// The tokens of texts.
fn ids(texts: &[String]) -> Vec<Vec<i64>> {
    let mut tokenizer = Tokenizer::from_bytes(bundled().unwrap().tokenizer).unwrap();
    tokenizer.with_padding(None);
    tokenizer.with_truncation(Some(TruncationParams { max_length: LONGEST, ..TruncationParams::default() })).unwrap();
    let ids =
        |text: &String| tokenizer.encode_fast(text.as_str(), true).unwrap().get_ids().iter().map(|&id| i64::from(id)).collect();
    texts.iter().map(ids).collect()
}

/// The graph, with weights of 32 bits.
fn unpacked() -> Vec<u8> {
    graph::unpacked(&bundled().unwrap().graph, &|_| None).unwrap()
}

fn library() -> Option<PathBuf> {
    std::env::var_os("ORT_DYLIB_PATH").map(PathBuf::from)
}

/// The seconds that the engine takes by itself.
fn bare(texts: &[Vec<i64>]) -> f64 {
    let environment = match library() {
        Some(path) => ort::init_from(path).unwrap(),
        None => {
            ort::set_api(ort_tract::api());
            ort::init()
        }
    };
    let environment = environment.with_telemetry(false).build().unwrap();
    let builder = Session::builder(&environment).unwrap().with_intra_threads(1).unwrap();
    let builder = builder.with_optimization_level(GraphOptimizationLevel::Level3).unwrap();
    let mut session = builder.with_inter_threads(1).unwrap().commit_from_memory(&unpacked()).unwrap();
    let mut run = |ids: &Vec<i64>| {
        let (ones, zeros) = (vec![1_i64; ids.len()], vec![0_i64; ids.len()]);
        let inputs = [("input_ids", ids), ("attention_mask", &ones), ("token_type_ids", &zeros)];
        let inputs: Vec<(Cow<'_, str>, SessionInputValue<'_>)> = inputs
            .into_iter()
            .map(|(name, data)| {
                let tensor = TensorRef::from_array_view(([1_usize, ids.len()], &**data)).unwrap();
                (name.into(), tensor.into())
            })
            .collect();
        session.run(inputs).unwrap();
    };
    run(&texts[0]);
    timed(|| texts.iter().for_each(&mut run))
}

/// The seconds that kmsite takes, tokenizer and pooling included.
fn ours(texts: &[String]) -> f64 {
    let place = library().map(|path| Place { path, is_named: true });
    let model = Onnx::new(bundled().unwrap(), place.into_iter().collect());
    model.embed(&texts[0]).unwrap();
    timed(|| texts.iter().for_each(|text| drop(model.embed(text).unwrap())))
}

/// The seconds of CPU that this thread takes, where the system tells them; else those on the clock.
fn timed(work: impl FnOnce()) -> f64 {
    let spent = || -> Option<f64> {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(told.split(' ').next()?.parse::<f64>().ok()? / 1e9)
    };
    let (before, watch) = (spent(), Instant::now());
    work();
    match (before, spent()) {
        (Some(before), Some(after)) => after - before,
        _ => watch.elapsed().as_secs_f64(),
    }
}
