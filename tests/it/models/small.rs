//! Models of three words and two dimensions, in the layout of sentence-transformers.

use prost::Message as _;
use serde_json::json;
use tract_onnx::pb::tensor_proto::{DataLocation, DataType};
use tract_onnx::pb::tensor_shape_proto::{Dimension, dimension};
use tract_onnx::pb::type_proto::{Tensor, Value};
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, StringStringEntryProto, TensorProto, TensorShapeProto,
    TypeProto, ValueInfoProto, attribute_proto,
};

/// What a graph gives.
#[derive(Clone, Copy, PartialEq)]
pub enum Gives {
    /// A vector for each token.
    Tokens,
    /// A vector for the text: their mean.
    Pooled,
    /// A number for each token.
    Narrow,
    /// A vector for each token, and no text that they are of.
    Loose,
}

/// How texts become tokens.
#[derive(Clone, Copy, PartialEq)]
pub enum Tokens {
    /// Words.
    Words,
    /// BERT's pieces of words.
    WordPiece,
    /// XLM-R's.
    Unigram,
}

/// A model that gives each word its row of a table.
#[derive(Clone)]
pub struct Small {
    /// The vectors of an unknown word, of `one` and of `two`.
    pub table: [[f32; 2]; 3],
    /// Whether the table is kept as 8-bit integers.
    pub is_packed: bool,
    /// The file beside the graph that the table is kept in.
    pub weights_in: Option<&'static str>,
    /// How `1_Pooling` pools.
    pub pooling: &'static str,
    /// What stands behind pooling in `modules.json`.
    pub then: &'static [&'static str],
    /// The activation of `Dense`.
    pub activation: &'static str,
    /// Where the graph is.
    pub path: &'static str,
    /// What the graph gives.
    pub gives: Gives,
    /// How texts become tokens.
    pub tokenizer: Tokens,
    /// What stands before every text.
    pub prompt: &'static str,
    /// The graph's inputs.
    pub wants: &'static [&'static str],
    /// The version of the operators.
    pub opset: i64,
}

impl Default for Small {
    fn default() -> Self {
        Self {
            table: [[0.0, 127.0], [127.0, 0.0], [127.0, 127.0]],
            is_packed: true,
            weights_in: None,
            pooling: "mean",
            then: &["sentence_transformers.models.Normalize"],
            activation: "torch.nn.modules.linear.Identity",
            path: "model.onnx",
            gives: Gives::Tokens,
            tokenizer: Tokens::Words,
            prompt: "",
            wants: &["input_ids"],
            opset: 17,
        }
    }
}

impl Small {
    /// The files of the folder.
    pub fn files(&self) -> Vec<(&'static str, Vec<u8>)> {
        let module = |kind: &str, path: &str| json!({ "type": kind, "path": path });
        let mut modules = vec![
            module("sentence_transformers.models.Transformer", ""),
            module("sentence_transformers.models.Pooling", "1_Pooling"),
        ];
        modules.extend(self.then.iter().map(|kind| module(kind, "2_Dense")));
        let mut pooling = json!({ "word_embedding_dimension": 2, "pooling_mode_cls_token": false });
        pooling[format!("pooling_mode_{}{}", self.pooling, if self.pooling == "cls" { "_token" } else { "_tokens" })] =
            true.into();
        let mut files = vec![
            ("modules.json", json!(modules).to_string().into_bytes()),
            ("1_Pooling/config.json", pooling.to_string().into_bytes()),
            ("config_sentence_transformers.json", json!({ "prompts": { "query": self.prompt } }).to_string().into_bytes()),
            ("tokenizer.json", self.tokenizer().to_string().into_bytes()),
            (self.path, self.graph()),
        ];
        files.extend(self.weights_in.map(|name| (name, self.beside())));
        if self.then.iter().any(|kind| kind.ends_with("Dense")) {
            let config = json!({ "in_features": 2, "out_features": 3, "bias": true, "activation_function": self.activation });
            files.push(("2_Dense/config.json", config.to_string().into_bytes()));
            files.push(("2_Dense/model.safetensors", layer()));
        }
        files
    }

