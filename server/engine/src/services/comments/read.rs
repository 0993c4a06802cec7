//! What has been said.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::listing::{Page, PageRequest},
    comment::{CommentFilter, CommentThread, MOST_COUNTED, subject::CommentSubject},
    problem::{FieldProblem, Problem},
};
use store::{
    comments::threads,
    error::{Doing, EngineError, Result},
    page_query::PageQuery,
};

use super::Comments;

impl Comments {
    /// A page of the threads that the filter admits, the latest first.
    ///
    /// # Errors
    /// Something that is not there; a page that cannot be.
    pub async fn list(
        &self,
        actor: &Actor,
        filter: &CommentFilter,
        asked: &PageRequest,
    ) -> Result<Page<CommentThread>> {
        actor.require(Permission::Read)?;
        let page = PageQuery::from_request(asked)?;
        let mut conn = self.context.pool.acquire().await.doing("listing comments")?;
        // What was said about a step is read also when the step is gone.
        let whole = filter.subject.whole();
        if !threads::has_subject(&mut conn, actor.workspace, &whole).await? {
            return Err(EngineError::NotFound(whole.kind().as_str()));
        }
        threads::list(&mut conn, actor.workspace, filter, page).await
    }

    /// How many open threads each of these has, in the same order; of what is not there, none.
    ///
    /// # Errors
    /// Too many at once.
    pub async fn count(&self, actor: &Actor, subjects: &[CommentSubject]) -> Result<Vec<i64>> {
        actor.require(Permission::Read)?;
        if subjects.len() > MOST_COUNTED {
            let message = format!("Send at most {MOST_COUNTED} subjects.");
            let error = FieldProblem::field("too_many", "subjects", message);
            return Err(Problem::invalid("The comments were not counted.", vec![error]).into());
        }
        let mut conn = self.context.pool.acquire().await.doing("counting comments")?;
        threads::count_open(&mut conn, actor.workspace, subjects).await
    }
}
