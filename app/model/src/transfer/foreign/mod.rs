//! Files of other products: they are not read, but named for what they are.

mod file;
mod yaml;

use serde_json::{Map, Value};

use self::file::{ForeignFile, WAY_ON};

/// A product's files: what one is, what a part of it is called, and how many parts a file has that
/// is one.
struct Product {
    what: &'static str,
    part: &'static str,
    count: fn(&Value) -> Option<usize>,
}

const PRODUCTS: &[Product] = &[
    Product { what: "an n8n workflow", part: "node", count: n8n },
    Product { what: "a Langflow flow", part: "node", count: langflow },
    Product { what: "a Flowise flow", part: "node", count: flowise },
    Product { what: "a Dify app", part: "node", count: dify },
    Product { what: "a ComfyUI workflow", part: "node", count: comfy_workflow },
    Product { what: "a ComfyUI prompt", part: "node", count: comfy_prompt },
    Product { what: "a Node-RED flow", part: "node", count: node_red },
    Product { what: "an AWS Step Functions state machine", part: "state", count: step_functions },
    Product { what: "a Windmill flow", part: "step", count: windmill },
    Product { what: "a GitHub Actions workflow", part: "job", count: github_actions },
    Product { what: "a Make scenario", part: "module", count: make },
    Product { what: "an Activepieces flow", part: "step", count: activepieces },
    Product { what: "an Azure Logic Apps workflow", part: "action", count: logic_apps },
    Product { what: "a Kestra flow", part: "task", count: kestra },
];

/// Where a file may hold the flow itself.
const INSIDE: &[&str] = &["data", "workflow", "flow", "prompt", "template", "definition", "flows"];

/// The product whose file this is; none where it is no known one.
pub(super) fn recognize_value(value: &Value) -> Option<ForeignFile> {
    if let Value::String(text) = value {
        return recognize_text(text);
    }
    let inner = INSIDE.iter().filter_map(|key| value.get(*key));
    let listed = value.as_array().and_then(|list| list.first());
    [value].into_iter().chain(inner).chain(listed).find_map(recognize_flow)
}

fn recognize_flow(value: &Value) -> Option<ForeignFile> {
    PRODUCTS.iter().find_map(|product| {
        let count = (product.count)(value)?;
        let parts = Some((count, product.part));
        Some(ForeignFile { what: product.what, parts, way_on: WAY_ON.to_owned() })
    })
}

/// The product whose file a text is that is no JSON; none where nothing can be said of it.
pub(super) fn recognize_text(text: &str) -> Option<ForeignFile> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('<') {
        return recognize_xml(start);
    }
    // JSON with a mistake in it has lines with keys, too.
    if start.starts_with(['{', '[']) {
        return None;
    }
    yaml::recognize(start)
}

fn recognize_xml(text: &str) -> Option<ForeignFile> {
    let way_on = || WAY_ON.to_owned();
    let what = [
        ("bpmn", "a BPMN process, written as XML"),
        ("<mxfile", "a draw.io diagram"),
        ("<mxGraphModel", "a draw.io diagram"),
    ];
    let known = what.into_iter().find(|(mark, _)| text.contains(mark));
    known.map(|(_, what)| ForeignFile { what, parts: None, way_on: way_on() })
}

fn list<'a>(value: &'a Value, key: &str) -> Option<&'a Vec<Value>> {
    value.get(key)?.as_array()
}

fn map<'a>(value: &'a Value, key: &str) -> Option<&'a Map<String, Value>> {
    value.get(key)?.as_object()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The nodes of a file, where one of them is as a product's are.
fn nodes(value: &Value, is_theirs: impl Fn(&Value) -> bool) -> Option<usize> {
    let nodes = list(value, "nodes")?;
    nodes.iter().any(is_theirs).then_some(nodes.len())
}

fn n8n(value: &Value) -> Option<usize> {
    let is_theirs = |node: &Value| {
        node.get("typeVersion").is_some() || text(node, "type").contains("n8n-nodes")
    };
    let count = nodes(value, is_theirs);
    // A workflow that nobody has drawn anything in has no nodes, but its connections.
    let is_empty =
        || list(value, "nodes").is_some_and(Vec::is_empty) && map(value, "connections").is_some();
    count.or_else(|| is_empty().then_some(0))
}

fn langflow(value: &Value) -> Option<usize> {
    let theirs = |node: &Value| node.pointer("/data/node/template").is_some();
    nodes(value, theirs)
}

fn flowise(value: &Value) -> Option<usize> {
    let marks = ["inputAnchors", "outputAnchors", "inputParams", "baseClasses"];
    let theirs = |node: &Value| {
        node.get("data").is_some_and(|data| marks.iter().any(|mark| data.get(*mark).is_some()))
    };
    nodes(value, theirs)
}

fn dify(value: &Value) -> Option<usize> {
    let is_app = text(value, "kind") == "app" || value.pointer("/app/mode").is_some();
    let nodes = value.pointer("/workflow/graph/nodes").or(value.pointer("/graph/nodes"));
    let count = nodes.and_then(Value::as_array).map(Vec::len);
    // A chat app has a model's configuration and no graph.
    if is_app { Some(count.unwrap_or_default()) } else { count }
}

fn comfy_workflow(value: &Value) -> Option<usize> {
    let is_theirs =
        |node: &Value| node.get("widgets_values").is_some() || node.get("pos").is_some();
    value.get("links")?;
    nodes(value, is_theirs)
}

fn comfy_prompt(value: &Value) -> Option<usize> {
    let nodes = value.as_object()?;
    let is_theirs = |node: &Value| node.get("class_type").is_some() && node.get("inputs").is_some();
    let all = !nodes.is_empty() && nodes.values().all(is_theirs);
    all.then_some(nodes.len())
}

fn node_red(value: &Value) -> Option<usize> {
    let nodes = value.as_array()?;
    let wired = nodes.iter().filter(|node| list(node, "wires").is_some()).count();
    let has_tab = nodes.iter().any(|node| text(node, "type") == "tab");
    (wired > 0 || has_tab).then_some(wired)
}

fn step_functions(value: &Value) -> Option<usize> {
    value.get("StartAt")?;
    map(value, "States").map(Map::len)
}

fn windmill(value: &Value) -> Option<usize> {
    let modules = value.pointer("/value/modules").or(value.get("modules"))?.as_array()?;
    let is_theirs = |module: &Value| module.pointer("/value/type").is_some();
    (modules.is_empty() || modules.iter().any(is_theirs)).then_some(modules.len())
}

fn github_actions(value: &Value) -> Option<usize> {
    value.get("on")?;
    map(value, "jobs").map(Map::len)
}

fn make(value: &Value) -> Option<usize> {
    let modules = list(value, "flow")?;
    modules.iter().any(|module| module.get("module").is_some()).then_some(modules.len())
}

fn activepieces(value: &Value) -> Option<usize> {
    let mut step = value.get("trigger")?;
    step.get("nextAction").or(step.get("valid"))?;
    let mut count = 1;
    while let Some(next) = step.get("nextAction").filter(|next| next.is_object()) {
        (step, count) = (next, count + 1);
    }
    Some(count)
}

fn logic_apps(value: &Value) -> Option<usize> {
    let is_theirs = text(value, "$schema").contains("workflowdefinition.json");
    is_theirs.then(|| map(value, "actions").map_or(0, Map::len))
}

fn kestra(value: &Value) -> Option<usize> {
    value.get("namespace")?;
    list(value, "tasks").map(Vec::len)
}
