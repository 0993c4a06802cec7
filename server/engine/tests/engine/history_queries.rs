//! The queries of `docs/tables.md`, each as it is printed there, where executions have run.

use model::{
    id::ExecutionId,
    pages::LaunchRequest,
    template::{example_context, system_templates},
};
use serde_json::{Value, json};
use services::testing::world::{World, none, quick};
use sqlx::{PgPool, Row, postgres::PgRow};

const TABLES: &str = include_str!("../../../../docs/tables.md");

/// Each block of SQL on the page.
fn queries() -> Vec<&'static str> {
    TABLES.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// What a printed query finds, by words of it.
async fn rows(pool: &PgPool, words: &str) -> Vec<PgRow> {
    let query = queries().into_iter().find(|query| query.contains(words)).unwrap();
    sqlx::raw_sql(query).fetch_all(pool).await.unwrap()
}

/// An execution of the shipped workflow that has run.
async fn run(world: &World, key: &str) -> ExecutionId {
    let template = system_templates().into_iter().find(|template| template.key == key).unwrap();
    let id = world.template(&template.workflow.name).await;
    let id = world.launch_in(id, none(), example_context(&template.workflow)).await;
    world.wait_over(id).await;
    id
}

#[tokio::test]
async fn every_printed_query_runs_and_tells_what_has_happened() {
    let world = World::new().await;
    let (worker, pool) = (world.worker(quick()), &world.db.pool);
    let id = run(&world, "issue_to_pr").await;
    let file = json!({ "name": "from_a_file", "steps": [
        { "name": "a", "tool": "github.getIssue", "params": { "owner": "a", "repo": "b", "number": 7 } },
    ] });
    let launch = LaunchRequest::read(json!({ "definition": file })).unwrap();
    let inline = world.services.executions.launch(&world.owner, launch).await.unwrap().id;
    world.wait_over(inline).await;
    worker.stop().await;

    let queries = queries();
    assert!(queries.len() >= 6, "{}", queries.len());
    for query in queries {
        sqlx::raw_sql(query)
            .fetch_all(pool)
            .await
            .unwrap_or_else(|error| panic!("{error}\n{query}"));
    }

    let history = rows(pool, "COUNT(ws.id) AS total_steps").await;
    let [of_file, row] = history.as_slice() else { panic!("{} executions", history.len()) };
    assert_eq!(of_file.get::<uuid::Uuid, _>("id"), inline.0);
    assert_eq!(of_file.get::<&str, _>("workflow_name"), "from_a_file");
    assert_eq!(of_file.get::<i64, _>("total_steps"), 1);
    assert_eq!(row.get::<uuid::Uuid, _>("id"), id.0);
    assert_eq!(row.get::<&str, _>("workflow_name"), "issue_to_pr");
    assert_eq!(row.get::<&str, _>("status"), "completed");
    let counts = (row.get::<i64, _>("total_steps"), row.get::<i64, _>("completed_steps"));
    assert_eq!(counts, (3, 3));

    let shipped = rows(pool, "SELECT name, description, enabled FROM workflows").await;
    for template in system_templates() {
        let row = shipped.iter().find(|row| row.get::<&str, _>("name") == template.key).unwrap();
        assert!(row.get::<bool, _>("enabled"), "{}", template.key);
    }
}

#[tokio::test]
async fn a_step_is_told_with_what_it_was_given_and_what_it_gave() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let id = run(&world, "issue_to_pr").await;
    worker.stop().await;

    let sql = "SELECT * FROM workflow_steps WHERE execution_id = $1 ORDER BY step_index";
    let steps = sqlx::query(sql).bind(id.0).fetch_all(&world.db.pool).await.unwrap();

    let told: Vec<(&str, i32, &str, i32)> = steps
        .iter()
        .map(|row| {
            (row.get("step_name"), row.get("step_index"), row.get("status"), row.get("retry_count"))
        })
        .collect();
    let expected = [
        ("fetch_issue", 0, "completed", 0),
        ("create_branch", 1, "completed", 0),
        ("create_pull_request", 2, "completed", 0),
    ];
    assert_eq!(told, expected);
    let (input, output): (Value, Value) = (steps[0].get("input"), steps[0].get("output"));
    assert_eq!((&input["number"], &output["number"]), (&42.into(), &42.into()));
    assert!(steps[0].get::<i64, _>("duration_ms") >= 0);
}
