//! A schema.org node under construction: properties in order of adding, empty ones left out.
//!
//! Every page of a site has a graph of these, so they are a plain list under static names. Invariant: no property is added twice.

use serde::{Serialize, Serializer};

/// A node of the graph.
pub(super) struct Node(Vec<(&'static str, Value)>);

/// What a property says.
pub(super) enum Value {
    Text(String),
    Number(usize),
    Flag(bool),
    Node(Node),
    List(Vec<Value>),
}

impl Node {
    /// A node of this type.
    pub(super) fn new(kind: &str) -> Self {
        Self(Vec::new()).with("@type", kind)
    }

    /// A node that stands elsewhere in the graph, or on another page.
    pub(super) fn reference(id: String) -> Self {
        Self(Vec::new()).id(id)
    }

    /// Names the node.
    pub(super) fn id(self, id: String) -> Self {
        self.with("@id", id)
    }

    /// Adds a property.
    pub(super) fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        debug_assert!(self.0.iter().all(|(other, _)| *other != key), "`{key}` is added twice");
        self.0.push((key, value.into()));
        self
    }

    /// Adds a property unless there is nothing to say.
    pub(super) fn maybe(self, key: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a text unless it is empty.
    pub(super) fn text(self, key: &'static str, value: &str) -> Self {
        self.maybe(key, (!value.is_empty()).then_some(value))
    }

    /// Adds a list unless it is empty.
    pub(super) fn list(self, key: &'static str, values: Vec<Value>) -> Self {
        self.maybe(key, (!values.is_empty()).then_some(values))
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => number.serialize(serializer),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Node(node) => node.serialize(serializer),
            Self::List(values) => values.serialize(serializer),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Node> for Value {
    fn from(node: Node) -> Self {
        Self::Node(node)
    }
}

impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Self {
        Self::List(values)
    }
}
