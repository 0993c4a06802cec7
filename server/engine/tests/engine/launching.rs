//! Launching: once per key, with fitting values, by those who may.

use std::collections::BTreeSet;

use backend::actor::Actor;
use model::{
    access::Role,
    id::TemplateId,
    pages::LaunchRequest,
    problem::{Problem, ProblemKind},
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::copies,
    world::{World, none},
};
use store::error::EngineError;
use uuid::Uuid;

fn request(template_id: TemplateId, parameters: Value, key: Option<&str>) -> LaunchRequest {
    LaunchRequest {
        parameters: parameters.as_object().unwrap().clone(),
        idempotency_key: key.map(str::to_owned),
        ..LaunchRequest::for_template(template_id)
    }
}

fn with_parameters() -> Workflow {
    let mut workflow = copies(1);
    workflow.parameters = serde_json::from_value(json!([
        {"name": "topic", "type": "text", "required": true, "max_length": 10},
        {"name": "count", "type": "integer", "min": 1, "max": 5},
        {"name": "style", "type": "choice", "options": ["plain", "bold"]},
    ]))
    .unwrap();
    workflow
}

async fn refused(world: &World, actor: &Actor, request: LaunchRequest) -> Problem {
    let problem =
        world.services.executions.launch(actor, request).await.unwrap_err().into_problem();
    let rows = "SELECT (SELECT count(*) FROM workflow_executions) + (SELECT count(*) FROM agent_jobs)
                     + (SELECT count(*) FROM execution_nodes) + (SELECT count(*) FROM execution_events)";
    assert_eq!(world.count(rows).await, 0, "a refused launch writes nothing");
    problem
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e11_the_same_key_launches_once_however_often_it_is_sent() {
    let world = World::new().await;
    let template = world.publish(&copies(2)).await;

    let launches = (0..50).map(|_| {
        let (services, actor) = (world.services.clone(), world.owner.clone());
        let request = request(template, none(), Some("one and the same"));
        tokio::spawn(async move {
            services.executions.launch(&actor, request).await.unwrap().execution_id
        })
    });
    let launches: Vec<_> = launches.collect();
    let mut ids = BTreeSet::new();
    for launch in launches {
        ids.insert(launch.await.unwrap());
    }

    assert_eq!(ids.len(), 1);
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM agent_jobs").await, 2);
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e11_another_key_and_another_workspace_launch_anew() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;
    let neighbour = world.neighbour().await;
    let theirs = world.services.templates.gallery(&neighbour).await.unwrap();
    let theirs = theirs.iter().find(|card| card.name == "Instagram Post").unwrap();
    let parameters = theirs.workflow.parameters.iter();
    let parameters = parameters.filter_map(|p| Some((p.name.clone(), p.example.clone()?)));
    let parameters = Value::Object(parameters.collect());

    for key in ["first", "second"] {
        let request = request(template, none(), Some(key));
        world.services.executions.launch(&world.owner, request).await.unwrap();
    }
    let request = request(theirs.id, parameters, Some("first"));
    world.services.executions.launch(&neighbour, request).await.unwrap();

    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 3);
}

#[tokio::test]
async fn rel_e11_a_key_belongs_to_what_it_was_first_sent_with() {
    let world = World::new().await;
    let template = world.publish(&with_parameters()).await;
    let launch = |topic: &str| request(template, json!({ "topic": topic }), Some("mine"));
    let first = world.services.executions.launch(&world.owner, launch("tea")).await.unwrap();

    let again = world.services.executions.launch(&world.owner, launch("tea")).await.unwrap();
    let other = world.services.executions.launch(&world.owner, launch("milk")).await.unwrap_err();

    assert_eq!(again.execution_id, first.execution_id);
    let problem = other.into_problem();
    assert_eq!((problem.status(), problem.code.as_str()), (422, "key_used"), "{problem}");
    assert!(problem.detail.contains("launched run 1 "), "{problem}");
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 1);
}

#[tokio::test]
async fn rel_e11_a_key_that_is_no_key_is_refused() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;

    for key in [String::new(), "k".repeat(201), "a\0b".to_owned()] {
        let problem = refused(&world, &world.owner, request(template, none(), Some(&key))).await;
        assert_eq!(problem.kind, ProblemKind::Invalid);
        assert_eq!(problem.errors[0].path.as_deref(), Some("idempotency_key"));
    }
}

