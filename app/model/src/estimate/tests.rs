#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::*;

const MINI: Price = Price {
    input_micros_per_mtok: Some(150_000),
    cached_input_micros_per_mtok: None,
    output_micros_per_mtok: Some(600_000),
    image_micros: None,
};
const IMAGE: Price = Price {
    input_micros_per_mtok: None,
    cached_input_micros_per_mtok: None,
    output_micros_per_mtok: None,
    image_micros: Some(40_000),
};

fn tariff(kind: CallKind, model: &str, price: Price) -> Tariff {
    Tariff {
        call: ModelCall { kind, by_name: None },
        model: model.to_owned(),
        price,
        sample: false,
    }
}

fn node(id: &str, kind: &str, config: Value) -> Value {
    json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": { "config": config } })
}

fn workflow(nodes: Value, edges: Value) -> Workflow {
    let workflow = json!({
        "parameters": [
            { "name": "copies", "type": "integer", "default": 2 },
            { "name": "topics", "type": "list" },
        ],
        "nodes": nodes,
        "edges": edges,
    });
    serde_json::from_value(workflow).unwrap()
}

fn campaign() -> Workflow {
    let text = json!({ "prompt": "x", "quantity": "${input.copies}", "max_tokens": 1000 });
    let nodes = json!([
        node("a", "generate_copy", text),
        node("b", "generate_image", json!({ "prompt": "x", "quantity": 3 })),
    ]);
    workflow(nodes, json!([]))
}

fn looped(config: Value) -> Workflow {
    let mut body = node("body", "generate_copy", json!({ "prompt": "x", "quantity": 2 }));
    body["parentId"] = json!("each");
    workflow(json!([node("each", "for_each", config), body]), json!([]))
}

fn estimate_json(workflow: &Workflow, parameters: &Value, tariffs: &[Tariff]) -> Estimate {
    estimate(workflow, parameters.as_object().unwrap(), tariffs)
}

#[test]
fn quantities_follow_the_values_given_and_the_defaults() {
    let planned = estimate_json(&campaign(), &json!({}), &[]);

    assert_eq!((planned.texts, planned.images), (Count::exactly(2), Count::exactly(3)));
    assert_eq!(
        estimate_json(&campaign(), &json!({ "copies": 10 }), &[]).calls(),
        Count::exactly(13)
    );
    let open = estimate_json(&campaign(), &json!({ "copies": "many" }), &[]);
    assert_eq!(open.texts, Count { least: 1, most: None });
}

#[test]
fn a_body_is_counted_once_an_iteration_of_its_loop() {
    let each = looped(json!({ "items": "${input.topics}" }));
    let until = looped(json!({ "stop_when": "index > 3", "max": 5 }));

    assert_eq!(
        estimate_json(&each, &json!({ "topics": ["a", "b", "c"] }), &[]).texts,
        Count::exactly(6)
    );
    assert_eq!(estimate_json(&each, &json!({}), &[]).texts, Count { least: 2, most: None });
    assert_eq!(estimate_json(&until, &json!({}), &[]).texts, Count { least: 2, most: Some(10) });
}

#[test]
fn an_agent_calls_its_model_once_a_turn_at_most() {
    let own = json!({ "instructions": "Work.", "limits": { "turns": 3 } });
    let nodes = json!([node("a", "agent", json!({ "prompt": "x", "own": own }))]);
    let named = json!([node("a", "agent", json!({ "prompt": "x", "agent": "editor" }))]);

    let planned = |nodes: Value| estimate_json(&workflow(nodes, json!([])), &json!({}), &[]).texts;
    assert_eq!(planned(nodes), Count { least: 1, most: Some(3) });
    assert_eq!(planned(named), Count { least: 1, most: None });
}

#[test]
fn the_cost_lies_between_short_answers_and_the_longest_allowed() {
    let tariffs = [tariff(CallKind::Text, "mini", MINI), tariff(CallKind::Image, "draw", IMAGE)];
    let cost = estimate_json(&campaign(), &json!({ "copies": 1 }), &tariffs).cost.unwrap();

    assert!((120_030..120_060).contains(&cost.low_micros), "{cost:?}");
    assert!((120_600..120_630).contains(&cost.high_micros.unwrap()), "{cost:?}");
    let open = estimate_json(&campaign(), &json!({ "copies": "many" }), &tariffs).cost.unwrap();
    assert_eq!(open.high_micros, None);
}

#[test]
fn a_model_without_a_price_is_named_and_never_free() {
    let tariffs = [
        tariff(CallKind::Text, "secret", Price::default()),
        tariff(CallKind::Image, "draw", IMAGE),
    ];
    let estimate = estimate_json(&campaign(), &json!({}), &tariffs);

    assert_eq!(estimate.unpriced, ["secret"]);
    assert_eq!(estimate.cost.unwrap().low_micros, 120_000);
    assert!(estimate.warning(1_000_000_000).unwrap().contains("price of secret is unknown"));
}

#[test]
fn sample_calls_charge_nothing_and_are_kept_apart() {
    let sample = Tariff { sample: true, ..tariff(CallKind::Text, "sample", MINI) };
    let estimate = estimate_json(&campaign(), &json!({}), &[sample]);

    assert_eq!(estimate.cost, None);
    assert!(estimate.sample_cost.unwrap().low_micros > 0);
    assert_eq!(estimate.warning(1), None);
}

#[test]
fn an_estimate_above_the_budget_is_a_warning() {
    let tariffs = [tariff(CallKind::Text, "mini", MINI), tariff(CallKind::Image, "draw", IMAGE)];
    let estimate = estimate_json(&campaign(), &json!({}), &tariffs);

    assert!(estimate.warning(10_000).unwrap().contains("above the budget of $0.01"));
    assert!(estimate.warning(120_900).unwrap().starts_with("The cost could exceed"));
    assert_eq!(estimate.warning(1_000_000), None);
}
