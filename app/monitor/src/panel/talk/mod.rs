//! What an agent says and is told, as a conversation: the last part of it first, the earlier ones when
//! somebody asks for them, and what it is saying now.

mod article;
mod conversation;
#[cfg(test)]
mod sample;

use std::collections::BTreeMap;

use api::{ApiError, executions::load_agent_talk};
use frame::action::SentAction;
use leptos::prelude::*;
use model::{
    agent::{
        page::{AgentTalkPage, TalkRole, TalkShare, TalkTry},
        tool_names,
    },
    execution::{state::NodeStatus, view::NodeView},
    id::{JobId, NodeId},
    nodes::NodeConfig,
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonSize},
    format::grouped,
    skeleton::{Skeleton, SkeletonShape},
    status::Status,
};
use web::realtime::OneAtATime;

use crate::{store::ExecutionStore, values::render_failure};
use article::{Around, LiveAnswer, TalkArticle};
use conversation::{Loaded, Talk, articles, with_talk};

/// The job of a step that was at work last: as drawn in a loop, that of the round that began last.
fn latest_job(node: &NodeView) -> Option<JobId> {
    let begun = node.jobs.iter().filter(|job| job.began > 0);
    begun.max_by_key(|job| job.began).map(|job| job.id)
}

/// The tools of an agent, by what its model calls them.
fn tool_names_of(workflow: &Workflow, id: &NodeId) -> BTreeMap<String, String> {
    let config = workflow.node(&id.in_round("")).map(|node| &node.data.config);
    let Some(NodeConfig::Agent(config)) = config else { return BTreeMap::new() };
    let grants = match (&config.frozen, &config.own) {
        (Some(frozen), _) => frozen.grants(),
        (None, Some(own)) => own.tools.clone(),
        (None, None) => vec![],
    };
    tool_names::names(&grants)
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
pub(super) fn AgentTalk(store: ExecutionStore, node: Memo<Option<NodeView>>) -> impl IntoView {
    let latest = Memo::new(move |_| node.with(|node| latest_job(node.as_ref()?)));
    let chosen = RwSignal::new(None::<TalkTry>);
    let job = Memo::new(move |_| Some(ShownTalk { latest: latest.get()?, earlier: chosen.get() }));
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
        let error = loaded.with(|loaded| loaded.as_ref()?.as_ref().err().cloned())?;
        Some(render_failure("Couldn't load the conversation. ", error))
    };
    let begun = Memo::new(move |_| latest.get().is_some());
    let live = Memo::new(move |_| latest.get().filter(|_| chosen.get().is_none()));
    view! {
        <Show
            when=move || begun.get()
            fallback=|| view! { <p class="panel-empty muted">"The agent hasn't started yet."</p> }
        >
            <Show when=move || loaded.read().is_none()>
                <Skeleton shape=SkeletonShape::Rows count=3 />
            </Show>
            {failed}
            <Tries loaded=loaded latest=latest chosen=chosen />
            <ContextBar loaded=loaded />
            <div class="talk" role="region" aria-label="Conversation" tabindex="0">
                <div class="talk__inside">
                    <Earlier store=store job=job loaded=loaded />
                    <ol class="talk__list">
                        <For each=said key=|article| article.key() let:article>
                            <TalkArticle article=article around=around />
                        </For>
                        <LiveAnswer store=store job=live around=around />
                    </ol>
                </div>
            </div>
        </Show>
    }
}

/// The job whose talk is shown, in its latest try or an earlier one.
#[derive(Clone, Copy, PartialEq)]
struct ShownTalk {
    latest: JobId,
    earlier: Option<TalkTry>,
}

/// Asks for a part of a talk.
async fn load_part(
    store: ExecutionStore,
    shown: ShownTalk,
    before: Option<u32>,
) -> Result<AgentTalkPage, ApiError> {
    let job = shown.earlier.map_or(shown.latest, |earlier| earlier.job);
    let generation = shown.earlier.map(|earlier| earlier.generation);
    load_agent_talk(store.id(), job, before, generation).await
}

/// Chooses among the tries of the agent; not shown where it has tried once.
#[component]
fn Tries(
    loaded: Loaded,
    latest: Memo<Option<JobId>>,
    chosen: RwSignal<Option<TalkTry>>,
) -> impl IntoView {
    let tries = Memo::new(move |before: Option<&Vec<TalkTry>>| {
        let known = with_talk(loaded, |talk| talk.earlier_tries.clone());
        known.unwrap_or_else(|| before.cloned().unwrap_or_default())
    });
    // Another step or round has other tries.
    Effect::new(move |before: Option<Option<JobId>>| {
        let now = latest.get();
        if before.is_some_and(|before| before != now) {
            chosen.set(None);
        }
        now
    });
    let button = move |words: String, offered: Option<TalkTry>| {
        let pressed = move || if chosen.get() == offered { "true" } else { "false" };
        view! {
            <button
                type="button"
                class="segments__item"
                aria-pressed=pressed
                on:click=move |_| chosen.set(offered)
            >
                {words}
            </button>
        }
    };
    let buttons = move || {
        let earlier = tries.get().into_iter().zip(1..);
        let earlier =
            earlier.map(|(one, number)| button(format!("Earlier try {number}"), Some(one)));
        view! {
            {earlier.collect_view()}
            {button("Latest try".to_owned(), None)}
        }
    };
    view! {
        <Show when=move || !tries.read().is_empty()>
            <div class="segments" role="group" aria-label="Try" data-testid="talk-tries">
                {buttons}
            </div>
        </Show>
    }
}

