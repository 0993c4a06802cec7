//! What has been said, who can be named, and what a member has seen of what names them.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::listing::{Page, PageRequest},
    comment::{CommentFilter, CommentPerson, CommentThread, MOST_COUNTED, subject::CommentSubject},
    problem::{FieldProblem, Problem},
};
use store::{
    comments::{mentions, threads},
    error::{EngineError, Result},
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
        let mut conn = self.ctx.read(actor, "listing comments").await?;
        let page = PageQuery::from_request(asked)?;
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
        let mut conn = self.ctx.connect("counting comments").await?;
        threads::count_open(&mut conn, actor.workspace, subjects).await
    }
}

/// The most characters by which members are looked for.
const MOST_TYPED: usize = 60;

impl Comments {
    /// The members who can be named by this beginning of a word of their names, from A to Z; at
    /// most ten.
    pub async fn find_people(&self, actor: &Actor, begin: &str) -> Result<Vec<CommentPerson>> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::Comment, "looking for members to name").await?;
        let begin: String = begin.chars().filter(|c| !c.is_control()).take(MOST_TYPED).collect();
        mentions::find_people(&mut conn, actor.workspace, &begin).await
    }

    /// Notes that the actor has seen the comments that name them, about this or a step of it. That
    /// is nobody else's business, so it is in no log.
    pub async fn see_mentions(&self, actor: &Actor, subject: &CommentSubject) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::Read, "noting seen mentions").await?;
        let seen = mentions::mark_seen(&mut tx, actor.workspace, actor.user, subject).await?;
        tx.commit().await?;
        if seen {
            self.tell(actor.workspace).await;
        }
        Ok(())
    }
}
