//! Executions in lists, page by page, the latest first; counts and monthly spending.
//!
//! One statement serves the list, the dashboard, the activity panel, the API and its CSV file. It
//! walks an index by start, whatever narrows the list.

use chrono::{DateTime, Utc};
use model::{
    api::{history::ExecutionFilter, listing::Page},
    execution::{
        state::NodeStatus,
        view::Bill,
        wait::{Stands, Wait},
    },
    id::{ExecutionId, NodeId, ProjectId, TemplateId, UserId, WorkspaceId},
    pages::{EndedRow, ExecutionRow, Spending, TemplateName, TemplateUse},
};
use sqlx::PgConnection;

use super::{optional_instant, read::queue_position, waits::parse_stands};
use crate::{
    error::{Doing, Result},
    page_query::{Cursor, PageQuery},
    rows::parse_enum,
    timestamp,
};

/// Which executions a list shows.
#[derive(Debug, Clone, Copy)]
pub struct ExecutionQuery<'a> {
    /// The filter that people set.
    pub filter: &'a ExecutionFilter,
    /// True shows only those that nobody has dealt with: no tests, no children, none that was run
    /// again.
    pub unattended: bool,
    /// How many executions of the workspace may run at once; part of what queued ones say.
    pub running: u32,
}

/// What a running execution waits for while none of its jobs runs; none while one does.
fn step_wait(
    stands: Option<&str>,
    hold: Option<&str>,
    label: Option<String>,
    message: Option<String>,
    until: Option<DateTime<Utc>>,
    child: Option<(String, Stands)>,
) -> Result<Option<Wait>> {
    let (Some(stands), hold) =
        (stands.map(parse_enum::<NodeStatus>).transpose()?, hold.map(parse_enum).transpose()?)
    else {
        return Ok(None);
    };
    let label = label.unwrap_or_default();
    let message = child.map(|(name, stands)| Wait::describe_child(&name, &stands)).or(message);
    Ok(Some(Wait::for_node(&label, stands, hold, message, until.map(timestamp))))
}

/// The wait for a step whose type no running worker serves, from its label and type.
fn unserved_wait(step: Option<(String, String)>) -> Option<Wait> {
    step.map(|(label, kind)| Wait::for_unserved(&label, &kind))
}

/// Executions of a workspace, the latest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    ExecutionQuery { filter, unattended, running }: ExecutionQuery<'_>,
    page: PageQuery,
) -> Result<Page<ExecutionRow>> {
    let query = sqlx::query_file!(
        "sql/list_executions.sql",
        workspace.0,
        &filter.states().iter().map(|status| status.as_str()).collect::<Vec<&str>>() as _,
        filter.template.map(|id| id.0),
        filter.person.map(|id| id.0),
        optional_instant(filter.from),
        optional_instant(filter.until),
        &filter.searched()?,
        unattended,
        page.after_time(),
        page.after_id(),
        page.row_limit(),
        filter.project.map(|id| id.0),
        filter.external_ref.as_ref().map(|key| vec![key.kind.as_str(), key.id.as_str()]) as _
    );
    page.to_page(
        query.fetch_all(conn).await.doing("listing executions")?,
        |row| Cursor { at: row.started_at, id: row.id },
        |row| {
            let (label, message, until) = (row.wait_label, row.wait_message, row.wait_until);
            let child = stands(row.wait_child_status, row.wait_child_pause, row.wait_child_words)?;
            let (status, hold) = (row.wait_status.as_deref(), row.wait_hold.as_deref());
            let step = step_wait(status, hold, label, message, until, row.wait_child.zip(child))?;
            let below = [row.c_input, row.c_output, row.c_cost, row.c_unpriced, row.c_samples];
            Ok(ExecutionRow {
                step: step.or(unserved_wait(row.unserved_label.zip(row.unserved))),
                id: ExecutionId(row.id),
                number: row.number,
                name: row.name,
                template: template_name(row.template_id, row.template_name),
                status: parse_enum(&row.status)?,
                pause_reason: row.pause_reason.as_deref().map(parse_enum).transpose()?,
                pause_message: row.pause_message,
                queued: queue_position(row.position, running),
                error: row.error,
                progress_percent: u8::try_from(row.progress_percent).unwrap_or(0),
                current_node: row.current_node_id.map(NodeId),
                current_step: row.current_step,
                started_at: timestamp(row.started_at),
                completed_at: row.completed_at.map(timestamp),
                bill: bill([row.input, row.output, row.cost, row.unpriced, row.samples]),
                launched_by: row.launched_by,
                user_id: row.user_id.map(UserId),
                workspace_id: workspace,
                project_id: ProjectId(row.project_id),
                trigger: row.trigger,
                parent_id: row.parent_execution_id.map(ExecutionId),
                is_test: row.is_test,
                children_bill: bill(below),
            })
        },
    )
}

/// How the execution that a step waits for stands.
fn stands(
    status: Option<String>,
    pause: Option<String>,
    words: Option<String>,
) -> Result<Option<Stands>> {
    status.map(|status| parse_stands(&status, pause.as_deref(), words, None)).transpose()
}

