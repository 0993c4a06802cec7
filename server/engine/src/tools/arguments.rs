//! The arguments of a tool: under the names that the tool has for them, and judged by its schema, when
//! it is called and, as far as they are known, before the run.

use std::collections::BTreeMap;

use model::{
    execution::failure::Failure,
    expr::{ExprError, Meter, Scope, Shape, Template},
    mcp::server::ToolAlias,
    number::read_json,
    text::nearest::nearest,
};
use outside::schema::{Schema, SchemaFault};
use serde_json::{Map, Value};
use vault::secret::Redactor;

use super::locate::fold;

/// The most characters of what is wrong with arguments; it may quote them.
const MOST_FAULT_CHARS: usize = 400;
/// How many arguments are looked at for a misspelt name, and how many faults of the rest are told.
const MOST_FAULTS: usize = 20;
/// How many references of a schema are followed to the type of an argument.
const MOST_HOPS: usize = 8;

/// The names of what goes by no other name.
static OWN_NAMES: BTreeMap<String, String> = BTreeMap::new();

fn names_of(alias: Option<&ToolAlias>) -> &BTreeMap<String, String> {
    alias.map_or(&OWN_NAMES, |alias| &alias.arguments)
}

/// What the tool calls an argument: as it was named for it, else a property of its schema that is
/// written in another way (`runId` for `run_id`), else the same.
fn tool_name(name: &str, names: &BTreeMap<String, String>, schema: &Value) -> String {
    let name = names.get(name).map_or(name, String::as_str);
    let Some(properties) = schema["properties"].as_object() else { return name.to_owned() };
    if properties.contains_key(name) {
        return name.to_owned();
    }
    let mut alike = properties.keys().filter(|known| fold(known) == fold(name));
    match (alike.next(), alike.next()) {
        (Some(only), None) => only.clone(),
        _ => name.to_owned(),
    }
}

/// The arguments of a step as the tool takes them: under its names, with those that the alias fixes.
///
/// # Errors
/// What the tool does not take and where, by the step's names; nothing has been called.
pub fn prepare(
    tool: &str,
    given: &Map<String, Value>,
    alias: Option<&ToolAlias>,
    schema: &Value,
) -> Result<Map<String, Value>, Failure> {
    let invalid = |words: String| {
        Failure::permanent("arguments_invalid", format!("{tool}: {words} It was not called."))
    };
    let mut sent = rename(given.clone(), names_of(alias), schema);
    for (name, fixed) in alias.iter().flat_map(|alias| &alias.constants) {
        put(&mut sent, name, fill(fixed, given).map_err(|error| invalid(error.to_string()))?);
    }
    fit(tool, sent, schema).map_err(|failure| {
        let names = names_of(alias).iter();
        let own = |words: String, (here, there): (&String, &String)| {
            words
                .replace(&format!("/{there}"), &format!("/{here}"))
                .replace(&format!("\"{there}\""), &format!("\"{here}\""))
        };
        Failure { message: names.fold(failure.message.clone(), own), ..failure }
    })
}

/// Puts the arguments that an alias fixes in place of those that a model has chosen.
pub fn put_fixed(sent: &mut Map<String, Value>, alias: &ToolAlias) {
    for (name, value) in &alias.constants {
        if matches!(Shape::parse(value), Ok(Shape::Fixed(_))) {
            put(sent, name, value.clone());
        }
    }
}

fn put(sent: &mut Map<String, Value>, name: &str, value: Value) {
    match value {
        Value::Null => drop(sent.remove(name)),
        value => drop(sent.insert(name.to_owned(), value)),
    }
}

fn fill(fixed: &Value, given: &Map<String, Value>) -> Result<Value, ExprError> {
    let scope = Scope::default().with_parameters(given.clone());
    Shape::parse(fixed)?.value(&scope, &mut Meter::default())
}

/// What steps read in place of a `result`, as an alias says it.
///
/// # Errors
/// The result is not as the alias expects it.
pub fn read_result(
    wanted: &Value,
    given: &Map<String, Value>,
    result: &Value,
) -> Result<Value, ExprError> {
    let context = Map::from_iter([("result".to_owned(), result.clone())]).into();
    let scope = Scope { context, ..Scope::default().with_parameters(given.clone()) };
    Shape::parse(wanted)?.value(&scope, &mut Meter::default())
}

