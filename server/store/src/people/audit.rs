//! The audit log: who did what, written in the transaction that did it. The database chains each
//! line to the one before it when that transaction commits (`migrations/0071_audit_chain.sql`).

use std::sync::Arc;

use backend::actor::{Actor, Credential, Origin};
use model::{
    api::{
        audit::{AuditFilter, AuditRow, AuditSource},
        listing::Page,
    },
    audit::{AuditAction, AuditCredential},
    id::{UserId, WorkspaceId},
    pages::PersonName,
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Fetch, Statement,
    error::Result,
    optional_instant,
    page_query::{Cursor, PageQuery},
    rows::parse_enum,
    timestamp,
};

/// One line of the audit log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The workspace concerned, when there is one.
    pub workspace: Option<WorkspaceId>,
    /// Who did it, when it is known.
    pub user: Option<UserId>,
    /// What was done.
    pub action: AuditAction,
    /// The id of what was changed.
    pub subject: Option<String>,
    /// A JSON object with what else is worth keeping; never a secret.
    pub detail: Value,
    /// Where it came from.
    pub source: Source,
}

/// Where an entry came from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// How the person was known; none where the server itself acts.
    pub credential: Option<Credential>,
    /// The address and the browser; none outside a request.
    pub origin: Option<Arc<Origin>>,
}

impl From<&Actor> for Source {
    fn from(actor: &Actor) -> Self {
        Self { credential: Some(actor.credential), origin: actor.origin.clone() }
    }
}

impl From<&Origin> for Source {
    /// Somebody who is not signed in yet.
    fn from(origin: &Origin) -> Self {
        Self { credential: None, origin: Some(Arc::new(origin.clone())) }
    }
}

impl Entry {
    /// The same entry with one more field in its detail; replaces a field of that name.
    #[must_use]
    pub fn with_detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail[name] = value.into();
        self
    }
}

/// How a credential is stored: its kind and its id.
fn credential_columns(credential: Credential) -> (AuditCredential, Option<Uuid>) {
    match credential {
        Credential::Session(id) => (AuditCredential::Session, Some(id)),
        Credential::Token(id) => (AuditCredential::Token, Some(id.0)),
        Credential::Link(id) => (AuditCredential::Link, Some(id)),
        Credential::CommandLine => (AuditCredential::CommandLine, None),
    }
}

/// Appends one line.
pub async fn append(conn: &mut PgConnection, entry: Entry) -> Result<()> {
    let Source { credential, origin } = entry.source;
    let (kind, id) = credential.map(credential_columns).unzip();
    let user_agent = origin.as_deref().map(Origin::kept_user_agent);
    sqlx::query!(
        "INSERT INTO audit_log (workspace_id, user_id, action, subject_id, detail,
                                credential, credential_id, ip, user_agent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        entry.workspace.map(|id| id.0),
        entry.user.map(|id| id.0),
        entry.action.as_str(),
        entry.subject,
        entry.detail,
        kind.map(AuditCredential::as_str),
        id.flatten(),
        origin.map(|origin| origin.ip.to_string()),
        user_agent,
    )
    .run(conn, "writing the audit log")
    .await
}

/// A page of the audit log of a workspace, the latest first. Each filter has an index of its own:
/// the caller's transaction should plan it for the values that are sent.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    filter: &AuditFilter,
    page: PageQuery,
) -> Result<Page<AuditRow>> {
    let before = page.after_id().map(|id| i64::try_from(id.as_u128()).unwrap_or(i64::MAX));
    let rows = sqlx::query_file!(
        "sql/list_audit.sql",
        workspace.0,
        filter.person.map(|person| person.0),
        filter.action.map(AuditAction::as_str),
        filter.subject.as_deref(),
        optional_instant(filter.from),
        optional_instant(filter.until),
        page.after_time(),
        before,
        page.row_limit()
    )
    .all(conn, "reading the audit log")
    .await?;
    let as_id = |number: i64| Uuid::from_u128(u128::try_from(number).unwrap_or_default());
    page.to_page(
        rows,
        |row| Cursor { at: row.at, id: as_id(row.id) },
        |row| {
            let stored = row.credential.as_deref().map(parse_enum).transpose()?;
            let (credential, credential_id) = match stored {
                Some(credential) => (Some(credential), row.credential_id),
                None => earlier_credential(&row.detail),
            };
            Ok(AuditRow {
                id: row.id,
                at: timestamp(row.at),
                user_id: row.user_id.map(UserId),
                user: row.user,
                action: row.action,
                subject_id: row.subject_id,
                subject: row.subject.filter(|name| !name.is_empty()),
                detail: row.detail,
                source: AuditSource {
                    credential,
                    credential_id,
                    token: row.token,
                    ip: row.ip,
                    user_agent: row.user_agent,
                },
                hash: row.hash.map(hex::encode),
            })
        },
    )
}