/// A bill of its five columns.
pub(super) fn bill(
    [input_tokens, output_tokens, cost_micros, unpriced_calls, sample_calls]: [i64; 5],
) -> Bill {
    Bill { input_tokens, output_tokens, cost_micros, unpriced_calls, sample_calls }
}

/// The template of an execution; none when either column is null.
fn template_name(id: Option<uuid::Uuid>, name: Option<String>) -> Option<TemplateName> {
    Some(TemplateName { id: TemplateId(id?), name: name? })
}

/// How many executions of a workspace are not over.
pub async fn count_active(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
             FROM workflow_executions
            WHERE workspace_id = $1 AND status IN ('pending', 'running', 'paused')"#,
        workspace.0
    )
    .fetch_one(conn)
    .await
    .doing("counting executions under way")
}

/// Executions that ended within the last `seconds`, the latest first; with a `person`, only those
/// that they launched themselves.
pub async fn list_recently_ended(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    person: Option<UserId>,
    seconds: i32,
    most: i64,
) -> Result<Vec<EndedRow>> {
    let rows = sqlx::query!(
        r#"SELECT id, number, name, status, completed_at AS "ended_at!"
             FROM workflow_executions
            WHERE workspace_id = $1 AND forgotten_at IS NULL
              AND completed_at > engine_now() - make_interval(secs => $3::integer)
              AND ($2::uuid IS NULL OR user_id = $2 AND parent_execution_id IS NULL)
            ORDER BY completed_at DESC, id DESC
            LIMIT $4"#,
        workspace.0,
        person.map(|person| person.0),
        seconds,
        most
    )
    .fetch_all(conn)
    .await
    .doing("reading what has ended")?;
    let row = rows.into_iter().map(|row| {
        Ok(EndedRow {
            id: ExecutionId(row.id),
            number: row.number,
            name: row.name,
            status: parse_enum(&row.status)?,
            ended_at: timestamp(row.ended_at),
        })
    });
    row.collect()
}

/// Templates that a person has launched within the last 90 days, the most used first.
pub async fn list_used_templates(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    person: UserId,
    most: i64,
) -> Result<Vec<TemplateUse>> {
    let rows = sqlx::query!(
        r#"SELECT t.id, t.name, count(*) AS "uses!", max(e.started_at) AS "last_at!"
             FROM workflow_executions e
             JOIN workflow_templates t ON t.id = e.template_id
            WHERE e.workspace_id = $1 AND e.user_id = $2
              AND e.started_at > engine_now() - interval '90 days'
              AND e.parent_execution_id IS NULL AND e.trigger <> 'test'
              AND t.enabled AND t.archived_at IS NULL AND t.published_version IS NOT NULL
            GROUP BY t.id, t.name
            ORDER BY count(*) DESC, max(e.started_at) DESC
            LIMIT $3"#,
        workspace.0,
        person.0,
        most
    )
    .fetch_all(conn)
    .await
    .doing("reading which templates somebody uses")?;
    let used = rows.into_iter().map(|row| TemplateUse {
        template: TemplateName { id: TemplateId(row.id), name: row.name },
        uses: row.uses,
        last_at: timestamp(row.last_at),
    });
    Ok(used.collect())
}

/// What a workspace launched and spent in this calendar month (UTC), and its monthly budget.
pub async fn load_month_spending(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Spending> {
    let row = sqlx::query!(
        r#"WITH month AS (
               SELECT date_trunc('month', engine_now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS start
           )
           SELECT e.launched AS "launched!", e.ended AS "ended!", e.completed AS "completed!",
                  l.cost AS "cost!", l.unpriced AS "unpriced!", l.samples AS "samples!",
                  (SELECT monthly_micros FROM budgets
                    WHERE workspace_id = $1 AND template_id IS NULL) AS "budget?"
             FROM month
            CROSS JOIN LATERAL (
                  SELECT count(*) AS launched, count(completed_at) AS ended,
                         count(*) FILTER (WHERE status = 'completed') AS completed
                    FROM workflow_executions
                   WHERE workspace_id = $1 AND started_at >= month.start AND trigger <> 'test'
                     AND parent_execution_id IS NULL
                  ) e
            CROSS JOIN LATERAL (
                  SELECT coalesce(sum(cost) FILTER (WHERE NOT sample), 0)::bigint AS cost,
                         count(*) FILTER (WHERE cost IS NULL AND NOT sample) AS unpriced,
                         count(*) FILTER (WHERE sample) AS samples
                    FROM spend_ledger
                   WHERE workspace_id = $1 AND at >= month.start
                  ) l"#,
        workspace.0
    )
    .fetch_one(conn)
    .await
    .doing("reading what was spent this month")?;
    Ok(Spending {
        executions: row.launched,
        ended: row.ended,
        completed: row.completed,
        cost_micros: row.cost,
        unpriced_calls: row.unpriced,
        sample_calls: row.samples,
        budget_micros: row.budget,
    })
}
