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
    /// What stands third in `modules.json`.
    pub third: Option<&'static str>,
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
            third: Some("sentence_transformers.models.Normalize"),
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
        modules.extend(self.third.map(|kind| module(kind, "2")));
        let mut pooling = json!({ "word_embedding_dimension": 2, "pooling_mode_cls_token": false });
        pooling[format!("pooling_mode_{}{}", self.pooling, if self.pooling == "cls" { "_token" } else { "_tokens" })] =
            true.into();
        let tokenizer = json!({
            "version": "1.0", "truncation": null, "added_tokens": [], "normalizer": null, "post_processor": null, "decoder": null,
            // As others bake it in; it must not matter.
            "padding": {
                "strategy": { "Fixed": 8 }, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[UNK]",
            },
            "pre_tokenizer": { "type": "Whitespace" },
            "model": { "type": "WordLevel", "unk_token": "[UNK]", "vocab": { "[UNK]": 0, "one": 1, "two": 2 } },
        });
        let mut files = vec![
            ("modules.json", json!(modules).to_string().into_bytes()),
            ("1_Pooling/config.json", pooling.to_string().into_bytes()),
            ("config_sentence_transformers.json", json!({ "prompts": { "query": self.prompt } }).to_string().into_bytes()),
            ("tokenizer.json", tokenizer.to_string().into_bytes()),
            ("model.onnx", self.graph()),
        ];
        files.extend(self.weights_in.map(|name| (name, self.beside())));
        files
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
            nodes.push(node("DequantizeLinear", &["packed", "scale"], "table"));
        } else {
            let mut table = tensor("table", DataType::Float, &[3, 2], bytes(self.table.as_flattened()));
            if let Some(name) = self.weights_in {
                table.raw_data.clear();
                table.data_location = Some(DataLocation::External as i32);
                let entries = [("location", name), ("offset", "4"), ("length", "24")];
                table.external_data =
                    entries.map(|(key, value)| StringStringEntryProto { key: key.to_owned(), value: value.to_owned() }).into();
            }
            weights.push(table);
        }
        nodes.push(node("Gather", &["table", "input_ids"], "last_hidden_state"));
        let graph = GraphProto {
            node: nodes,
            name: "small".to_owned(),
            initializer: weights,
            input: self.wants.iter().map(|name| value(name, DataType::Int64, &["batch", "sequence"])).collect(),
            output: vec![value("last_hidden_state", DataType::Float, &["batch", "sequence", "width"])],
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

fn node(op: &str, input: &[&str], output: &str) -> NodeProto {
    let axis = AttributeProto {
        name: "axis".to_owned(),
        r#type: attribute_proto::AttributeType::Int as i32,
        i: 0,
        ..AttributeProto::default()
    };
    NodeProto {
        op_type: op.to_owned(),
        name: format!("the_{op}"),
        input: input.iter().map(|&name| name.to_owned()).collect(),
        output: vec![output.to_owned()],
        attribute: vec![axis],
        ..NodeProto::default()
    }
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
