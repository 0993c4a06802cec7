//! Configuration keys of the dialects to those of the node types.

use serde_json::{Map, Value, json};

use super::{
    condition,
    variables::{Braces, SymbolTable},
};
use crate::{
    nodes::{NodeKind, generate_image::STYLES},
    value::change_texts,
};

type Config = Map<String, Value>;
type Note<'a> = &'a mut dyn FnMut(String);

/// Keys that name a node instead of holding a text.
const REFERENCES: &[&str] = &[
    "content_ref",
    "document_ref",
    "image_ref",
    "document_node_id",
    "image_node_id",
    "source_documents",
    "source_images",
];

/// The canonical type: aliases resolved, and a review by a model told from one by a person.
pub(super) fn kind(written: &str, config: &Config) -> String {
    let judged = ["content_ref", "model", "criteria", "threshold"];
    let waits = [
        "required_approvers",
        "auto_approve_after_hours",
        "auto_approve_after_minutes",
        "review_type",
        "instructions",
        "reviewers",
    ];
    let has = |keys: &[&str]| keys.iter().any(|key| config.contains_key(*key));
    let kind = match written {
        "attach" => NodeKind::AttachToDocument.key(),
        "group" if config.is_empty() => NodeKind::Frame.key(),
        "review" if has(&judged) && !has(&waits) => NodeKind::AiReview.key(),
        other => other,
    };
    kind.to_owned()
}

/// Writes the variables of every text as references; nodes of unknown types stay as they are.
pub(super) fn rewrite(kind: &str, config: &mut Config, braces: Braces, known: &mut SymbolTable) {
    if NodeKind::from_key(kind) == NodeKind::Unknown {
        return;
    }
    let texts = config.iter_mut().filter(|(key, _)| !REFERENCES.contains(&key.as_str()));
    let mut change = |text: &mut String| *text = known.rewrite(text, braces);
    texts.for_each(|(_, value)| change_texts(value, &mut change));
}

/// Renames and converts the keys of one node's configuration.
pub(super) fn read(kind: &str, config: &mut Config, known: &mut SymbolTable, note: Note<'_>) {
    match kind {
        "generate_copy" => copy(config, note),
        "generate_image" => image(config, known, note),
        "review" => decision(config, known, note),
        "conditional" => condition::read(config, known, note),
        "attach_to_document" => attach(config, known, note),
        "ai_review" => review(config, known, note),
        "parallel" => parallel(config, note),
        "merge" => merge(config, note),
        // The dialects have no other types with keys of their own: later ones are read as written.
        _ => {}
    }
}

fn rename(config: &mut Config, from: &[&str], to: &str) {
    for key in from {
        if let Some(value) = config.remove(*key)
            && !value.is_null()
        {
            config.entry(to).or_insert(value);
        }
    }
}

fn leave_out(config: &mut Config, keys: &[&str], note: Note<'_>) {
    for key in keys {
        if let Some(value) = config.remove(*key) {
            note(format!("left out {key} ({value})."));
        }
    }
}

fn copy(config: &mut Config, note: Note<'_>) {
    rename(config, &["prompt_template"], "prompt");
    if let Some(status) = config.get_mut("output_status").filter(|status| **status == "review") {
        *status = json!("in_review");
    }
    match config.remove("context_mode").as_ref().and_then(Value::as_str) {
        None | Some("inherit") => {}
        Some("none") => {
            drop(config.insert("context_documents".to_owned(), json!({ "mode": "none" })))
        }
        Some(mode) => note(format!("left out context_mode (“{mode}”). Choose its documents here.")),
    }
    rename(config, &["title"], "document_title");
    let ids = ["document_ids", "context_document_ids", "specific_ids"];
    let ids = ids.iter().find_map(|key| config.remove(*key)).unwrap_or_else(|| json!([]));
    let tag = ["tag_filter", "context_tag"].iter().find_map(|key| config.remove(*key));
    let tag = match tag {
        Some(Value::Array(tags)) => tags.into_iter().next(),
        other => other,
    };
    let context = match config.remove("context_selection").as_ref().and_then(Value::as_str) {
        Some("all") => json!({ "mode": "all" }),
        Some("specific_ids") => json!({ "mode": "chosen", "ids": ids }),
        Some("tag_filter") => json!({ "mode": "tag", "tag": tag.unwrap_or_else(|| json!("")) }),
        Some("none") => json!({ "mode": "none" }),
        _ => return,
    };
    config.insert("context_documents".to_owned(), context);
}

