//! Models of each shape that the layout of sentence-transformers has, and of shapes that nobody can use.

use std::borrow::Cow;
use std::io;

use kmsite::diag::{Diag, Severity, code};
use kmsite::enrich::model::Model;
use kmsite::enrich::onnx::Onnx;
use kmsite::world::Embedder;

use super::small::{Gives, Small, Tokens};

/// The vectors of an unknown word, of `one`, and of `two`. The mean of both words is (-0.5, 3.5).
const TABLE: [[f32; 2]; 3] = [[0.0, 1.0], [3.0, 4.0], [-4.0, 3.0]];
const DENSE: &str = "sentence_transformers.models.Dense";
const NORMALIZE: &str = "sentence_transformers.models.Normalize";

fn plain() -> Small {
    Small { table: TABLE, is_packed: false, ..Small::default() }
}

fn opened(small: &Small) -> Onnx {
    let files = small.files();
    Onnx::new(Model::read("small", &|path| found(&files, path)).unwrap(), Vec::new())
}

fn embed(small: &Small, text: &str) -> Vec<f32> {
    opened(small).embed(text).unwrap().vector
}

fn found(files: &[(&str, Vec<u8>)], path: &str) -> io::Result<Cow<'static, [u8]>> {
    let file = files.iter().find(|(name, _)| *name == path);
    file.map(|(_, bytes)| Cow::Owned(bytes.clone())).ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Asserts that a vector has the direction of another, and the length 1.
#[track_caller]
fn near(found: &[f32], wanted: &[f32]) {
    let length = wanted.iter().map(|x| x * x).sum::<f32>().sqrt();
    let is_near = found.len() == wanted.len() && found.iter().zip(wanted).all(|(x, y)| (x - y / length).abs() < 1e-6);
    assert!(is_near, "{found:?}, not {wanted:?}");
}

#[test]
fn vectors_are_pooled_as_the_folder_says() {
    let small = |pooling: &'static str| Small { pooling, ..plain() };
    near(&embed(&small("cls"), "one two"), &[3.0, 4.0]);
    near(&embed(&small("mean"), "one two"), &[-0.5, 3.5]);
    near(&embed(&small("max"), "one two"), &[3.0, 4.0]);
    near(&embed(&small("max"), "two strange"), &[0.0, 3.0]);
    // A prompt stands before the text, and graphs differ in the inputs they want.
    near(&embed(&Small { prompt: "two ", ..small("cls") }, "one"), &[-4.0, 3.0]);
    near(&embed(&Small { wants: &["input_ids", "attention_mask"], ..small("cls") }, "one"), &[3.0, 4.0]);
    near(&embed(&Small { wants: &["input_ids", "token_type_ids", "attention_mask"], ..small("cls") }, "one"), &[3.0, 4.0]);
    // A graph that pools by itself has the last word.
    near(&embed(&Small { gives: Gives::Pooled, ..small("cls") }, "one two"), &[-0.5, 3.5]);
}

#[test]
fn weights_beside_a_graph_are_found_wherever_the_graph_is() {
    near(&embed(&Small { weights_in: Some("weights.bin"), ..plain() }, "one"), &[3.0, 4.0]);
    let deep = Small { path: "onnx/model.onnx", weights_in: Some("onnx/model.onnx_data"), ..plain() };
    near(&embed(&deep, "one"), &[3.0, 4.0]);
    let without: Vec<_> = deep.files().into_iter().filter(|(name, _)| *name != "onnx/model.onnx_data").collect();
    assert!(refused(&without).message.contains("it has no `onnx/model.onnx_data`"));
}

#[test]
fn modules_behind_pooling_are_gone_through_in_their_order() {
    // (x + y, 2y + 1, x - 1) of the mean (-0.5, 3.5), which is no sum: the bias tells.
    let dense = Small { then: &[DENSE, NORMALIZE], ..plain() };
    near(&embed(&dense, "one two"), &[3.0, 8.0, -1.5]);
    let bent = Small { activation: "torch.nn.modules.activation.Tanh", ..dense.clone() };
    near(&embed(&bent, "one two"), &[3_f32.tanh(), 8_f32.tanh(), -1.5_f32.tanh()]);
    // Of the vector of length 1 the bias is a greater part.
    let length = 0.5_f32.hypot(3.5);
    let (x, y) = (-0.5 / length, 3.5 / length);
    near(&embed(&Small { then: &[NORMALIZE, DENSE], ..dense.clone() }, "one two"), &[x + y, 2.0 * y + 1.0, x - 1.0]);
    let hash = |small: &Small| opened(small).model();
    assert_ne!(hash(&dense), hash(&bent), "a model with other vectors is another model");
    assert_ne!(hash(&dense), hash(&Small { then: &[NORMALIZE, DENSE], ..dense.clone() }));
}

#[test]
fn pieces_of_words_are_those_of_bert_and_of_xlm_r() {
    let first = |tokenizer, text| embed(&Small { tokenizer, ..plain() }, text);
    near(&first(Tokens::WordPiece, "ONEtwo"), &[-0.5, 3.5]);
    near(&first(Tokens::WordPiece, "一二"), &[-0.5, 3.5]);
    near(&first(Tokens::Unigram, "一二"), &[-0.5, 3.5]);
    for tokenizer in [Tokens::WordPiece, Tokens::Unigram] {
        let model = opened(&Small { tokenizer, ..plain() });
        let unknown = |text| model.embed(text).unwrap().unknown;
        assert_eq!((unknown("一二"), unknown("ᚠ")), (0.0, 1.0));
    }
}

