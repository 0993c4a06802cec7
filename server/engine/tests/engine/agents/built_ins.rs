//! The tools of Atelier itself: what agents find, read and write with them, and with whose rights.

use blobs::{Blobs, FileBlobs};
use model::{agent::talk::Message, api::documents::NewDocument, id::ImageId, workflow::Workflow};
use serde_json::{Value, json};
use services::testing::{
    chat::ScriptedChat,
    mcp::Scripted,
    world::{World, none, quick},
};
use uuid::Uuid;

use super::{
    GET_ISSUE,
    following::{Following, Next, tool_result},
    tools::{completed, echoing, granted, one_by_one, rows, told},
    working, world,
};
use crate::engine::tool_calls::{answering, png};

/// An agent with this built-in tool.
pub(super) fn built_in(name: &str) -> Workflow {
    working(granted(json!([{ "tool": format!("atelier.{name}"), "mode": "free" }])))
}

/// An image of the workspace's project with this description.
pub(super) async fn insert_image(world: &World, alt: &str) -> ImageId {
    let blobs = FileBlobs::open(world.blobs()).unwrap();
    let digest = blobs.put(png()).await.unwrap().to_string();
    let id = Uuid::now_v7();
    let sql = "WITH kept AS (INSERT INTO blobs (workspace_id, digest, bytes, media_type)
                             VALUES ($1, $2, 3, 'image/png') ON CONFLICT DO NOTHING)
               INSERT INTO images (id, workspace_id, project_id, digest, media_type, bytes, width,
                                   height, alt)
               SELECT $3, $1, id, $2, 'image/png', 3, 3, 2, $4 FROM projects WHERE workspace_id = $1";
    let query = sqlx::query(sql).bind(world.owner.workspace.0).bind(digest).bind(id).bind(alt);
    query.execute(&world.db.pool).await.unwrap();
    ImageId(id)
}

