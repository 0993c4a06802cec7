//! Pages as the server sends them: what is drawn is what the browser starts from.

use std::collections::BTreeSet;

use crate::support::Server;
use axum::http::StatusCode;
use futures::future::join_all;

const AT_ONCE: usize = 16;

/// Every `"seq":n` of a page's data: how far the execution was when it was loaded.
fn loaded(page: &str) -> BTreeSet<String> {
    let numbers = page.split(r#"\"seq\":"#).skip(1);
    numbers.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).collect()
}

/// The states many visitors at once were shown: how often a page is built for one request depends
/// on who comes first.
async fn drawn(server: &Server, page: &str, cookie: &str) -> BTreeSet<String> {
    let replies = join_all((0..AT_ONCE).map(|_| server.get(page, cookie))).await;
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
    while !server.services.pulse(&owner, id).await.unwrap().status.is_over() {
        states.extend(drawn(&server, &page, &cookie).await);
    }
    worker.stop().await;
    states.extend(drawn(&server, &page, &cookie).await);

    assert!(states.len() > 1, "it was drawn as it began and as it ended: {states:?}");
}
