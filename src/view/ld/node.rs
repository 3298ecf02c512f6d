//! A schema.org node under construction: properties in order of adding, empty ones left out.

use serde_json::{Map, Value};

/// A node of the graph.
pub(super) struct Node(Map<String, Value>);

impl Node {
    /// A node of this type.
    pub(super) fn new(kind: &str) -> Self {
        Self(Map::from_iter([("@type".to_owned(), kind.into())]))
    }

    /// Names the node.
    pub(super) fn id(self, id: String) -> Self {
        self.with("@id", id)
    }

    /// Adds a property.
    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    /// Adds a property unless there is nothing to say.
    pub(super) fn maybe(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a text unless it is empty.
    pub(super) fn text(self, key: &str, value: &str) -> Self {
        self.maybe(key, (!value.is_empty()).then_some(value))
    }

    /// Adds a list unless it is empty.
    pub(super) fn list(self, key: &str, values: Vec<Value>) -> Self {
        self.maybe(key, (!values.is_empty()).then_some(values))
    }
}

impl From<Node> for Value {
    fn from(node: Node) -> Self {
        Self::Object(node.0)
    }
}
