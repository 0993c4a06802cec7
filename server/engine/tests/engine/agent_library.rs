//! The library of agents: drafts and versions, where agents are used, and those that come along.

use backend::actor::Actor;
use model::{
    access::Role,
    agent::library::{AgentForm, AgentPage},
    agent_library::{
        form::ArchiveChange, listing::ListedAgent, shipped::shipped_agents, trial::AgentTrial,
    },
    api::templates::PublishRequest,
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::{agents::system::copy_system_agents, testing::world::World};
use store::agents::library;

use crate::engine::accounts::people::code;

fn form(name: &str, instructions: &str) -> AgentForm {
    let body = json!({ "name": name, "definition": { "instructions": instructions } });
    serde_json::from_value(body).unwrap()
}

fn note(note: &str) -> PublishRequest {
    PublishRequest { note: note.to_owned(), draft_revision: None }
}

async fn scribe(world: &World) -> AgentPage {
    let agents = &world.services.agents;
    let made = agents.create_agent(&world.owner, form("Scribe", "Write.")).await.unwrap();
    agents.publish_agent(&world.owner, made.agent.id, note("First")).await.unwrap()
}

/// The version that a workflow would run.
async fn published(world: &World, name: &str, version: Option<i32>) -> Option<(i32, String)> {
    let mut conn = world.db.pool.acquire().await.unwrap();
    let found = library::find_published(&mut conn, world.owner.workspace, name, version).await;
    found.unwrap().map(|agent| (agent.version, agent.definition.instructions.0))
}

fn viewer(world: &World) -> Actor {
    Actor { role: Role::Viewer, ..world.owner.clone() }
}

#[tokio::test]
async fn an_agent_is_changed_published_and_brought_back() {
    let world = World::new().await;
    let (agents, owner) = (&world.services.agents, &world.owner);
    let first = scribe(&world).await;
    let id = first.agent.id;
    assert_eq!((first.agent.key.as_str(), first.agent.version), ("scribe", Some(1)));

    let stale = AgentForm { draft_revision: Some(7), ..form("Scribe", "Sing.") };
    assert_eq!(code(agents.save_agent(owner, id, stale).await), "stale_draft");
    assert_eq!(code(agents.publish_agent(owner, id, note("")).await), "nothing_to_publish");
    let change = AgentForm { draft_revision: Some(first.draft_revision), ..form("Bard", "Sing.") };
    let saved = agents.save_agent(owner, id, change).await.unwrap();
    assert_eq!((saved.agent.name.as_str(), saved.agent.version), ("Bard", Some(1)));
    let second = agents.publish_agent(owner, id, note("Sings")).await.unwrap();
    let restored = agents.restore_agent_version(owner, id, 1).await.unwrap();

    let told: Vec<_> = second.versions.iter().map(|one| (one.version, one.note.clone())).collect();
    assert_eq!(told, [(2, Some("Sings".to_owned())), (1, Some("First".to_owned()))]);
    assert_eq!((restored.draft.instructions.as_str(), restored.agent.version), ("Write.", Some(2)));
    let differences = agents.agent_diff(owner, id, 1, 2).await.unwrap();
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0].path, "instructions");
    let key = first.agent.key.as_str();
    assert_eq!(published(&world, key, None).await, Some((2, "Sing.".to_owned())));
    assert_eq!(published(&world, key, Some(1)).await, Some((1, "Write.".to_owned())));
    assert_eq!(published(&world, &id.to_string(), None).await.map(|found| found.0), Some(2));
    assert_eq!(published(&world, key, Some(3)).await, None);
    let noted = world.count("SELECT count(*) FROM audit_log WHERE action LIKE 'agent.%'").await;
    assert_eq!(noted, 5, "made, published twice, changed, brought back");
}

#[tokio::test]
async fn what_is_wrong_with_an_agent_is_told_and_nothing_is_kept() {
    let world = World::new().await;
    let (agents, owner) = (&world.services.agents, &world.owner);
    let mut wrong = form("a\u{202E}b", "Write about ${topic}.");
    wrong.key = Some("Big Key".to_owned());

    let refused = agents.create_agent(owner, wrong).await.unwrap_err().into_problem();

    let paths: Vec<_> = refused.errors.iter().filter_map(|one| one.path.as_deref()).collect();
    assert_eq!(paths, ["name", "key", "definition.instructions"]);
    let taken = AgentForm { key: Some("copywriter".to_owned()), ..form("Mine", "Write.") };
    assert_eq!(code(agents.create_agent(owner, taken).await), "name_taken");
    let first = agents.create_agent(owner, form("Copywriter", "Write.")).await.unwrap();
    assert_eq!(first.agent.key, "copywriter_2", "a key that is made takes the next free one");
    let long = note(&"x".repeat(1_001));
    assert_eq!(code(agents.publish_agent(owner, first.agent.id, long).await), "invalid");
    assert_eq!(code(agents.create_agent(&viewer(&world), form("X", "Y.")).await), "forbidden");
    let trial = json!({ "name": "X", "definition": { "instructions": "Y." }, "message": " " });
    let trial: AgentTrial = serde_json::from_value(trial).unwrap();
    let refused = agents.try_agent(owner, trial).await.unwrap_err().into_problem();
    assert!(refused.field_message("message").is_some(), "{refused:?}");
}

