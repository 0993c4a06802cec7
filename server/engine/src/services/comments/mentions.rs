//! Members who can be named, and what a member has seen of what names them.

use backend::actor::Actor;
use model::{
    access::Permission,
    comment::{CommentPerson, subject::CommentSubject},
};
use store::{
    comments::mentions,
    error::{Doing, Result},
};

use super::Comments;

/// The most characters by which members are looked for.
const MOST_TYPED: usize = 60;

impl Comments {
    /// The members who can be named by this beginning of a word of their names, from A to Z; at
    /// most ten.
    pub async fn find_people(&self, actor: &Actor, begin: &str) -> Result<Vec<CommentPerson>> {
        actor.require(Permission::Comment)?;
        let begin: String = begin.chars().filter(|c| !c.is_control()).take(MOST_TYPED).collect();
        let mut conn = self.context.pool.acquire().await.doing("looking for members to name")?;
        mentions::find_people(&mut conn, actor.workspace, &begin).await
    }

    /// Notes that the actor has seen the comments that name them, about this or a step of it. That
    /// is nobody else's business, so it is in no log.
    pub async fn see_mentions(&self, actor: &Actor, subject: &CommentSubject) -> Result<()> {
        actor.require(Permission::Read)?;
        let mut tx = store::begin(&self.context.pool).await.doing("noting seen mentions")?;
        let seen = mentions::mark_seen(&mut tx, actor.workspace, actor.user, subject).await?;
        tx.commit().await.doing("noting seen mentions")?;
        if seen {
            self.tell(actor.workspace).await;
        }
        Ok(())
    }
}
