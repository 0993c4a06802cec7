//! News of the workspace on the stream: to everybody in it, and to nobody else.

use std::time::Duration;

use crate::api::support::{Server, from_page};
use axum::{
    body::{Body, BodyDataStream},
    http::{Method, StatusCode},
};
use futures::StreamExt;
use model::{id::ExecutionId, pages::WorkspaceNews};
use tokio::time::{Instant, timeout_at};

const PATIENCE: Duration = Duration::from_secs(300);

/// A tab that looks at no execution.
struct Tab {
    stream: BodyDataStream,
    text: String,
    /// All that has come.
    heard: Vec<WorkspaceNews>,
    beats: usize,
}

impl Tab {
    async fn open(server: &Server, cookie: &str) -> Self {
        let request = from_page(Method::GET, "/api/v1/stream?workspace=true", cookie);
        let answer = server.open(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let stream = answer.into_body().into_data_stream();
        let mut tab = Self { stream, text: String::new(), heard: vec![], beats: 0 };
        tab.until(|_| true).await;
        tab
    }

    /// Reads until news come that are what is waited for.
    async fn until(&mut self, so: impl Fn(&WorkspaceNews) -> bool) -> WorkspaceNews {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let message = self.message(deadline).await;
            if message.contains("event: workspace\n") {
                let data = message.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
                let news: WorkspaceNews = serde_json::from_str(data).unwrap();
                assert!(!message.contains("id: "), "{message}");
                self.heard.push(news.clone());
                if so(&news) {
                    return news;
                }
            }
        }
    }

    async fn message(&mut self, deadline: Instant) -> String {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let message: String = self.text.drain(..end + 2).collect();
                self.beats += usize::from(message.contains("event: beat\n"));
                return message;
            }
            let bytes = timeout_at(deadline, self.stream.next()).await.expect("news come in time");
            let bytes = bytes.expect("the stream goes on").unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

fn active(news: &WorkspaceNews) -> Option<i64> {
    news.attention.as_ref().map(|attention| attention.active)
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_s2_a_tab_hears_of_its_own_workspace_and_never_of_another() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let theirs = server.neighbour().await;
    let neighbour = server.actor(&theirs).await.unwrap();
    let worker = server.worker();
    let mut own = Tab::open(&server, &cookie).await;
    let mut other = Tab::open(&server, &theirs).await;
    assert_eq!(own.heard.iter().map(active).collect::<Vec<_>>(), [Some(0)]);

    let execution = server.launch(&owner).await;
    let over = |id: ExecutionId| {
        move |news: &WorkspaceNews| news.executions.contains(&id) && active(news) == Some(0)
    };
    let ended = own.until(over(execution)).await;
    let foreign = server.launch(&neighbour).await;
    other.until(over(foreign)).await;
    worker.stop().await;

    assert_eq!(ended.attention.unwrap().ended[0].id, execution);
    let heard = |tab: &Tab| {
        let executions = tab.heard.iter().flat_map(|news| news.executions.clone());
        let ended = tab.heard.iter().filter_map(|news| news.attention.clone());
        let ended = ended.flat_map(|attention| attention.ended).map(|row| row.id);
        executions.chain(ended).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(heard(&own), [execution].into());
    assert_eq!(heard(&other), [foreign].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_e4_a_process_that_does_not_hear_the_database_sends_no_beats() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    // Only a worker listens: until there is one, the process hears of what it does itself and no more.
    let mut tab = Tab::open(&server, &cookie).await;
    let execution = server.launch(&owner).await;
    tab.until(|news| news.executions.contains(&execution)).await;
    assert_eq!(tab.beats, 0);

    let worker = server.worker();
    let deadline = Instant::now() + PATIENCE;
    while tab.beats == 0 {
        tab.message(deadline).await;
    }
    worker.stop().await;
}
