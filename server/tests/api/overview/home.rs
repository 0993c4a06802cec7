//! What a person sees first, and everywhere.

use axum::http::Method;
use serde_json::{Value, json};

use super::Stage;

#[tokio::test]
async fn the_first_page_and_the_panel_tell_what_is_under_way_and_what_ended() {
    let stage = Stage::new().await;
    let (open, over) = (stage.launch(&stage.cookie).await, stage.launch(&stage.cookie).await);
    stage.stop(&over).await;
    let ask = async |name: &str| {
        stage.server.post(&format!("/api/fn/{name}"), &stage.cookie, &json!({})).await.json()
    };

    let (page, attention, home) =
        (ask("load_activity").await, ask("load_attention").await, ask("load_dashboard").await);

    assert_eq!(page["active"][0]["id"], open.as_str());
    assert_eq!(page["active"][0]["template"]["name"], "Facebook Ads Campaign");
    assert_eq!(page["ended"][0]["id"], over.as_str());
    assert_eq!((&attention["active"], &attention["ended"][0]["id"]), (&json!(1), &json!(over)));
    assert_eq!(home["templates"][0]["template"]["name"], "Facebook Ads Campaign");
    assert_eq!(home["templates"][0]["uses"], 2);
    let month = &home["month"];
    assert_eq!((&month["executions"], &month["ended"]), (&json!(2), &json!(1)));
    assert_eq!((&month["completed"], &month["budget_micros"]), (&json!(0), &Value::Null));
}

#[tokio::test]
async fn this_month_adds_up_what_has_a_price_and_counts_what_has_none() {
    let stage = Stage::new().await;
    let id = stage.launch(&stage.cookie).await;
    let entry = |cost: &str, sample: bool, at: &str| {
        format!(
            "INSERT INTO spend_ledger (workspace_id, execution_id, job_id, at, provider, model, \
             input_tokens, output_tokens, cost, sample) \
             SELECT workspace_id, id, id, {at}, 'p', 'm', 1, 1, {cost}, {sample} \
               FROM workflow_executions WHERE id = '{id}'"
        )
    };
    let before = "date_trunc('month', engine_now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' \
                  - interval '1 second'";
    for (cost, sample, at) in [
        ("2000000", false, "engine_now()"),
        ("500000", false, "engine_now()"),
        ("NULL", false, "engine_now()"),
        ("900000", true, "engine_now()"),
        ("7000000", false, before),
    ] {
        stage.execute(entry(cost, sample, at)).await;
    }
    let body = json!({ "micros": 20_000_000 });
    let place = "/api/v1/budgets/workspace";
    let put = stage.server.json(Method::PUT, place, &stage.cookie, &body).await;
    assert!(put.status.is_success(), "{:?}", put.json());

    let home = stage.server.post("/api/fn/load_dashboard", &stage.cookie, &json!({})).await.json();

    let month = &home["month"];
    assert_eq!(month["cost_micros"], 2_500_000);
    assert_eq!((&month["unpriced_calls"], &month["sample_calls"]), (&json!(1), &json!(1)));
    assert_eq!(month["budget_micros"], 20_000_000);
}
