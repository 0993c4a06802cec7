//! Lists of executions: page by page, and as one CSV file.

use axum::{
    Json as Answer,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use engine::{error::EngineError, services::Services};
use futures::stream;
use model::{
    access::Permission,
    api::{
        history::{ExecutionFilter, read_from, read_statuses, read_until},
        listing::{Page, PageRequest},
    },
    execution::wait::Wait,
    id::{ProjectId, TemplateId, UserId},
    pages::ExecutionRow,
    problem::{FieldProblem, Problem},
    time::Timestamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{address::ALL, csv};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::Query,
    rest::routes::{Access, Routes},
};

/// An execution in the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExecutionListed {
    #[serde(flatten)]
    row: ExecutionRow,
    /// Why the execution does not go on, and what would let it.
    wait: Option<Wait>,
}

/// How many rows of the CSV file are read at once.
const ROWS: i64 = 200;

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes.mount(read.get(ALL, "Lists executions, the latest first."), list).mount(
        read.get(
            "/workflows/executions/csv",
            "Gives the same list, all of it, as a file for spreadsheets.",
        )
        .sends("text/csv"),
        file,
    )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Listed {
    /// Statuses, separated by commas.
    #[serde(default)]
    status: String,
    /// Words that must all occur in the execution's name, number, template, person or error.
    #[serde(default)]
    q: String,
    template_id: Option<TemplateId>,
    /// Only executions of this project.
    project_id: Option<ProjectId>,
    /// Only executions that this person launched.
    person: Option<UserId>,
    /// Only executions launched at this instant, or on this day in UTC, or later.
    from: Option<String>,
    /// Only executions launched before this instant, or on this day in UTC or earlier.
    until: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

impl Listed {
    fn filter(&self) -> Result<ExecutionFilter, Problem> {
        let filter = ExecutionFilter {
            words: self.q.clone(),
            statuses: read_statuses(&self.status)?,
            template: self.template_id,
            person: self.person,
            project: self.project_id,
            from: moment("from", self.from.as_deref(), read_from)?,
            until: moment("until", self.until.as_deref(), read_until)?,
        };
        filter.searched()?;
        Ok(filter)
    }
}

fn moment(
    name: &str,
    text: Option<&str>,
    read: fn(&str) -> Option<Timestamp>,
) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    read(text).map(Some).ok_or_else(|| {
        let message = format!("{text:?} is no moment; write 2026-11-20 or 2026-11-20T08:00:00Z.");
        let wrong = FieldProblem::field("bad_moment", name, message);
        Problem::invalid("The list cannot be read so.", vec![wrong])
    })
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(listed): Query<Listed>,
) -> Result<Answer<Page<ExecutionListed>>> {
    let filter = listed.filter()?;
    let asked = PageRequest { limit: listed.limit, cursor: listed.cursor };
    let page = services.executions.executions_page(&actor, &filter, &asked).await?;
    Ok(Answer(page.map(|row| ExecutionListed { wait: row.wait(), row })))
}

/// The file is sent while the rows are read, one part at a time, so that little of a long list is
/// in memory. Where a part cannot be read the connection breaks off: nobody takes the file for
/// complete.
async fn file(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(listed): Query<Listed>,
) -> Result<Response> {
    if listed.limit.is_some() || listed.cursor.is_some() {
        let message = "The file holds all of the list: leave out limit and cursor.";
        let wrong = FieldProblem::field("no_parts", "cursor", message.to_owned());
        return Err(Problem::invalid(message, vec![wrong]).into());
    }
    let filter = listed.filter()?;
    let part = |cursor| PageRequest { limit: Some(ROWS), cursor };
    // The first part is read before the response begins: its failure is a response of its own.
    let first = services.executions.executions_page(&actor, &filter, &part(None)).await?;
    let begin = Bytes::from(csv::head());
    let rest = stream::try_unfold(Some(first), move |page| {
        let (services, actor, filter) = (services.clone(), actor.clone(), filter.clone());
        async move {
            let Some(page) = page else { return Ok(None) };
            let lines = Bytes::from(csv::lines(&page.items));
            let next = match page.next_cursor {
                Some(cursor) => {
                    let asked = part(Some(cursor));
                    Some(services.executions.executions_page(&actor, &filter, &asked).await?)
                }
                None => None,
            };
            Ok::<_, EngineError>(Some((lines, next)))
        }
    });
    let begin = stream::once(async { Ok(begin) });
    let body = Body::from_stream(futures::StreamExt::chain(begin, rest));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"executions.csv\""),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, body).into_response())
}