#[test]
fn a_folder_says_how_much_is_read_and_in_what_letters() {
    let with = |path, text: &str| [plain().files(), vec![(path, text.as_bytes().to_vec())]].concat();
    let embed = |files: &[(&str, Vec<u8>)], text: &str| {
        Onnx::new(Model::read("small", &|path| found(files, path)).unwrap(), Vec::new()).embed(text).unwrap().vector
    };
    let lower = with("sentence_bert_config.json", r#"{ "max_seq_length": 9, "do_lower_case": true }"#);
    near(&embed(&lower, "ONE"), &[3.0, 4.0]);
    // Nine times one, and what is behind is not read.
    near(&embed(&lower, &("one ".repeat(9) + "two two two")), &[3.0, 4.0]);
    // Ten positions, of which XLM-R uses eight.
    let short = with("config.json", r#"{ "model_type": "xlm-roberta", "max_position_embeddings": 10 }"#);
    near(&embed(&short, &("one ".repeat(8) + "two two two")), &[3.0, 4.0]);
    // A prompt that nobody finds in the folder of e5, for its card alone tells of it.
    let files = plain().files();
    let read = |name| Model::read(name, &|path| found(&files, path)).unwrap().prompt;
    assert_eq!((&*read("intfloat/multilingual-e5-small"), &*read("small")), ("query: ", ""));
}

#[track_caller]
fn refused(files: &[(&str, Vec<u8>)]) -> Diag {
    let read = Model::read("small", &|path| found(files, path));
    let embedded = read.and_then(|model| {
        let model = Onnx::new(model, Vec::new());
        model.embed("one two").and_then(|_| model.embed("one two two"))
    });
    embedded.expect_err("a model that is wrong")
}

/// The files with another in the place of one.
fn with(small: &Small, path: &str, bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let replaced = |(name, old): (&'static str, Vec<u8>)| (name, if name == path { bytes.to_vec() } else { old });
    small.files().into_iter().map(replaced).collect()
}

#[test]
fn what_is_wrong_with_a_model_is_said_by_name() {
    let good = Small { then: &[DENSE], ..Small::default() };
    let files = ["modules.json", "tokenizer.json", "1_Pooling/config.json", "model.onnx"];
    for path in files.into_iter().chain(["2_Dense/config.json", "2_Dense/model.safetensors"]) {
        let without: Vec<_> = good.files().into_iter().filter(|(name, _)| *name != path).collect();
        let diag = refused(&without);
        assert!(diag.message.contains(path), "{path}: {}", diag.message);
        assert_eq!((diag.code.id, diag.severity), (code::BAD_MODEL.id, Severity::Error));
        let told = refused(&with(&good, path, b"}{")).message;
        let name = if path == "model.onnx" { "its graph" } else { path };
        assert!(told.contains(name), "{path}: {told}");
    }
    let said = |small: Small| refused(&small.files()).message;
    assert!(said(Small { pooling: "weightedmean", ..Small::default() }).contains("pooling_mode_weightedmean_tokens"));
    assert!(said(Small { then: &["sentence_transformers.models.LSTM"], ..Small::default() }).contains("`LSTM`"));
    assert!(said(Small { then: &[DENSE], activation: "torch.nn.ReLU", ..Small::default() }).contains("`ReLU`"));
    assert!(said(Small { wants: &["input_ids", "pixel_values"], ..Small::default() }).contains("`pixel_values`"));
    assert!(said(Small { table: [[f32::NAN; 2]; 3], is_packed: false, ..Small::default() }).contains("no numbers"));
    let outside = Small { weights_in: Some("../secrets.bin"), is_packed: false, ..Small::default() };
    assert!(said(outside).contains("not below its folder"));
    assert!(said(Small { opset: 999, ..Small::default() }).contains("version 999 of ONNX's operators"));
}

#[test]
fn tensors_of_other_shapes_are_said() {
    let said = |small: Small| refused(&small.files()).message;
    assert!(said(Small { gives: Gives::Loose, ..plain() }).contains("tensor of shape"));
    let narrow = said(Small { gives: Gives::Narrow, ..plain() });
    assert!(narrow.contains("gives 2 numbers for one text and 3 for another"), "{narrow}");
    // Two layers, and the second cannot take what the first gives.
    let dense = said(Small { then: &[DENSE, DENSE], ..plain() });
    assert!(dense.contains("takes 2 numbers, and gets 3"), "{dense}");
    let small = Small { then: &[DENSE], ..plain() };
    let config = br#"{ "in_features": 4, "out_features": 3, "activation_function": "Identity" }"#;
    let shape = refused(&with(&small, "2_Dense/config.json", config)).message;
    assert!(shape.contains("no `linear.weight` of the shape"), "{shape}");
    let prompt = br#"{ "prompts": { "query": "two " }, "default_prompt_name": "other" }"#;
    assert!(refused(&with(&small, "config_sentence_transformers.json", prompt)).message.contains("no prompt `other`"));
    let left_out = br#"{ "pooling_mode_mean_tokens": true, "include_prompt": false }"#;
    let prompted = Small { prompt: "two ", ..plain() };
    assert!(refused(&with(&prompted, "1_Pooling/config.json", left_out)).message.contains("leaves the prompt out"));
}
