//! Files that people really have: the founding contract in all its spellings, stored records, and
//! files of other products.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod foreign;

use model::{
    api::check::CheckRequest,
    transfer::{Ends, file::File, import, import_value},
    validate::{is_runnable, validate},
    workflow::Workflow,
};
use serde_json::{Value, json};

const CONTRACT: &str = include_str!("contract_node.json");

fn read(file: &Value) -> Workflow {
    import(&file.to_string()).unwrap().workflow
}

fn config(workflow: &Workflow, node: &str) -> Value {
    let node = serde_json::to_value(workflow.node(&node.into()).unwrap()).unwrap();
    node["data"]["config"].clone()
}

fn parameters(workflow: &Workflow) -> Vec<&str> {
    workflow.parameters.iter().map(|parameter| parameter.name.as_str()).collect()
}

#[test]
fn label_and_config_beside_the_type_are_read_like_those_under_data() {
    let imported = import(CONTRACT).unwrap();

    assert_eq!(validate(&imported.workflow), []);
    let node = imported.workflow.node(&"n1".into()).unwrap();
    assert_eq!(node.data.label, "Write");
    let written = config(&imported.workflow, "n1");
    assert_eq!(written["prompt"], "Write about ${input.topic}");
}

#[test]
fn every_spelling_of_a_node_gives_the_same_workflow() {
    let config = json!({ "prompt_template": "About {{topic}}", "quantity": 2.0 });
    let spelt = [
        json!({ "id": "n1", "type": "generate_copy", "position": { "x": 300, "y": 0 },
                "data": { "label": "Write", "config": config } }),
        json!({ "id": "n1", "type": "generate_copy", "label": "Write",
                "position": { "x": 300, "y": 0 }, "config": config }),
        json!({ "node_id": "n1", "node_type": "generate_copy", "label": "Write",
                "position_x": 300.0, "position_y": 0, "config_json": config.to_string() }),
        json!({ "id": "n1", "type": "generate_copy", "position": [300, 0],
                "data": { "label": "Write" }, "config": config }),
        json!({ "id": "n1", "type": "generate_copy", "position": { "x": 300, "y": 0 },
                "label": "Another", "data": { "label": "Write", "config": config },
                "created_at": "2025-11-25T14:30:00Z", "template_id": 7 }),
        json!({ "id": "n1", "type": "generate_copy", "position": { "x": "300", "y": "0" },
                "label": "Write", "prompt_template": "About {{topic}}", "quantity": 2 }),
    ];
    let workflows = spelt.map(|node| {
        let mut file: Value = serde_json::from_str(CONTRACT).unwrap();
        file["nodes"][1] = node;
        read(&file)
    });

    for workflow in &workflows {
        assert_eq!(*workflow, workflows[0]);
    }
}

#[test]
fn a_contract_of_tasks_alone_gets_its_ends_and_reads_the_node_before() {
    let file = json!({
        "name": "Snippets", "description": "A post and its snippets", "category": "organic_content",
        "workspace_id": "770e8400-e29b-41d4-a716-446655440002",
        "nodes": [
            { "id": "node-1", "type": "generate_copy", "label": "Post",
              "position": { "x": 100, "y": 100 },
              "config": { "prompt_template": "A post about {{topic}}", "quantity": 3,
                          "output_status": "review", "context_mode": "none" } },
            { "id": "node-2", "type": "generate_image", "label": "Image",
              "position": { "x": 100, "y": 150 },
              "config": { "prompt_template": "Shows: {{previous_output}}", "quantity": 3,
                          "style": "professional_marketing", "dimensions": "1080x1080" } },
            { "id": "node-3", "type": "review", "label": "Look", "position": { "x": 100, "y": 200 },
              "config": { "review_type": "approval", "instructions": "Good enough?",
                          "auto_approve_after_minutes": 30.0 } },
            { "id": "node-4", "type": "attach_to_document", "label": "Attach",
              "position": { "x": 100, "y": 250 },
              "config": { "attachment_strategy": "one_to_one", "match_by": "position",
                          "set_as_primary": true } }
        ],
        "edges": [
            { "id": "e1", "source": "node-1", "target": "node-2", "type": "default" },
            { "id": "e2", "source": "node-2", "target": "node-3", "type": "default" },
            { "id": "e3", "source": "node-1", "target": "node-4", "type": "default" },
            { "id": "e4", "source": "node-2", "target": "node-4", "type": "default" }
        ]
    });

    let imported = import(&file.to_string()).unwrap();

    let workflow = &imported.workflow;
    let issues = validate(workflow);
    assert!(is_runnable(&issues), "{issues:?}");
    assert_eq!(workflow.name, "Snippets");
    let told = imported.notes.join("\n");
    assert!(
        told.contains("added the missing start") && told.contains("added the missing end"),
        "{told}"
    );
    let image = config(workflow, "node-2");
    let prompt = image["prompt"].as_str().unwrap();
    assert!(prompt.starts_with("Shows: ${nodes[\"node-1\"].texts}"), "{prompt}");
    assert_eq!(image["size"], "1080x1080");
    assert_eq!(config(workflow, "node-3")["auto_approve_minutes"], 30);
    assert_eq!(config(workflow, "node-1")["output_status"], "in_review");
    assert_eq!(parameters(workflow), ["topic"]);
    let rows: Vec<f64> = workflow.nodes[..4].iter().map(|node| node.position.y).collect();
    assert!(rows.windows(2).all(|pair| pair[1] - pair[0] >= 96.0), "{rows:?}");
}

