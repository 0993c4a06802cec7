//! A stop that is given to one process ends the calls of another.

use serde_json::json;
use services::testing::{
    endless::{Endless, under_way},
    play::graph,
};
use sqlx::{Connection, PgConnection};

use crate::fleet::processes::Fleet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e13_a_stop_given_to_one_process_closes_the_connections_of_another_by_its_news_alone() {
    let mut fleet = Fleet::new().await;
    let mut server = Endless::start(b"").await;
    let nodes = [("call", "http_request", json!({"url": format!("http://{}/", server.address)}))];
    let edges = [("start", "call"), ("call", "end")];
    let template = fleet.world.publish(&graph(&nodes, &edges)).await;
    let process = fleet.start_calling(server.address).await;
    let executions = fleet.launch(template, under_way()).await;
    server.asked(executions.len()).await;
    // No heartbeat gets past the row it renews: the next one would find the stops, too.
    let mut conn = PgConnection::connect(&fleet.world.db.url).await.unwrap();
    let mut row = conn.begin().await.unwrap();
    let sql = "SELECT 1 FROM workers WHERE id = $1 FOR NO KEY UPDATE";
    sqlx::query(sql).bind(process.id).fetch_one(&mut *row).await.unwrap();

    server.closed_by_stops(&fleet.world, &executions).await;

    row.rollback().await.unwrap();
    let cancelled = "SELECT count(*) FROM job_attempts WHERE status = 'cancelled'";
    assert_eq!(fleet.world.count(cancelled).await, i64::try_from(executions.len()).unwrap());
    fleet.dismiss(process).await;
    server.assert_silent();
    fleet.world.assert_sound().await;
    fleet.close().await;
}
