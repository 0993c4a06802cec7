//! Workflows that are written as steps, tools in order or agents by name, become graphs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use model::{
    api::check::CheckRequest,
    expr::{Condition, Scope},
    mcp::{arguments::Shape, lock::ToolLock},
    nodes::NodeConfig,
    parameter::{Parameter, ParameterKind},
    problem::FieldProblem,
    transfer::{
        import, import_in,
        steps::{MoreThanSteps, Order, export, schema, type_inputs},
    },
    validate::{validate, validate_parameters},
    workflow::Workflow,
};
use serde::Deserialize;
use serde_json::{Value, json};

const ISSUE_TO_PR: &str = include_str!("issue_to_pr.json");

fn edges(workflow: &Workflow) -> Vec<(&str, &str)> {
    workflow.edges.iter().map(|edge| (edge.source.as_str(), edge.target.as_str())).collect()
}

fn config(workflow: &Workflow, node: &str) -> Value {
    let written: Value = serde_json::to_value(workflow.node(&node.into()).unwrap()).unwrap();
    written["data"]["config"].clone()
}

#[test]
fn tools_run_in_the_order_they_are_written() {
    let imported = import(ISSUE_TO_PR).unwrap();

    let workflow = imported.workflow;
    assert_eq!(workflow.name, "issue_to_pr");
    assert_eq!(imported.notes, ["the file: left out version, enabled."]);
    let chain = [
        ("fetch_issue", "create_branch"),
        ("create_branch", "create_pr"),
        ("start", "fetch_issue"),
        ("create_pr", "end"),
    ];
    assert_eq!(BTreeSet::from_iter(edges(&workflow)), BTreeSet::from(chain));
    assert_eq!((workflow.settings.timeout_ms, workflow.settings.max_retries), (300_000, 1));
    let asked: Vec<(&str, bool, bool)> = workflow
        .parameters
        .iter()
        .map(|one| (one.name.as_str(), one.required, one.kind == ParameterKind::Json))
        .collect();
    assert_eq!(asked, [("issue_number", true, true), ("team", true, true)]);
    let retry = workflow.node(&"create_branch".into()).unwrap().data.retry.clone().unwrap();
    assert_eq!((retry.max_attempts, retry.initial_delay_ms), (3, 2000));
}

#[test]
fn what_a_step_gives_is_read_by_its_assigned_name_or_by_the_steps() {
    let workflow = import(ISSUE_TO_PR).unwrap().workflow;

    let pr = workflow.node(&"create_pr".into()).unwrap();
    let written = config(&workflow, "create_pr");
    assert_eq!(written["tool"], "github.createPullRequest");
    assert_eq!(written["params"]["title"], "Fix: ${issue.title}");
    assert_eq!(written["params"]["head"], "${create_branch.ref}");
    let now = "${new Date().toISOString()}";
    assert_eq!(config(&workflow, "create_branch")["params"]["at"], now);
    assert_eq!(pr.data.condition.as_deref(), Some("${issue.state === 'open'}"));
    assert_eq!(pr.data.assign.as_deref(), Some("pr"));
    assert_eq!(validate(&workflow), []);
}

#[test]
fn cards_follow_one_another_and_a_workflow_of_steps_is_read_back_as_it_was() {
    let workflow = import(ISSUE_TO_PR).unwrap().workflow;

    for edge in &workflow.edges {
        let [from, to] = [&edge.source, &edge.target].map(|id| workflow.node(id).unwrap());
        assert!(from.position.x < to.position.x, "{} before {}", from.id, to.id);
    }
    assert_eq!(import(&workflow.to_json()).unwrap().workflow, workflow);
}

#[test]
fn steps_that_do_not_need_each_other_run_side_by_side_when_asked() {
    let step = |name: &str, params: Value| json!({ "name": name, "tool": "a.b", "params": params });
    let mut late = step("late", json!({ "x": "${nodes.other.output.id}" }));
    late["if"] = "${both.failed === true}".into();
    let file = json!({ "name": "x", "steps": [
        step("status", json!({})),
        step("logs", json!({ "deep": [{ "x": "${input.where.region}" }] })),
        step("other", json!({ "at": "${new Date().toISOString()}" })),
        step("both", json!({ "context": { "status": "${status}", "logs": "${logs.lines[0]}" } })),
        late,
    ] });

    let workflow = import_in(&file.to_string(), Order::Needed).unwrap().workflow;

    let needed = [
        ("start", "status"),
        ("start", "logs"),
        ("status", "both"),
        ("logs", "both"),
        ("start", "other"),
        ("other", "late"),
        ("both", "late"),
        ("late", "end"),
    ];
    assert_eq!(BTreeSet::from_iter(edges(&workflow)), BTreeSet::from(needed));
    assert_eq!(workflow.parameter("where").unwrap().kind, ParameterKind::Json);
}

