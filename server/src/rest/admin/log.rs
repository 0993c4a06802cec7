//! The audit log, page by page and as one CSV file.

use axum::{Json as Answer, extract::State, response::Response};
use model::{
    access::Permission,
    api::{
        audit::{AuditFilter, AuditRow},
        history::{read_from, read_until},
        listing::{Page, PageRequest},
    },
    audit::{AuditAction, AuditCredential},
    id::UserId,
    problem::Problem,
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::{
        csv::{CsvFile, no_parts, text},
        json::Query,
    },
    rest::{
        listing::moment,
        routes::{Access, Routes},
    },
};

/// All of the log.
const AUDIT: CsvFile<AuditRow> = CsvFile { name: "audit.csv", columns: &COLUMNS, lines };

const COLUMNS: [&str; 15] = [
    "line",
    "at",
    "person",
    "person_id",
    "what",
    "subject",
    "more",
    "action",
    "subject_id",
    "from",
    "credential",
    "credential_id",
    "address",
    "detail",
    "hash",
];

pub(super) fn mount(routes: Routes) -> Routes {
    let audit = Access::Needs(Permission::ReadAudit);
    routes
        .mount(
            audit.get("/audit", "Lists the audit log, newest first; filter by subject_id."),
            list,
        )
        .mount(
            audit.get("/audit/csv", "Returns the whole list as a CSV file.").sends("text/csv"),
            file,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AuditLogQuery {
    /// The id of the object that was changed, such as an execution.
    subject_id: Option<String>,
    /// Only what this person did.
    person: Option<UserId>,
    /// Only this action.
    action: Option<AuditAction>,
    /// Only what was done at this instant, or on this day in UTC, or later.
    from: Option<String>,
    /// Only what was done before this instant, or on this day in UTC or earlier.
    until: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

impl AuditLogQuery {
    fn filter(&self) -> Result<AuditFilter, Problem> {
        Ok(AuditFilter {
            person: self.person,
            action: self.action,
            subject: self.subject_id.clone(),
            from: moment("from", self.from.as_deref(), read_from)?,
            until: moment("until", self.until.as_deref(), read_until)?,
        })
    }
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(asked): Query<AuditLogQuery>,
) -> Result<Answer<Page<AuditRow>>> {
    let filter = asked.filter()?;
    let page = PageRequest { limit: asked.limit, cursor: asked.cursor };
    Ok(Answer(services.admin.audit_page(&actor, &filter, &page).await?))
}

async fn file(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(asked): Query<AuditLogQuery>,
) -> Result<Response> {
    if asked.limit.is_some() || asked.cursor.is_some() {
        return Err(no_parts().into());
    }
    let filter = asked.filter()?;
    let load = move |page: PageRequest| {
        let (services, actor, filter) = (services.clone(), actor.clone(), filter.clone());
        async move { services.admin.audit_page(&actor, &filter, &page).await }
    };
    Ok(AUDIT.send(load).await?)
}

fn lines(rows: &[AuditRow]) -> String {
    rows.iter().map(line).collect()
}

fn line(row: &AuditRow) -> String {
    let id = |id: Option<String>| id.unwrap_or_default();
    let cells: [String; COLUMNS.len()] = [
        row.id.to_string(),
        row.at.to_iso8601(),
        text(&row.who()),
        id(row.user_id.map(|user| user.to_string())),
        text(&row.what()),
        text(row.subject.as_deref().unwrap_or_default()),
        text(&row.more().unwrap_or_default()),
        text(&row.action),
        text(row.subject_id.as_deref().unwrap_or_default()),
        text(&row.source.words()),
        row.source.credential.map_or("", AuditCredential::as_str).to_owned(),
        id(row.source.credential_id.map(|id| id.to_string())),
        text(row.source.ip.as_deref().unwrap_or_default()),
        text(&row.detail.to_string()),
        row.hash.clone().unwrap_or_default(),
    ];
    format!("{}\r\n", cells.join(","))
}
