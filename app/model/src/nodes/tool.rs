//! `tool`: calls one tool of an MCP server, or an agent verb, and gives what it answers.
//!
//! Its arguments are JSON whose texts may refer, however deep they lie: what references are checked,
//! renamed and followed by does so for every text of a configuration.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    CallKind, CallSize, Checker, Items, ModelCall, NodeSpec, NodeType,
    spec::{Category, FieldKind, FieldSpec, Level, PortSpec},
};
use crate::{
    expr::Scope,
    external_ref::{ExternalRef, ExternalRefKind, MOST_REFS, add_ref},
    field::Text,
    mcp::{agent::AgentVerb, lock::ToolLock, name::ToolName},
    ports::{Kind, PortType},
};

/// Most bytes of a tool's arguments as they are written, before references are filled in.
pub const MAX_PARAMS_BYTES: usize = 64 * 1024;
/// Most levels of lists and objects in one argument.
pub const MAX_PARAMS_DEPTH: usize = 16;
/// The port by which the result comes out.
pub const OUTPUT: &str = "output";
const EXTERNAL_REFS: &str = "external_refs";
/// Most mappings of a result to things in other systems.
const MAX_MAPPINGS: usize = 10;

/// Which tool is called, with which arguments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The tool, as `server.toolName`.
    pub tool: String,
    /// Its arguments by name; texts in them may refer.
    pub params: Map<String, Value>,
    /// The tool as it was when the workflow was published or launched; none in drafts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<ToolLock>,
    /// What of the result the execution is linked to in other systems.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_refs: Vec<RefMapping>,
}

/// How a result names something in another system. `${item}` in its texts is the result, or each of
/// its entries where the result is a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefMapping {
    /// What kind of thing it is.
    pub kind: ExternalRefKind,
    /// Its id, as `${item.number}`.
    pub id: Text,
    /// Its web address, as `${item.html_url}`; empty where there is none.
    #[serde(default)]
    pub address: Text,
}

impl RefMapping {
    /// What a result names; none where it has no id. An address that is none is left out.
    fn read(&self, scope: &Scope) -> Option<ExternalRef> {
        let id = self.id.render(scope).ok()?;
        let address = self.address.render(scope).ok();
        let named = |address| {
            let mut errors = vec![];
            let reference = ExternalRef { kind: self.kind, id: id.clone(), address };
            let reference = reference.checked("", &mut errors);
            errors.is_empty().then_some(reference)
        };
        named(address).or_else(|| named(None))
    }
}

impl Config {
    /// Leaves in a changed configuration what this one has pinned: only publishing and launching pin
    /// a tool. Another tool has nothing pinned.
    pub(super) fn keep_lock(&self, changed: &mut Map<String, Value>) {
        let is_same = changed.get("tool").and_then(Value::as_str) == Some(self.tool.as_str());
        let lock = self.lock.as_ref().filter(|_| is_same);
        changed.insert("lock".to_owned(), serde_json::to_value(lock).unwrap_or_default());
    }

