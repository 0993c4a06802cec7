//! What a step gave.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::review::shorten;

/// What a step gave, whether it made anything that is kept by itself or not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Gave {
    /// Port by port; empty where it has given nothing.
    pub values: Map<String, Value>,
    /// Whether these are only the beginning of it.
    pub cut: bool,
}

impl Gave {
    /// The same with only the beginning of very long values, for a page that loads the rest when it
    /// is asked for.
    #[must_use]
    pub fn begun(self) -> Self {
        let mut values = Value::Object(self.values);
        let cut = shorten(&mut values) || self.cut;
        match values {
            Value::Object(values) => Self { values, cut },
            _ => Self { values: Map::new(), cut },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::review::BEGINNING;

    #[test]
    fn of_a_very_long_value_a_page_has_the_beginning() {
        let of = |text: String| {
            let values = Map::from_iter([("output".to_owned(), json!(text))]);
            Gave { values, cut: false }.begun()
        };

        let long = of("a".repeat(BEGINNING + 1));

        assert!(long.cut);
        assert!(long.values["output"].as_str().is_some_and(|text| text.len() <= BEGINNING));
        assert_eq!(of("short".to_owned()).values["output"], json!("short"));
        assert!(!of("short".to_owned()).cut);
    }
}
