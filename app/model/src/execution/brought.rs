//! What a launch brings along for the prompts of its execution, frozen in the execution's context.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{DocumentId, UploadId};

/// What a launch brought along.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brought {
    /// Documents every text node reads first that does not refuse context, in the order chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentId>,
    /// Files: texts go where documents go, images also to image nodes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uploads: Vec<UploadId>,
}

impl Brought {
    /// Most documents one launch may bring along.
    pub const MOST_DOCUMENTS: usize = 20;
    /// Most images of documents and files that go along with one prompt.
    pub const MOST_IMAGES: usize = 8;
    /// The key, among the inputs of a version, of the ids of the documents that were read for it.
    pub const READ: &str = "documents";
    /// Most files one launch may bring along.
    pub const MOST_UPLOADS: usize = 10;

    /// What an execution with this context was launched with; empty where the context does not say.
    pub fn from_context(context: &Map<String, Value>) -> Self {
        Self::deserialize(context).unwrap_or_default()
    }

    /// The context to launch an execution with.
    pub fn into_context(self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(context)) => context,
            _ => Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_was_brought_is_read_back_from_the_context() {
        let brought = Brought {
            documents: vec![DocumentId(Uuid::from_u128(7))],
            uploads: vec![UploadId(Uuid::from_u128(8))],
        };

        let context = brought.clone().into_context();

        assert_eq!(Brought::from_context(&context), brought);
        assert_eq!(Brought::from_context(&Map::new()), Brought::default());
        assert!(Brought::default().into_context().is_empty());
    }
}
