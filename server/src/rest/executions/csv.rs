//! Executions as rows of a CSV file (RFC 4180).

use model::{pages::ExecutionRow, time::Timestamp};

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

/// The beginning of the file: a byte order mark, by which spreadsheets read UTF-8, and the
/// headings.
pub(super) fn head() -> String {
    format!("\u{feff}{}\r\n", COLUMNS.join(","))
}

/// One line each.
pub(super) fn lines(rows: &[ExecutionRow]) -> String {
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

/// A text that people wrote, as a cell. Where a spreadsheet would take it for a formula, an
/// apostrophe before it makes it a text.
fn text(value: &str) -> String {
    let formula = value.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || value.starts_with(['\t', '\r', '\n']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", value.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_a_text_whatever_it_begins_with() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"] {
            assert!(text(formula).starts_with("\"'"), "{formula:?}");
        }
        assert_eq!(text("Ads, \"Spring\"\nnow"), "\"Ads, \"\"Spring\"\"\nnow\"");
        assert_eq!(text("1 = 1"), "\"1 = 1\"");
    }

    #[test]
    fn amounts_are_plain_numbers() {
        assert_eq!(
            (dollars(3_120_000), dollars(31)),
            ("3.120000".to_owned(), "0.000031".to_owned())
        );
        assert_eq!(thousandths(72_005), "72.005");
    }
}