#[test]
fn inputs_are_typed_by_the_file_or_take_any_json_and_are_optional_with_a_default() {
    let step = json!({ "name": "a", "tool": "x.y", "if": "${input.sure}", "params": {
        "price": "${input.price}", "words": "Tea ${input.words ?? \"green\"}", "all": "${input.all}",
        "again": "${input.all ?? 1}", "most": "${input.most}",
    } });
    let inputs = json!([
        { "name": "price", "type": "number", "description": "In euros" },
        { "name": "most", "default": [] },
        { "name": "unread", "required": false },
    ]);
    let file = json!({ "inputs": inputs, "steps": [step] });
    let mut imported = import(&file.to_string()).unwrap();

    let found = |workflow: &Workflow| -> Vec<(String, ParameterKind, bool)> {
        let one = |p: &Parameter| (p.name.clone(), p.kind, p.required);
        workflow.parameters.iter().map(one).collect()
    };
    let expected = [
        ("price", ParameterKind::Number, true),
        ("most", ParameterKind::Json, false),
        ("unread", ParameterKind::Json, false),
        ("all", ParameterKind::Json, true),
        ("words", ParameterKind::Json, false),
        ("sure", ParameterKind::Json, false),
    ];
    let expected = expected.map(|(name, kind, required)| (name.to_owned(), kind, required));
    assert_eq!(found(&imported.workflow), expected);
    assert_eq!(imported.notes, ["inputs[2]: no step reads unread."]);
    assert_eq!(imported.workflow.parameters[0].help, "In euros");
    let text = export(&imported.workflow).unwrap().0;
    assert_eq!(import(&text).unwrap().workflow, imported.workflow);

    let given = json!({ "price": 1.5, "all": null, "words": "", "more": { "a": 1 } });
    let given = given.as_object().unwrap();
    imported.keep_unread(given);
    let complete = validate_parameters(&imported.workflow, given).unwrap();
    let expected = json!({ "price": 1.5, "all": null, "words": "", "more": { "a": 1 }, "most": [],
        "unread": null, "sure": null });
    assert_eq!(Value::Object(complete), expected);
    assert_eq!(imported.notes[1], "input.more: no step reads more.");
}

#[test]
fn inputs_without_a_type_follow_the_tool_that_reads_them() {
    let steps = json!([
        { "name": "a", "tool": "x.y", "timeoutMs": 5000, "retry": { "on": ["timeout"] }, "params": {
            "n": "${input.n}", "sure": "${input.sure}", "way": "${input.way}", "all": "${input.all}",
            "both": "${input.both}", "text": "No ${input.mixed}" } },
        { "name": "b", "tool": "x.z", "params": { "both": "${input.both}", "n": "${input.n ?? 1}" } },
    ]);
    let mut workflow = import(&json!({ "steps": steps }).to_string()).unwrap().workflow;
    let a = workflow.nodes.iter().find(|node| node.id.as_str() == "a").unwrap();
    assert_eq!(a.data.timeout_ms, Some(5000));
    let on = &a.data.retry.as_ref().unwrap();
    assert_eq!((on.retries("timeout"), on.retries("tool_failed")), (true, false));
    let text = export(&workflow).unwrap().0;
    assert_eq!(import(&text).unwrap().workflow, workflow);

    type_inputs(&mut workflow, |tool, argument| match (tool, argument) {
        (_, "n") => Some(Shape::Integer),
        (_, "sure") => Some(Shape::Boolean),
        (_, "way") => Some(Shape::Choice(vec!["up".into(), "down".into()])),
        (_, "all") => Some(Shape::List(Box::new(Shape::Text))),
        ("x.y", "both") => Some(Shape::Integer),
        ("x.z", "both") => Some(Shape::Number),
        _ => None,
    });

    let kind = |name: &str| workflow.parameter(name).unwrap().kind;
    assert_eq!(kind("n"), ParameterKind::Integer);
    assert_eq!(kind("sure"), ParameterKind::Boolean);
    assert_eq!((kind("way"), kind("all")), (ParameterKind::Choice, ParameterKind::List));
    assert_eq!(workflow.parameter("way").unwrap().options[1].value, "down");
    assert_eq!((kind("both"), kind("mixed")), (ParameterKind::Json, ParameterKind::Json));
    let wrong = json!({ "steps": [{ "name": "a", "tool": "x.y", "params": { "n": "${nodes.gone.output}" } }] });
    let refused = CheckRequest::read(wrong).unwrap().check().unwrap_err();
    assert_eq!(refused.errors[0].path.as_deref(), Some("steps[0].params.n"));
}

