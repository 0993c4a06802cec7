//! Lists of executions: page by page, and as one CSV file.

use axum::{Json as Answer, extract::State, response::Response};
use model::{
    access::Permission,
    api::{
        history::{ExecutionFilter, read_from, read_statuses, read_until},
        listing::{Page, PageRequest},
    },
    execution::wait::Wait,
    external_ref::{ExternalRefKey, ExternalRefKind},
    id::{ProjectId, TemplateId, UserId},
    pages::ExecutionRow,
    problem::{FieldProblem, Problem},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::Services;

use super::{address::ALL, csv};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::{csv::no_parts, json::Query},
    rest::{
        listing::moment,
        routes::{Access, Routes},
    },
};

/// An execution in the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExecutionListed {
    #[serde(flatten)]
    row: ExecutionRow,
    /// Why the execution does not go on, and what would let it.
    wait: Option<Wait>,
}

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes.mount(read.get(ALL, "Lists executions, newest first."), list).mount(
        read.get("/workflows/executions/csv", "Returns the whole list as a CSV file.")
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
    /// Only executions that are linked to this in another system, as `issue:acme/shop#42`; kinds are
    /// issue, `pull_request`, run and commit.
    external_ref: Option<String>,
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
            external_ref: self.external_ref.as_deref().map(external_ref).transpose()?,
        };
        filter.searched()?;
        Ok(filter)
    }
}

/// What a list is narrowed to.
fn external_ref(text: &str) -> Result<ExternalRefKey, Problem> {
    ExternalRefKey::parse(text).ok_or_else(|| {
        let kinds = ExternalRefKind::ALL.iter().map(|kind| kind.as_str());
        let kinds = kinds.collect::<Vec<_>>().join(", ");
        let message =
            format!("Write it as kind:id, for example issue:acme/shop#42. Kinds: {kinds}.");
        let wrong = FieldProblem::field("malformed", "external_ref", message);
        Problem::invalid("The list's filters aren't valid.", vec![wrong])
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

async fn file(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(listed): Query<Listed>,
) -> Result<Response> {
    if listed.limit.is_some() || listed.cursor.is_some() {
        return Err(no_parts().into());
    }
    let filter = listed.filter()?;
    let load = move |asked: PageRequest| {
        let (services, actor, filter) = (services.clone(), actor.clone(), filter.clone());
        async move { services.executions.executions_page(&actor, &filter, &asked).await }
    };
    Ok(csv::EXECUTIONS.send(load).await?)
}
