//! Existing React Flow files of both dialects become canonical workflows that are valid.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use model::{
    api::templates::NewTemplate,
    nodes::{NodeConfig, NodeKind, note},
    problem::FieldProblem,
    transfer::{dropped, import, react_flow},
    validate::validate,
    workflow::{Node, Size, Workflow},
};
use serde_json::{Value, json};

fn golden(file: &str, canonical: &str, notes: &str) {
    let imported = import(file).unwrap();

    assert_eq!(imported.workflow.to_json(), canonical);
    assert_eq!(imported.notes, notes.lines().collect::<Vec<_>>());
    assert_eq!(validate(&imported.workflow), []);
    assert_eq!(Workflow::parse(canonical).unwrap(), imported.workflow);
}

#[test]
fn dialect_a_with_its_configuration_and_double_braces() {
    golden(
        include_str!("dialect_a.json"),
        include_str!("dialect_a.canonical.json"),
        include_str!("dialect_a.notes.txt"),
    );
}

#[test]
fn dialect_b_flat_with_single_braces_and_the_alias_attach() {
    golden(
        include_str!("dialect_b.json"),
        include_str!("dialect_b.canonical.json"),
        include_str!("dialect_b.notes.txt"),
    );
}

#[test]
fn lanes_are_made_from_the_edges_that_leave_a_parallel_node() {
    golden(
        include_str!("lanes.json"),
        include_str!("lanes.canonical.json"),
        include_str!("lanes.notes.txt"),
    );
}

#[test]
fn what_is_written_for_react_flow_is_read_as_it_was() {
    let mut workflow = Workflow::parse(include_str!("lanes.canonical.json")).unwrap();
    let config = NodeConfig::Note(Box::new(note::Config { text: "Ask **Ada**".to_owned() }));
    let mut note = Node::new("note".into(), "Note", config);
    note.parent_id = Some("frame".into());
    note.size = Some(Size { width: 320.0, height: 160.0 });
    let frame = Node::new("frame".into(), "Frame", NodeKind::Frame.default_config());
    workflow.nodes.extend([note, frame]);

    let file = react_flow::export(&workflow);

    let told: Value = serde_json::from_str(&file).unwrap();
    let nodes = told["nodes"].as_array().unwrap();
    let last = nodes.last().unwrap();
    assert_eq!((&last["id"], &last["width"]), (&json!("note"), &json!(320.0)));
    assert!(nodes.iter().all(|node| node["position"]["x"].is_number()));
    let mut read = import(&file).unwrap().workflow;
    read.nodes.sort_by(|a, b| a.id.cmp(&b.id));
    workflow.nodes.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(Workflow { viewport: workflow.viewport, ..read }, workflow);
}

#[test]
fn a_graph_is_found_in_what_programs_wrap_around_it() {
    let text = include_str!("dialect_b.json");
    let graph: Value = serde_json::from_str(text).unwrap();
    let bare = import(text).unwrap().workflow;

    for key in ["flow", "data", "reactflow", "reactFlow", "react_flow"] {
        let wrapped = json!({ key: graph }).to_string();
        assert_eq!(import(&wrapped).unwrap().workflow, bare, "{key}");
        let dropped = dropped::read(&Workflow::default(), "a.json", wrapped.clone());
        assert_eq!(dropped, Ok(dropped::Dropped::Workflow(wrapped)), "{key}");
        let sent = NewTemplate::read(json!({ key: graph, "category": "blog" })).unwrap();
        assert_eq!(sent.definition, json!({ key: graph }));
    }
}

#[test]
fn a_canonical_file_is_read_as_it_is() {
    let canonical = include_str!("dialect_b.canonical.json");

    let imported = import(canonical).unwrap();

    assert_eq!(imported.workflow.to_json(), canonical);
    assert_eq!(imported.notes, [""; 0]);
}

fn refused(file: &Value) -> FieldProblem {
    import(&file.to_string()).unwrap_err().remove(0)
}