/// Loads the end of the talk, and again whenever something has happened to the job.
fn follow(store: ExecutionStore, job: Memo<Option<ShownTalk>>, loaded: Loaded) {
    let loading = OneAtATime::default();
    let news = Memo::new(move |_| {
        let job = job.get()?;
        Some((job, store.log.with(|log| log.last_of_job(job.latest))))
    });
    Effect::new(move |before: Option<Option<ShownTalk>>| {
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

async fn load_end(store: ExecutionStore, job: Memo<Option<ShownTalk>>, loaded: Loaded) {
    let shown = move || job.try_get_untracked().flatten();
    let Some(asked) = shown() else { return };
    let page = load_part(store, asked, None).await;
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
fn Earlier(store: ExecutionStore, job: Memo<Option<ShownTalk>>, loaded: Loaded) -> impl IntoView {
    let action = SentAction::default();
    let before = move || with_talk(loaded, |talk| talk.earlier).flatten();
    let load = move |()| {
        let Some((asked, before)) = job.get_untracked().zip(untrack(before)) else { return };
        action.send(load_part(store, asked, Some(before)), move |page| {
            let still = job.try_get_untracked().flatten() == Some(asked);
            loaded.try_update(|loaded| {
                if let (true, Some(Ok(talk))) = (still, loaded) {
                    talk.take_earlier(before, page);
                }
            });
        });
    };
    view! {
        <Show when=move || before().is_some()>
            <Button size=ButtonSize::Small busy=action.busy on_press=load>
                "Show earlier turns"
            </Button>
        </Show>
    }
}

/// A part of what the model reads with each call.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    /// Says what it is.
    label: &'static str,
    /// Tells its colour.
    key: &'static str,
    /// About so many tokens: its share of the characters.
    tokens: u64,
}

/// What the model was given with its last call, by who says it. Providers count tokens of all of it
/// together, so that each part is its share of the bytes.
fn parts(talk: &Talk) -> Vec<Part> {
    let all: u64 = talk.shares.iter().map(|share| share.bytes).sum();
    let part = |role: TalkRole| {
        let (label, key) = match role {
            TalkRole::System => ("Instructions", "instructions"),
            TalkRole::User => ("Task", "task"),
            TalkRole::Tool => ("Results", "results"),
            TalkRole::Assistant => ("Answers", "answers"),
        };
        let of_role = |share: &&TalkShare| share.role == role;
        let bytes: u64 = talk.shares.iter().filter(of_role).map(|share| share.bytes).sum();
        let tokens = u128::from(talk.context_tokens) * u128::from(bytes) / u128::from(all.max(1));
        let tokens = u64::try_from(tokens).unwrap_or(u64::MAX);
        (tokens > 0).then_some(Part { label, key, tokens })
    };
    let order = [TalkRole::System, TalkRole::User, TalkRole::Tool, TalkRole::Assistant];
    order.into_iter().filter_map(part).collect()
}

/// How much of the window is used: `12,000 of 128,000 tokens (9%)`.
fn words(talk: &Talk) -> String {
    let (used, window) = (talk.context_tokens, talk.window);
    if window == 0 {
        return format!("{} tokens", grouped(used));
    }
    let percent = used.saturating_mul(100) / window;
    format!("{} of {} tokens ({percent}%)", grouped(used), grouped(window))
}

/// How much of the model's window is used, and by what; nothing before its first answer.
#[component]
fn ContextBar(loaded: Loaded) -> impl IntoView {
    let bar = move |talk: &Talk| {
        let parts = parts(talk);
        let width = |tokens: u64| {
            let tenths = tokens.saturating_mul(1_000) / talk.window.max(talk.context_tokens).max(1);
            format!("{}.{}%", tenths / 10, tenths % 10)
        };
        let segment = |part: &Part| {
            view! {
                <span class="context-bar__part" data-part=part.key style:width=width(part.tokens)>
                </span>
            }
        };
        let entry = |part: &Part| {
            view! {
                <li class="context-bar__entry" data-part=part.key>
                    {part.label}
                    " "
                    <span class="num muted">"about " {grouped(part.tokens)}</span>
                </li>
            }
        };
        view! {
            <section class="context-bar" aria-label="Context of the model" data-testid="context-bar">
                <p class="small num">"Context: " {words(talk)}</p>
                <div class="context-bar__track" aria-hidden="true">
                    {parts.iter().map(segment).collect_view()}
                </div>
                <ul class="context-bar__entries small">
                    {parts.iter().map(entry).collect_view()}
                </ul>
            </section>
        }
    };
    move || with_talk(loaded, |talk| (talk.context_tokens > 0).then(|| bar(talk))).flatten()
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

#[cfg(test)]
mod context_bar_tests {
    use super::*;
    use crate::panel::talk::sample::page;

    #[test]
    fn the_parts_of_the_context_are_their_shares_of_what_was_counted() {
        let mut talk = Talk::from_page(page(0..4, "a"));
        let share = |role, bytes| TalkShare { role, bytes };
        talk.shares = vec![
            share(TalkRole::Tool, 600),
            share(TalkRole::System, 300),
            share(TalkRole::User, 100),
        ];

        let found: Vec<_> = parts(&talk).iter().map(|part| (part.label, part.tokens)).collect();

        assert_eq!(found, [("Instructions", 300), ("Task", 100), ("Results", 600)]);
        assert_eq!(words(&talk), "1,000 of 100,000 tokens (1%)");
        assert!(parts(&Talk { shares: vec![], ..talk }).is_empty());
    }
}
