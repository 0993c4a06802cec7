//! Files for spreadsheets (RFC 4180): their cells, and lists that are sent as such files.

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use futures::{StreamExt, stream};
use model::{
    api::listing::{Page, PageRequest},
    problem::{FieldProblem, Problem},
};
use store::error::EngineError;

use super::download::attachment;

/// How many rows of a file are read at once.
const ROWS: i64 = 200;

/// A list as a file.
#[derive(Debug)]
pub struct CsvFile<T: 'static> {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    /// The lines of these rows, each with its end.
    pub lines: fn(&[T]) -> String,
}

impl<T: Send + 'static> CsvFile<T> {
    /// The response with all of a list. It is sent while the rows are read, one page at a time, so
    /// that little of a long list is in memory. Where a page cannot be read the connection breaks
    /// off: nobody takes the file for complete. The first page is read before the response begins:
    /// its failure is a response of its own.
    pub async fn send<L, F>(self, load: L) -> Result<Response, EngineError>
    where
        L: Fn(PageRequest) -> F + Clone + Send + 'static,
        F: Future<Output = Result<Page<T>, EngineError>> + Send + 'static,
    {
        let page_at = |cursor| PageRequest { limit: Some(ROWS), cursor };
        let first = load(page_at(None)).await?;
        // A byte order mark, by which spreadsheets read UTF-8, and the headings.
        let begin = Bytes::from(format!("\u{feff}{}\r\n", self.columns.join(",")));
        let rest = stream::try_unfold(Some(first), move |page| {
            let load = load.clone();
            async move {
                let Some(Page { items, next_cursor }) = page else { return Ok(None) };
                let lines = Bytes::from((self.lines)(&items));
                let next = match next_cursor {
                    Some(cursor) => Some(load(page_at(Some(cursor))).await?),
                    None => None,
                };
                Ok::<_, EngineError>(Some((lines, next)))
            }
        });
        let body = Body::from_stream(stream::once(async { Ok(begin) }).chain(rest));
        Ok(attachment(self.name, "text/csv; charset=utf-8", body))
    }
}

/// The problem of a file that is asked for page by page.
pub fn no_parts() -> Problem {
    let message = "The CSV file always has the whole list. Leave out limit and cursor.";
    let wrong = FieldProblem::field("no_parts", "cursor", message.to_owned());
    Problem::invalid(message, vec![wrong])
}

/// A text that people wrote, as a cell. Where a spreadsheet would take it for a formula, an
/// apostrophe before it makes it a text.
pub fn text(value: &str) -> String {
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
}
