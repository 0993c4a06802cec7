//! The machine's own limit: what the least program achieves on the same PostgreSQL in the same run,
//! with nothing between it and the rows that have to be durable.

mod first_step;
mod steps;

pub use first_step::first_steps;
pub use steps::{backlog, chains, fans};

use sqlx::{Connection, PgConnection};

async fn connect(url: &str) -> PgConnection {
    let mut conn = PgConnection::connect(url).await.unwrap();
    let plans = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";
    sqlx::raw_sql(plans).execute(&mut conn).await.unwrap();
    conn
}