    /// What of a result the execution is linked to. A mapping that finds nothing gives nothing: the
    /// call has done its work.
    pub fn external_refs(&self, scope: &Scope, result: &Value) -> Vec<ExternalRef> {
        let results = match result {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut found = vec![];
        for mapping in &self.external_refs {
            for item in results.iter().take(MOST_REFS) {
                let scope = Scope { item: Some(item.clone()), ..scope.clone() };
                if let Some(reference) = mapping.read(&scope) {
                    add_ref(&mut found, reference);
                }
            }
        }
        found.truncate(MOST_REFS);
        found
    }

    fn check_external_refs(&self, checker: &mut Checker) {
        let count = self.external_refs.len();
        if count > MAX_MAPPINGS {
            let message = format!("There are {count}; the limit is {MAX_MAPPINGS}.");
            checker.too_many(EXTERNAL_REFS, &message);
        }
        for (place, mapping) in self.external_refs.iter().enumerate() {
            if mapping.id.is_blank() {
                let field = format!("{EXTERNAL_REFS}[{place}].id");
                checker.missing(
                    &field,
                    "Enter where the id is in the result, such as ${item.number}.",
                );
            }
        }
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "tool",
        label: "Tool",
        purpose: "Calls a tool on an MCP server and returns its result.",
        category: Category::Connect,
        icon: "plug",
        color: "--t-tool",
        inputs: &[PortSpec::new("input", "Input", PortType::One(Kind::Any))],
        outputs: &[PortSpec::new(OUTPUT, "Result", PortType::One(Kind::Json))],
        fields: &[
            FieldSpec::new("tool", "Tool", "A tool on a connected server.", FieldKind::Tool)
                .required(),
            FieldSpec::new("params", "Arguments", "Input for the tool.", FieldKind::ToolArguments),
            FieldSpec::new(
                EXTERNAL_REFS,
                "Links",
                "Issues, pull requests, runs and commits in the result. ${item} is the result, or \
                 each entry of a list.",
                FieldKind::ExternalRefs,
            )
            .with_level(Level::Intermediate),
        ],
    };

    fn headline(&self) -> Option<String> {
        (!self.tool.is_empty()).then(|| self.tool.clone())
    }

    /// Without a lock nobody has looked at what the tool says of itself: the worst is assumed.
    fn asks_before_repeat(&self) -> bool {
        let is_agent_verb = ToolName::parse(&self.tool).is_some_and(ToolName::is_agent_verb);
        !is_agent_verb && !self.lock.as_ref().is_some_and(|lock| lock.may_repeat)
    }

    /// Agent verbs are answered by the model that is the workspace's default.
    fn model_call(&self) -> Option<ModelCall> {
        let verb = AgentVerb::from_key(&self.tool);
        verb.map(|_| ModelCall { kind: CallKind::Text, by_name: None })
    }

    fn call_size(&self, scope: &Scope) -> CallSize {
        let Some(verb) = AgentVerb::from_key(&self.tool) else { return CallSize::default() };
        let told = Text::from(verb.system_prompt().as_str());
        let mut params = vec![];
        self.params.values().for_each(|value| collect_texts(value, &mut params));
        let input = CallSize::count_each_sent(params.iter().chain([&told]), scope);
        CallSize { input, output: (CallSize::SHORT, CallSize::UNSTATED) }
    }

    /// Its arguments say what it reads: what comes in by its edges only orders.
    fn reads_port(&self, _port: &str) -> bool {
        false
    }

    fn items(&self, field: &str) -> Items {
        if field.starts_with(EXTERNAL_REFS) { Items::Whole } else { Items::None }
    }

    fn check(&self, checker: &mut Checker) {
        self.check_external_refs(checker);
        if !self.tool.trim().is_empty() && ToolName::parse(&self.tool).is_none() {
            checker.wrong_kind("tool", "Write a tool as server.toolName.");
        }
        let bytes = serde_json::to_string(&self.params).map_or(0, |text| text.len());
        if bytes > MAX_PARAMS_BYTES {
            let message =
                format!("The arguments have {bytes} bytes; the limit is {MAX_PARAMS_BYTES}.");
            checker.too_many("params", &message);
        }
        let named = self.params.iter();
        let deep = named.filter_map(|(name, value)| too_deep(value, format!("params.{name}"), 0));
        for path in deep {
            let message = format!(
                "This is nested more than {MAX_PARAMS_DEPTH} levels deep. Make it flatter."
            );
            checker.too_many(&path, &message);
        }
    }
}

/// The path of the first value that lies deeper than allowed; `depth` is that of the value itself.
fn too_deep(value: &Value, path: String, depth: usize) -> Option<String> {
    let inner = depth + 1;
    match value {
        Value::Array(_) | Value::Object(_) if inner > MAX_PARAMS_DEPTH => Some(path),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(place, item)| too_deep(item, format!("{path}[{place}]"), inner)),
        Value::Object(map) => {
            map.iter().find_map(|(key, item)| too_deep(item, format!("{path}.{key}"), inner))
        }
        _ => None,
    }
}