    fn tokenizer(&self) -> serde_json::Value {
        let (normalizer, pre_tokenizer, model) = match self.tokenizer {
            Tokens::Words => (
                json!(null),
                json!({ "type": "Whitespace" }),
                json!({ "type": "WordLevel", "unk_token": "[UNK]", "vocab": { "[UNK]": 0, "one": 1, "two": 2 } }),
            ),
            Tokens::WordPiece => (
                json!({ "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true }),
                json!({ "type": "BertPreTokenizer" }),
                json!({
                    "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                    "vocab": { "[UNK]": 0, "一": 1, "##two": 2, "one": 1, "二": 2 },
                }),
            ),
            Tokens::Unigram => (
                json!(null),
                json!({ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true }),
                json!({ "type": "Unigram", "unk_id": 0, "byte_fallback": false, "vocab": [["<unk>", 0.0], ["▁一", -1.0], ["二", -1.0]] }),
            ),
        };
        json!({
            "version": "1.0", "truncation": null, "added_tokens": [], "post_processor": null, "decoder": null,
            // As others bake it in; it must not matter.
            "padding": {
                "strategy": { "Fixed": 8 }, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[UNK]",
            },
            "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "model": model,
        })
    }

    /// The graph: a row of the table for each token.
    pub fn graph(&self) -> Vec<u8> {
        let mut nodes = Vec::new();
        let mut weights = Vec::new();
        if self.is_packed {
            // A scale for each row, with which its greatest value is 127, or the whole row small enough.
            let scales = self.table.map(|row| row[0].abs().max(row[1].abs()).max(1e-9) / 127.0);
            let packed = self.table.iter().zip(scales).flat_map(|(row, scale)| row.map(|x| (x / scale).round() as i8 as u8));
            weights.push(tensor("packed", DataType::Int8, &[3, 2], packed.collect()));
            weights.push(tensor("scale", DataType::Float, &[3], bytes(&scales)));
            nodes.push(node("DequantizeLinear", &["packed", "scale"], "table", vec![number("axis", 0)]));
        } else {
            let mut table = tensor("table", DataType::Float, &[3, 2], bytes(self.table.as_flattened()));
            if let Some(name) = self.weights_in {
                table.raw_data.clear();
                table.data_location = Some(DataLocation::External as i32);
                // By its name in the folder of the graph.
                let name = name.strip_prefix("onnx/").unwrap_or(name);
                let entries = [("location", name), ("offset", "4"), ("length", "24")];
                table.external_data =
                    entries.map(|(key, value)| StringStringEntryProto { key: key.to_owned(), value: value.to_owned() }).into();
            }
            weights.push(table);
        }
        nodes.push(node("Gather", &["table", "input_ids"], "last_hidden_state", vec![number("axis", 0)]));
        let over = |axis: i64| vec![numbers("axes", axis), number("keepdims", 0)];
        let mut output = vec![value("last_hidden_state", DataType::Float, &["batch", "sequence", "width"])];
        let (op, attributes, dims): (&str, _, &[&str]) = match self.gives {
            Gives::Tokens => ("", Vec::new(), &[]),
            Gives::Pooled => ("ReduceMean", over(1), &["batch", "width"]),
            Gives::Narrow => ("ReduceMean", over(2), &["batch", "sequence"]),
            Gives::Loose => ("ReduceMean", over(0), &["sequence", "width"]),
        };
        if self.gives != Gives::Tokens {
            nodes.push(node(op, &["last_hidden_state"], "sentence_embedding", attributes));
            output = vec![value("sentence_embedding", DataType::Float, dims)];
        }
        let graph = GraphProto {
            node: nodes,
            name: "small".to_owned(),
            initializer: weights,
            input: self.wants.iter().map(|name| value(name, DataType::Int64, &["batch", "sequence"])).collect(),
            output,
            ..GraphProto::default()
        };
        let opset = OperatorSetIdProto { domain: String::new(), version: self.opset };
        ModelProto { ir_version: 8, opset_import: vec![opset], graph: Some(graph), ..ModelProto::default() }.encode_to_vec()
    }

    /// The file beside the graph: four bytes of something else, and the table.
    pub fn beside(&self) -> Vec<u8> {
        [vec![0; 4], bytes(self.table.as_flattened())].concat()
    }
}

fn bytes(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn tensor(name: &str, kind: DataType, dims: &[i64], raw_data: Vec<u8>) -> TensorProto {
    TensorProto { name: name.to_owned(), data_type: kind as i32, dims: dims.to_vec(), raw_data, ..TensorProto::default() }
}

fn number(name: &str, i: i64) -> AttributeProto {
    let kind = attribute_proto::AttributeType::Int as i32;
    AttributeProto { name: name.to_owned(), r#type: kind, i, ..AttributeProto::default() }
}

fn numbers(name: &str, one: i64) -> AttributeProto {
    let kind = attribute_proto::AttributeType::Ints as i32;
    AttributeProto { name: name.to_owned(), r#type: kind, ints: vec![one], ..AttributeProto::default() }
}

fn node(op: &str, input: &[&str], output: &str, attribute: Vec<AttributeProto>) -> NodeProto {
    NodeProto {
        op_type: op.to_owned(),
        name: format!("the_{op}"),
        input: input.iter().map(|&name| name.to_owned()).collect(),
        output: vec![output.to_owned()],
        attribute,
        ..NodeProto::default()
    }
}

/// A layer that makes (x + y, 2y + 1, x − 1) of (x, y), as safetensors have it.
fn layer() -> Vec<u8> {
    let table = json!({
        "__metadata__": { "format": "pt" },
        "linear.bias": { "dtype": "F32", "shape": [3], "data_offsets": [24, 36] },
        "linear.weight": { "dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24] },
    });
    let table = table.to_string().into_bytes();
    [&table.len().to_le_bytes()[..], &table, &bytes(&[1.0, 1.0, 0.0, 2.0, 1.0, 0.0]), &bytes(&[0.0, 1.0, -1.0])].concat()
}

fn value(name: &str, kind: DataType, dims: &[&str]) -> ValueInfoProto {
    let dim = |name: &&str| Dimension { value: Some(dimension::Value::DimParam((*name).to_owned())), ..Dimension::default() };
    let shape = TensorShapeProto { dim: dims.iter().map(dim).collect() };
    let kind = Tensor { elem_type: kind as i32, shape: Some(shape) };
    ValueInfoProto {
        name: name.to_owned(),
        r#type: Some(TypeProto { denotation: String::new(), value: Some(Value::TensorType(kind)) }),
        doc_string: String::new(),
    }
}

/// The table of a graph whose weights are floats.
pub fn weights(graph: &[u8]) -> Vec<f32> {
    let graph = ModelProto::decode(graph).unwrap().graph.unwrap();
    let [table] = &graph.initializer[..] else { panic!("one tensor, and no other") };
    assert_eq!((table.name.as_str(), &table.dims[..]), ("table", &[3, 2][..]));
    table.raw_data.as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
}

/// The operators of a graph.
pub fn nodes(graph: &[u8]) -> Vec<String> {
    ModelProto::decode(graph).unwrap().graph.unwrap().node.into_iter().map(|node| node.op_type).collect()
}