/// The arguments under the names that the tool has for them. Of two that have one name there the one
/// that is written so stays.
fn rename(
    arguments: Map<String, Value>,
    names: &BTreeMap<String, String>,
    schema: &Value,
) -> Map<String, Value> {
    let mut renamed = Map::new();
    for (name, value) in &arguments {
        let known = tool_name(name, names, schema);
        if known == *name || !arguments.contains_key(&known) {
            renamed.insert(known, value.clone());
        } else {
            renamed.insert(name.clone(), value.clone());
        }
    }
    renamed
}

/// The arguments as the schema of `tool` takes them. Where it does not take them as they are, empty
/// ones that may be left out are, and texts, numbers and booleans become each other where the
/// schema wants the other.
///
/// # Errors
/// What the tool does not take and where; nothing has been called.
pub fn fit(
    tool: &str,
    arguments: Map<String, Value>,
    schema: &Value,
) -> Result<Map<String, Value>, Failure> {
    let judge = Schema::for_tool(tool, schema)?;
    let Err(fault) = judge.check(&Value::Object(arguments.clone())) else { return Ok(arguments) };
    let relaxed = relax(arguments, schema);
    if judge.check(&Value::Object(relaxed.clone())).is_ok() {
        return Ok(relaxed);
    }
    let fault = Redactor::default().clean_line(&fault, MOST_FAULT_CHARS);
    let words = format!("{tool} doesn't accept these arguments: {fault}. It was not called.");
    Err(Failure::permanent("arguments_invalid", words))
}

/// Something that a tool will not take.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ArgumentFault {
    /// Where it is among the arguments, as `owner` or `labels[0]`.
    pub at: String,
    /// What is wrong with it, in a sentence.
    pub words: String,
}

/// Everything that the tool will not take of the arguments of a step, as far as that is known before
/// the run: what is written out, and with `scope` what refers to nothing but the launch's inputs.
///
/// # Errors
/// The schema of the tool is no JSON Schema.
pub(super) fn find_faults(
    tool: &str,
    params: &Map<String, Value>,
    alias: Option<&ToolAlias>,
    schema: &Value,
    scope: Option<&Scope>,
) -> Result<Vec<ArgumentFault>, Failure> {
    let judge = Schema::for_tool(tool, schema)?;
    let names = names_of(alias);
    let (mut unknown, mut known) = (vec![], Map::new());
    let given = params.iter().map(|(name, value)| {
        let (at, before) = (format!("/{}", tool_name(name, names, schema)), unknown.len());
        let value = known_value(value, &at, scope, &mut unknown);
        if unknown.len() == before {
            known.insert(name.clone(), value.clone());
        }
        (name.clone(), value)
    });
    let given: Map<String, Value> = given.collect();
    let mut arguments = rename(given.clone(), names, schema);
    let mut found = vec![];
    for (name, fixed) in alias.iter().flat_map(|alias| &alias.constants) {
        match fill(fixed, &known).or_else(|_| {
            unknown.push(format!("/{name}"));
            fill(fixed, &given)
        }) {
            Ok(value) => put(&mut arguments, name, value),
            Err(error) => found.push(ArgumentFault { at: name.clone(), words: error.to_string() }),
        }
    }
    let own_name = |known: &str| {
        let own = params.keys().find(|name| tool_name(name, names, schema) == known);
        let meant = || names.iter().find(|(_, there)| *there == known).map(|(here, _)| here);
        own.or_else(meant).map_or(known, String::as_str).to_owned()
    };
    found.extend(judge_known(tool, arguments, schema, &judge, &unknown, own_name));
    Ok(found)
}

/// Everything that the tool will not take of arguments that are written out under its own names.
///
/// # Errors
/// The schema of the tool is no JSON Schema.
pub(crate) fn find_written_faults(
    tool: &str,
    arguments: Map<String, Value>,
    schema: &Value,
) -> Result<Vec<ArgumentFault>, Failure> {
    let judge = Schema::for_tool(tool, schema)?;
    Ok(judge_known(tool, arguments, schema, &judge, &[], str::to_owned))
}