#[test]
fn what_cannot_be_read_is_refused_with_its_path() {
    let node = |data: Value| {
        let node = json!({
            "id": "a", "type": "generate_copy", "position": { "x": 0, "y": 0 }, "data": data
        });
        json!({ "nodes": [node], "edges": [] })
    };
    let cases = [
        (json!([]), "malformed", ""),
        (json!({ "nodes": {} }), "malformed", "nodes"),
        (json!({ "nodes": null }), "malformed", "nodes"),
        (json!({ "nodes": [], "edges": null }), "malformed", "edges"),
        (json!({ "nodes": [1] }), "malformed", "nodes[0]"),
        (json!({ "nodes": [{ "data": 1 }] }), "malformed", "nodes[0].data"),
        (json!({ "nodes": [], "edges": ["x"] }), "malformed", "edges[0]"),
        (json!({ "nodes": [], "default_params": 1 }), "malformed", "default_params"),
        (json!({ "nodes": [], "surprise": 1 }), "unknown_field", "surprise"),
        (
            node(json!({ "config": { "prompt_template": "x", "seed": 1 } })),
            "unknown_field",
            "nodes[0].data.config.seed",
        ),
        (
            node(json!({ "prompt": "x", "temperature": "hot" })),
            "malformed",
            "nodes[0].data.config.temperature",
        ),
        (
            json!({ "schemaVersion": 1, "nodes": [{ "selected": true }] }),
            "unknown_field",
            "nodes[0].selected",
        ),
    ];
    for (file, code, path) in cases {
        let problem = refused(&file);
        assert_eq!((problem.code.as_str(), problem.path.as_deref()), (code, Some(path)), "{file}");
    }
}

#[test]
fn a_loop_over_null_is_told_where_nothing_comes_in() {
    let file = json!({
        "nodes": [{
            "id": "a", "type": "for_each", "position": { "x": 0, "y": 0 },
            "data": { "label": "Each", "config": { "items": null } }
        }],
        "edges": []
    });

    let problems = validate(&import(&file.to_string()).unwrap().workflow);

    let told = problems.iter().map(|issue| format!("{issue:?}")).collect::<Vec<_>>();
    assert!(told.iter().any(|one| one.contains("Nothing to loop over")), "{told:?}");
}

#[test]
fn placeholders_may_have_any_letters() {
    let text = "{Höhe}, {имя.first}, {名前} and {parameter}: {Höhe} {12} {a b}";
    let file = json!({
        "nodes": [{
            "id": "a", "type": "generate_copy", "position": { "x": 0, "y": 0 },
            "data": { "label": "Ad", "prompt": text }
        }],
        "edges": []
    });

    let workflow = import(&file.to_string()).unwrap().workflow;

    let written: Value = serde_json::from_str(&workflow.to_json()).unwrap();
    assert_eq!(
        written["nodes"][0]["data"]["config"]["prompt"],
        "${input.h_he}, ${input.parameter.first}, ${input.parameter_3} and ${input.parameter_4}: \
         ${input.h_he} {12} {a b}"
    );
    let labels: Vec<&str> = workflow.parameters.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(labels, ["Höhe", "Имя", "名前", "Parameter 4"]);
}

#[test]
fn a_node_of_an_unknown_type_is_kept_as_it_was() {
    let file = json!({
        "nodes": [{
            "id": "x", "type": "crystal_ball", "position": { "x": 0, "y": 0 },
            "data": { "label": "If", "config": { "field": "{{score}}" } }
        }],
        "edges": []
    });

    let imported = import(&file.to_string()).unwrap();

    let written: Value = serde_json::from_str(&imported.workflow.to_json()).unwrap();
    assert_eq!(written["nodes"][0]["type"], "crystal_ball");
    assert_eq!(written["nodes"][0]["data"]["config"]["field"], "{{score}}");
}

#[test]
fn words_on_edges_are_kept_as_far_as_they_fit() {
    let node = |id: &str| json!({ "id": id, "type": "transform", "position": { "x": 0, "y": 0 }, "data": { "label": id } });
    let edge =
        |id: &str, label: Value| json!({ "id": id, "source": "a", "target": "b", "label": label });
    let edges = [
        edge("short", " if it is long ".into()),
        edge("long", "x".repeat(81).into()),
        edge("none", "".into()),
        edge("other", json!({ "type": "span" })),
    ];
    let file = json!({ "nodes": [node("a"), node("b")], "edges": edges });

    let imported = import(&file.to_string()).unwrap();

    let drawn = imported.workflow.edges.iter().take(4);
    let labels: Vec<_> = drawn.map(|edge| edge.label.as_deref()).collect();
    assert_eq!(labels, [Some("if it is long"), None, None, None]);
    let again = import(&react_flow::export(&imported.workflow)).unwrap();
    assert_eq!(again.workflow.edges, imported.workflow.edges);
}
