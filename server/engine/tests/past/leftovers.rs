//! What was under way and is long over leaves no rows behind.

use std::{collections::BTreeSet, time::Duration};

use engine::exec::advance::Input;
use model::{decide::ClaimLimits, id::WorkerId};
use services::testing::{
    play::copies,
    world::{World, none},
};
use store::{calls::cooldowns, workers};
use uuid::Uuid;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn left(world: &World) -> BTreeSet<Uuid> {
    let sql = "SELECT id FROM workers";
    let left: Vec<Uuid> = sqlx::query_scalar(sql).fetch_all(&world.db.pool).await.unwrap();
    left.into_iter().collect()
}

#[tokio::test]
async fn workers_and_wishes_of_providers_that_are_long_over_leave_no_rows() {
    let world = World::new().await;
    let id = world.launch(world.publish(&copies(1)).await, none()).await;
    let [over, holding, present] = [(); 3].map(|()| WorkerId(Uuid::now_v7()));
    let mut conn = world.db.pool.acquire().await.unwrap();
    for worker in [over, holding, present] {
        workers::register(&mut conn, worker, None, Duration::from_secs(60)).await.unwrap();
    }
    let limits = ClaimLimits { capacity: 1, per_execution: 1, alone: false };
    let claim = Input::Claim { worker: holding, limits, kinds: None };
    world.services.context().advance.run(&(id, vec![claim])).await.unwrap();
    for gone in [over, holding] {
        workers::sign_off(&mut conn, gone).await.unwrap();
    }
    cooldowns::cool_down(&mut conn, "sample", "words", 60_000).await.unwrap();
    drop(conn);

    assert_eq!(world.services.admin.sweep_leftovers().await.unwrap(), 0);
    world.db.advance(2 * DAY).await;
    assert_eq!(world.services.admin.sweep_leftovers().await.unwrap(), 1);
    assert_eq!(world.count("SELECT count(*) FROM provider_cooldowns").await, 0);
    assert_eq!(left(&world).await, BTreeSet::from([over.0, holding.0, present.0]));
    world.db.advance(6 * DAY).await;
    assert_eq!(world.services.admin.sweep_leftovers().await.unwrap(), 1);
    let waiting = "what it holds is still to be taken over";
    assert_eq!(left(&world).await, BTreeSet::from([holding.0, present.0]), "{waiting}");
}
