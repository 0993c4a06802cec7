//! Who did what, as admins read it.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use model::access::Role;
use serde_json::{Value, json};

use crate::api::support::{Server, from_page};

const ALL: &str = "/api/v1/workflows/executions";

#[tokio::test]
async fn who_did_what_to_an_execution_is_read_in_parts_the_latest_first() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let steps = json!({
        "name": "Two steps",
        "nodes": [
            {"id": "start", "type": "start", "position": {"x": 0, "y": 0}, "data": {"label": "start", "config": {}}},
            {"id": "write", "type": "generate_copy", "position": {"x": 0, "y": 0},
             "data": {"label": "write", "config": {"prompt": "Hello"}}},
            {"id": "end", "type": "end", "position": {"x": 0, "y": 0}, "data": {"label": "end", "config": {}}},
        ],
        "edges": [
            {"id": "e1", "source": "start", "target": "write"},
            {"id": "e2", "source": "write", "target": "end"},
        ],
    });
    let template = server.post("/api/v1/workflows/templates", &cookie, &steps).await.json();
    let launch = json!({"template_id": template["id"]});
    let launched = server.post(ALL, &cookie, &launch).await.json();
    let id = launched["execution_id"].as_str().unwrap().to_owned();
    for control in ["pause", "pause", "resume"] {
        let reply = server.post(&format!("{ALL}/{id}/{control}"), &cookie, &json!({})).await;
        assert!(reply.status.is_success(), "{control}: {}", reply.status);
    }
    let skip = json!({"node_id": "write"});
    server.post(&format!("{ALL}/{id}/skip-node"), &cookie, &skip).await;
    let part = async |more: &str| {
        let path = format!("/api/v1/audit?subject_id={id}&limit=2{more}");
        let reply = server.get(&path, &cookie).await;
        assert_eq!(reply.status, StatusCode::OK);
        reply.json()
    };

    let first = part("").await;
    let second = part(&format!("&cursor={}", first["next_cursor"].as_str().unwrap())).await;

    let actions = |page: &Value| {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|line| line["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(actions(&first), ["execution.skip_node", "execution.resume"]);
    assert_eq!(
        (actions(&second), &second["next_cursor"]),
        (vec!["execution.pause".to_owned()], &Value::Null)
    );
    let skipped = &first["items"][0];
    assert_eq!(skipped["detail"]["asked"], json!({"node_id": "write", "gave": null}));
    assert!(skipped["user"].is_string() && skipped["user_id"].is_string(), "{skipped}");
}

/// Makes a token, and gives its id.
async fn token(server: &Server, cookie: &str, name: &str) -> String {
    let form = json!({ "name": name, "role": "viewer" });
    let made = server.post("/api/v1/tokens", cookie, &form).await;
    assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
    made.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_log_is_narrowed_and_says_from_where_each_thing_was_done() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let actor = server.actor(&owner).await.unwrap();
    let admin = server.member(actor.workspace, Role::Admin).await;
    let id = token(&server, &admin, "Nightly").await;
    let request =
        from_page(Method::DELETE, &format!("/api/v1/tokens/{id}"), &owner).body(Body::empty());
    server.send(request.unwrap()).await;
    let read = async |query: &str| {
        let reply = server.get(&format!("/api/v1/audit?{query}"), &owner).await;
        assert_eq!(reply.status, StatusCode::OK, "{query} {:?}", reply.json());
        reply.json()["items"].as_array().unwrap().clone()
    };

    let about = read(&format!("subject_id={id}")).await;
    let by_owner = read(&format!("subject_id={id}&person={}", actor.user)).await;

    let [revoked, made] = &about[..] else { panic!("{about:#?}") };
    assert_eq!((&made["action"], &made["user"]), (&json!("token.created"), &json!("Member")));
    assert_eq!((&revoked["subject"], &revoked["user"]), (&json!("Nightly"), &json!("Ada")));
    assert_eq!(revoked["source"]["ip"], "192.0.2.1");
    assert_eq!(revoked["source"]["credential"], "session");
    assert_eq!(revoked["source"]["user_agent"], "Test browser");
    assert_eq!(revoked["hash"].as_str().unwrap().len(), 64);
    assert_eq!(by_owner, std::slice::from_ref(revoked));
    assert_eq!(read("action=token.created").await, std::slice::from_ref(made));
    assert_eq!(read("from=2999-01-01").await, Vec::<Value>::new());
    assert!(read("until=2999-01-01").await.len() > 2);
    assert_eq!(read("until=2000-01-01").await, Vec::<Value>::new());
    for wrong in ["action=moon.landed", "person=me", "from=soon", "who=me"] {
        let reply = server.get(&format!("/api/v1/audit?{wrong}"), &owner).await;
        assert!(reply.status.is_client_error(), "{wrong} {}", reply.status);
    }
}

#[tokio::test]
async fn the_log_is_a_file_with_all_of_it_in_which_nothing_is_a_formula() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    for _ in 0..3 {
        token(&server, &owner, "=HYPERLINK(\"//evil\")").await;
    }
    let file = server.get("/api/v1/audit/csv?action=token.created", &owner).await;
    let parts = server.get("/api/v1/audit/csv?limit=1", &owner).await;

    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let text = String::from_utf8(file.body).unwrap();
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].starts_with("\u{feff}line,at,person,"), "{text}");
    for line in &lines[1..] {
        assert!(
            line.contains("\"created the API token\",\"'=HYPERLINK(\"\"//evil\"\")\""),
            "{line}"
        );
    }
    assert_eq!(parts.status, StatusCode::UNPROCESSABLE_ENTITY);
}