/// The same of arguments that are known but for the places in `unknown`.
fn judge_known(
    tool: &str,
    arguments: Map<String, Value>,
    schema: &Value,
    judge: &Schema,
    unknown: &[String],
    own_name: impl Fn(&str) -> String,
) -> Vec<ArgumentFault> {
    let mut found = misspelt(tool, &arguments, schema, &own_name);
    let arguments = Value::Object(relax(arguments, schema));
    let is_known = |fault: &SchemaFault| {
        let touches = |at: &String| is_within(at, &fault.at) || is_within(&fault.at, at);
        fault.is_about_names || !unknown.iter().any(touches)
    };
    let judged: Vec<SchemaFault> = judge.faults(&arguments).into_iter().filter(is_known).collect();
    for SchemaFault { at, words, .. } in judged.into_iter().take(MOST_FAULTS) {
        let mut parts = at.split('/').skip(1);
        let mut at = parts.next().map(&own_name).unwrap_or_default();
        for part in parts {
            let is_place = part.bytes().all(|byte| byte.is_ascii_digit());
            at.push_str(&if is_place { format!("[{part}]") } else { format!(".{part}") });
        }
        if !found.iter().any(|known| known.at == at) {
            let words = Redactor::default().clean_line(&words, MOST_FAULT_CHARS);
            found.push(ArgumentFault { at, words: format!("{tool} doesn't accept it: {words}.") });
        }
    }
    found
}

