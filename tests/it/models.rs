//! Models by which pieces are compared: the bundled one, small ones made here, and all that can be wrong with one.

mod small;

use std::borrow::Cow;
use std::io;

use kmsite::diag::{Diag, Severity, code};
use kmsite::enrich::model::Model;
use kmsite::enrich::model::{bundled, graph};
use kmsite::enrich::onnx::{Engine, Onnx};
use kmsite::world::Embedder;

use super::sandbox::Sandbox;
use small::Small;

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The bundled model, by the engine that is within the program. All real embedding of the tests is here.
#[test]
fn the_bundled_model_reads_chinese_and_english_into_one_space() {
    let model = Onnx::new(bundled().unwrap(), Vec::new());
    let embed = |text: &str| model.embed(text).unwrap();
    let english = embed("A price list should begin with something free.");
    let chinese = embed("价目表应该从免费的内容开始。");
    let other = embed("The borrow checker rejects this program.");
    // By Python's onnxruntime and tokenizers, which run the graph as it is kept, with 8-bit weights: 0.6766 and 0.1853, and these numbers.
    assert!((cosine(&english.vector, &chinese.vector) - 0.6766).abs() < 0.003);
    assert!((cosine(&english.vector, &other.vector) - 0.1853).abs() < 0.003);
    for (ours, theirs) in english.vector.iter().zip([-0.088_645, 0.010_686, -0.046_463, 0.043_829]) {
        assert!((ours - theirs).abs() < 0.002, "{ours} for {theirs}");
    }
    assert_eq!(english.vector.len(), 384);
    assert_eq!((english.unknown, chinese.unknown), (0.0, 0.0));
    assert_eq!(embed("ᚠᚢᚦ ᚨᚱᚲ ไทย").unknown, 1.0, "runes and Thai are in no vocabulary of it");
    assert_eq!(embed("").vector.len(), 384, "an empty text has a vector too");
    // What is behind the 256th token is not read, and what is read of a text does not depend on what was embedded before.
    let long = "word ".repeat(300);
    assert_eq!(embed(&long), embed(&(long.clone() + "and something else")));
    assert_eq!(embed("A price list should begin with something free."), english);
    assert_eq!(model.running().unwrap().engine, Engine::Tract);
}

#[test]
fn packed_weights_become_the_weights_that_they_stand_for() {
    // Rows are tokens, with a scale for each: [10, -127], [-127, 127] and [127, 3] times 0.5, 1 and 10.
    let packed = Small { table: [[5.0, -63.5], [-127.0, 127.0], [1270.0, 30.0]], ..Small::default() };
    let plain = Small { is_packed: false, ..packed.clone() };
    let unpacked = graph::unpacked(&packed.graph(), &|_| None).unwrap();
    assert_eq!(small::weights(&unpacked), [5.0, -63.5, -127.0, 127.0, 1270.0, 30.0]);
    assert_eq!(small::nodes(&unpacked), ["Gather"], "nothing is left to compute with every text");
    assert_eq!(small::weights(&graph::unpacked(&plain.graph(), &|_| None).unwrap()), small::weights(&unpacked));
    // The same weights in a file beside the graph.
    let beside = Small { is_packed: false, weights_in: Some("deep/weights.bin"), ..packed };
    assert_eq!(graph::files(&beside.graph()).unwrap().into_iter().collect::<Vec<_>>(), ["deep/weights.bin"]);
    let file = beside.beside();
    let taken_in = graph::unpacked(&beside.graph(), &|name| (name == "deep/weights.bin").then_some(&*file)).unwrap();
    assert_eq!(small::weights(&taken_in), small::weights(&unpacked));
    let cut = graph::unpacked(&beside.graph(), &|_| Some(&file[..8])).unwrap_err();
    assert!(cut.contains("ends before"), "{cut}");
}

/// The vectors of words in a small model: `one` (3, 4), `two` (-4, 3), and (0, 1) for all others.
fn embed(small: &Small, text: &str) -> Vec<f32> {
    let files = small.files();
    let model = Model::read("small", &|path| found(&files, path)).unwrap();
    Onnx::new(model, Vec::new()).embed(text).unwrap().vector
}

fn found(files: &[(&str, Vec<u8>)], path: &str) -> io::Result<Cow<'static, [u8]>> {
    let file = files.iter().find(|(name, _)| *name == path);
    file.map(|(_, bytes)| Cow::Owned(bytes.clone())).ok_or_else(|| io::ErrorKind::NotFound.into())
}

#[test]
fn vectors_are_pooled_as_the_folder_says() {
    let table = [[0.0, 1.0], [3.0, 4.0], [-4.0, 3.0]];
    let near = |found: Vec<f32>, x: f32, y: f32| {
        let length = x.hypot(y);
        assert!((found[0] - x / length).abs() < 1e-6 && (found[1] - y / length).abs() < 1e-6, "{found:?}, not ({x}, {y})");
    };
    let small = |pooling: &'static str| Small { table, pooling, is_packed: false, ..Small::default() };
    near(embed(&small("cls"), "one two"), 3.0, 4.0);
    near(embed(&small("mean"), "one two"), -0.5, 3.5);
    near(embed(&small("max"), "one two"), 3.0, 4.0);
    near(embed(&small("max"), "two strange"), 0.0, 3.0);
    // A prompt stands before the text, and graphs differ in the inputs they want.
    near(embed(&Small { prompt: "two ", ..small("cls") }, "one"), -4.0, 3.0);
    near(embed(&Small { wants: &["input_ids", "attention_mask"], ..small("cls") }, "one"), 3.0, 4.0);
    near(embed(&Small { weights_in: Some("weights.bin"), ..small("cls") }, "one"), 3.0, 4.0);
}

