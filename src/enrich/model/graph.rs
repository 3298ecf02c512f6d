//! An ONNX graph -> the same graph with all weights as 32-bit floats within it, so that every engine computes the same, at full speed.
//!
//! Weights that are kept as 8-bit integers stand before a `DequantizeLinear` each. tract would compute these anew with every text (2,094 tokens
//! per CPU second for 4,879), and ONNX Runtime would fuse them into something slightly else (3e-4 in the scores). Here each becomes the
//! weights that it gives, and is gone. Source: the ONNX operator's definition, y = (x − zero point) × scale, per tensor or along an axis.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use tract_onnx::pb::tensor_proto::{DataLocation, DataType};
use tract_onnx::pb::{GraphProto, ModelProto, NodeProto, TensorProto};

/// The latest version of ONNX's operators that is known: that of ONNX Runtime 1.24.
const OPERATORS: i64 = 25;

/// Bytes of the files that hold weights, by name.
pub type Weights<'a> = &'a dyn Fn(&str) -> Option<&'a [u8]>;

/// The names of the files beside a graph that hold its weights.
///
/// # Errors
/// What is no graph, and names that lead out of the folder.
pub fn files(bytes: &[u8]) -> Result<BTreeSet<String>, String> {
    let model = decoded(bytes)?;
    let graph = model.graph.unwrap_or_default();
    let names: BTreeSet<String> = graph.initializer.iter().filter_map(location).map(str::to_owned).collect();
    match names.iter().find(|name| name.split(['/', '\\']).any(|part| matches!(part, "" | "." | ".."))) {
        Some(name) => Err(format!("its graph asks for weights in `{name}`, which is not below its folder")),
        None => Ok(names),
    }
}

/// A graph with all weights as 32-bit floats within it.
///
/// # Errors
/// What is no graph, or one whose weights are not what it says.
pub fn unpacked(bytes: &[u8], weights: Weights<'_>) -> Result<Vec<u8>, String> {
    let mut model = decoded(bytes)?;
    let is_plain = |domain: &str| matches!(domain, "" | "ai.onnx");
    if let Some(set) = model.opset_import.iter().find(|set| is_plain(&set.domain) && set.version > OPERATORS) {
        return Err(format!("its graph is of version {} of ONNX's operators, and up to {OPERATORS} is known", set.version));
    }
    let mut graph = model.graph.take().ok_or("its graph is empty")?;
    for tensor in &mut graph.initializer {
        take_in(tensor, weights)?;
    }
    dequantize(&mut graph)?;
    model.graph = Some(graph);
    Ok(model.encode_to_vec())
}

fn decoded(bytes: &[u8]) -> Result<ModelProto, String> {
    ModelProto::decode(bytes).map_err(|error| format!("its graph is not ONNX: {error}"))
}

/// The file that holds a tensor, if it is not in the graph.
fn location(tensor: &TensorProto) -> Option<&str> {
    let is_outside = tensor.data_location == Some(DataLocation::External as i32);
    external(tensor, "location").filter(|_| is_outside)
}

fn external<'a>(tensor: &'a TensorProto, key: &str) -> Option<&'a str> {
    tensor.external_data.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
}

/// Brings a tensor from another file into the graph.
fn take_in(tensor: &mut TensorProto, weights: Weights<'_>) -> Result<(), String> {
    let Some(name) = location(tensor) else { return Ok(()) };
    let number = |key: &str| external(tensor, key).and_then(|text| text.parse::<usize>().ok());
    let start = number("offset").unwrap_or(0);
    let file = weights(name).ok_or_else(|| format!("it has no `{name}`"))?;
    let end = number("length").map_or(file.len(), |length| start.saturating_add(length));
    let data = file.get(start..end).ok_or_else(|| format!("its `{name}` ends before the weights `{}` do", tensor.name))?.to_vec();
    tensor.raw_data = data;
    tensor.data_location = None;
    tensor.external_data.clear();
    Ok(())
}

