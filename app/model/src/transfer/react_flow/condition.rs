//! A condition that is written as one comparison or one expression, as the branches it has here.

use serde_json::{Map, Value, json};

use super::variables::{Previous, SymbolTable};
use crate::{
    expr::{Path, Segment},
    nodes::NodeKind,
};

/// The one branch of such a condition.
const YES: &str = "yes";

/// Words of handles and labels for what holds.
const HOLDS: &[&str] = &["yes", "true", "then"];

/// Writes the condition as a branch; what it cannot say is left empty, with a note.
pub(super) fn read(
    config: &mut Map<String, Value>,
    known: &SymbolTable,
    note: &mut dyn FnMut(String),
) {
    if config.contains_key("branches") {
        return;
    }
    let mut rule = match config.remove("rule") {
        Some(Value::Object(rule)) => rule,
        _ => Map::new(),
    };
    for key in ["field", "path", "operator", "value"] {
        if let Some(value) = config.remove(key) {
            rule.entry(key).or_insert(value);
        }
    }
    let kind = config.remove("condition_type");
    let expression = ["condition", "expression"].into_iter().find_map(|key| config.remove(key));
    let label = word(config.remove("true_label").as_ref()).unwrap_or_else(|| "Yes".to_owned());
    config.remove("false_label");
    let compared = comparison(&rule, word(kind.as_ref()).as_deref(), known.previous());
    let when = word(expression.as_ref()).map(|text| bare(&text)).or(compared);
    if when.is_none() {
        note("the condition isn't valid; write it again.".to_owned());
    }
    let when = when.unwrap_or_default();
    config.insert("branches".to_owned(), json!([{ "id": YES, "label": label, "when": when }]));
}

/// Connects the edges of such a condition with its branch or with what else there is: as their
/// handles or labels say, otherwise the first one with the branch.
pub(super) fn connect(node: &Value, edges: &mut [Value]) {
    let Some([branch]) =
        node.pointer("/data/config/branches").and_then(Value::as_array).map(Vec::as_slice)
    else {
        return;
    };
    if branch["id"] != YES {
        return;
    }
    let label = word(branch.get("label")).unwrap_or_default().to_lowercase();
    let mut is_first = true;
    for edge in edges.iter_mut().filter(|edge| edge["source"] == node["id"]) {
        let said = ["sourceHandle", "label"].into_iter().find_map(|key| word(edge.get(key)));
        let holds = match said.map(|said| said.to_lowercase()) {
            Some(said) if said == "error" => continue,
            Some(said) => said == label || HOLDS.contains(&said.as_str()),
            None => is_first,
        };
        is_first = false;
        edge["sourceHandle"] = if holds { YES } else { "else" }.into();
    }
}

/// The comparison as an expression; none when it is not all there.
fn comparison(
    rule: &Map<String, Value>,
    kind: Option<&str>,
    previous: Option<Previous<'_>>,
) -> Option<String> {
    let field = word(rule.get("field").or(rule.get("path")));
    let value = rule.get("value")?;
    let number = || match value {
        Value::String(text) => text.trim().parse::<f64>().ok().map(Value::from),
        value => value.is_number().then(|| value.clone()),
    };
    let operand = operand(field.as_deref(), kind, previous)?;
    let sign = match word(rule.get("operator"))?.as_str() {
        "contains" => return Some(format!("{operand}.contains({value})")),
        "equals" | "eq" | "==" | "===" => return Some(format!("{operand} == {value}")),
        "not_equals" | "ne" | "!=" | "!==" => return Some(format!("{operand} != {value}")),
        "greater_than" | "gt" | ">" => ">",
        "less_than" | "lt" | "<" => "<",
        "greater_than_or_equal" | "greater_or_equal" | "gte" | ">=" => ">=",
        "less_than_or_equal" | "less_or_equal" | "lte" | "<=" => "<=",
        _ => return None,
    };
    Some(format!("{operand} {sign} {}", number()?))
}

/// What is compared: something of the node before, or what a path names.
fn operand(
    field: Option<&str>,
    kind: Option<&str>,
    previous: Option<Previous<'_>>,
) -> Option<String> {
    let lengths = ["content_length", "length", "char_count"];
    match (kind, field) {
        (Some("content_length"), None) => Some(format!("size({})", previous?.result)),
        (_, Some(field)) if lengths.contains(&field) => Some(format!("size({})", previous?.result)),
        // Words cannot be counted.
        (_, Some("word_count")) => None,
        (Some("quality_score"), _) => score(previous?),
        (_, Some(field)) if field.contains("${") => Some(bare(field)),
        (_, Some("score")) if previous.is_some_and(|one| one.kind == NodeKind::AiReview) => {
            score(previous?)
        }
        (_, Some(field)) => {
            let previous = previous?;
            let keys = field.split('.').filter(|key| !key.is_empty());
            let path = keys
                .fold(previous.result.clone(), |path, key| path.then(Segment::Key(key.to_owned())));
            Some(path.to_string())
        }
        (_, None) => None,
    }
}

fn score(previous: Previous<'_>) -> Option<String> {
    let judges = previous.kind == NodeKind::AiReview;
    let score = || Path::output(previous.id, "output").then(Segment::Key("score".to_owned()));
    judges.then(|| score().to_string())
}

/// An expression whose paths are not set apart: `${input.score} > 7` is `input.score > 7`.
fn bare(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((path, beyond)) = after.split_once('}') else { break };
        written.push_str(before);
        written.push_str(path);
        rest = beyond;
    }
    written.push_str(rest);
    written
}

fn word(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
