//! A database that turns read-only beneath a server, as the one of before does after a failover: what
//! is connected stays connected to it.

use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::fleet::{
    client::{Client, Question},
    processes::{Fleet, PACE},
    restarts::{DOCUMENTS, Postgres, meeting},
};

async fn order(operator: &mut PgConnection, sql: &'static str) {
    sqlx::query(sql).execute(operator).await.unwrap();
}

#[tokio::test]
async fn rel_e4_a_server_goes_on_once_one_that_can_be_written_has_the_databases_address() {
    let postgres = Postgres::start().await;
    let mut fleet = Fleet::of(postgres.world().await).await;
    let template = meeting(&fleet).await;
    let client = Client::of(&fleet.world).await;
    let (server, address) = fleet.start_serving(PACE).await;
    let mut executions = vec![client.launch(address, template).await];
    let mut operator = PgConnection::connect(postgres.keeper.url()).await.unwrap();

    // Of every connection, open or new.
    order(&mut operator, "ALTER SYSTEM SET default_transaction_read_only = on").await;
    order(&mut operator, "SELECT pg_reload_conf()").await;
    loop {
        let reply = client.ask(address, Question::Launch(template, Uuid::now_v7())).await;
        if reply.status == 503 {
            assert_eq!(reply.json["code"], "database_read_only");
            break;
        }
        executions.push(serde_json::from_value(reply.json["execution_id"].clone()).unwrap());
    }
    // Of open ones only: those that are opened lead to another server, so to speak.
    order(&mut operator, "SET default_transaction_read_only = off").await;
    order(&mut operator, "ALTER DATABASE atelier SET default_transaction_read_only = off").await;
    executions.push(client.launch(address, template).await);

    fleet.assert_complete(&executions, DOCUMENTS).await;
    drop(server);
    fleet.close().await;
    postgres.keeper.stop().await;
}
