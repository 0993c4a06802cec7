//! The first page of a workspace, the activity panel, and the counts that every page shows.

use backend::actor::Actor;
use model::{
    access::{self, Permission},
    api::history::ExecutionFilter,
    execution::state::ExecutionStatus,
    pages::{ActivityPage, Attention, DashboardPage, ExecutionRow, WaitingRow},
    template::TemplateCategory,
    time::Timestamp,
};
use sqlx::PgConnection;
use store::{
    comments::{mentions, threads},
    error::Result,
    executions::{self, ExecutionQuery},
    page_query::PageQuery,
    reviews,
};

use super::Overview;

/// Rows of a list of executions.
const MOST_ROWS: i64 = 20;
/// Failures that are shown; the history has the others.
const MOST_FAILURES: i64 = 5;
/// How long a failure is worth looking after.
const FAILURE_AGE_MS: i64 = 30 * 86_400_000;
/// Templates that somebody uses.
const MOST_TEMPLATES: i64 = 4;
/// Templates offered to a workspace that has run nothing yet.
const FIRST_STEPS: usize = 3;

impl Overview {
    /// The dashboard: decisions and failures that wait for the actor, active and recent executions,
    /// and the month's totals.
    pub async fn dashboard(&self, actor: &Actor) -> Result<DashboardPage> {
        let mut conn = self.ctx.read(actor, "opening the dashboard").await?;
        let place = actor.workspace;
        let active = self.list_active(&mut conn, actor).await?;
        let over = ExecutionFilter::of_states(in_states(ExecutionStatus::is_over));
        let recent = self.first_rows(&mut conn, actor, &over, MOST_ROWS).await?;
        let waiting = list_waiting(&mut conn, actor).await?;
        let questions = if access::can(actor.role, Permission::ControlExecution) {
            executions::list_questions(&mut conn, place, None).await?
        } else {
            vec![]
        };
        let failures = self.unattended_failures(&mut conn, actor).await?;
        let templates =
            executions::list_used_templates(&mut conn, place, actor.user, MOST_TEMPLATES).await?;
        let month = executions::load_month_spending(&mut conn, place).await?;
        drop(conn);
        let mut first_steps = vec![];
        if active.is_empty() && recent.is_empty() {
            first_steps = self.templates.gallery(actor).await?;
            // Those of engineering are about a repository, which newcomers have not given yet.
            first_steps.retain(|card| card.category != TemplateCategory::Engineering.as_str());
            first_steps.truncate(FIRST_STEPS);
        }
        Ok(DashboardPage {
            active,
            recent,
            waiting,
            questions,
            failures,
            templates,
            month,
            first_steps,
        })
    }

    /// Executions that are not over, the latest first.
    pub(super) async fn list_active(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
    ) -> Result<Vec<ExecutionRow>> {
        let open = ExecutionFilter::of_states(in_states(|status| !status.is_over()));
        self.first_rows(conn, actor, &open, MOST_ROWS).await
    }

    async fn first_rows(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        filter: &ExecutionFilter,
        most: i64,
    ) -> Result<Vec<ExecutionRow>> {
        let running = self.ctx.deps.limits.running_per_workspace;
        let listed = ExecutionQuery { filter, unattended: false, running };
        Ok(executions::list(conn, actor.workspace, listed, PageQuery::first(most)).await?.items)
    }

    /// Failed executions that the actor launched within 30 days and that were neither repaired nor
    /// run again.
    async fn unattended_failures(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
    ) -> Result<Vec<ExecutionRow>> {
        let now = executions::now(conn).await?;
        let filter = ExecutionFilter {
            person: Some(actor.user),
            from: Some(Timestamp(now.0 - FAILURE_AGE_MS)),
            ..ExecutionFilter::of_states([ExecutionStatus::Failed])
        };
        let running = self.ctx.deps.limits.running_per_workspace;
        let listed = ExecutionQuery { filter: &filter, unattended: true, running };
        let page = PageQuery::first(MOST_FAILURES);
        Ok(executions::list(conn, actor.workspace, listed, page).await?.items)
    }
}

fn in_states(are: impl Fn(ExecutionStatus) -> bool) -> Vec<ExecutionStatus> {
    ExecutionStatus::ALL.iter().copied().filter(|status| are(*status)).collect()
}

/// Reviews that wait for the person, the oldest first.
pub(super) async fn list_waiting(
    conn: &mut PgConnection,
    actor: &Actor,
) -> Result<Vec<WaitingRow>> {
    reviews::list_waiting(conn, actor.workspace, actor.user, actor.role).await
}

/// How long an execution that ended stays in the list of what is under way.
const JUST_ENDED_S: i32 = 600;
const MOST_ENDED: i64 = 10;
/// How long its end is news.
const NEWS_S: i32 = 60;
const MOST_NEWS: i64 = 5;
/// How many comments that name the person are listed.
const MOST_MENTIONS: i64 = 20;

impl Overview {
    /// Executions that are not over, those that wait for the person, and those that have just ended.
    pub async fn activity(&self, actor: &Actor) -> Result<ActivityPage> {
        let mut conn = self.ctx.read(actor, "listing active runs").await?;
        let active = self.list_active(&mut conn, actor).await?;
        let waiting = list_waiting(&mut conn, actor).await?;
        let ended = executions::list_recently_ended(
            &mut conn,
            actor.workspace,
            None,
            JUST_ENDED_S,
            MOST_ENDED,
        )
        .await?;
        let (_, mentions) =
            mentions::list_unseen(&mut conn, actor.workspace, actor.user, MOST_MENTIONS).await?;
        Ok(ActivityPage { active, waiting, ended, mentions })
    }

    /// How much waits for the person and is under way, and what of theirs has just ended.
    pub async fn attention(&self, actor: &Actor) -> Result<Attention> {
        let (waiting, latest) = self.reviews.count_waiting(actor).await?;
        let mut conn = self.ctx.connect("counting active runs").await?;
        let active = executions::count_active(&mut conn, actor.workspace).await?;
        let person = Some(actor.user);
        let ended =
            executions::list_recently_ended(&mut conn, actor.workspace, person, NEWS_S, MOST_NEWS)
                .await?;
        let (mentions, latest_mention) =
            mentions::list_unseen(&mut conn, actor.workspace, actor.user, 1).await?;
        let comment_revision = threads::revision(&mut conn, actor.workspace).await?;
        Ok(Attention {
            waiting,
            latest,
            active,
            ended,
            mentions,
            mention: latest_mention.into_iter().next(),
            comment_revision,
            without_room: self.ctx.bus.is_disk_full(),
        })
    }
}
