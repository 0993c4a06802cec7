//! Work that is dropped in the middle, as when a visitor leaves: nothing of it stays in a connection.

use services::testing::db;
use store::PoolSettings;

/// More turns of the runtime than beginning takes.
const TURNS: usize = 400;

#[tokio::test]
async fn a_transaction_whose_opener_has_left_is_not_gone_on_with_by_the_next() {
    let db = db::fresh().await;
    let settings = PoolSettings { application_name: "one".to_owned(), max_connections: 1 };
    let pool = store::connect(&db.url, settings).await.unwrap();

    for turns in 0..TURNS {
        let leaving = async {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            begun = store::begin(&pool) => drop(begun),
            () = leaving => {}
        }
        let mut next = pool.acquire().await.unwrap();
        let inside = sqlx::query("SAVEPOINT here").execute(&mut *next).await;
        assert!(inside.is_err(), "left after {turns} turns, the transaction is still open");
    }
}