fn refused(files: &[(&str, Vec<u8>)]) -> Diag {
    let read = Model::read("small", &|path| found(files, path));
    let embedded = read.and_then(|model| Onnx::new(model, Vec::new()).embed("one two"));
    embedded.expect_err("a model that is wrong")
}

#[test]
fn what_is_wrong_with_a_model_is_said_by_name() {
    let good = Small::default().files();
    for path in ["modules.json", "tokenizer.json", "1_Pooling/config.json", "model.onnx"] {
        let without: Vec<_> = good.iter().filter(|(name, _)| *name != path).cloned().collect();
        let diag = refused(&without);
        assert!(diag.message.contains(path), "{path}: {}", diag.message);
        assert_eq!((diag.code.id, diag.severity), (code::BAD_MODEL.id, Severity::Error));
        let damaged: Vec<_> =
            good.iter().map(|(name, bytes)| (*name, if *name == path { b"}{".to_vec() } else { bytes.clone() })).collect();
        let told = refused(&damaged).message;
        let name = if path == "model.onnx" { "its graph" } else { path };
        assert!(told.contains(name), "{path}: {told}");
    }
    let said = |small: Small| refused(&small.files()).message;
    assert!(said(Small { pooling: "weightedmean", ..Small::default() }).contains("pooling_mode_weightedmean_tokens"));
    assert!(said(Small { third: Some("sentence_transformers.models.LSTM"), ..Small::default() }).contains("`LSTM`"));
    assert!(said(Small { wants: &["input_ids", "pixel_values"], ..Small::default() }).contains("`pixel_values`"));
    assert!(said(Small { table: [[f32::NAN; 2]; 3], is_packed: false, ..Small::default() }).contains("no numbers"));
    assert!(
        said(Small { weights_in: Some("../secrets.bin"), is_packed: false, ..Small::default() }).contains("not below its folder")
    );
    assert!(said(Small { opset: 999, ..Small::default() }).contains("version 999 of ONNX's operators"));
}

#[test]
fn the_doctor_tells_of_the_model_and_of_a_library_that_is_none() {
    let site = Sandbox::new(&[("site.yaml", "title: T\nbase_url: https://e.org/\n"), ("content/a.md", "# A\n\ntext\n")]);
    assert_eq!(site.run(&["model", "doctor"]).out, "no model: `recommend.model` is `none`\n");
    for (path, bytes) in Small::default().files() {
        site.write(&format!("models/small/{path}"), &bytes);
    }
    site.write("models/no.so", b"no library");
    let run = site.run_with(&[("KMSITE__RECOMMEND__MODEL", "./models/small")], &["model", "doctor", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.code, &told["model"], &told["dimensions"]), (0, &"./models/small".into(), &2.into()), "{}", run.err);
    let run = site.run_with(&[("KMSITE__RECOMMEND__MODEL", "./models/none")], &["model", "doctor"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("there is no model in `./models/none`") && run.err.contains("KM1001"), "{}", run.err);
    let library = [("KMSITE__RECOMMEND__MODEL", "./models/small"), ("KMSITE__RECOMMEND__RUNTIME", "models/no.so")];
    let run = site.run_with(&library, &["model", "doctor"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("KM1002") && run.err.contains("no.so") && run.out.contains("tract, built in"),
        "{} {}",
        run.err,
        run.out
    );
}

#[test]
fn a_build_says_what_it_reads_texts_with_and_reads_none_twice() {
    let text = |title: &str, body: &str| format!("---\ntitle: {title}\n---\n\n{body}\n");
    let site = Sandbox::new(&[
        ("site.yaml", "title: T\nbase_url: https://e.org/\nlanguages: {default: en, others: [zh]}\n"),
        ("content/articles/a.md", &text("one", "one two")),
        ("content/articles/b.md", &text("two", "two one")),
        ("content/articles/code.md", &text("two two", "```sh\none\n```")),
        ("content/articles/empty.md", &text("one one", "")),
        ("content/articles/a.zh.md", &text("one", "one two")),
    ]);
    for (path, bytes) in Small::default().files() {
        site.write(&format!("models/small/{path}"), &bytes);
    }
    site.write("models/no.so", b"no library");
    let small = ("KMSITE__RECOMMEND__MODEL", "./models/small");
    let library = ("KMSITE__RECOMMEND__RUNTIME", "models/no.so");
    let run = site.run_with(&[small, library], &["build", "--public-only"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains(" texts to read with ./models/small, on tract, which is built in"), "{}", run.err);
    assert!(run.err.contains("pip install onnxruntime") && run.err.contains("KM1002"), "{}", run.err);
    let run = site.run_with(&[small], &["build", "--public-only"]);
    assert!(run.code == 0 && !run.err.contains("texts to read"), "what is remembered is not read again: {}", run.err);
    for switch in ["--quiet", "--json"] {
        let run = site.run_with(&[small], &["build", "--public-only", "--no-cache", switch]);
        assert!(run.code == 0 && !run.err.contains("texts to read"), "{switch}: {}", run.err);
    }
}
