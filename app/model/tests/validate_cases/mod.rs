//! Each issue has a minimal change of a sound workflow that raises it, and it alone.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use model::{
    problem::FieldProblem,
    validate::{
        Code, Issue, Severity, execution_order, is_runnable, validate, validate_connection,
        validate_parameters,
    },
    workflow::{Edge, Workflow},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// start → copy → image → attach → end.
fn sound() -> Value {
    serde_json::from_str(include_str!("sound.json")).unwrap()
}

fn read(value: &Value) -> Workflow {
    Workflow::from_value(value).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// Puts values at JSON pointers; the place `-` of a list (with any further letters) appends.
fn changed(put: &Map<String, Value>) -> Value {
    let mut workflow = sound();
    for (pointer, value) in put {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match workflow.pointer_mut(parent).unwrap() {
            Value::Array(items) if key.starts_with('-') => items.push(value.clone()),
            Value::Array(items) => items[key.parse::<usize>().unwrap()] = value.clone(),
            Value::Object(map) => {
                map.insert(key.to_owned(), value.clone());
            }
            other => panic!("{other}"),
        }
    }
    workflow
}

fn with(pointer: &str, value: Value) -> Value {
    changed(&Map::from_iter([(pointer.to_owned(), value)]))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case: String,
    put: Map<String, Value>,
    code: Code,
    node: Option<String>,
    path: String,
    says: String,
    fix: Option<String>,
    #[serde(default = "error")]
    severity: Severity,
}

fn error() -> Severity {
    Severity::Error
}

fn raises(cases: &str) {
    for case in serde_json::from_str::<Vec<Case>>(cases).unwrap() {
        let found = validate(&read(&changed(&case.put)));
        let [issue] = found.as_slice() else { panic!("{}: {found:#?}", case.case) };
        let about = format!("{}: {issue:#?}", case.case);
        assert_eq!(issue.code, case.code, "{about}");
        assert_eq!(issue.severity, case.severity, "{about}");
        assert_eq!(issue.node_id.as_ref().map(|id| id.as_str()), case.node.as_deref(), "{about}");
        assert_eq!(issue.path, case.path, "{about}");
        assert!(issue.message.contains(&case.says), "{about}");
        assert!(
            issue.fix.clone().unwrap_or_default().contains(&case.fix.unwrap_or_default()),
            "{about}"
        );
        assert_eq!(serde_json::to_value(issue.code).unwrap(), json!(issue.code.as_str()));
    }
}

#[test]
fn a_number_may_be_worked_out_of_what_is_none() {
    let counted = json!("${size(nodes.copy.documents) + 1}");
    let put = Map::from_iter([("/nodes/2/data/config/quantity".to_owned(), counted)]);

    assert_eq!(validate(&read(&changed(&put))), []);
}

#[test]
fn a_sound_workflow_has_no_issue_and_an_order() {
    let workflow = read(&sound());

    assert_eq!(validate(&workflow), []);
    let order = execution_order(&workflow).unwrap();
    let order: Vec<&str> = order.iter().map(|id| id.as_str()).collect();
    assert_eq!(order, ["start", "copy", "image", "attach", "end"]);
}

#[test]
fn a_node_that_does_not_run_may_be_unfinished() {
    let put = json!({"/nodes/2/data/enabled": false, "/nodes/2/data/config/prompt": "${nodes.x}"});

    assert_eq!(validate(&read(&changed(put.as_object().unwrap()))), []);
}

#[test]
fn structure_that_is_broken_is_told() {
    raises(include_str!("structure.json"));
}

#[test]
fn connections_that_do_not_fit_are_told() {
    raises(include_str!("connections.json"));
}

#[test]
fn fields_that_are_missing_or_out_of_range_are_told() {
    raises(include_str!("fields.json"));
}

#[test]
fn references_that_lead_nowhere_are_told_with_what_was_meant() {
    raises(include_str!("references.json"));
}

#[test]
fn operations_of_a_transform_are_checked() {
    raises(include_str!("transform.json"));
}

#[test]
fn http_requests_are_checked() {
    raises(include_str!("http_request.json"));
}

#[test]
fn tools_are_checked() {
    raises(include_str!("tool.json"));
}

#[test]
fn parameters_and_presets_are_checked() {
    raises(include_str!("parameters.json"));
}

#[test]
fn two_nodes_of_one_id_are_told_and_block() {
    let twin = json!({ "id": "copy", "type": "end", "position": { "x": 0, "y": 0 }, "data": {} });

    let found = validate(&read(&with("/nodes/-", twin)));

    assert_eq!((found[0].code, found[0].path.as_str()), (Code::DuplicateId, "nodes[5].id"));
    assert!(!is_runnable(&found));
}

#[test]
fn a_workflow_without_a_start_is_told() {
    let found = validate(&read(&with("/nodes/0/type", json!("merge"))));

    assert!(found.iter().any(|issue| issue.code == Code::StartCount));
}

#[test]
fn an_edge_into_the_start_is_refused() {
    let back = json!({ "id": "back", "source": "copy", "target": "start" });

    let found = validate(&read(&with("/edges/-", back)));

    assert!(found.iter().any(|issue| issue.message.contains("can't be connected")));
}

#[test]
fn a_node_of_an_unknown_type_is_kept_as_it_was_written() {
    let workflow = read(&with("/nodes/1/type", json!("from_the_future")));

    let kept: Value = serde_json::from_str(&workflow.to_json()).unwrap();

    assert_eq!(kept["nodes"][1]["type"], "from_the_future");
    assert_eq!(kept["nodes"][1]["data"]["config"], json!({ "prompt": "About ${input.topic}" }));
}

#[test]
fn a_workflow_has_a_largest_size() {
    let mut large = sound();
    for place in 0..96 {
        let id = format!("extra_{place}");
        large["nodes"].as_array_mut().unwrap().push(json!({
            "id": id, "type": "generate_image", "position": { "x": 0, "y": 0 },
            "data": { "config": { "prompt": "x" } }
        }));
        let edge = json!({ "id": id, "source": "start", "target": id });
        large["edges"].as_array_mut().unwrap().push(edge);
    }

    let found = validate(&read(&large));

    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, Code::LimitExceeded);
    assert_eq!(found[0].message, "The workflow has 101 steps; the limit is 100.");
}

