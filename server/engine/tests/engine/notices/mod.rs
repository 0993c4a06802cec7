//! What people and other systems are told of: by a real mail server and real receivers of webhooks.

mod budgets;
mod invitations;
mod mails;
mod passwords;
mod smtp;
mod webhooks;

use std::net::SocketAddr;

use model::{
    execution::state::ExecutionStatus,
    id::ExecutionId,
    notice::delivery::{DeliveryChannel, DeliveryView},
};
use outside::mail::{MailSettings, Mailer};
use services::{
    Services,
    testing::{
        play::{Answering, copies, failed, writing},
        world::{World, none, quick},
    },
};
use vault::secret::Secret;

use self::smtp::MailServer;

/// Sends by the mail server at this address of this machine.
fn mailer(address: SocketAddr) -> Mailer {
    Mailer::new(&MailSettings {
        relay: Secret::new(format!("smtp://{address}?tls=none")),
        from: "Atelier <atelier@example.org>".to_owned(),
    })
    .unwrap()
}

/// A workspace that sends mails, and its mail server.
async fn world() -> (World, MailServer) {
    let server = MailServer::start().await;
    let mut world = World::new().await;
    world.change_deps(|deps| deps.mailer = Some(mailer(server.address)));
    (world, server)
}

/// An execution of the owner's that has failed.
async fn fail(world: &World) -> ExecutionId {
    let worker = world.worker_with(writing(Answering(|_: &_| failed("No key."))), quick());
    let template = world.publish(&copies(1)).await;
    let id = world.launch(template, none()).await;
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Failed);
    worker.stop().await;
    id
}

/// Dispatches, and sends what is due by a way; how many were tried.
async fn send(services: &Services, channel: DeliveryChannel) -> usize {
    services.notices.dispatch().await.unwrap();
    services.notices.deliver(channel).await.unwrap()
}

/// The latest deliveries of the owner's workspace.
async fn deliveries(world: &World) -> Vec<DeliveryView> {
    world.services.notices.notices_page(&world.owner).await.unwrap().deliveries
}