fn image(config: &mut Config, known: &SymbolTable, note: Note<'_>) {
    rename(config, &["prompt_template"], "prompt");
    if config.remove("use_previous_copy") == Some(json!(true))
        && let Some(previous) = known.previous().filter(|one| one.kind == NodeKind::GenerateCopy)
        && let Some(Value::String(prompt)) = config.get_mut("prompt")
        && !prompt.contains(&previous.result.to_string())
    {
        prompt.push_str(&format!("\n\n${{{}}}", previous.result));
        note("the prompt now includes the text of the previous step.".to_owned());
    }
    rename(config, &["dimensions"], "size");
    rename(config, &["reference_images", "reference_image"], "references");
    leave_out(config, &["title", "max_tokens", "temperature"], note);
    let known =
        |style: &str| style.contains("${") || STYLES.iter().any(|choice| choice.value == style);
    let Some(Value::String(style)) = config.remove("style") else { return };
    if known(&style) {
        config.insert("style".to_owned(), style.into());
    } else if let Some(Value::String(prompt)) = config.get_mut("prompt") {
        prompt.push_str(&format!("\n\nStyle: {style}"));
        note(format!("the prompt now includes the style “{style}”."));
    }
}

fn attach(config: &mut Config, known: &mut SymbolTable, note: Note<'_>) {
    rename(config, &["attachment_strategy"], "strategy");
    if let Some(Value::String(strategy)) = config.get_mut("strategy") {
        let canonical = match strategy.as_str() {
            "single_to_single" | "single" => "one_to_one",
            "single_to_multiple" => "one_to_many",
            "multiple_to_single" => "many_to_one",
            other => other,
        };
        *strategy = canonical.to_owned();
    }
    let sources = [
        (&["document_ref", "document_node_id", "source_documents"][..], "documents"),
        (&["image_ref", "image_node_id", "source_images"][..], "images"),
    ];
    for (keys, port) in sources {
        let Some(Value::String(node)) = keys.iter().find_map(|key| config.remove(*key)) else {
            continue;
        };
        match known.port(&node, port) {
            Some(reference) => {
                config.insert(port.to_owned(), reference.into());
            }
            None => note(format!("there is no step {node}; {port} come from the connection.")),
        }
    }
    rename(config, &["is_primary", "set_primary", "set_as_primary"], "primary");
    if let Some(primary) = config.get_mut("primary").filter(|primary| primary.is_boolean()) {
        *primary = json!(if *primary == json!(true) { "first" } else { "none" });
    }
    if let Some(order) = config.get_mut("order").filter(|order| **order == "creation_time") {
        *order = json!("created");
    }
    // By position is how it is done.
    if config.get("match_by").is_some_and(|by| by == "position") {
        config.remove("match_by");
    }
    leave_out(config, &["title", "model", "match_by"], note);
}

/// A review by a person.
fn decision(config: &mut Config, known: &mut SymbolTable, note: Note<'_>) {
    if let Some(Value::String(content)) = config.remove("content_ref") {
        config.insert("content".to_owned(), known.content(&content).into());
    }
    rename(config, &["required_approvers"], "approvals");
    rename(config, &["auto_approve_after_minutes"], "auto_approve_minutes");
    if let Some(hours) = config.remove("auto_approve_after_hours").and_then(|hours| hours.as_f64())
    {
        config.entry("auto_approve_minutes").or_insert(json!((hours * 60.0).round()));
    }
    lines(config, "criteria");
    if let Some(criteria) = config.remove("criteria") {
        let asked = [config.remove("instructions"), Some(criteria)];
        let asked =
            asked.iter().flatten().filter_map(Value::as_str).filter(|text| !text.is_empty());
        let asked = asked.collect::<Vec<_>>().join("\n\n");
        config.insert("instructions".to_owned(), asked.into());
    }
    leave_out(config, &["review_type", "title", "model"], note);
}

/// Writes a list of texts as the lines of one.
fn lines(config: &mut Config, key: &str) {
    if let Some(Value::Array(lines)) = config.get(key) {
        let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
        let text = lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n");
        config.insert(key.to_owned(), text.into());
    }
}

fn review(config: &mut Config, known: &mut SymbolTable, note: Note<'_>) {
    if let Some(Value::String(content)) = config.remove("content_ref") {
        config.insert("content".to_owned(), known.content(&content).into());
    }
    rename(config, &["review_criteria", "prompt_template", "prompt"], "criteria");
    rename(config, &["min_score", "pass_threshold"], "threshold");
    lines(config, "criteria");
    leave_out(config, &["title", "temperature", "max_tokens"], note);
}

fn parallel(config: &mut Config, note: Note<'_>) {
    if let Some(go_on) = config.remove("continue_on_error") {
        let means = if go_on == json!(true) { "continue" } else { "fail" };
        config.insert("on_lane_failure".to_owned(), means.into());
    }
    leave_out(
        config,
        &["wait_for_all", "branches", "max_parallel", "max_concurrency", "max_concurrent"],
        note,
    );
}

fn merge(config: &mut Config, note: Note<'_>) {
    rename(config, &["merge_strategy", "strategy"], "combine");
    if config.get("combine").is_some_and(|combine| combine == "custom") {
        note("the strategy custom becomes collect.".to_owned());
        config.insert("combine".to_owned(), json!("collect"));
    }
    if let Some(all) = config.remove("wait_for_all") {
        config.insert("mode".to_owned(), json!(if all == json!(false) { "any" } else { "all" }));
    }
}
