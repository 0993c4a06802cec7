//! The events of an execution.

use backend::actor::Actor;
use model::{
    access::Permission, api::executions::EventsPage, execution::event::Event, id::ExecutionId,
};
use store::{
    error::{Doing, Result},
    executions,
};

use super::{
    Executions,
    history::{history_gone, is_forgotten},
};

const PAGE_OF_EVENTS: i64 = 1_000;

impl Executions {
    /// Events of an execution after number `seq`, in order, at most a page of them.
    pub async fn events(&self, actor: &Actor, id: ExecutionId, seq: i64) -> Result<Vec<Event>> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("reading events")?;
        executions::events_after(&mut conn, actor.workspace, id, seq, PAGE_OF_EVENTS).await
    }

    /// Events after number `seq` as [`Executions::events`], with the number to go on from where
    /// there may be more.
    ///
    /// # Errors
    /// Gone where retention has deleted the events.
    pub async fn events_page(
        &self,
        actor: &Actor,
        id: ExecutionId,
        seq: i64,
    ) -> Result<EventsPage> {
        let items = self.events(actor, id, seq).await?;
        if items.is_empty() {
            let mut conn = self.context.pool.acquire().await.doing("looking for an execution")?;
            if is_forgotten(&mut conn, actor, id).await? {
                let detail = "Its events are no longer kept. Its outputs are.";
                return Err(history_gone(detail).into());
            }
        }
        let full = i64::try_from(items.len()).is_ok_and(|read| read >= PAGE_OF_EVENTS);
        let next_after = items.last().filter(|_| full).map(|event| event.seq);
        Ok(EventsPage { items, next_after })
    }
}
