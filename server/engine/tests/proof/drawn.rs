//! The workflows whose executions a release leaves behind, each in its own state.

use model::workflow::Workflow;
use serde_json::{Value, json};
use services::testing::play::{graph, inside};

/// Where orders are posted to; nobody calls there.
pub const ORDERS: &str = "https://example.org/orders";

/// How many documents an execution has made when it completes, by the name of its workflow.
pub fn documents(name: &str) -> i64 {
    match name {
        "Half" | "Loop" => 4,
        "Join" => 3,
        "Changed" | "Done" | "Redrawn" | "Two" => 2,
        "Asked" | "Paid" | "Parent" | "Reads" => 0,
        name if name.starts_with("Agent ") || name.starts_with("Tool ") => 0,
        _ => 1,
    }
}

/// A text node's configuration.
pub fn text(prompt: &str, quantity: u32) -> Value {
    json!({ "prompt": prompt, "quantity": quantity, "save_as_document": true })
}

fn one_text(prompt: &str, quantity: u32) -> Workflow {
    let nodes = [("write", "generate_copy", text(prompt, quantity))];
    graph(&nodes, &[("start", "write"), ("write.texts", "end")])
}

/// Every workflow but the one that runs another, by its name.
pub fn drawn() -> Vec<(&'static str, Workflow)> {
    vec![
        ("Done", one_text("Tea", 2)),
        ("Fails", one_text("fail", 1)),
        ("Half", one_text("half", 4)),
        ("Held", one_text("hold", 1)),
        ("Again", one_text("later", 1)),
        ("Limited", one_text("limited", 1)),
        ("Key", one_text("key", 1)),
        ("Money", one_text("money", 1)),
        ("Room", one_text("room", 1)),
        ("Two", two_texts()),
        ("Branch", branching()),
        ("Join", joining()),
        ("Loop", looping()),
        ("Review", reviewed()),
        ("Changed", reviewed()),
        ("Wait", waiting()),
        ("Asked", asking()),
    ]
}

fn two_texts() -> Workflow {
    let nodes =
        [("write", "generate_copy", text("Tea", 1)), ("tail", "generate_copy", text("Milk", 1))];
    graph(&nodes, &[("start", "write"), ("write.texts", "tail"), ("tail.texts", "end")])
}

fn branching() -> Workflow {
    let branches = json!({ "branches": [{ "id": "yes", "when": "true" }] });
    let nodes = [
        ("choose", "conditional", branches),
        ("write", "generate_copy", text("hold", 1)),
        ("other", "generate_copy", text("Milk", 1)),
    ];
    let edges = [
        ("start", "choose"),
        ("choose.yes", "write"),
        ("choose.else", "other"),
        ("write.texts", "end"),
        ("other.texts", "end"),
    ];
    graph(&nodes, &edges)
}

fn joining() -> Workflow {
    let nodes = [
        ("a", "generate_copy", text("Tea", 1)),
        ("b", "generate_copy", text("hold", 1)),
        ("c", "generate_copy", text("Milk", 1)),
    ];
    let edges =
        [("start", "a"), ("start", "b"), ("a.texts", "c"), ("b.texts", "c"), ("c.texts", "end")];
    graph(&nodes, &edges)
}

fn looping() -> Workflow {
    let items = json!({ "items": r#"${["tea", "milk", "hold", "jam"]}"#, "concurrency": 2 });
    writing_each(items, "About ${item}")
}

/// A loop over these items that writes a text about each.
pub fn writing_each(items: Value, prompt: &str) -> Workflow {
    let nodes = [("each", "for_each", items), ("write", "generate_copy", text(prompt, 1))];
    let edges = [
        ("start", "each"),
        ("each.item", "write"),
        ("write.texts", "each"),
        ("each.output", "end"),
    ];
    inside(graph(&nodes, &edges), "each", &["write"])
}

pub fn reviewed() -> Workflow {
    let nodes = [("write", "generate_copy", text("Tea", 1)), ("check", "review", json!({}))];
    graph(&nodes, &[("start", "write"), ("write.texts", "check"), ("check.approved", "end")])
}

fn waiting() -> Workflow {
    let nodes =
        [("wait", "wait", json!({ "seconds": 3600 })), ("write", "generate_copy", text("Tea", 1))];
    graph(&nodes, &[("start", "wait"), ("wait", "write"), ("write.texts", "end")])
}

fn asking() -> Workflow {
    let order = json!({ "method": "POST", "url": ORDERS, "body": "one" });
    graph(&[("order", "http_request", order)], &[("start", "order"), ("order", "end")])
}
