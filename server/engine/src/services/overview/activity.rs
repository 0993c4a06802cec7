//! The activity panel, and the counts that every page shows.

use backend::actor::Actor;
use model::{
    access::Permission,
    pages::{ActivityPage, Attention},
};
use store::{
    comments::{mentions, threads},
    error::{Doing, Result},
    executions,
};

use super::{Overview, dashboard::list_waiting};

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
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("listing what is under way")?;
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
        let mut conn = self.context.pool.acquire().await.doing("counting what is under way")?;
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
            without_room: self.context.bus.is_disk_full(),
        })
    }
}
