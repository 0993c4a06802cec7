//! Notices: given to those whom they concern, sent by mail and to webhooks, and shown to admins with
//! how that goes.
//!
//! Other areas write a notice to the outbox in the transaction of what it is about. Any server then
//! dispatches it: its words are made, and a delivery for each receiver. Deliveries are leased, so
//! that several servers send none twice; one that was sent when its server died is sent once more
//! under the same id. Nobody waits for any of this.

mod courier;
mod dispatch;
mod letter;
mod webhook_call;
mod webhooks;

use std::sync::Arc;

use backend::actor::Actor;
use model::{access::Permission, id::DeliveryId, notice::delivery::NoticesPage, problem::Problem};
use store::{
    error::{EngineError, Result},
    notices::{
        deliveries::{self, Retry},
        webhooks as stored,
    },
};

use super::context::ServiceContext;

/// The notices of workspaces, and the webhooks that are told of them.
#[derive(Clone)]
pub struct Notices {
    pub(super) ctx: Arc<ServiceContext>,
}

impl Notices {
    /// Whether mails are sent, the workspace's webhooks, and its latest deliveries.
    pub async fn notices_page(&self, actor: &Actor) -> Result<NoticesPage> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageWorkspace, "reading notices").await?;
        Ok(NoticesPage {
            mail_from: self.ctx.deps.mailer.as_ref().map(|mailer| mailer.from_address()),
            webhooks: stored::list(&mut conn, actor.workspace).await?,
            deliveries: deliveries::list_latest(&mut conn, actor.workspace).await?,
        })
    }

    /// Has a delivery that has not arrived tried again at once.
    ///
    /// # Errors
    /// A delivery that is not there, has arrived, or whose link was deleted.
    pub async fn retry_delivery(&self, actor: &Actor, id: DeliveryId) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageWorkspace, "trying a delivery again").await?;
        match deliveries::retry(&mut tx, actor.workspace, id).await? {
            None => return Err(EngineError::NotFound("delivery")),
            Some(Retry::Delivered) => {
                let words = "This notification was already delivered.";
                return Err(Problem::conflict("delivered", words).into());
            }
            Some(Retry::WithoutLink) => {
                let words = "The link no longer exists. Create a new one under Members.";
                return Err(Problem::conflict("link_gone", words).into());
            }
            Some(Retry::Due) => {}
        }
        tx.commit().await
    }
}
