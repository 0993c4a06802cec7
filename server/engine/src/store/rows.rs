//! Between rows and the model: words of closed sets, values kept as JSON, many rows in one statement.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{EngineError, Result};

/// The columns of many rows, one vector a column, in the shape UNNEST takes.
macro_rules! columns {
    ($rows:expr, |$row:ident| { $($name:ident : $value:expr),+ $(,)? }) => {
        $(let mut $name = Vec::new();)+
        for $row in $rows { $($name.push($value);)+ }
    };
}
pub(super) use columns;

/// A column that holds a word of a closed set.
pub(super) fn word<T>(word: &str) -> Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    word.parse().map_err(|error| EngineError::internal("reading a word of a closed set", error))
}

/// A column that holds a value of the model as JSON.
pub(super) fn read_json<T: DeserializeOwned>(json: Value) -> Result<T> {
    serde_json::from_value(json)
        .map_err(|error| EngineError::internal("reading a stored value", error))
}
