//! The machine's own limit: what the least program achieves on the same PostgreSQL in the same run,
//! with nothing between it and the rows that have to be durable. A busy disk is another one a second
//! later: where times are compared, ours and the limit's take turns.

mod first_step;
mod steps;

pub use first_step::FirstSteps;
pub use steps::{Fans, backlog, chains};

use sqlx::{Connection, PgConnection};

async fn connect(url: &str) -> PgConnection {
    let mut conn = PgConnection::connect(url).await.unwrap();
    let plans = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";
    sqlx::raw_sql(plans).execute(&mut conn).await.unwrap();
    conn
}