#[test]
fn a_connection_about_to_be_drawn_is_judged_as_a_drawn_one() {
    let workflow = read(&sound());
    let edge = |source: &str, target: &str, handle: Option<&str>| Edge {
        id: "new".into(),
        source: source.into(),
        source_handle: None,
        target: target.into(),
        target_handle: handle.map(str::to_owned),
        label: None,
    };

    let closing = validate_connection(&workflow, &edge("image", "copy", None)).unwrap();
    assert_eq!(closing.code, Code::CycleDetected);
    let unfit = validate_connection(&workflow, &edge("image", "attach", Some("documents")));
    assert_eq!(unfit.unwrap().code, Code::InvalidConnection);
    assert_eq!(validate_connection(&workflow, &edge("copy", "attach", None)), None);
}

#[test]
fn an_issue_is_told_as_a_problem_of_a_field() {
    let found: Vec<Issue> = validate(&read(&with("/nodes/1/data/config/quantity", json!(99))));

    let problem = FieldProblem::from(found[0].clone());

    assert_eq!(problem.code, "value_out_of_range");
    assert_eq!(problem.node_id.as_deref(), Some("copy"));
    assert_eq!(problem.field.as_deref(), Some("quantity"));
    assert_eq!(problem.path.as_deref(), Some("nodes[1].data.config.quantity"));
}

#[test]
fn as_many_items_as_there_may_be_can_be_asked_for() {
    for (quantity, least) in [(json!(10), 10), (json!("${input.copies}"), 99), (json!(3), 1)] {
        let mut workflow = with("/nodes/1/data/config/quantity", quantity);
        workflow["nodes"][1]["data"]["minItems"] = json!(least);

        assert_eq!(validate(&read(&workflow)), [], "{least}");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Launch {
    case: String,
    parameter: Value,
    #[serde(rename = "given")]
    parameters: Map<String, Value>,
    gives: Option<Value>,
    code: Option<String>,
}

#[test]
fn launch_parameters_are_completed_or_refused_with_their_paths() {
    for case in serde_json::from_str::<Vec<Launch>>(include_str!("launch.json")).unwrap() {
        let workflow = read(&json!({ "parameters": [case.parameter] }));
        let about = case.case;
        match validate_parameters(&workflow, &case.parameters) {
            Ok(complete) => assert_eq!(Some(Value::from(complete)), case.gives, "{about}"),
            Err(problems) => {
                assert_eq!(problems.len(), 1, "{about}: {problems:?}");
                assert_eq!(Some(&problems[0].code), case.code.as_ref(), "{about}");
                assert_eq!(problems[0].path.as_deref(), Some("parameters.a"), "{about}");
                assert_eq!(problems[0].field.as_deref(), Some("a"), "{about}");
            }
        }
    }
}

#[test]
fn a_parameter_that_takes_a_field_out_of_its_range_is_refused_at_launch() {
    let workflow = read(&with("/nodes/1/data/config/quantity", json!("${input.copies}")));
    let parameters = json!({ "topic": "tea", "copies": 51 });

    let problems = validate_parameters(&workflow, parameters.as_object().unwrap()).unwrap_err();

    assert_eq!(problems[0].code, "value_out_of_range");
    assert_eq!(problems[0].path.as_deref(), Some("parameters.copies"));
    assert_eq!(problems[0].node_id.as_deref(), Some("copy"));
}

#[test]
fn which_types_fit_which() {
    use PortType::{List, One};
    use model::ports::{Fit, Kind, PortType, compatible};
    let fits = [
        (One(Kind::Text), One(Kind::Text)),
        (One(Kind::Image), List(Kind::Image)),
        (List(Kind::Image), One(Kind::Any)),
        (One(Kind::Any), List(Kind::Document)),
        (One(Kind::Flow), One(Kind::Image)),
        (One(Kind::Document), One(Kind::Text)),
    ];
    for (from, to) in fits {
        assert_eq!(compatible(from, to), Fit::Ok, "{from} to {to}");
    }
    assert!(matches!(compatible(One(Kind::Text), One(Kind::Json)), Fit::Warn(_)));
    let unfit = [
        (List(Kind::Image), One(Kind::Image)),
        (One(Kind::Image), One(Kind::Document)),
        (One(Kind::Boolean), List(Kind::Image)),
    ];
    for (from, to) in unfit {
        assert!(matches!(compatible(from, to), Fit::Err(_)), "{from} to {to}");
    }
}