#[test]
fn agents_follow_what_they_depend_on_and_are_written_as_they_were_read() {
    let file = json!({ "name": "Article", "steps": {
        "draft": { "agent_id": "writer", "depends_on": [] },
        "picture": { "agent_id": "painter", "prompt": "A lake", "version": 2 },
        "end": {
            "agent_id": "editor", "depends_on": ["picture", "draft"],
            "inputs": { "a": "${nodes.draft.done}" },
        },
    } });

    let workflow = import(&file.to_string()).unwrap().workflow;

    let links = [
        ("start", "draft"),
        ("start", "picture"),
        ("draft", "end"),
        ("picture", "end"),
        ("end", "end_"),
    ];
    assert_eq!(BTreeSet::from_iter(edges(&workflow)), BTreeSet::from(links));
    let prompt = "${input.task}\n\n${nodes.draft.done}\n\n${nodes.picture.done}";
    let edits = config(&workflow, "end");
    assert_eq!((&edits["agent"], &edits["prompt"]), (&json!("editor"), &json!(prompt)));
    assert_eq!(edits["inputs"], json!({ "a": "${nodes.draft.done}" }));
    assert_eq!(config(&workflow, "picture")["version"], 2);
    assert!(workflow.parameter("task").unwrap().required);
    assert_eq!(validate(&workflow), []);

    let (text, order) = export(&workflow).unwrap();
    assert_eq!(order, Order::Written);
    assert_eq!(import(&text).unwrap().workflow, workflow);
    let written: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written["steps"]["draft"], json!({ "agent_id": "writer", "depends_on": [] }));
    assert_eq!(written["steps"]["end"]["depends_on"], json!(["draft", "picture"]));
    assert_eq!(written["steps"]["end"].get("prompt"), None);
}

#[test]
fn a_chain_of_tools_is_written_as_steps_and_read_back_as_it_was() {
    let workflow = import(ISSUE_TO_PR).unwrap().workflow;

    let (text, order) = export(&workflow).unwrap();

    assert_eq!(order, Order::Written);
    assert_eq!(import(&text).unwrap().workflow, workflow);
    assert_eq!(export(&workflow).unwrap().0, text);
    let written: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written["steps"][0]["assign"], "issue");
    assert_eq!(written["steps"][2]["params"]["title"], "Fix: ${issue.title}");
    let config = json!({ "timeoutMs": 300_000, "continueOnError": false, "maxRetries": 1 });
    assert_eq!(written["config"], config);
    let retry = json!({ "maxAttempts": 3, "backoff": "exponential", "initialDelayMs": 2000 });
    assert_eq!(written["steps"][1]["retry"], retry);
}

/// The files of the six workflows of engineers, as they are shipped.
fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/workflows");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_steps = |path: &PathBuf| path.to_string_lossy().ends_with(".steps.json");
    files.filter(is_steps).collect()
}

#[test]
fn the_shipped_files_are_sound_and_written_byte_for_byte_as_they_were_read() {
    let files = shipped();

    assert_eq!(files.len(), 6);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let imported = import(&text).unwrap();
        assert_eq!(imported.notes, [] as [String; 0], "{path:?}");
        assert_eq!(validate(&imported.workflow), [], "{path:?}");
        assert_eq!(export(&imported.workflow), Ok((text, Order::Written)), "{path:?}");
    }
}

