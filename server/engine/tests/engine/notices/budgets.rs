//! Budgets of the month: told of at four fifths and when nothing more fits, once.

use model::{execution::view::ExecutionView, notice::delivery::DeliveryChannel};
use services::testing::world::{ROOMY, none, quick};

use super::{mailer, send, smtp::MailServer};
use crate::engine::limits::desk::{COST, answer_until, desk, form, is_paused, texts};

#[tokio::test]
async fn a_budget_is_told_of_at_four_fifths_and_when_it_is_used_up() {
    let (mut world, mut desk) = desk(ROOMY).await;
    let mut server = MailServer::start().await;
    world.change_deps(|deps| deps.mailer = Some(mailer(server.address)));
    world.services.provider_access.set_budget(&world.owner, None, form(5 * COST)).await.unwrap();
    let worker = world.worker(quick());
    let over = |view: &ExecutionView| view.status.is_over();
    let mut subjects = vec![];
    let mut told = async || {
        send(&world.services, DeliveryChannel::Mail).await;
        subjects.clear();
        while let Some(mail) = server.taken() {
            subjects.push(mail.header("Subject"));
        }
        subjects.iter().filter(|subject| subject.contains("budget")).count()
    };

    let three = world.launch(world.publish(&texts(3, 3, None)).await, none()).await;
    answer_until(&world, &mut desk, three, over).await;
    assert_eq!(told().await, 0, "three fifths");
    let fourth = world.launch(world.publish(&texts(1, 3, None)).await, none()).await;
    answer_until(&world, &mut desk, fourth, over).await;
    assert_eq!(told().await, 1, "four fifths");
    // One of two still fits; for the other nothing is left, however often it is tried.
    let two = world.launch(world.publish(&texts(2, 3, None)).await, none()).await;
    answer_until(&world, &mut desk, two, is_paused).await;
    assert_eq!(told().await, 1, "all of it");
    let more = world.launch(world.publish(&texts(1, 3, None)).await, none()).await;
    answer_until(&world, &mut desk, more, is_paused).await;
    assert_eq!(told().await, 0, "it was told");

    let keys = "SELECT count(DISTINCT dedupe_key) FROM notices WHERE kind = 'budget'";
    assert_eq!(world.count(keys).await, 2);
    worker.stop().await;
    world.assert_sound().await;
}