#[tokio::test]
async fn every_value_that_does_not_fit_is_named_by_its_path_and_nothing_is_written() {
    let world = World::new().await;
    let template = world.publish(&with_parameters()).await;
    let cases = [
        (json!({}), vec!["parameters.topic"]),
        (json!({"topic": "  "}), vec!["parameters.topic"]),
        (json!({"topic": "much longer than ten"}), vec!["parameters.topic"]),
        (json!({"topic": 7}), vec!["parameters.topic"]),
        (json!({"topic": "tea", "count": 6}), vec!["parameters.count"]),
        (json!({"topic": "tea", "count": 1.5}), vec!["parameters.count"]),
        (json!({"topic": "tea", "style": "loud"}), vec!["parameters.style"]),
        (json!({"topic": "tea", "colour": "red"}), vec!["parameters.colour"]),
        (
            json!({"count": 0, "style": [], "colour": 1}),
            vec!["parameters.colour", "parameters.count", "parameters.style", "parameters.topic"],
        ),
    ];

    for (parameters, wanted) in cases {
        let told = parameters.to_string();
        let problem = refused(&world, &world.owner, request(template, parameters, None)).await;
        assert_eq!(problem.kind, ProblemKind::Invalid, "{told}");
        let mut paths: Vec<_> = problem.errors.iter().filter_map(|e| e.path.as_deref()).collect();
        paths.sort_unstable();
        assert_eq!(paths, wanted, "{told}: {problem:?}");
    }
    let fitting = request(template, json!({"topic": "tea", "count": 5, "style": "bold"}), None);
    world.services.executions.launch(&world.owner, fitting).await.unwrap();
}

#[tokio::test]
async fn an_unknown_template_and_another_workspaces_are_refused_in_the_same_words() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;
    let neighbour = world.neighbour().await;

    let foreign = refused(&world, &neighbour, request(template, none(), None)).await;
    let random = TemplateId(Uuid::now_v7());
    let unknown = refused(&world, &neighbour, request(random, none(), None)).await;

    assert_eq!(unknown.kind, ProblemKind::NotFound);
    assert_eq!(foreign, unknown);
}

#[tokio::test]
async fn a_viewer_may_not_launch_and_is_told_which_role_may() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;
    let viewer = Actor { role: Role::Viewer, ..world.owner.clone() };

    let problem = refused(&world, &viewer, request(template, none(), None)).await;
    let runner = Actor { role: Role::Runner, ..world.owner.clone() };
    let launched = world.services.executions.launch(&runner, request(template, none(), None)).await;

    assert_eq!(problem.kind, ProblemKind::Forbidden);
    assert!(problem.detail.contains("runner"), "{}", problem.detail);
    assert!(launched.is_ok());
    assert!(matches!(
        world.services.executions.launch(&viewer, request(TemplateId(Uuid::now_v7()), none(), None)).await,
        Err(EngineError::Refused(problem)) if problem.kind == ProblemKind::Forbidden
    ));
}

#[tokio::test]
async fn a_workflow_that_only_reshapes_is_done_at_launch_and_its_notes_leave_no_row() {
    let world = World::new().await;
    let node = |id: &str, kind: &str, config: Value| {
        let data = json!({"label": id, "config": config});
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data})
    };
    let operations = json!([
        {"op": "split", "separator": ","},
        {"op": "sort", "order": "descending"},
        {"op": "map", "value": {"rank": "${index + 1}", "name": "${item}"}},
    ]);
    let workflow = json!({
        "name": "Reshape",
        "parameters": [{"name": "names", "type": "text", "default": "b, c ,a"}],
        "nodes": [
            node("remark", "note", json!({"text": "Names are ${sorted}."})),
            node("start", "start", json!({})),
            node("shape", "transform", json!({"operations": operations})),
            node("end", "end", json!({})),
        ],
        "edges": [
            {"id": "a", "source": "start", "sourceHandle": "names", "target": "shape"},
            {"id": "b", "source": "shape", "target": "end"},
        ],
    });

    let template = world.publish(&serde_json::from_value(workflow).unwrap()).await;
    let id = world.launch(template, none()).await;
    let view = world.wait_over(id).await;
    world.assert_sound().await;

    assert_eq!(view.nodes.len(), 3);
    assert_eq!(world.count("SELECT count(*) FROM execution_nodes").await, 3);
    assert_eq!(world.count("SELECT count(*) FROM agent_jobs").await, 0);
    let sql = "SELECT output FROM workflow_executions";
    let output: Value = sqlx::query_scalar(sql).fetch_one(&world.db.pool).await.unwrap();
    let ranked = |rank: u32, name: &str| json!({"rank": rank, "name": name});
    assert_eq!(output, json!([ranked(1, "c"), ranked(2, "b"), ranked(3, "a")]));
}

#[tokio::test]
async fn a_launch_says_what_it_will_ask_of_models_at_which_prices() {
    let world = World::new().await;
    let template = world.publish(&copies(3)).await;

    let request = LaunchRequest { budget: Some(1), ..request(template, none(), None) };
    let launched = world.services.executions.launch(&world.owner, request).await.unwrap();

    let estimate = launched.estimate.unwrap();
    assert_eq!((estimate.texts.least, estimate.texts.most), (3, Some(3)));
    assert!(estimate.sample_cost.is_some_and(|cost| cost.low_micros > 0), "{estimate:?}");
    assert_eq!((estimate.cost, estimate.unpriced), (None, vec![]), "a sample charges nothing");
    assert_eq!(launched.warnings, Vec::<String>::new());
    let page = world.services.templates.launch_page(&world.owner, template).await.unwrap();
    assert!(page.tariffs.iter().all(|tariff| tariff.sample) && page.tariffs.len() == 1);
}
