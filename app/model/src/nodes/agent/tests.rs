#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::{
    access::Role,
    agent::limits::LimitKind,
    nodes::{Finding, FindingKind, NodeConfig, NodeKind},
};

/// A node with an agent of its own that has these inputs: name, kind, shape and whether it needs
/// it.
fn with_inputs(inputs: &[(&str, &str, &str, bool)], given: Value) -> Config {
    let input = |(name, shape, kind, required): &(&str, &str, &str, bool)| json!({ "name": name, "type": { "shape": shape, "kind": kind }, "required": required });
    let inputs: Vec<Value> = inputs.iter().map(input).collect();
    serde_json::from_value(json!({
        "own": { "instructions": "Work.", "inputs": inputs },
        "prompt": "Go on",
        "inputs": given,
    }))
    .unwrap()
}

fn found(config: &Config) -> Vec<Finding> {
    let mut checker = Checker::new(1, 0);
    config.check(&mut checker);
    checker.into_findings()
}

fn fields(config: &Config) -> Vec<String> {
    found(config).into_iter().map(|finding| finding.field).collect()
}

fn scope() -> Scope {
    let parameters = json!({ "topic": "Tea", "tags": ["a", "b"], "count": 3, "none": null });
    Scope::default().with_parameters(parameters.as_object().unwrap().clone())
}

const TOPIC: (&str, &str, &str, bool) = ("topic", "one", "text", true);
const TAGS: (&str, &str, &str, bool) = ("tags", "list", "text", false);
const NUMBER: (&str, &str, &str, bool) = ("number", "one", "number", true);

#[test]
fn an_agent_is_named_or_described_and_what_it_needs_is_given() {
    assert_eq!(fields(&Config::default()), ["agent"]);
    let named: Config =
        serde_json::from_value(json!({ "agent_id": "editor", "inputs": { "Bad": "" } })).unwrap();
    assert_eq!((named.agent.as_str(), fields(&named)), ("editor", vec!["inputs.Bad".into()]));
    let both = Config { agent: "editor".to_owned(), ..with_inputs(&[], json!({})) };
    assert_eq!(fields(&both), ["own"]);
    let mut own = with_inputs(&[TOPIC], json!({ "topic": "x", "tone": "y" }));
    own.own.as_mut().unwrap().limits.turns = 0;
    own.reviewers = Reviewers::People;
    assert_eq!(fields(&own), ["own.limits.turns", "inputs.tone", "people"]);
}

#[test]
fn one_input_takes_what_comes_in_where_it_is_the_only_one_that_is_open() {
    let input = |config: &Config| {
        let definition = config.definition().unwrap();
        config.input_by_edge(definition).map(|input| input.name.clone())
    };
    let sole = with_inputs(&[TOPIC, TAGS], json!({}));
    assert_eq!(input(&sole).as_deref(), Some("topic"));
    assert!(sole.reads_port("input"));
    assert_eq!(found(&sole)[0].kind, FindingKind::NeedsEdge);
    assert_eq!(input(&with_inputs(&[TAGS], json!({}))).as_deref(), Some("tags"));
    let given = with_inputs(&[TOPIC, TAGS], json!({ "topic": "x" }));
    assert_eq!((input(&given), found(&given)), (None, vec![]));
    assert!(!given.reads_port("input"));
    let two = with_inputs(&[TOPIC, NUMBER], json!({}));
    assert_eq!(
        (input(&two), fields(&two)),
        (None, vec!["inputs.topic".to_owned(), "inputs.number".to_owned(),])
    );
}

#[test]
fn inputs_keep_their_types_and_read_what_fits() {
    let rendered = |inputs: &[_], given: Value, incoming: Option<Value>| {
        let config = with_inputs(inputs, given);
        config.rendered_inputs(&scope(), incoming.as_ref()).map(Value::Object)
    };
    let given = json!({ "topic": "${input.tags}", "number": "${input.count}" });
    let values = rendered(&[TOPIC, TAGS, NUMBER], given, None);
    let expected = json!({ "topic": "a\n\nb", "tags": null, "number": 3 });
    assert_eq!(values.unwrap(), expected);
    let values = rendered(&[TOPIC, TAGS], json!({ "tags": "${input.topic}" }), Some(json!(7)));
    assert_eq!(values.unwrap(), json!({ "topic": "7", "tags": ["Tea"] }));
    assert_eq!(
        rendered(&[NUMBER], json!({ "number": "4" }), None).unwrap(),
        json!({ "number": 4 })
    );
    for (inputs, given) in [
        (NUMBER, json!({ "number": "${input.topic}" })),
        (TOPIC, json!({ "topic": "${input.none}" })),
        (TOPIC, json!({ "topic": "${input.unknown}" })),
        (TOPIC, json!({})),
    ] {
        assert!(rendered(&[inputs], given, None).is_err());
    }
}

