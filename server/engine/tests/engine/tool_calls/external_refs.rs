//! What executions are linked to in other systems: by a launch, by people, and out of results.

use model::{
    api::{history::ExecutionFilter, listing::PageRequest},
    execution::state::ExecutionStatus,
    external_ref::{ExternalRef, ExternalRefKey, ExternalRefKind, MOST_REFS},
    id::ExecutionId,
    nodes::NodeConfig,
    pages::{LaunchRequest, RerunRequest},
};
use serde_json::json;
use services::testing::{mcp::Scripted, play::copies, world::World};

use super::{answering, calling, run, world};

fn reference(kind: ExternalRefKind, id: &str, address: Option<&str>) -> ExternalRef {
    ExternalRef { kind, id: id.to_owned(), address: address.map(str::to_owned) }
}

async fn refs(world: &World, id: ExecutionId) -> Vec<ExternalRef> {
    world.services.executions.monitor(&world.owner, id).await.unwrap().external_refs
}

async fn found(world: &World, filter: ExecutionFilter) -> Vec<ExecutionId> {
    let all = PageRequest::default();
    let page = world.services.executions.executions_page(&world.owner, &filter, &all).await;
    page.unwrap().items.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn what_a_result_names_is_linked_to_the_execution_and_finds_it() {
    let address = "https://git.example/shop/7";
    let mcp = answering(move |_, _| Scripted::data(json!({ "number": 7, "html_url": address })));
    let world = world(&mcp).await;
    let mut workflow = calling("github.getIssue", &json!({ "number": 7 }));
    for node in &mut workflow.nodes {
        if let NodeConfig::Tool(config) = &mut node.data.config {
            config.external_refs = serde_json::from_value(json!([
                { "kind": "issue", "id": "shop#${item.number}", "address": "${item.html_url}" },
                { "kind": "commit", "id": "${item.sha}" },
            ]))
            .unwrap();
        }
    }

    let (id, view) = run(&world, &workflow).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let issue = reference(ExternalRefKind::Issue, "shop#7", Some(address));
    assert_eq!(refs(&world, id).await, [issue]);
    let by_key = |text: &str| ExecutionFilter {
        external_ref: ExternalRefKey::parse(text),
        ..ExecutionFilter::default()
    };
    assert_eq!(found(&world, by_key("issue:shop#7")).await, [id]);
    assert_eq!(found(&world, by_key("run:shop#7")).await, []);
    let words = ExecutionFilter { words: "shop#7".to_owned(), ..ExecutionFilter::default() };
    assert_eq!(found(&world, words).await, [id]);
}

#[tokio::test]
async fn what_people_link_stays_with_the_runs_that_follow_and_can_be_taken_off() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;
    let issue = reference(ExternalRefKind::Issue, "42", None);
    let launch = LaunchRequest {
        external_refs: vec![issue.clone(), issue.clone()],
        ..LaunchRequest::for_template(template)
    };
    let executions = &world.services.executions;
    let id = executions.launch(&world.owner, launch).await.unwrap().execution_id;
    assert_eq!(refs(&world, id).await, [issue]);

    let address = Some("https://git.example/42");
    let known = reference(ExternalRefKind::Issue, " 42 ", address);
    let all = executions.add_external_ref(&world.owner, id, known).await.unwrap();
    let issue = reference(ExternalRefKind::Issue, "42", address);
    assert_eq!(all, std::slice::from_ref(&issue));
    let control = model::pages::Control::stop_for(None).unwrap();
    executions.control(&world.owner, id, control).await.unwrap();
    let again = executions.rerun(&world.owner, id, RerunRequest::default()).await.unwrap();
    assert_eq!(refs(&world, again.execution_id).await, std::slice::from_ref(&issue));

    let left = executions.remove_external_ref(&world.owner, id, &issue.key()).await.unwrap();
    assert_eq!(left, []);
    assert!(executions.remove_external_ref(&world.owner, id, &issue.key()).await.is_err());
    let neighbour = world.neighbour().await;
    let foreign = executions.add_external_ref(&neighbour, id, issue.clone()).await;
    assert_eq!(foreign.unwrap_err().into_problem().code, "not_found");
    let odd = reference(ExternalRefKind::Issue, "1", Some("javascript:alert(1)"));
    let odd = executions.add_external_ref(&world.owner, id, odd).await.unwrap_err();
    assert!(odd.into_problem().field_message("address").is_some());
    for number in 0..MOST_REFS {
        let run = reference(ExternalRefKind::Run, &number.to_string(), None);
        executions.add_external_ref(&world.owner, id, run).await.unwrap();
    }
    let beyond = executions.add_external_ref(&world.owner, id, issue).await.unwrap_err();
    assert_eq!(beyond.into_problem().errors[0].code, "too_many");
}