/// Every text in an argument, however deep it lies.
fn collect_texts(argument: &Value, found: &mut Vec<Text>) {
    match argument {
        Value::String(text) => found.push(Text::from(text.as_str())),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, found)),
        Value::Object(map) => map.values().for_each(|item| collect_texts(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::nodes::{Finding, FindingKind, NodeConfig};

    fn found(config: &Config) -> Vec<Finding> {
        let mut checker = Checker::new(1, 0);
        config.check(&mut checker);
        checker.into_findings()
    }

    fn nested(levels: usize) -> Value {
        (0..levels).fold(json!("${input.x}"), |inner, _| json!({ "a": inner }))
    }

    fn with(argument: Value) -> Config {
        let params = Map::from_iter([("x".to_owned(), argument)]);
        Config { tool: "github.getIssue".to_owned(), params, ..Config::default() }
    }

    #[test]
    fn arguments_have_a_largest_size_and_depth() {
        assert_eq!(found(&with(nested(MAX_PARAMS_DEPTH))), []);
        let deep = found(&with(json!([nested(MAX_PARAMS_DEPTH)])));
        let [finding] = deep.as_slice() else { panic!("{deep:?}") };
        assert_eq!(finding.kind, FindingKind::TooMany);
        assert!(finding.field.starts_with("params.x[0].a.a"), "{finding:?}");
        let long = found(&with("x".repeat(MAX_PARAMS_BYTES).into()));
        assert_eq!((long.len(), long[0].field.as_str()), (1, "params"));
        let unnamed = Config { tool: "getIssue".to_owned(), ..Config::default() };
        assert_eq!(found(&unnamed)[0].kind, FindingKind::WrongKind);
    }

    #[test]
    fn a_call_is_repeated_without_asking_only_where_the_tool_says_that_this_does_no_harm() {
        let lock = |may_repeat: bool| Some(ToolLock { hash: String::new(), may_repeat });
        let plain = with(json!(1));

        assert!(plain.asks_before_repeat());
        assert!(Config { lock: lock(false), ..plain.clone() }.asks_before_repeat());
        assert!(!Config { lock: lock(true), ..plain.clone() }.asks_before_repeat());
        let verb = Config { tool: "agent.analyze".to_owned(), ..plain };
        assert!(!verb.asks_before_repeat());
    }

    #[test]
    fn no_change_of_a_configuration_says_what_a_tool_is_pinned_to() {
        let lock = ToolLock { hash: "a".to_owned(), may_repeat: false };
        let pinned = NodeConfig::from(Config { lock: Some(lock.clone()), ..with(json!(1)) });
        let lock_after = |changes: Value| {
            let changed = pinned.with_changes(changes.as_object().unwrap_or(&Map::new()));
            let Ok(NodeConfig::Tool(config)) = changed else { panic!("{changed:?}") };
            config.lock
        };

        let forged = json!({ "hash": "b", "may_repeat": true });
        for changes in [json!({ "lock": null }), json!({ "lock": forged, "params": {} })] {
            assert_eq!(lock_after(changes), Some(lock.clone()));
        }
        assert_eq!(lock_after(json!({ "tool": "github.other", "lock": forged })), None);
    }

    #[test]
    fn a_result_is_linked_by_its_ids_and_addresses_and_what_has_none_is_left_out() {
        let mapping = |kind, id: &str, address: &str| RefMapping {
            kind,
            id: id.into(),
            address: address.into(),
        };
        let config = Config {
            external_refs: vec![
                mapping(ExternalRefKind::Issue, "acme#${item.number}", "${item.url}"),
                mapping(ExternalRefKind::Commit, "${item.sha}", ""),
            ],
            ..with(json!(1))
        };
        let refs = |result: Value| {
            let refs = config.external_refs(&Scope::default(), &result);
            refs.iter().map(|one| (one.key().to_string(), one.address.clone())).collect::<Vec<_>>()
        };
        let address = Some("https://x.example/4".to_owned());

        let whole = json!({ "number": 4, "url": address, "sha": "9fceb02" });
        let expected = [("issue:acme#4".to_owned(), address), ("commit:9fceb02".to_owned(), None)];
        assert_eq!(refs(whole), expected);
        let list = refs(json!([{ "number": 1 }, { "number": 2, "url": "javascript:x" }, {}]));
        assert_eq!(list, [("issue:acme#1".to_owned(), None), ("issue:acme#2".to_owned(), None)]);
        assert_eq!(refs(json!("text")), []);
    }
}