#[test]
fn conditions_of_the_contract_leave_by_their_branch_or_by_else() {
    let file = |config: Value, labels: [Value; 2]| {
        let node = |id: &str, kind: &str, config: Value| json!({ "id": id, "type": kind, "config": config });
        let edge = |id: &str, to: &str, label: Value| json!({ "id": id, "source": "if", "target": to, "type": "conditional", "label": label });
        let [long, short] = labels;
        json!({ "nodes": [
            node("copy", "generate_copy", json!({ "prompt_template": "x", "quantity": 1 })),
            node("if", "conditional", config),
            node("a", "generate_copy", json!({ "prompt_template": "a" })),
            node("b", "generate_copy", json!({ "prompt_template": "b" }))
        ], "edges": [
            { "id": "1", "source": "copy", "target": "if" },
            edge("2", "a", long), edge("3", "b", short)
        ] })
    };
    let long = json!({ "condition_type": "content_length", "true_label": "Long",
                       "false_label": "Short", "rule": { "operator": "greater_than", "value": 500 } });
    let cases = [
        (
            long.clone(),
            ["Long".into(), "Short".into()],
            "size(nodes.copy.texts[0]) > 500",
            ["yes", "else"],
        ),
        (
            long.clone(),
            ["Short".into(), "Long".into()],
            "size(nodes.copy.texts[0]) > 500",
            ["else", "yes"],
        ),
        (
            json!({ "field": "{{tone}}", "operator": "equals", "value": "bold" }),
            [Value::Null, Value::Null],
            "input.tone == \"bold\"",
            ["yes", "else"],
        ),
        (
            json!({ "condition": "{{score}} > 7" }),
            [Value::Null, Value::Null],
            "input.score > 7",
            ["yes", "else"],
        ),
    ];
    for (written, labels, when, handles) in cases {
        let workflow = read(&file(written.clone(), labels));

        assert_eq!(config(&workflow, "if")["branches"][0]["when"], when, "{written}");
        let left: Vec<_> = ["2", "3"]
            .iter()
            .map(|id| workflow.edge(&(*id).into()).unwrap().source_handle.clone().unwrap())
            .collect();
        assert_eq!(left, handles, "{written}");
        let issues = validate(&workflow);
        assert!(is_runnable(&issues), "{written}: {issues:?}");
    }
}

#[test]
fn what_only_a_record_needs_is_left_out_and_told_key_by_key() {
    let imported = import(include_str!("record_keys.json")).unwrap();

    assert_eq!(validate(&imported.workflow), []);
    let told = imported.notes.join("\n");
    for key in ["is_system_template", "estimated_time_minutes", "success_rate"] {
        assert!(told.contains(key), "{key}: {told}");
    }
}

#[test]
fn a_definition_is_found_in_the_record_around_it() {
    let bare: Value = serde_json::from_str(CONTRACT).unwrap();
    let mut canonical = serde_json::to_value(import(CONTRACT).unwrap().workflow).unwrap();
    let records = [
        json!({ "id": 3, "name": "Contract node", "definition": bare, "createdAt": "x", "updated_at": "y" }),
        json!({ "_id": "a", "definition_json": bare.to_string(), "isActive": true }),
        json!({ "data": { "id": "7", "workflow": bare }, "version": "1.0" }),
        json!({ "card": { "stats": {}, "workflow": canonical }, "version": 2, "example_output": "" }),
    ];
    for record in records {
        assert_eq!(read(&record).nodes.len(), 3, "{record}");
    }
    canonical["createdAt"] = json!("2025-11-25");
    let read = import(&canonical.to_string()).unwrap();
    assert_eq!(read.notes, ["the file: left out createdAt."]);
    canonical["surprise"] = json!(1);
    assert_eq!(import(&canonical.to_string()).unwrap_err()[0].path.as_deref(), Some("surprise"));
}

