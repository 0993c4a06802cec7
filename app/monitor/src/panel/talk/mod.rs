//! What an agent says and is told, as a conversation: the last part of it first, the earlier ones when
//! somebody asks for them, and what it is saying now.

mod article;
mod context_bar;
mod conversation;
mod known;
mod live;
mod result;
#[cfg(test)]
mod sample;

use std::collections::BTreeMap;

use api::executions::load_agent_talk;
use leptos::{prelude::*, task::spawn_local};
use model::{
    agent::tool_names,
    execution::{state::NodeStatus, view::NodeView},
    id::{JobId, NodeId},
    nodes::NodeConfig,
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonSize},
    failure::sign_in_after,
    skeleton::{Skeleton, SkeletonShape},
    status::Status,
    toast::{ToastKind, use_toasts},
};
use web::realtime::OneAtATime;

use self::{
    article::{Around, TalkArticle},
    context_bar::ContextBar,
    conversation::articles,
    known::{Loaded, Talk, with_talk},
    live::LiveAnswer,
};
use crate::store::ExecutionStore;

/// The job of a step that was at work last: as drawn in a loop, that of the round that began last.
fn latest_job(node: &NodeView) -> Option<JobId> {
    let begun = node.jobs.iter().filter(|job| job.began > 0);
    begun.max_by_key(|job| job.began).map(|job| job.id)
}

/// The tools of an agent, by what its model calls them.
fn tool_names_of(workflow: &Workflow, id: &NodeId) -> BTreeMap<String, String> {
    let config = workflow.node(&id.in_round("")).map(|node| &node.data.config);
    let Some(NodeConfig::Agent(config)) = config else { return BTreeMap::new() };
    config.definition().map(|agent| tool_names::names(&agent.tools)).unwrap_or_default()
}

/// How a call stands that the model asks for and nothing has come of.
fn open_call(status: NodeStatus) -> Status {
    match status {
        NodeStatus::AwaitingReview => Status::AwaitingReview,
        NodeStatus::Pending | NodeStatus::Ready | NodeStatus::Waiting => Status::Queued,
        NodeStatus::Running => Status::Running,
        NodeStatus::Completed
        | NodeStatus::Failed
        | NodeStatus::Skipped
        | NodeStatus::Cancelled => Status::Stopped,
    }
}

/// The talk of an agent, of the round that was at work last where it was drawn in a loop.
#[component]
pub(super) fn AgentTalk(
    /// The state of the execution that is shown.
    store: ExecutionStore,
    /// The node in the panel.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let job = Memo::new(move |_| node.with(|node| latest_job(node.as_ref()?)));
    let loaded: Loaded = RwSignal::new(None);
    follow(store, job, loaded);
    let names = Memo::new(move |_| {
        let id = node.with(|node| node.as_ref().map(|node| node.id.clone()));
        store
            .workflow
            .with(|workflow| id.map(|id| tool_names_of(workflow, &id)).unwrap_or_default())
    });
    let open = Signal::derive(move || {
        let status = node.with(|node| node.as_ref().map(|node| node.status));
        status.map_or(Status::Stopped, open_call)
    });
    let around = Around { names, open };
    let said = move || {
        let until = store.shown_at.get();
        with_talk(loaded, |talk| articles(talk, until)).unwrap_or_default()
    };
    let failed = move || {
        let problem = loaded.with(|loaded| match loaded {
            Some(Err(error)) => Some(error.0.clone()),
            Some(Ok(_)) | None => None,
        })?;
        let door = sign_in_after(&problem);
        Some(view! {
            <p class="panel-empty muted">"Couldn't load the conversation. " {problem.detail} {door}</p>
        })
    };
    let begun = Memo::new(move |_| job.get().is_some());
    view! {
        <Show
            when=move || begun.get()
            fallback=|| view! { <p class="panel-empty muted">"The agent hasn't started yet."</p> }
        >
            <Show when=move || loaded.read().is_none()>
                <Skeleton shape=SkeletonShape::Rows count=3 />
            </Show>
            {failed}
            <ContextBar loaded=loaded />
            <div class="talk" role="region" aria-label="Conversation" tabindex="0">
                <div class="talk__inside">
                    <Earlier store=store job=job loaded=loaded />
                    <ol class="talk__list">
                        <For each=said key=|article| article.key() let:article>
                            <TalkArticle article=article around=around />
                        </For>
                        <LiveAnswer store=store job=job around=around />
                    </ol>
                </div>
            </div>
        </Show>
    }
}

/// Loads the end of the talk, and again whenever something has happened to the job.
fn follow(store: ExecutionStore, job: Memo<Option<JobId>>, loaded: Loaded) {
    let loading = OneAtATime::default();
    let news = Memo::new(move |_| {
        let job = job.get()?;
        Some((job, store.log.with(|log| log.last_of_job(job))))
    });
    Effect::new(move |before: Option<Option<JobId>>| {
        let now = news.get().map(|(job, _)| job);
        if before.is_some_and(|before| before != now) {
            // What another agent says is not shown as this one's.
            loaded.set(None);
        }
        if now.is_some() {
            loading.run(move || load_end(store, job, loaded));
        }
        now
    });
}

async fn load_end(store: ExecutionStore, job: Memo<Option<JobId>>, loaded: Loaded) {
    let shown = move || job.try_get_untracked().flatten();
    let Some(asked) = shown() else { return };
    let page = load_agent_talk(store.id(), asked, None).await;
    if shown() != Some(asked) {
        return;
    }
    loaded.try_update(|loaded| {
        *loaded = match (loaded.take(), page) {
            (Some(Ok(mut talk)), Ok(page)) => {
                talk.take_newest(page);
                Some(Ok(talk))
            }
            // What is here stays to be read.
            (Some(Ok(talk)), Err(_)) => Some(Ok(talk)),
            (Some(Err(_)) | None, page) => Some(page.map(Talk::from_page)),
        };
    });
}

/// Loads the part before the one that is shown.
#[component]
fn Earlier(store: ExecutionStore, job: Memo<Option<JobId>>, loaded: Loaded) -> impl IntoView {
    let (busy, toasts) = (RwSignal::new(false), use_toasts());
    let before = move || with_talk(loaded, |talk| talk.earlier).flatten();
    let load = move |()| {
        let Some((asked, before)) = job.get_untracked().zip(untrack(before)) else { return };
        busy.set(true);
        spawn_local(async move {
            let page = load_agent_talk(store.id(), asked, Some(before)).await;
            let still = job.try_get_untracked().flatten() == Some(asked);
            match page {
                Ok(page) if still => {
                    loaded.try_update(|loaded| {
                        if let Some(Ok(talk)) = loaded {
                            talk.take_earlier(before, page);
                        }
                    });
                }
                Ok(_) => {}
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Show when=move || before().is_some()>
            <Button size=ButtonSize::Small busy=busy on_press=load>
                "Show earlier turns"
            </Button>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    #[test]
    fn the_talk_is_that_of_the_job_that_began_last() {
        let view = sample::looped();
        let mut node = view.nodes.iter().find(|node| !node.jobs.is_empty()).unwrap().clone();
        for job in &mut node.jobs {
            job.began = 0;
        }
        assert_eq!(latest_job(&node), None);

        let first = node.jobs.first_mut().unwrap();
        first.began = 7;
        let first = first.id;

        assert_eq!(latest_job(&node), Some(first));
    }
}
