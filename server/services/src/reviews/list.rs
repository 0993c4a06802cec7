//! Reads reviews.

use std::collections::BTreeSet;

use backend::actor::Actor;
use model::{
    access::{self, Permission},
    api::{
        listing::{Page, PageRequest},
        reviews::{ReviewFilter, ReviewScope},
    },
    execution::state::Action,
    id::{ExecutionId, ReviewId},
    pages::{DecisionRow, PersonName, ReviewCard, WaitingRow},
};
use store::{
    error::Result,
    executions,
    page_query::PageQuery,
    reviews::{self, ReviewQuery},
};

use super::Reviews;
use crate::{
    context::OrNotFound,
    executions::action_scope::{MOST_OF_EXECUTION, load_review_cards},
};

impl Reviews {
    /// The first open reviews of the workspace, the oldest first.
    pub async fn list_open(&self, actor: &Actor) -> Result<Vec<ReviewCard>> {
        Ok(self.list(actor, ReviewFilter::default(), &PageRequest::default()).await?.items)
    }

    /// A page of the open reviews of the workspace that the filter admits, the oldest first.
    ///
    /// # Errors
    /// A limit or cursor that no list has.
    pub async fn list(
        &self,
        actor: &Actor,
        filter: ReviewFilter,
        asked: &PageRequest,
    ) -> Result<Page<ReviewCard>> {
        let which = match filter.scope {
            ReviewScope::Everybody => ReviewQuery::Open,
            ReviewScope::Me => ReviewQuery::WaitingFor(actor.user, actor.role),
        };
        let mut page = self.review_cards(actor, which, PageQuery::from_request(asked)?).await?;
        self.fill_no_changes(actor, &mut page.items).await?;
        Ok(page)
    }

    /// A page of what was decided in the workspace, the latest first.
    ///
    /// # Errors
    /// A limit or cursor that no list has.
    pub async fn decisions(&self, actor: &Actor, asked: &PageRequest) -> Result<Page<DecisionRow>> {
        let mut conn = self.ctx.read(actor, "listing decisions").await?;
        let page = PageQuery::from_request(asked)?;
        reviews::list_decisions(&mut conn, actor.workspace, page).await
    }

    /// The members to whom a review can be given, from A to Z.
    pub async fn deciders(&self, actor: &Actor) -> Result<Vec<PersonName>> {
        let mut conn = self.ctx.read(actor, "listing who may decide").await?;
        reviews::list_deciders(&mut conn, actor.workspace).await
    }

    /// Fills in why nobody can ask for changes, in those reviews that the actor may decide. An
    /// execution that cannot be read is left out; a request for changes of it is refused then.
    pub(super) async fn fill_no_changes(
        &self,
        actor: &Actor,
        cards: &mut [ReviewCard],
    ) -> Result<()> {
        let open = cards.iter().filter(|card| card.may_decide);
        let asking: BTreeSet<ExecutionId> = open.map(|card| card.execution_id).collect();
        if asking.is_empty() {
            return Ok(());
        }
        let mut conn = self.ctx.connect("reading what reviews are about").await?;
        for id in asking {
            let loaded =
                self.executions.load_workflow_and_view(&mut conn, actor.workspace, id).await?;
            let Some((workflow, view)) = loaded else { continue };
            for card in cards.iter_mut().filter(|card| card.execution_id == id) {
                let node = view.node(&card.node_id);
                let why_not = || view.why_not_to(node?, &workflow, Action::AskForChanges);
                card.no_changes = card.kind.no_changes().or_else(why_not).map(str::to_owned);
            }
        }
        Ok(())
    }

    /// The reviews of an execution, decided ones too, the oldest first.
    pub async fn list_of_execution(
        &self,
        actor: &Actor,
        id: ExecutionId,
    ) -> Result<Vec<ReviewCard>> {
        self.executions.may_watch(actor, id).await?;
        let page = PageQuery::first(MOST_OF_EXECUTION);
        Ok(self.review_cards(actor, ReviewQuery::OfExecution(id), page).await?.items)
    }

    /// One review of the actor's workspace.
    ///
    /// # Errors
    /// Not found, also for one of another workspace.
    pub async fn review(&self, actor: &Actor, id: ReviewId) -> Result<ReviewCard> {
        let page = self.review_cards(actor, ReviewQuery::One(id), PageQuery::first(1)).await?;
        page.items.into_iter().next().or_not_found("review")
    }

    async fn review_cards(
        &self,
        actor: &Actor,
        which: ReviewQuery,
        page: PageQuery,
    ) -> Result<Page<ReviewCard>> {
        let mut conn = self.ctx.read(actor, "reading reviews").await?;
        load_review_cards(&mut conn, actor, which, page).await
    }

    /// How many reviews wait for the actor, and calls for a word of theirs; and the latest of the
    /// reviews. For admins those wait too that nobody left can decide.
    pub async fn count_waiting(&self, actor: &Actor) -> Result<(i64, Option<WaitingRow>)> {
        let mut conn = self.ctx.read(actor, "counting reviews").await?;
        let (reviews, latest) =
            reviews::count_waiting(&mut conn, actor.workspace, actor.user, actor.role).await?;
        if !access::can(actor.role, Permission::ControlExecution) {
            return Ok((reviews, latest));
        }
        let calls = executions::count_questions(&mut conn, actor.workspace).await?;
        Ok((reviews + calls, latest))
    }
}
