//! Executions as rows of a CSV file (RFC 4180).

use model::{pages::ExecutionRow, time::Timestamp};

use crate::http::csv::{CsvFile, text};

/// All executions of a list.
pub(super) const EXECUTIONS: CsvFile<ExecutionRow> =
    CsvFile { name: "executions.csv", columns: &COLUMNS, lines };

const COLUMNS: [&str; 15] = [
    "number",
    "id",
    "name",
    "template",
    "status",
    "pause_reason",
    "progress_percent",
    "started_by",
    "started_at",
    "ended_at",
    "seconds",
    "cost_usd",
    "calls_without_price",
    "sample_calls",
    "error",
];

fn lines(rows: &[ExecutionRow]) -> String {
    rows.iter().map(line).collect()
}

fn line(row: &ExecutionRow) -> String {
    let iso = |at: Option<Timestamp>| at.map_or(String::new(), Timestamp::to_iso8601);
    let seconds = row.completed_at.map(|end| thousandths(end.ms_since(row.started_at)));
    let cells: [String; COLUMNS.len()] = [
        row.number.to_string(),
        row.id.to_string(),
        text(&row.name),
        text(row.template.as_ref().map_or("", |template| &template.name)),
        row.status.as_str().to_owned(),
        row.pause_reason.map_or(String::new(), |reason| reason.as_str().to_owned()),
        row.progress_percent.to_string(),
        text(row.launched_by.as_deref().unwrap_or_default()),
        iso(Some(row.started_at)),
        iso(row.completed_at),
        seconds.unwrap_or_default(),
        dollars(row.bill.cost_micros),
        row.bill.unpriced_calls.to_string(),
        row.bill.sample_calls.to_string(),
        text(row.error.as_deref().unwrap_or_default()),
    ];
    format!("{}\r\n", cells.join(","))
}

fn thousandths(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

fn dollars(micros: i64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros.unsigned_abs() % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_plain_numbers() {
        assert_eq!(
            (dollars(3_120_000), dollars(31)),
            ("3.120000".to_owned(), "0.000031".to_owned())
        );
        assert_eq!(thousandths(72_005), "72.005");
    }
}