#[test]
fn a_file_may_hold_its_steps_only_and_what_has_its_default_is_not_written() {
    let step = json!({ "name": "a", "tool": "x.y", "params": { "b": 2.0, "a": {} } });
    let file = |more: Value| {
        let mut step = step.clone();
        step.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "steps": [step] })
    };
    let plain = "{\n  \"steps\": [\n    {\n      \"name\": \"a\",\n      \"tool\": \"x.y\",\n      \
                 \"params\": {\n        \"a\": {},\n        \"b\": 2.0\n      }\n    }\n  ]\n}\n";
    let written = |more: Value| export(&import(&file(more).to_string()).unwrap().workflow).unwrap();

    assert_eq!(written(json!({})), (plain.to_owned(), Order::Written));
    assert_eq!(written(json!({ "assign": "a", "if": null })).0, plain);
    let text = written(json!({ "retry": { "backoffMultiplier": 3, "maxDelayMs": 60_000 } })).0;
    let read: Value = serde_json::from_str(&text).unwrap();
    let retry = json!({ "maxAttempts": 3, "backoff": "exponential", "backoffMultiplier": 3 });
    assert_eq!(read["steps"][0]["retry"], retry);
    assert_eq!(export(&import(&text).unwrap().workflow).unwrap().0, text);
}

#[test]
fn what_was_pinned_of_a_tool_is_not_written_and_does_not_keep_from_writing() {
    let workflow = import(ISSUE_TO_PR).unwrap().workflow;
    let mut pinned = workflow.clone();
    for node in &mut pinned.nodes {
        if let NodeConfig::Tool(call) = &mut node.data.config {
            call.lock = Some(ToolLock { hash: "0f".to_owned(), may_repeat: true });
        }
    }

    assert_eq!(export(&pinned), export(&workflow));
}

#[test]
fn links_of_a_result_are_read_written_and_refused_by_their_place() {
    let file = |id: &str| {
        let link = json!({ "kind": "issue", "id": id, "address": "${item.html_url}" });
        json!({ "steps": [
            { "name": "a", "tool": "x.y", "params": {}, "external_refs": [link] },
            { "name": "b", "tool": "x.y", "params": {} },
        ] })
        .to_string()
    };

    let workflow = import(&file("${input.team}#${item.number}")).unwrap().workflow;
    assert_eq!(validate(&workflow), []);
    assert_eq!(workflow.parameters[0].name, "team");
    let text = export(&workflow).unwrap().0;
    assert_eq!(import(&text).unwrap().workflow, workflow);
    let refused = import(&file("${b.number}")).unwrap_err();
    assert_eq!(refused[0].path.as_deref(), Some("steps[0].external_refs[0].id"));
}

#[test]
fn the_schema_is_kept_as_the_types_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/steps.json");
    let made = format!("{:#}\n", schema());

    if std::env::var_os("ATELIER_KEEP").is_some() {
        fs::write(&path, &made).unwrap();
    }

    let kept = fs::read_to_string(&path).unwrap();
    assert_eq!(kept, made, "keep it anew (ATELIER_KEEP=yes)");
    assert_eq!(schema()["$schema"], "http://json-schema.org/draft-07/schema#");
    let example = schema()["examples"][0].to_string();
    assert_eq!(validate(&import(&example).unwrap().workflow), []);
}

#[test]
fn what_files_say_in_javascript_is_read_where_it_is_known() {
    let now = "new Date().toISOString()";
    let file = json!({ "steps": [
        { "name": "a", "tool": "x.y", "params": { "at": format!("since ${{{now}}}, ${{ {now} }}") } },
        { "name": "b", "tool": "x.y", "params": {}, "if": format!("${{{now} > a.created_at}}") },
    ] });

    assert_eq!(validate(&import(&file.to_string()).unwrap().workflow), []);

    let parameters = json!({ "status": "failed", "sure": 0.9 }).as_object().unwrap().clone();
    let scope = Scope::default().with_parameters(parameters);
    let holds = |source: &str| Condition::parse(source).unwrap().eval(&scope).unwrap();
    assert!(holds("${input.status === 'failed' && input.sure > 0.8}"));
    assert!(!holds("${input.status !== 'failed'}"));
}

