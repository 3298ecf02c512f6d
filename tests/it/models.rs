//! Models by which pieces are compared: the bundled one, small ones made here, and all that can be wrong with one.

mod hub;
mod library;
mod shapes;
mod small;
mod vectors;

use kmsite::enrich::model::{bundled, graph};
use kmsite::enrich::onnx::{Engine, Onnx};
use kmsite::world::Embedder;

use super::sandbox::{Run, Sandbox, lend_key};
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

/// Runs the program on a disk that takes 512 bytes of each file, and then no more.
#[cfg(unix)]
fn cramped(site: &Sandbox, variables: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = std::process::Command::new("sh");
    // Whoever ignores the signal is told by the error of the write.
    command.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_kmsite")]);
    lend_key(&mut command, site.root(), args);
    let output = command
        .envs(variables.iter().copied())
        .args(["--color", "never", "--root"])
        .arg(site.root())
        .args(args)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

#[cfg(unix)]
#[test]
fn a_cache_that_takes_no_more_costs_time_and_nothing_else() {
    let site = Sandbox::new(&[("site.yaml", "title: T\nbase_url: https://e.org/\n")]);
    for (path, bytes) in Small::default().files() {
        site.write(&format!("models/small/{path}"), &bytes);
    }
    for number in 0..20 {
        let text = format!("---\ntitle: one {number}\n---\n\ntwo {number}\n");
        site.write(&format!("content/articles/p{number}.md"), text.as_bytes());
    }
    let small = [("KMSITE__RECOMMEND__MODEL", "./models/small")];
    let reads = |run: &Run| run.err.contains("texts to read");
    let full = cramped(&site, &small, &["check"]);
    assert!(full.code == 0 && reads(&full), "{}", full.err);
    let again = site.run_with(&small, &["check"]);
    assert!(again.code == 0 && reads(&again), "forty vectors do not fit into 512 bytes: {}", again.err);
    let known = site.run_with(&small, &["check"]);
    assert!(known.code == 0 && !reads(&known), "{}", known.err);
}

#[test]
fn of_one_piece_nothing_is_read() {
    let site = Sandbox::new(&[("site.yaml", "title: T\nbase_url: https://e.org/\n"), ("content/a.md", "# A\n\none two\n")]);
    for (path, bytes) in Small::default().files() {
        site.write(&format!("models/small/{path}"), &bytes);
    }
    let run = site.run_with(&[("KMSITE__RECOMMEND__MODEL", "./models/small")], &["build", "--public-only"]);
    assert!(run.code == 0 && !run.err.contains("texts to read"), "{}", run.err);
}