/// Reads a long result to its end, as the model is told to.
fn reading_on(said: &[Message]) -> Next {
    const READER: &str = "atelier__read_artifact";
    let results: Vec<&str> = said.iter().filter_map(tool_result).collect();
    let Some(first) = results.first() else {
        return Some((GET_ISSUE.to_owned(), json!({ "number": 1 })));
    };
    let (_, rest) = first.split_once(READER).expect("it is told how to read on");
    let (arguments, _) = rest.trim_start().split_once('}').unwrap();
    let mut arguments: Value = serde_json::from_str(&format!("{arguments}}}")).unwrap();
    if results.len() > 1 {
        let part: Value = serde_json::from_str(results.last().unwrap()).unwrap();
        arguments["offset"] = json!(part["next_offset"].as_u64()?);
    }
    Some((READER.to_owned(), arguments))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_that_is_too_long_is_told_by_its_beginning_and_read_on() {
    let long = "0123456789".repeat(3_000);
    let text = long.clone();
    let (chat, mcp) =
        (Following::new(reading_on), answering(move |_, _| Scripted::data(json!(text))));
    let world = world(chat.clone(), &mcp).await;
    let tools = json!([
        { "tool": "github.getIssue", "mode": "free" },
        { "tool": "atelier.read_artifact", "mode": "free" },
    ]);

    let id = completed(&world, &working(granted(tools))).await;

    let results = chat.results();
    assert!(results[0].starts_with(&long[..4_000]) && results[0].len() < 4_500, "{}", results[0]);
    let parts = results[1..].iter().map(|part| {
        let part: Value = serde_json::from_str(part).unwrap();
        part["text"].as_str().unwrap().to_owned()
    });
    assert_eq!(long[..4_000].to_owned() + &parts.collect::<String>(), long);
    let row = rows(&world, id).await.remove(0);
    assert!(row.is_long && results[0].contains(&row.id.to_string()), "{row:?}");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_finds_and_reads_what_is_in_its_project() {
    let mut world = World::new().await;
    let new = NewDocument {
        title: Some("Tea".to_owned()),
        content: "# How to brew tea".to_owned(),
        ..NewDocument::default()
    };
    let document = world.services.library.create_document(&world.owner, new).await.unwrap();
    let chat = ScriptedChat::new(one_by_one([
        ("a", "atelier__search_documents", json!({ "query": "tea" })),
        ("b", "atelier__read_document", json!({ "document_id": document.id })),
        ("c", "atelier__time", json!({})),
        ("d", "atelier__read_document", json!({ "document_id": Uuid::nil() })),
    ]));
    let provider = chat.clone();
    world.change_deps(|deps| deps.providers = deps.providers.with_provider(provider));
    let names = ["search_documents", "read_document", "time"];
    let tools: Vec<Value> = names
        .iter()
        .map(|name| json!({ "tool": format!("atelier.{name}"), "mode": "asks_to_write" }))
        .collect();

    completed(&world, &working(granted(json!(tools)))).await;

    let found: Value = serde_json::from_str(&told(&chat, "a").0).unwrap();
    assert_eq!(found["documents"][0]["title"], "Tea");
    let read: Value = serde_json::from_str(&told(&chat, "b").0).unwrap();
    assert_eq!((&read["text"], &read["next_offset"]), (&json!("# How to brew tea"), &Value::Null));
    let now: Value = serde_json::from_str(&told(&chat, "c").0).unwrap();
    assert!(now["now"].as_str().unwrap().ends_with('Z'), "{now}");
    assert!(told(&chat, "d").1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_finds_an_image_and_attaches_it_once() {
    let mut world = World::new().await;
    let new = NewDocument { content: "Tea".to_owned(), ..NewDocument::default() };
    let document = world.services.library.create_document(&world.owner, new).await.unwrap().id;
    let image = insert_image(&world, "A red teapot").await;
    let pair = json!({ "document_id": document, "image_id": image });
    let chat = ScriptedChat::new(one_by_one([
        ("a", "atelier__search_images", json!({ "query": "teapot" })),
        ("b", "atelier__attach_image", pair.clone()),
        ("c", "atelier__attach_image", pair),
        ("d", "atelier__attach_image", json!({ "document_id": document, "image_id": document })),
    ]));
    let provider = chat.clone();
    world.change_deps(|deps| deps.providers = deps.providers.with_provider(provider));
    let tools = json!([
        { "tool": "atelier.search_images", "mode": "free" },
        { "tool": "atelier.attach_image", "mode": "free" },
    ]);

    completed(&world, &working(granted(tools))).await;

    let found: Value = serde_json::from_str(&told(&chat, "a").0).unwrap();
    assert_eq!(
        (&found["images"][0]["alt"], &found["images"][0]["image_id"]),
        (&json!("A red teapot"), &json!(image))
    );
    let shown = chat.requests().pop().unwrap().messages.into_iter();
    let shown: usize = shown.map(|said| said.images.len()).sum();
    assert_eq!(shown, 1, "its model sees the image that it has found");
    assert!(!told(&chat, "b").1 && !told(&chat, "c").1 && told(&chat, "d").1);
    assert_eq!(world.count("SELECT count(*) FROM document_attachments").await, 1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_an_agent_writes_with_the_rights_that_its_launcher_has_then() {
    let document = json!({ "title": "Minutes", "content": "We met." });
    for (role, written) in [("editor", 1), ("runner", 0)] {
        let turns = one_by_one([("a", "atelier__create_document", document.clone())]);
        let (chat, mcp) = (ScriptedChat::new(turns), echoing());
        let world = world(chat.clone(), &mcp).await;
        let id = world.launch(world.publish(&built_in("create_document")).await, none()).await;
        let demote = "UPDATE memberships SET role = $1";
        sqlx::query(demote).bind(role).execute(&world.db.pool).await.unwrap();

        let worker = world.worker(quick());
        world.wait_over(id).await;
        worker.stop().await;

        let sql = "SELECT count(*) FROM documents WHERE title = 'Minutes'";
        assert_eq!(world.count(sql).await, written, "{role}");
        let sql = "SELECT count(*) FROM audit_log WHERE action = 'document.created'";
        assert_eq!(world.count(sql).await, written, "{role}");
        assert_eq!(told(&chat, "a").1, written == 0, "{:?}", told(&chat, "a"));
        world.assert_sound().await;
    }
}
