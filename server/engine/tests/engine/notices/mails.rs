//! Mails: to whom, in which words, once, and again until they have arrived.

use std::{collections::BTreeSet, time::Duration};

use model::{
    notice::delivery::{DeliveryChannel, DeliveryState},
    preferences::{NoticeKind, Preferences},
};
use services::testing::world::{none, quick};
use store::notices::deliveries;
use tokio::net::TcpListener;

use super::{deliveries as shown, fail, mailer, send, smtp::Manner, world};

const LEASE: Duration = Duration::from_secs(120);
const SIX_HOURS: Duration = Duration::from_secs(6 * 3600);

#[tokio::test]
async fn whoever_launched_an_execution_is_told_once_that_it_has_failed() {
    let (world, mut server) = world().await;
    let id = fail(&world).await;

    assert_eq!(send(&world.services, DeliveryChannel::Mail).await, 1);
    assert_eq!(send(&world.services, DeliveryChannel::Mail).await, 0);

    let mail = server.taken().expect("a mail");
    let number: i64 = sqlx::query_scalar("SELECT number FROM workflow_executions WHERE id = $1")
        .bind(id.0)
        .fetch_one(&world.db.pool)
        .await
        .unwrap();
    assert_eq!(mail.to, format!("{}@example.org", world.owner.user));
    assert!(mail.header("Subject").ends_with(&format!("#{number} failed")), "{}", mail.text);
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    let path = format!("/workspace/{}/workflows/executions/{id}", world.owner.workspace);
    assert_eq!(mail.link("Open run"), format!("http://127.0.0.1:3000{path}"));
    let account = format!("/workspace/{}/settings/account", world.owner.workspace);
    assert!(mail.link("Choose which emails you get").ends_with(&account));
    assert!(mail.words().contains("Open it to see what to do."), "{}", mail.text);
    assert!(server.taken().is_none());
}

#[tokio::test]
async fn who_does_not_want_to_hear_of_it_gets_no_mail() {
    let (world, mut server) = world().await;
    let mut preferences = Preferences::default();
    preferences.muted.mail.insert(NoticeKind::ExecutionFailed);
    sqlx::query("UPDATE users SET preferences = $2 WHERE id = $1")
        .bind(world.owner.user.0)
        .bind(serde_json::to_value(&preferences).unwrap())
        .execute(&world.db.pool)
        .await
        .unwrap();
    fail(&world).await;

    assert_eq!(send(&world.services, DeliveryChannel::Mail).await, 0);
    assert!(server.taken().is_none() && shown(&world).await.is_empty());
}

#[tokio::test]
async fn a_mail_whose_server_died_before_it_was_marked_is_sent_again_under_the_same_id() {
    let (world, mut server) = world().await;
    fail(&world).await;
    let notices = &world.services.notices;
    notices.dispatch().await.unwrap();
    let mut conn = world.db.pool.acquire().await.unwrap();
    let claimed = deliveries::claim(&mut conn, DeliveryChannel::Mail, 8, LEASE, &[]).await.unwrap();
    drop(conn);

    // It is sent, and then nobody is there any more who could mark it.
    notices.send(&claimed[0]).await.unwrap();
    assert_eq!(notices.deliver(DeliveryChannel::Mail).await.unwrap(), 0, "it is leased");
    world.db.advance(LEASE + Duration::from_secs(1)).await;
    assert_eq!(notices.deliver(DeliveryChannel::Mail).await.unwrap(), 1);

    let ids = [server.taken().unwrap(), server.taken().unwrap()];
    assert_eq!(ids[0].header("Message-ID"), ids[1].header("Message-ID"));
    assert!(server.taken().is_none());
    // Whoever comes back late marks nothing of another's.
    let mut conn = world.db.pool.acquire().await.unwrap();
    deliveries::mark_failed(&mut conn, claimed[0].lease, "late", LEASE).await.unwrap();
    assert_eq!(shown(&world).await[0].state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_relay_that_takes_nothing_is_asked_again_for_three_days_and_then_given_up() {
    let (world, mut server) = world().await;
    server.set(Manner::Later);
    fail(&world).await;
    world.services.notices.dispatch().await.unwrap();

    let mut tries = 0;
    while shown(&world).await[0].state == DeliveryState::Waiting {
        tries += world.services.notices.deliver(DeliveryChannel::Mail).await.unwrap();
        world.db.advance(SIX_HOURS).await;
    }

    let given_up = shown(&world).await.remove(0);
    assert!((10..20).contains(&tries), "{tries}");
    assert_eq!(given_up.state, DeliveryState::Failed);
    let said = given_up.last_error.unwrap();
    assert!(said.contains("451") && said.contains("Come back later"), "{said}");
    server.set(Manner::Take);
    world.services.notices.retry_delivery(&world.owner, given_up.id).await.unwrap();
    assert_eq!(world.services.notices.deliver(DeliveryChannel::Mail).await.unwrap(), 1);
    assert!(server.taken().is_some());
    assert_eq!(shown(&world).await[0].state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_relay_that_is_away_loses_no_mail() {
    let (mut world, mut server) = world().await;
    // Nobody is at the address of a listener that has gone.
    let away = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    world.change_deps(|deps| deps.mailer = Some(mailer(away)));
    fail(&world).await;
    assert_eq!(send(&world.services, DeliveryChannel::Mail).await, 1);
    let waits = shown(&world).await.remove(0);
    assert!(waits.state == DeliveryState::Waiting && waits.last_error.is_some(), "{waits:?}");

    world.change_deps(|deps| deps.mailer = Some(mailer(server.address)));
    world.db.advance(SIX_HOURS).await;
    assert_eq!(send(&world.services, DeliveryChannel::Mail).await, 1);
    assert!(server.taken().is_some());
}

#[tokio::test]
async fn a_relay_that_says_nothing_holds_up_neither_requests_nor_webhooks() {
    let (world, mut server) = world().await;
    server.set(Manner::Hold);
    fail(&world).await;
    world.services.notices.dispatch().await.unwrap();
    let sending = tokio::spawn({
        let notices = world.services.notices.clone();
        async move { notices.deliver(DeliveryChannel::Mail).await.unwrap() }
    });
    let visitor = server.held().await;

    fail(&world).await;
    assert_eq!(world.services.notices.deliver(DeliveryChannel::Webhook).await.unwrap(), 0);
    drop(visitor);

    assert_eq!(sending.await.unwrap(), 1);
    assert!(shown(&world).await[0].last_error.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_servers_send_no_mail_twice() {
    let (world, mut server) = world().await;
    let worker = world.worker(quick());
    let template = world.template("Instagram Post").await;
    for _ in 0..6 {
        let id = world.launch(template, none()).await;
        world.wait_over(id).await;
    }
    worker.stop().await;

    let servers = (0..4).map(|_| {
        let notices = world.services.notices.clone();
        tokio::spawn(async move {
            notices.dispatch().await.unwrap();
            let mut tried = 0;
            loop {
                match notices.deliver(DeliveryChannel::Mail).await.unwrap() {
                    0 => return tried,
                    more => tried += more,
                }
            }
        })
    });
    let tried = futures::future::join_all(servers.collect::<Vec<_>>()).await;
    // What the last of them dispatched may have come after the others looked.
    let rest = send(&world.services, DeliveryChannel::Mail).await;

    let tried: usize = tried.into_iter().map(Result::unwrap).sum();
    let mut ids = BTreeSet::new();
    while let Some(mail) = server.taken() {
        assert!(ids.insert(mail.header("Message-ID")), "{mail:?}");
    }
    assert_eq!((tried + rest, ids.len()), (6, 6));
}
