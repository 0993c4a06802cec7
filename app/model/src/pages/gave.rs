//! The output of a step.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::review::shorten;

/// The output of a step, whether any of it is kept as a version or not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Gave {
    /// The values by port; empty where there is no output.
    pub values: Map<String, Value>,
    /// Whether long values are cut to their beginning.
    pub cut: bool,
}

impl Gave {
    /// Cuts very long values to their beginning, for a page that loads the rest when asked.
    #[must_use]
    pub fn truncate_values(self) -> Self {
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
            Gave { values, cut: false }.truncate_values()
        };

        let long = of("a".repeat(BEGINNING + 1));

        assert!(long.cut);
        assert!(long.values["output"].as_str().is_some_and(|text| text.len() <= BEGINNING));
        assert_eq!(of("short".to_owned()).values["output"], json!("short"));
        assert!(!of("short".to_owned()).cut);
    }
}
