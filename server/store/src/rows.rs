//! Conversions between rows and the model: enums stored as text, values stored as JSON, and the
//! columns of many rows in one statement, with a check of how many of them were written.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::postgres::types::PgInterval;

use crate::error::{EngineError, Result};

/// The columns of many rows, one vector a column, in the shape UNNEST takes.
macro_rules! columns {
    ($rows:expr, |$row:ident| { $($name:ident : $value:expr),+ $(,)? }) => {
        $(let mut $name = Vec::new();)+
        for $row in $rows { $($name.push($value);)+ }
    };
}
pub(super) use columns;

/// An output's row from a record that has its columns.
macro_rules! artifact_row {
    ($row:ident, $id:expr) => {
        ArtifactRow {
            id: $id,
            node_id: NodeId($row.node_id),
            item: $row.item,
            port: $row.port,
            version: $row.version,
            is_latest: $row.is_latest,
            image_id: $row.image_id.map(ImageId),
            provider: $row.provider,
            model: $row.model,
            sample: $row.sample,
            cut_off: $row.cut_off,
            job_id: JobId($row.job_id),
            created_at: timestamp($row.created_at),
            kept_at: $row.kept_at.map(timestamp),
        }
    };
}
pub(super) use artifact_row;

/// Parses a column that stores an enum variant as text.
pub(super) fn parse_enum<T>(text: &str) -> Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(|error| EngineError::internal("reading a value of an enum", error))
}

/// A column that holds a value of the model as JSON.
pub(super) fn read_json<T: DeserializeOwned>(json: Value) -> Result<T> {
    serde_json::from_value(json)
        .map_err(|error| EngineError::internal("reading a stored value", error))
}

/// Checks that a statement changed as many rows as were expected.
pub(super) fn expect_rows(written: u64, expected: usize, what: &'static str) -> Result<()> {
    if written == expected as u64 {
        return Ok(());
    }
    let detail = format!("{written} of {expected} rows were as expected");
    Err(EngineError::internal(what, detail))
}

/// A length of time as a column stores it.
pub(super) fn interval(duration: Duration) -> Result<PgInterval> {
    PgInterval::try_from(duration)
        .map_err(|error| EngineError::internal("converting a duration", error))
}

/// A value of the model as a column stores it.
pub(super) fn to_json<T: Serialize>(value: &T) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| EngineError::internal("storing a value", error))
}