#[tokio::test]
async fn drafts_are_for_those_who_edit_and_archived_agents_for_what_has_pinned_them() {
    let world = World::new().await;
    let (agents, owner, viewer) = (&world.services.agents, &world.owner, viewer(&world));
    let draft = agents.create_agent(owner, form("Draft", "Write.")).await.unwrap().agent;
    let scribe = scribe(&world).await.agent;
    let keys =
        |listed: Vec<ListedAgent>| listed.into_iter().map(|one| one.agent.key).collect::<Vec<_>>();

    let seen = keys(agents.list_agents(&viewer).await.unwrap());
    let offered = agents.offered_agents(owner).await.unwrap();

    assert!(seen.contains(&scribe.key) && !seen.contains(&draft.key), "{seen:?}");
    assert_eq!(code(agents.agent_page(&viewer, draft.id).await), "not_found");
    assert!(offered.iter().all(|agent| agent.id != draft.id));
    let away = ArchiveChange { archived: true };
    assert!(agents.archive_agent(owner, scribe.id, away).await.unwrap().agent.is_archived);
    assert_eq!(published(&world, "scribe", None).await, None);
    assert_eq!(published(&world, "scribe", Some(1)).await, Some((1, "Write.".to_owned())));
    let change = agents.save_agent(owner, scribe.id, form("Scribe", "Sing.")).await;
    assert_eq!(code(change), "agent_archived");
    let back = ArchiveChange { archived: false };
    agents.archive_agent(owner, scribe.id, back).await.unwrap();
    assert_eq!(published(&world, "scribe", None).await.map(|found| found.0), Some(1));
}

/// A workflow with one agent.
fn workflow(config: &Value) -> Workflow {
    let node = |id: &str, kind: &str, config: Value| {
        json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 },
                "data": { "label": id, "config": config } })
    };
    serde_json::from_value(json!({
        "name": "Write",
        "nodes": [node("start", "start", json!({})), node("write", "agent", config.clone())],
        "edges": [],
    }))
    .unwrap()
}

#[tokio::test]
async fn where_an_agent_is_used_is_known_with_the_version_that_is_pinned() {
    let world = World::new().await;
    let (agents, owner) = (&world.services.agents, &world.owner);
    let agent = scribe(&world).await.agent;
    let other = agents.duplicate_agent(owner, agent.id).await.unwrap().agent;
    let frozen = json!({
        "id": agent.id, "name": "Scribe", "version": 1, "definition": { "instructions": "Write." },
    });
    let pinned = json!({ "agent": agent.id, "prompt": "Write.", "frozen": frozen });
    let pinned = world.publish(&workflow(&pinned)).await;
    let named = world.publish(&workflow(&json!({ "agent": "scribe", "prompt": "Write." }))).await;

    let uses = agents.agent_uses(owner, agent.id).await.unwrap();

    let mut told: Vec<_> = uses.iter().map(|used| (used.template, used.version)).collect();
    told.sort();
    let mut expected = [(pinned, Some(1)), (named, None)];
    expected.sort();
    assert_eq!(told, expected);
    assert!(agents.agent_uses(owner, other.id).await.unwrap().is_empty());
    let listed = agents.list_agents(owner).await.unwrap();
    let listed = listed.iter().find(|one| one.agent.id == agent.id).unwrap();
    assert_eq!(listed.used_by, uses);
}

#[tokio::test]
async fn agents_that_come_along_cannot_be_changed_and_are_brought_up_to_date() {
    let world = World::new().await;
    let (agents, owner) = (&world.services.agents, &world.owner);
    let offered = agents.offered_agents(owner).await.unwrap();
    let system = offered.iter().filter(|agent| agent.is_system).count();
    assert_eq!(system, shipped_agents().len());
    let editor = offered.iter().find(|agent| agent.key == "editor").unwrap();

    let changed = agents.save_agent(owner, editor.id, form("Mine", "Write.")).await;
    let archived = agents.archive_agent(owner, editor.id, ArchiveChange { archived: true }).await;
    let copy = agents.duplicate_agent(owner, editor.id).await.unwrap();

    assert_eq!((code(changed), code(archived)), ("system_agent".into(), "system_agent".into()));
    assert_eq!(copy.agent.name, "Editor (copy)");
    assert_eq!((copy.agent.key.as_str(), copy.agent.version), ("editor_copy", None));
    // As a release before left it.
    sqlx::query("UPDATE agents SET draft = '{\"instructions\": \"Old.\"}' WHERE id = $1")
        .bind(editor.id.0)
        .execute(&world.db.pool)
        .await
        .unwrap();
    for _ in 0..2 {
        let mut conn = world.db.pool.acquire().await.unwrap();
        copy_system_agents(&mut conn, owner.workspace).await.unwrap();
    }
    let page = agents.agent_page(owner, editor.id).await.unwrap();
    assert_eq!(page.agent.version, Some(2), "what has changed is one new version");
    assert_eq!(page.versions.len(), 2);
    let others = agents.offered_agents(owner).await.unwrap();
    assert!(others.iter().all(|agent| agent.id == editor.id || agent.version == Some(1)));
}

#[tokio::test]
async fn agents_of_another_workspace_are_not_there() {
    let world = World::new().await;
    let agents = &world.services.agents;
    let agent = scribe(&world).await.agent;
    let neighbour = world.neighbour().await;

    let answers = [
        code(agents.agent_page(&neighbour, agent.id).await),
        code(agents.save_agent(&neighbour, agent.id, form("Ours", "Write.")).await),
        code(agents.publish_agent(&neighbour, agent.id, note("")).await),
        code(agents.duplicate_agent(&neighbour, agent.id).await),
        code(agents.restore_agent_version(&neighbour, agent.id, 1).await),
    ];

    assert!(answers.iter().all(|answer| answer == "not_found"), "{answers:?}");
    let theirs = agents.offered_agents(&neighbour).await.unwrap();
    assert!(theirs.iter().all(|one| one.key != agent.key), "{theirs:?}");
}