/// Makes plain weights of each `DequantizeLinear` over weights.
fn dequantize(graph: &mut GraphProto) -> Result<(), String> {
    let by_name: BTreeMap<&str, &TensorProto> = graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    let mut plain = Vec::new();
    let mut done = BTreeSet::new();
    for (at, node) in graph.node.iter().enumerate().filter(|(_, node)| node.op_type == "DequantizeLinear") {
        let inputs: Option<Vec<&TensorProto>> =
            node.input.iter().filter(|name| !name.is_empty()).map(|name| by_name.get(name.as_str()).copied()).collect();
        if let (Some(inputs), [name]) = (inputs, &node.output[..]) {
            plain.push(floats(node, &inputs, name)?);
            done.insert(at);
        }
    }
    let mut at = 0..;
    graph.node.retain(|_| !at.next().is_some_and(|at| done.contains(&at)));
    let used: BTreeSet<&str> = graph
        .node
        .iter()
        .flat_map(|node| &node.input)
        .chain(graph.output.iter().map(|output| &output.name))
        .map(String::as_str)
        .collect();
    graph.initializer.retain(|tensor| used.contains(tensor.name.as_str()));
    graph.initializer.extend(plain);
    Ok(())
}

/// The weights that a `DequantizeLinear` gives.
fn floats(node: &NodeProto, inputs: &[&TensorProto], name: &str) -> Result<TensorProto, String> {
    let flawed = || format!("the weights `{name}` of its graph are not what it says");
    let (packed, scale) = match inputs {
        [packed, scale] | [packed, scale, _] => (packed, f32s(scale).ok_or_else(flawed)?),
        _ => return Err(flawed()),
    };
    let values = i8s(packed).ok_or_else(flawed)?;
    let zeros = inputs.get(2).map(|zeros| i8s(zeros).ok_or_else(flawed)).transpose()?;
    let dims: Vec<usize> = packed.dims.iter().map(|&dim| usize::try_from(dim).unwrap_or(0)).collect();
    if values.len() != dims.iter().product::<usize>() || scale.is_empty() {
        return Err(flawed());
    }
    // How many neighbours share a scale, and how many scales there are.
    let (run, count) = if scale.len() == 1 {
        (values.len().max(1), 1)
    } else {
        let axis = node.attribute.iter().find(|attribute| attribute.name == "axis").map_or(1, |attribute| attribute.i);
        let axis = if axis < 0 { axis + dims.len() as i64 } else { axis };
        let axis = usize::try_from(axis).ok().filter(|&axis| axis < dims.len()).ok_or_else(flawed)?;
        (dims[axis + 1..].iter().product::<usize>().max(1), dims[axis])
    };
    if scale.len() != count || zeros.as_ref().is_some_and(|zeros| zeros.len() != count) {
        return Err(flawed());
    }
    let mut data = Vec::with_capacity(values.len() * 4);
    for (at, value) in values.into_iter().enumerate() {
        let group = at / run % count;
        let zero = zeros.as_ref().map_or(0, |zeros| zeros[group]);
        data.extend_from_slice(&((value - zero) as f32 * scale[group]).to_le_bytes());
    }
    Ok(TensorProto {
        dims: packed.dims.clone(),
        data_type: DataType::Float as i32,
        name: name.to_owned(),
        raw_data: data,
        ..TensorProto::default()
    })
}

fn f32s(tensor: &TensorProto) -> Option<Vec<f32>> {
    if tensor.data_type != DataType::Float as i32 {
        return None;
    }
    if tensor.raw_data.is_empty() {
        return Some(tensor.float_data.clone());
    }
    let (chunks, rest) = tensor.raw_data.as_chunks::<4>();
    rest.is_empty().then(|| chunks.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect())
}

/// The values of a tensor of 8-bit integers.
fn i8s(tensor: &TensorProto) -> Option<Vec<i32>> {
    let signed = tensor.data_type == DataType::Int8 as i32;
    if !signed && tensor.data_type != DataType::Uint8 as i32 {
        return None;
    }
    if tensor.raw_data.is_empty() {
        return Some(tensor.int32_data.clone());
    }
    let value = |&byte: &u8| if signed { i32::from(byte.cast_signed()) } else { i32::from(byte) };
    Some(tensor.raw_data.iter().map(value).collect())
}