#[test]
fn steps_side_by_side_are_written_with_the_order_that_reads_them_back() {
    let step =
        |name: &str, text: &str| json!({ "name": name, "tool": "a.b", "params": { "x": text } });
    let steps = [step("one", "1"), step("other", "2"), step("both", "${one} ${other}")];
    let file = json!({ "name": "x", "steps": steps }).to_string();
    let workflow = import_in(&file, Order::Needed).unwrap().workflow;

    let (text, order) = export(&workflow).unwrap();

    assert_eq!(order, Order::Needed);
    let back = import_in(&text, order).unwrap().workflow;
    assert_eq!(BTreeSet::from_iter(edges(&back)), BTreeSet::from_iter(edges(&workflow)));
}

#[test]
fn what_a_list_of_steps_cannot_say_is_not_written_as_one() {
    let chain = import(ISSUE_TO_PR).unwrap().workflow;
    let mut capped = chain.clone();
    capped.settings.budget = Some(1);
    let mut named = chain.clone();
    named.nodes[1].data.label = "Another name".to_owned();
    let mut shortcut = chain.clone();
    shortcut.edges.retain(|edge| edge.target.as_str() != "create_pr");
    let mut copy = serde_json::to_value(&chain).unwrap();
    copy["nodes"][2]["type"] = "generate_copy".into();
    copy["nodes"][2]["data"]["label"] = "Words".into();
    copy["nodes"][2]["data"]["config"] = json!({});
    let copy = import(&copy.to_string()).unwrap().workflow;

    for workflow in [capped, named, shortcut] {
        assert_eq!(export(&workflow), Err(MoreThanSteps::Another));
    }
    assert_eq!(export(&copy), Err(MoreThanSteps::Node("Words".to_owned())));
}

fn refused(file: &Value) -> Vec<FieldProblem> {
    import(&file.to_string()).unwrap_err()
}

#[derive(Deserialize)]
struct Refused {
    case: String,
    file: Value,
    code: String,
    path: String,
    #[serde(default)]
    says: String,
}

/// The same files are judged by the schema, where it can say what is wrong: `schema.spec.ts`.
#[test]
fn what_cannot_run_is_refused_with_its_path() {
    for case in serde_json::from_str::<Vec<Refused>>(include_str!("refused.json")).unwrap() {
        let problems = refused(&case.file);
        let [problem] = problems.as_slice() else { panic!("{}: {problems:#?}", case.case) };
        assert_eq!(problem.code, case.code, "{}: {problem:?}", case.case);
        assert_eq!(problem.path.as_deref(), Some(case.path.as_str()), "{}", case.case);
        assert!(problem.message.contains(&case.says), "{}: {problem:?}", case.case);
        let in_order = import_in(&case.file.to_string(), Order::Needed).unwrap_err();
        assert_eq!(in_order, problems, "{}", case.case);
    }
}

#[test]
fn a_slip_in_the_name_of_a_step_is_told_with_what_was_meant() {
    let step =
        |name: &str, text: &str| json!({ "name": name, "tool": "x.y", "params": { "x": text } });
    let later = json!({ "steps": [
        step("issue", ""), step("b", "${issues.id}"), step("issues", ""),
    ] });
    let unknown = json!({ "steps": [step("issue", ""), step("b", "${isue.id}")] });

    assert_eq!(refused(&later)[0].fix.as_deref(), Some("Did you mean issue?"));
    // It may be context: what is launched says so, and the launch refuses what it does not bring.
    let told = validate(&import(&unknown.to_string()).unwrap().workflow);
    assert_eq!(told[0].fix.as_deref(), Some("Did you mean issue?"));
}

#[test]
fn agents_that_cannot_be_read_are_refused_with_their_path() {
    let cases = [
        (json!({ "steps": { "a": {} } }), "missing_field", "steps.a"),
        (
            json!({ "steps": { "a": { "agent_id": "x", "input": {} } } }),
            "unknown_field",
            "steps.a.input",
        ),
        (
            json!({ "steps": { "a": { "agent_id": "x", "depends_on": ["b"] } } }),
            "unknown_reference",
            "steps.a.depends_on[0]",
        ),
    ];
    for (file, code, path) in cases {
        let problem = refused(&file).remove(0);
        assert_eq!((problem.code.as_str(), problem.path.as_deref()), (code, Some(path)), "{file}");
    }
}