#[test]
fn no_change_of_a_configuration_says_what_is_frozen() {
    let frozen = json!({ "name": "Editor", "version": 3, "definition": { "purpose": "Edits" } });
    let node = |config: Value| NodeConfig::from_value(NodeKind::Agent, config);
    let frozen_after = |config: Value, changes: Value| {
        let changed = node(config).unwrap().with_changes(changes.as_object().unwrap());
        let Ok(NodeConfig::Agent(config)) = changed else { panic!("{changed:?}") };
        config.frozen
    };
    let library = json!({ "agent": "editor", "prompt": "x", "frozen": frozen });
    let forged = json!({ "name": "Mine", "definition": {} });

    let kept = frozen_after(library.clone(), json!({ "prompt": "y", "frozen": forged }));
    assert_eq!(kept.map(|kept| (kept.name, kept.version)), Some(("Editor".to_owned(), 3)));
    assert_eq!(frozen_after(library.clone(), json!({ "agent": "other" })), None);
    assert_eq!(frozen_after(library.clone(), json!({ "version": 2, "frozen": forged })), None);
    let own = json!({ "own": { "purpose": "Edits" }, "frozen": frozen });
    let anew = frozen_after(own, json!({ "own": { "purpose": "Cuts" } })).unwrap();
    assert_eq!((anew.version, anew.definition.purpose.as_str()), (3, "Cuts"));
    let mut elsewhere = node(library).unwrap();
    elsewhere.drop_frozen();
    assert_eq!(elsewhere.to_value().get("frozen"), None);
}

#[test]
fn instructions_refer_to_the_inputs_of_the_agent_and_not_to_the_workflow() {
    let mut config = with_inputs(&[TOPIC], json!({ "topic": "${nodes.a.texts}" }));
    config.own.as_mut().unwrap().instructions = "Write about ${topic}.".into();
    config.prompt = "On ${input.topic}".into();
    let texts = NodeConfig::from(config.clone()).texts();

    let told: Vec<&str> = texts.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(told, ["inputs.topic", "prompt"]);
    assert_eq!(config.type_needed("inputs.topic"), Some(PortType::One(Kind::Text)));
    assert_eq!(config.type_needed("prompt"), None);
}

#[test]
fn the_path_goes_on_by_the_port_of_the_output() {
    let node = NodeConfig::from(Config::default());
    let limit = limit_output(LimitKind::Turns, "It has used its 20 turns.", json!("Half"));
    for (output, port) in [
        (done_output(json!("All")), DONE),
        (limit.clone(), LIMIT_REACHED),
        (failed_output("model_refused", "It refused.", Value::Null), FAILED),
    ] {
        let takes = node.takes_by_output(&output);
        let taken = [DONE, LIMIT_REACHED, FAILED].map(|port| takes.includes(port));
        assert_eq!(taken, [DONE, LIMIT_REACHED, FAILED].map(|other| other == port));
    }
    assert_eq!(limit[LIMIT_REACHED]["limit"], "turns");
}

#[test]
fn who_may_not_approve_its_calls_does_not_get_past_it() {
    let runner = ReviewActor { user: None, role: Role::Runner, is_author: false };
    let mut config = with_inputs(&[], json!({}));
    let grant =
        |tool: &str, mode: ToolMode| ToolGrant { tool: tool.to_owned(), mode, max_calls: None };

    assert_eq!(config.permission_to_pass(&runner), None);
    config.own.as_mut().unwrap().tools = vec![grant("github.getIssue", ToolMode::AsksToWrite)];
    assert_eq!(config.permission_to_pass(&runner), Some(Permission::DecideOwnReview));
    config.reviewers = Reviewers::Admins;
    assert_eq!(config.permission_to_pass(&runner), Some(Permission::RepairExecution));
    config.own.as_mut().unwrap().tools = vec![grant("workflow.Blog", ToolMode::Free)];
    assert_eq!(config.permission_to_pass(&runner), Some(Permission::DecideAnyReview));
}
