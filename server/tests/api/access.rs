//! Every route against every role, by the checked-in list `access.txt`.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use backend::actor::Actor;
use model::{
    access::{Permission, Role, can},
    id::WorkspaceId,
};
use serde_json::json;
use server::{
    rest::{self, routes::Access},
    server_fns::{PREFIX, functions, registered_paths},
};
use store::accounts;
use uuid::Uuid;

use crate::api::support::{Server, from_page, somewhere};

struct Line {
    method: Method,
    path: String,
    least: Option<Role>,
}

fn lines() -> Vec<Line> {
    let text = include_str!("access.txt");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [method, path, least] = words[..] else { panic!("not three words: {line}") };
            Line {
                method: method.parse().unwrap(),
                path: path.to_owned(),
                least: (least != "public").then(|| least.parse().unwrap()),
            }
        })
        .collect()
}

/// Nothing is sent, so nothing is done: only who is let in shows.
async fn call(server: &Server, line: &Line, cookie: &str) -> StatusCode {
    let request = from_page(line.method.clone(), &somewhere(&line.path), cookie);
    server.send(request.body(Body::empty()).unwrap()).await.status
}

#[test]
fn rel_s1_every_mounted_route_is_in_the_list_with_its_role() {
    let least = |access| match access {
        Access::Public => None,
        Access::Needs(permission) => Some(permission.least_role()),
        Access::Person => Some(Role::Viewer),
    };
    let routes = rest::all();

    let mounted: BTreeSet<_> = routes
        .list()
        .iter()
        .map(|route| (route.method.to_string(), route.path.to_owned(), least(route.access)))
        .collect();

    let listed: BTreeSet<_> =
        lines().into_iter().map(|line| (line.method.to_string(), line.path, line.least)).collect();
    assert_eq!(mounted, listed, "server/tests/api/access.txt has to say who may call each route");
}

#[test]
fn rel_s1_every_server_function_is_in_the_table() {
    let operations = api::operations().map(|operation| format!("{PREFIX}{}", operation.name));
    let registered: BTreeSet<String> = registered_paths().into_iter().chain(operations).collect();

    let known: BTreeSet<String> = functions().map(|(name, _)| format!("{PREFIX}{name}")).collect();

    assert_eq!(registered, known, "server/src/server_fns.rs has to say who may call each function");
}

#[tokio::test]
async fn rel_s1_nobody_calls_a_server_function_that_is_not_theirs() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let Actor { workspace, .. } = server.actor(&cookie).await.unwrap();

    for (name, access) in functions() {
        let path = format!("{PREFIX}{name}");
        let permission = match access {
            Access::Public => continue,
            Access::Needs(permission) => permission,
            Access::Person => Permission::Read,
        };
        let anonymous = server.post(&path, "", &json!({})).await;
        assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED, "{name} {:?}", anonymous.json());
        assert_eq!(anonymous.json()["kind"], "signed_out");
        for role in Role::ALL {
            let cookie = server.member(workspace, role).await;
            let status = server.post(&path, &cookie, &json!({})).await.status;
            let allowed = can(role, permission);
            assert_eq!(status != StatusCode::FORBIDDEN, allowed, "{role} {name} {status}");
            assert!(!status.is_server_error(), "{role} {name} {status}");
        }
    }
    let unknown = server.post("/api/fn/nothing", &cookie, &json!({})).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn rel_s1_nobody_calls_a_route_that_is_not_theirs() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let Actor { workspace, .. } = server.actor(&cookie).await.unwrap();
    let elsewhere = WorkspaceId(Uuid::now_v7());
    let mut conn = server.db.pool.acquire().await.unwrap();
    accounts::insert_workspace(&mut conn, elsewhere, "Elsewhere").await.unwrap();

    for line in lines() {
        let (method, path) = (&line.method, &line.path);
        let anonymous = call(&server, &line, "").await;
        assert_eq!(anonymous == StatusCode::UNAUTHORIZED, line.least.is_some(), "{method} {path}");
        for role in Role::ALL {
            let cookie = server.member(workspace, role).await;
            let status = call(&server, &line, &cookie).await;
            let allowed = line.least.is_none_or(|least| role >= least);
            assert_eq!(status != StatusCode::FORBIDDEN, allowed, "{role} {method} {path} {status}");
            assert_ne!(status, StatusCode::UNAUTHORIZED, "{role} {method} {path}");
            assert!(!status.is_server_error(), "{role} {method} {path} {status}");
        }
        let outsider = server.member(elsewhere, Role::Owner).await;
        let status = call(&server, &line, &outsider).await;
        assert!(!status.is_server_error(), "{method} {path} {status}");
    }
}
