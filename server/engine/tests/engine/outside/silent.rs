//! Steps whose calls are never answered: their own time ends them.

use futures::future::join_all;
use serde_json::{Value, json};
use services::testing::{
    endless::Endless,
    world::{World, quick},
};
use sqlx::{Connection, PgConnection};

use crate::engine::{
    bad_input::{Case, WAYS, amiss, beside, harmless},
    people::graph::text,
    stub::{self, BEGUN},
};

const FAILED: &str = "SELECT count(*) FROM job_attempts WHERE status = 'failed'";

/// One attempt of one second: a worker counts that by itself, no clock that can be set tells it.
fn cases() -> [Case; 4] {
    let of = |kind: &'static str, config: Value| {
        let data = json!({ "config": config, "timeoutMs": 1_000, "retry": { "maxAttempts": 1 } });
        (kind, data, "timeout: No answer within 1 s.")
    };
    [
        of("generate_copy", text("A")),
        of("generate_image", text("A")),
        of("ai_review", json!({ "criteria": "Clear" })),
        of("attach_to_document", json!({ "images": "${input.picture}" })),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_never_answered_ends_with_its_steps_own_time_and_goes_on_as_configured() {
    for beginning in [b"".as_slice(), BEGUN] {
        let server = Endless::start(beginning).await;
        let world = World::with_providers(stub::provider(server.address)).await;
        let _worker = world.worker(quick());
        let (fine, cases) = (harmless(&world).await, cases());
        // Who attaches calls nobody but the database.
        let mut locking = PgConnection::connect(&world.db.url).await.unwrap();
        let mut lock = locking.begin().await.unwrap();
        let sql = "LOCK TABLE document_attachments IN ACCESS EXCLUSIVE MODE";
        sqlx::query(sql).execute(&mut *lock).await.unwrap();

        let all = cases.iter().flat_map(|case| WAYS.map(|on_error| (case, on_error)));
        let all = all.map(|(case, on_error)| amiss(&world, case, on_error));
        let wrong = beside(&world, fine, join_all(all)).await.into_iter().flatten();
        let wrong: Vec<String> = wrong.collect();

        lock.rollback().await.unwrap();
        assert_eq!(wrong, Vec::<String>::new());
        let once = i64::try_from(cases.len() * WAYS.len()).unwrap();
        assert_eq!(world.count(FAILED).await, once, "no attempt is made again");
        world.assert_sound().await;
    }
}
