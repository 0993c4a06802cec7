//! Pages as the server sends them: what is drawn is what the browser starts from.

use std::collections::BTreeSet;

use crate::api::support::{Reply, Server};
use axum::http::StatusCode;
use futures::future::join_all;
use model::access::Role;
use serde_json::{Value, json};

const AT_ONCE: usize = 16;

/// Every `"seq":n` of a page's data: how far the execution was when it was loaded.
fn loaded(page: &str) -> BTreeSet<String> {
    let numbers = page.split(r#"\"seq\":"#).skip(1);
    numbers.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).collect()
}

/// The page, also where too many came at once: whoever is told so comes back.
async fn shown(server: &Server, page: &str, cookie: &str) -> Reply {
    loop {
        let reply = server.get(page, cookie).await;
        if reply.status != StatusCode::SERVICE_UNAVAILABLE {
            return reply;
        }
    }
}

/// The states many visitors at once were shown: how often a page is built for one request depends
/// on who comes first.
async fn drawn(server: &Server, page: &str, cookie: &str) -> BTreeSet<String> {
    let replies = join_all((0..AT_ONCE).map(|_| shown(server, page, cookie))).await;
    let mut states = BTreeSet::new();
    for reply in replies {
        assert_eq!(reply.status, StatusCode::OK);
        let seen = loaded(std::str::from_utf8(&reply.body).unwrap());
        assert_eq!(seen.len(), 1, "it was drawn from more than one state: {seen:?}");
        states.extend(seen);
    }
    states
}

#[tokio::test(flavor = "multi_thread")]
async fn ux_70_a_monitor_that_moves_on_while_it_is_drawn_has_one_state_only() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let id = server.launch(&owner).await;
    let page = format!("/workspace/{}/workflows/executions/{id}", owner.workspace);
    let mut states = drawn(&server, &page, &cookie).await;
    let worker = server.worker();
    while !server.services.executions.pulse(&owner, id).await.unwrap().status.is_over() {
        states.extend(drawn(&server, &page, &cookie).await);
    }
    worker.stop().await;
    states.extend(drawn(&server, &page, &cookie).await);

    assert!(states.len() > 1, "it was drawn as it began and as it ended: {states:?}");
}

/// It ends a title, an attribute and a script, and begins what runs.
const NAME: &str = r#"</title></textarea></script>"'><img src=x onerror=alert(1)>&lt;b>"#;

#[tokio::test]
async fn rel_s8_what_people_name_is_text_in_the_html_of_its_pages() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let workspace = server.actor(&cookie).await.unwrap().workspace;
    let made = async |path: &str, body: Value| {
        let reply = server.post(&format!("/api/v1{path}"), &cookie, &body).await;
        assert!(reply.status.is_success(), "{path} {:?}", reply.json());
        reply.json()["id"].as_str().unwrap_or_default().to_owned()
    };
    let node = |id: &str| json!({ "id": id, "type": id, "position": { "x": 0, "y": 0 }, "data": { "label": NAME } });
    let definition = json!({
        "name": NAME, "nodes": [node("start"), node("end")],
        "edges": [{ "id": "e", "source": "start", "target": "end", "label": NAME }],
    });
    let template = made("/workflows/templates", definition).await;
    let document = made("/documents", json!({ "title": NAME, "content": NAME })).await;
    let project = made("/projects", json!({ "name": NAME })).await;
    let launch = json!({ "template_id": template });
    let launched = server.post("/api/v1/workflows/executions", &cookie, &launch).await.json();
    let execution = launched["execution_id"].as_str().unwrap();

    for page in [
        format!("workflows/{template}"),
        format!("workflows/{template}/launch"),
        format!("workflows/builder/{template}"),
        format!("workflows/executions/{execution}"),
        format!("documents/{document}"),
        format!("documents/{document}/edit"),
        format!("projects/{project}"),
        "workflows".to_owned(),
        "documents".to_owned(),
    ] {
        let reply = server.get(&format!("/workspace/{workspace}/{page}"), &cookie).await;
        assert_eq!(reply.status, StatusCode::OK, "{page}");
        let html = String::from_utf8(reply.body).unwrap();
        assert!(html.contains("&lt;img src=x"), "{page} does not say the name");
        let around = html.find("<img src=x").map(|at| &html[at.saturating_sub(80)..at + 40]);
        assert_eq!(around, None, "{page}");
    }
}

/// Each page of the settings with its heading and the least role that may open it.
const SETTINGS: [(&str, &str, Role); 13] = [
    ("account", "Your account", Role::Viewer),
    ("members", "Members", Role::Viewer),
    ("workspace", "Workspace", Role::Admin),
    ("tokens", "API tokens", Role::Viewer),
    ("secrets", "Secrets", Role::Admin),
    ("providers", "Providers", Role::Admin),
    ("agents", "Agents", Role::Viewer),
    ("tools", "Tools", Role::Viewer),
    ("budgets", "Budgets", Role::Admin),
    ("retention", "Data retention", Role::Admin),
    ("audit", "Audit log", Role::Admin),
    ("storage", "Storage", Role::Admin),
    ("stuck", "Stuck runs", Role::Admin),
];

#[tokio::test]
async fn the_settings_show_what_a_role_may_open_and_say_what_it_may_not() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let workspace = server.actor(&owner).await.unwrap().workspace;
    let settings = format!("/workspace/{workspace}/settings");

    for role in [Role::Viewer, Role::Editor, Role::Admin] {
        let cookie = server.member(workspace, role).await;
        for (page, heading, least) in SETTINGS {
            let reply = server.get(&format!("{settings}/{page}"), &cookie).await;
            let may = role >= least;
            let status = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(reply.status, status, "{role} {page}");
            let html = String::from_utf8(reply.body).unwrap();
            assert_eq!(html.contains("You don't have access to this page"), !may, "{role} {page}");
            assert!(html.contains(&format!("<title>{heading} · Atelier</title>")), "{role} {page}");
            for (other, _, least) in SETTINGS {
                let link = format!("href=\"{settings}/{other}\"");
                assert_eq!(html.contains(&link), role >= least, "{role} {page} {other}");
            }
        }
    }
    let nothing = server.get(&format!("{settings}/nothing"), &owner).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    let entry = server.get(&settings, &owner).await;
    assert_eq!(entry.header("location"), format!("{settings}/account"));
}

#[tokio::test]
async fn a_cut_address_leads_to_its_page_and_what_is_not_there_is_a_page_with_status_404() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let workspace = format!("/workspace/{}", server.actor(&owner).await.unwrap().workspace);

    for (cut, whole) in [("/", ""), ("/workflows/executions", "/executions")] {
        let reply = server.get(&format!("{workspace}{cut}"), &owner).await;
        assert_eq!(reply.status, StatusCode::PERMANENT_REDIRECT, "{cut}");
        assert_eq!(reply.header("location"), format!("{workspace}{whole}"));
    }
    let nowhere = "00000000-0000-7000-8000-000000000000";
    for path in
        [format!("workflows/{nowhere}"), format!("documents/{nowhere}"), "documents/x".to_owned()]
    {
        let reply = server.get(&format!("{workspace}/{path}"), &owner).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        let html = String::from_utf8(reply.body).unwrap();
        assert!(html.contains("Page not found"), "{path}");
    }
}