#[test]
fn parameters_keep_the_order_of_the_file() {
    let order = ["topic", "style", "brand_voice", "audience"];
    let text = include_str!("parameter_order.json");

    assert_eq!(parameters(&import(text).unwrap().workflow), order);
    // As a program sends it: within a body, or as the text that a column holds.
    let body = format!("{{\"definition\": {text}}}");
    let File(body) = serde_json::from_str(&body).unwrap();
    let sent = import_value(body["definition"].clone(), Ends::Added).unwrap();
    assert_eq!(parameters(&sent.workflow), order);
    let mut file: Value = serde_json::from_str(text).unwrap();
    file["default_params_json"] =
        json!(r#"{"topic": "T", "style": "S", "brand_voice": "B", "audience": "A"}"#);
    assert_eq!(parameters(&read(&file)), order);
    // Those without a default stand in the order in which texts need them.
    file.as_object_mut().unwrap().remove("default_params_json");
    assert_eq!(parameters(&read(&file)), order);
}

#[test]
fn steps_ask_for_their_input_in_the_order_they_read_it() {
    let step =
        |name: &str, text: &str| json!({ "name": name, "tool": "a.b", "params": { "x": text } });
    let file = json!({ "steps": [step("one", "${input.zebra}"), step("two", "${input.apple} ${input.zebra}")] });

    assert_eq!(parameters(&read(&file)), ["zebra", "apple"]);
}

#[test]
fn cards_of_narrow_files_do_not_lie_on_each_other() {
    let imported = import(include_str!("narrow_steps.json")).unwrap();

    let xs: Vec<f64> = imported.workflow.nodes.iter().map(|node| node.position.x).collect();
    assert_eq!(xs, [0.0, 300.0]);
    assert!(imported.notes.iter().any(|note| note.contains("spread")), "{:?}", imported.notes);
}

#[test]
fn whole_numbers_may_have_a_fraction_of_zero_in_our_own_format_too() {
    let mut file = serde_json::to_value(import(CONTRACT).unwrap().workflow).unwrap();
    file["nodes"][1]["data"]["config"]["quantity"] = json!(4.0);
    file["settings"]["maxRetries"] = json!(2.0);

    let workflow = Workflow::parse(&file.to_string()).unwrap();

    assert_eq!(config(&workflow, "n1")["quantity"], 4);
    assert_eq!(workflow.settings.max_retries, 2);
    file["nodes"][1]["data"]["config"]["quantity"] = json!(4.5);
    assert!(Workflow::parse(&file.to_string()).is_err());
}

#[test]
fn an_image_that_is_attached_to_nothing_is_a_connection_that_is_missing() {
    let body = json!({
        "nodes": [{ "id": "node-1", "type": "generate_image" },
                  { "id": "node-2", "type": "attach_to_document" }],
        "edges": [{ "id": "edge-1", "source": "node-1", "target": "node-2" }]
    });

    let refused = CheckRequest::read(body.clone()).unwrap().check_connections().unwrap_err();

    let told: Vec<_> = refused
        .errors
        .iter()
        .map(|error| (error.code.as_str(), error.node_id.as_deref(), error.field.as_deref()))
        .collect();
    assert_eq!(told, [("invalid_connection", Some("node-2"), Some("documents"))]);
    let mut sound = body;
    sound["nodes"].as_array_mut().unwrap().push(json!({ "id": "node-0", "type": "generate_copy" }));
    for (id, to) in [("edge-2", "node-1"), ("edge-3", "node-2")] {
        let edge = json!({ "id": id, "source": "node-0", "target": to });
        sound["edges"].as_array_mut().unwrap().push(edge);
    }
    let answer = CheckRequest::read(sound).unwrap().check_connections().unwrap();
    let order: Vec<&str> = answer.execution_order.iter().map(|id| id.as_str()).collect();
    assert_eq!(order, ["node-0", "node-1", "node-2"]);
}

#[test]
fn the_canonical_format_is_known_by_its_list_of_parameters_and_keeps_them_or_says_why_not() {
    let parameters = json!([{ "name": "topic", "label": "Topic", "type": "text" }]);
    let mut file: Value = serde_json::to_value(import(CONTRACT).unwrap().workflow).unwrap();
    file["parameters"] = parameters;
    let whole = read(&file);
    file.as_object_mut().unwrap().remove("schemaVersion");

    let imported = import(&file.to_string()).unwrap();

    assert_eq!(imported.workflow, whole);
    file["parameters"][0]["type"] = "string".into();
    let problems = import(&file.to_string()).unwrap_err();
    assert_eq!(problems[0].path.as_deref(), Some("parameters[0].type"), "{problems:?}");
}