/// Earlier releases wrote the credential into the detail.
fn earlier_credential(detail: &Value) -> (Option<AuditCredential>, Option<Uuid>) {
    let id = |name: &str| -> Option<Uuid> { detail.get(name)?.as_str()?.parse().ok() };
    let known = [
        ("session", AuditCredential::Session),
        ("token", AuditCredential::Token),
        ("review_link", AuditCredential::Link),
    ];
    let found = known.into_iter().find_map(|(name, kind)| Some((Some(kind), Some(id(name)?))));
    let at_the_machine =
        detail.get("command_line").map(|_| (Some(AuditCredential::CommandLine), None));
    found.or(at_the_machine).unwrap_or_default()
}

/// Everybody who did something in a workspace, from A to Z; who is no member any more is among
/// them.
pub async fn list_people(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<PersonName>> {
    // From each person to the next one in the index, past all that they did.
    sqlx::query_as!(
        PersonName,
        r#"WITH RECURSIVE person AS (
               (SELECT user_id FROM audit_log
                 WHERE workspace_id = $1 AND user_id IS NOT NULL
                 ORDER BY user_id LIMIT 1)
                UNION ALL
               SELECT (SELECT l.user_id FROM audit_log l
                        WHERE l.workspace_id = $1 AND l.user_id > person.user_id
                        ORDER BY l.user_id LIMIT 1)
                 FROM person
                WHERE person.user_id IS NOT NULL
           )
           SELECT u.id AS "id!", u.name AS "name!"
             FROM person
             JOIN users u ON u.id = person.user_id
            ORDER BY lower(u.name), u.id"#,
        workspace.0
    )
    .all(conn, "reading who did something")
    .await
}

/// A link of a chain, compared with the line that it is of.
#[derive(Debug)]
pub struct CheckedLink {
    /// Its number in the chain.
    pub seq: i64,
    /// The number of its line.
    pub line: i64,
    pub hash: Vec<u8>,
    /// Whether links before it are missing.
    pub is_gap: bool,
    /// Whether its line is gone.
    pub is_gone: bool,
    /// Whether its line is not as it was written.
    pub is_changed: bool,
}

/// Compares the next links of a workspace's chain, or of the chain of no workspace, with their
/// lines; it begins after the link of this number and hash.
pub async fn check_links(
    conn: &mut PgConnection,
    workspace: Option<WorkspaceId>,
    after: i64,
    hash: &[u8],
    most: i64,
) -> Result<Vec<CheckedLink>> {
    let chain = workspace.map_or(Uuid::nil(), |workspace| workspace.0);
    sqlx::query_file_as!(CheckedLink, "sql/check_audit_chain.sql", chain, after, hash, most)
        .all(conn, "checking the audit log")
        .await
}

/// The first line of the whole log that is in no chain, with its workspace.
pub async fn find_unchained(conn: &mut PgConnection) -> Result<Option<(Option<WorkspaceId>, i64)>> {
    let row = sqlx::query!(
        "SELECT l.id, l.workspace_id
           FROM audit_log l
          WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.audit_id = l.id)
          ORDER BY l.id
          LIMIT 1"
    )
    .optional(conn, "checking the audit log")
    .await?;
    Ok(row.map(|row| (row.workspace_id.map(WorkspaceId), row.id)))
}

/// The last line of a chain: a log that later has fewer lines, or another hash at this one, was cut.
#[derive(Debug, Clone)]
pub struct ChainHead {
    /// The workspace of the chain; the nil id for the lines of none.
    pub workspace: Uuid,
    /// The number of the line in its chain, from 1.
    pub line: i64,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

/// The heads of the chains that have grown within the last hour, or only that of one workspace,
/// whenever it has grown.
pub async fn list_heads(
    conn: &mut PgConnection,
    only: Option<WorkspaceId>,
) -> Result<Vec<ChainHead>> {
    sqlx::query_as!(
        ChainHead,
        r#"SELECT head.workspace_id AS "workspace!", head.seq AS "line!",
                  encode(head.hash, 'hex') AS "hash!"
             FROM (SELECT id FROM workspaces UNION ALL SELECT audit_chain_of(NULL)) w
            CROSS JOIN LATERAL (
                  SELECT c.* FROM audit_chain c
                   WHERE c.workspace_id = w.id ORDER BY c.seq DESC LIMIT 1) head
             JOIN audit_log l ON l.id = head.audit_id
            WHERE w.id = $1::uuid OR ($1::uuid IS NULL AND l.at > engine_now() - interval '1 hour')"#,
        only.map(|workspace| workspace.0)
    )
    .all(conn, "reading the heads of the audit log")
    .await
}

pub async fn list_chains(conn: &mut PgConnection) -> Result<Vec<WorkspaceId>> {
    sqlx::query_scalar!("SELECT id FROM workspaces ORDER BY id")
        .all_into(conn, "checking the audit log")
        .await
}
