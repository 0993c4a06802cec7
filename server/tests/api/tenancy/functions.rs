//! The same for the server functions of the pages, by the checked-in list `functions.txt`.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::Value;
use server::{
    rest::routes::Access,
    server_fns::{PREFIX, functions},
};

use super::{Ids, Tenant, nobodys, tenant::said, untouched};
use crate::api::support::Server;

/// A function that is sent ids.
struct Line {
    name: &'static str,
    lists: bool,
    body: &'static str,
    /// What its ids are of, in the order in which they are looked for.
    places: Vec<&'static str>,
}

/// The words of each line.
fn words() -> impl Iterator<Item = Vec<&'static str>> {
    let lines = include_str!("functions.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.splitn(3, ' ').collect())
}

fn lines(kinds: &[&'static str]) -> Vec<Line> {
    let line = |words: Vec<&'static str>| match words[..] {
        [_, "-"] => None,
        [name, way @ ("refuses" | "lists"), body] => {
            let mut places: Vec<(usize, &'static str)> = kinds
                .iter()
                .filter_map(|kind| Some((body.find(&format!("{{{kind}}}"))?, *kind)))
                .collect();
            places.sort_unstable();
            let places: Vec<&'static str> = places.into_iter().map(|(_, kind)| kind).collect();
            assert!(!places.is_empty(), "{name} names nothing that is known: {body}");
            Some(Line { name, lists: way == "lists", body, places })
        }
        _ => panic!("neither `-` nor what is sent: {words:?}"),
    };
    words().filter_map(line).collect()
}

#[test]
fn rel_s2_every_server_function_says_which_ids_it_is_sent() {
    let closed = functions().filter(|(_, access)| *access != Access::Public);
    let closed: BTreeSet<&str> = closed.map(|(name, _)| name).collect();

    let listed: BTreeSet<&str> = words().map(|words| words[0]).collect();

    assert_eq!(listed, closed, "server/tests/api/tenancy/functions.txt has to say it of each");
}

/// What a function says when from the `from`th id on they are those of `strange`.
async fn asked(
    server: &Server,
    line: &Line,
    own: &Tenant,
    from: usize,
    strange: &Ids,
) -> (StatusCode, String) {
    let body = line.places.iter().enumerate().fold(line.body.to_owned(), |body, (place, kind)| {
        let id = if place < from { &own.ids[kind] } else { &strange[kind] };
        body.replace(&format!("{{{kind}}}"), id)
    });
    let body: Value = serde_json::from_str(&body).unwrap();
    let reply = server.post(&format!("{PREFIX}{}", line.name), &own.cookie, &body).await;
    // Where the answer repeats an id that was sent, it is the one that was sent.
    (reply.status, said(&reply, strange))
}

#[tokio::test]
async fn rel_s2_every_server_function_tells_of_anothers_id_what_it_tells_of_nobodys() {
    let server = Server::start().await;
    let first = server.set_up().await;
    let other = Tenant::fill(&server, first).await;
    let neighbour = server.neighbour().await;
    let own = Tenant::fill(&server, neighbour).await;
    let nobody: Ids = other.ids.keys().map(|what| (*what, nobodys(what))).collect();
    let kinds: Vec<&'static str> = other.ids.keys().copied().collect();
    let (mut wrong, mut calls) = (vec![], 0);

    for line in lines(&kinds) {
        // With the first id another's, and with one's own first id and another's further in.
        for from in 0..line.places.len() {
            let told = asked(&server, &line, &own, from, &other.ids).await;
            let nothing = asked(&server, &line, &own, from, &nobody).await;
            calls += 1;
            let fits = match told.0 {
                StatusCode::OK => line.lists,
                StatusCode::NOT_FOUND => !line.lists,
                // A form that is one's own says which of its fields is wrong.
                StatusCode::UNPROCESSABLE_ENTITY => !line.lists && from > 0,
                _ => false,
            };
            if told != nothing || !fits {
                wrong.push(format!("{} from {from}: {told:?} but {nothing:?}", line.name));
            }
        }
    }

    assert!(calls > 70, "only {calls} calls were made");
    assert!(wrong.is_empty(), "{} of {calls}:\n{}", wrong.len(), wrong.join("\n"));
    untouched(&server, &other).await;
}