/// Whether a JSON Pointer leads to a place or into it.
fn is_within(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Arguments that the tool does not name and that are written almost as one that it does.
fn misspelt(
    tool: &str,
    arguments: &Map<String, Value>,
    schema: &Value,
    own_name: impl Fn(&str) -> String,
) -> Vec<ArgumentFault> {
    let Some(known) = schema["properties"].as_object() else { return vec![] };
    let names: Vec<String> = known.keys().map(|name| own_name(name)).collect();
    let strangers = arguments.keys().filter(|name| !known.contains_key(name.as_str()));
    let near = strangers.take(MOST_FAULTS).filter_map(|name| {
        let near = nearest(name, names.iter().map(String::as_str))?;
        let words = format!("{tool} has no argument {name}. Did you mean {near}?");
        Some(ArgumentFault { at: name.clone(), words })
    });
    near.collect()
}

/// The value with its references filled in where they are known; where they are not, its place in
/// `unknown`.
fn known_value(value: &Value, at: &str, scope: Option<&Scope>, unknown: &mut Vec<String>) -> Value {
    match value {
        Value::String(text) => {
            let read = Template::parse(text).ok();
            let known = read.and_then(|template| {
                let paths = template.references();
                if paths.is_empty() {
                    return template.value(&Scope::default()).ok();
                }
                let of_launch = paths.iter().all(|path| path.name() == "input");
                scope.filter(|_| of_launch).and_then(|scope| template.value(scope).ok())
            });
            known.unwrap_or_else(|| {
                unknown.push(at.to_owned());
                value.clone()
            })
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .map(|(place, item)| known_value(item, &format!("{at}/{place}"), scope, unknown))
                .collect()
        }
        Value::Object(map) => {
            let parts = map.iter().map(|(name, part)| {
                (name.clone(), known_value(part, &format!("{at}/{name}"), scope, unknown))
            });
            Value::Object(parts.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn relax(arguments: Map<String, Value>, schema: &Value) -> Map<String, Value> {
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let kept = arguments.into_iter().filter(|(name, value)| !value.is_null() || is_required(name));
    let converted = kept.map(|(name, value)| {
        let types = types_of(schema, &schema["properties"][&name]);
        (name, convert(value, &types))
    });
    converted.collect()
}

/// The types that a schema names for a value; empty where it names none.
fn types_of<'a>(root: &'a Value, mut schema: &'a Value) -> Vec<&'a str> {
    for _ in 0..MOST_HOPS {
        let target = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
        let Some(found) = target.and_then(|target| root.pointer(target)) else { break };
        schema = found;
    }
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => vec![],
    }
}

fn convert(value: Value, types: &[&str]) -> Value {
    let wants = |names: &[&str]| types.iter().any(|one| names.contains(one));
    let is_text_only = wants(&["string"]) && !wants(&["number", "integer", "boolean"]);
    match value {
        Value::String(text) if !wants(&["string"]) => match text.trim() {
            "true" if wants(&["boolean"]) => true.into(),
            "false" if wants(&["boolean"]) => false.into(),
            number if wants(&["number", "integer"]) => {
                let read = read_json(number).ok().filter(Value::is_number);
                read.unwrap_or(Value::String(text))
            }
            _ => Value::String(text),
        },
        Value::Number(number) if is_text_only => Value::String(number.to_string()),
        Value::Bool(truth) if is_text_only => Value::String(truth.to_string()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use model::{nodes::NodeConfig, template::system_templates};
    use serde_json::json;

    use super::*;

    /// A shipped set of aliases, with the tools that it was proven on.
    #[derive(serde::Deserialize)]
    struct AliasFile {
        tools: BTreeMap<String, ToolList>,
        aliases: BTreeMap<String, ToolAlias>,
    }

    #[derive(serde::Deserialize)]
    struct ToolList {
        required: Vec<String>,
        optional: Vec<String>,
    }

    impl ToolList {
        fn schema(&self) -> Value {
            let names = self.required.iter().chain(&self.optional);
            let properties: Map<String, Value> =
                names.map(|name| (name.clone(), json!({}))).collect();
            json!({ "type": "object", "required": self.required, "properties": properties,
                    "additionalProperties": false })
        }
    }

    #[test]
    fn every_call_of_the_engineering_workflows_fits_the_hosted_servers_tools() {
        let steps: Vec<(String, Map<String, Value>)> = system_templates()
            .into_iter()
            .flat_map(|template| template.workflow.nodes)
            .filter_map(|node| match node.data.config {
                NodeConfig::Tool(config) => Some((config.tool, config.params)),
                _ => None,
            })
            .filter(|(tool, _)| tool.starts_with("github."))
            .collect();
        assert!(steps.len() > 20, "{}", steps.len());
        for (file, lacking) in [
            (include_str!("../../../../app/model/src/mcp/aliases/github.json"), &[][..]),
            (
                include_str!("../../../../app/model/src/mcp/aliases/gitlab.json"),
                &["updateIssue", "addLabels", "getWorkflowRun"],
            ),
        ] {
            let AliasFile { tools, aliases } = serde_json::from_str(file).unwrap();
            for (tool, given) in &steps {
                let name = tool.strip_prefix("github.").unwrap();
                let Some(alias) = aliases.get(name) else {
                    assert!(lacking.contains(&name), "{tool}");
                    continue;
                };
                let schema = tools[&alias.tool].schema();
                let faults = find_faults(tool, given, Some(alias), &schema, None).unwrap();
                assert_eq!(faults, [], "{tool}");
                prepare(tool, given, Some(alias), &schema).unwrap();
            }
            for (name, alias) in &aliases {
                let known = tools[&alias.tool].schema();
                for there in alias.arguments.values().chain(
                    alias
                        .constants
                        .iter()
                        .filter(|(_, value)| !value.is_null())
                        .map(|(name, _)| name),
                ) {
                    assert!(known["properties"].get(there).is_some(), "{name}: {there}");
                }
            }
        }
    }

    #[test]
    fn an_alias_fixes_arguments_names_faults_by_the_step_and_reads_the_result() {
        let alias: ToolAlias = serde_json::from_value(json!({
            "tool": "actions_list",
            "arguments": { "runId": "resource_id" },
            "constants": { "method": "list", "id": "${input.owner}/${input.repo}", "filter": null },
            "result": "${result.jobs.filter(job, job.failed || input.filter == \"all\")}",
        }))
        .unwrap();
        let schema = json!({
            "type": "object",
            "required": ["method", "resource_id"],
            "properties": { "method": {"enum": ["list"]}, "resource_id": {"type": "string"}, "id": {} },
            "additionalProperties": false,
        });
        let given = map(json!({"owner": "acme", "repo": "tea", "runId": 7, "filter": "failed"}));
        let with_repo = json!({
            "type": "object", "properties": {
                "method": {}, "resource_id": {"type": "string"}, "id": {}, "owner": {}, "repo": {} }
        });
        let sent = prepare("x.jobs", &given, Some(&alias), &with_repo).unwrap();
        assert_eq!(sent["id"], "acme/tea");
        assert_eq!((&sent["method"], &sent["resource_id"]), (&json!("list"), &json!("7")));
        assert!(!sent.contains_key("filter"));

        let wrong = map(json!({"owner": "a", "repo": "b", "runId": []}));
        let faults = find_faults("x.jobs", &wrong, Some(&alias), &with_repo, None).unwrap();
        assert_eq!(faults.iter().map(|fault| fault.at.as_str()).collect::<Vec<_>>(), ["runId"]);
        let missing = find_faults("x.jobs", &Map::new(), Some(&alias), &schema, None).unwrap();
        let places: Vec<_> = missing.iter().map(|fault| fault.at.as_str()).collect();
        assert_eq!(places, ["id", "runId"]);
        let unknown = map(json!({"owner": "${repo.owner}", "repo": "b", "runId": "${input.run}"}));
        assert_eq!(find_faults("x.jobs", &unknown, Some(&alias), &with_repo, None).unwrap(), []);

        let result = json!({"jobs": [{"id": 1, "failed": false}, {"id": 2, "failed": true}]});
        let read = read_result(alias.result.as_ref().unwrap(), &given, &result).unwrap();
        assert_eq!(read, json!([{"id": 2, "failed": true}]));
        assert!(read_result(alias.result.as_ref().unwrap(), &given, &json!([])).is_err());
    }

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn schema() -> Value {
        json!({
            "type": "object",
            "required": ["number"],
            "additionalProperties": false,
            "properties": {
                "number": { "$ref": "#/$defs/number" },
                "body": { "type": "string" },
                "draft": { "type": "boolean" },
            },
            "$defs": { "number": { "type": "integer" } },
        })
    }

    #[test]
    fn arguments_go_as_they_are_or_as_the_schema_wants_them() {
        let fitted = |arguments| fit("github.getIssue", map(arguments), &schema()).unwrap();

        assert_eq!(fitted(json!({"number": 7})), map(json!({"number": 7})));
        let sent = fitted(json!({"number": "7", "body": 12, "draft": "true"}));
        assert_eq!(sent, map(json!({"number": 7, "body": "12", "draft": true})));
        assert_eq!(fitted(json!({"number": 7, "body": null})), map(json!({"number": 7})));
    }

    #[test]
    fn rel_s13_what_the_schema_does_not_allow_is_refused_with_its_place() {
        let words = |arguments| {
            let failure = fit("github.getIssue", map(arguments), &schema()).unwrap_err();
            assert_eq!(
                (failure.code.as_str(), failure.may_have_happened),
                ("arguments_invalid", false)
            );
            failure.message
        };

        assert!(words(json!({"number": "seven"})).contains("/number"));
        assert!(words(json!({"number": "12345678901234567890123"})).contains("/number"));
        assert!(words(json!({"number": null})).contains("/number"));
        assert!(words(json!({})).contains("number"));
        let own = words(json!({"number": 7, "idempotency_key": "x"}));
        assert!(own.contains("idempotency_key") && own.ends_with("It was not called."), "{own}");
    }

    #[test]
    fn names_are_those_of_the_tool() {
        let names = BTreeMap::from([("number".to_owned(), "issue_number".to_owned())]);
        let renamed = rename(map(json!({"number": 7, "repo": "tea"})), &names, &json!({}));

        assert_eq!(renamed, map(json!({"issue_number": 7, "repo": "tea"})));
    }

    #[test]
    fn circles_and_ten_thousand_properties_are_judged_and_nothing_elsewhere_is_fetched() {
        let tree = json!({
            "type": "object",
            "properties": { "child": { "$ref": "#" }, "same": { "$ref": "#/properties/same" } },
        });
        let mut deep = json!({});
        for _ in 0..50 {
            deep = json!({ "child": deep, "same": 1 });
        }
        assert_eq!(fit("x.y", map(deep.clone()), &tree).unwrap(), map(deep));

        let many: Map<String, Value> =
            (0..10_000).map(|place| (format!("p{place}"), json!({"type": "string"}))).collect();
        let many = json!({ "type": "object", "properties": many });
        assert!(fit("x.y", map(json!({"p9999": "a"})), &many).is_ok());
        assert!(fit("x.y", map(json!({"p9999": []})), &many).is_err());

        let elsewhere = json!({ "properties": { "a": { "$ref": "http://127.0.0.1:9/a" } } });
        assert_eq!(fit("x.y", Map::new(), &elsewhere).unwrap_err().code, "bad_tool_schema");
    }
}
