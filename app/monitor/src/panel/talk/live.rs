//! The answer that an agent is giving now.

use leptos::prelude::*;
use model::{
    agent::streamed::{Streamed, parse},
    id::JobId,
};
use ui::{badge::StatusChip, markdown::ReadableText, status::Status};

use super::article::Around;
use crate::store::ExecutionStore;

/// What a part of the answer is; its words may still grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Text,
    Thoughts,
    Call,
}

fn kind_of(part: &Streamed) -> Kind {
    match part {
        Streamed::Text(_) => Kind::Text,
        Streamed::Thoughts(_) => Kind::Thoughts,
        Streamed::Call(_) => Kind::Call,
    }
}

fn words_of(part: &Streamed) -> &str {
    match part {
        Streamed::Text(words) | Streamed::Thoughts(words) | Streamed::Call(words) => words,
    }
}

/// What the model has said of its present answer; nothing between two answers, and of the past.
#[component]
pub(super) fn LiveAnswer(
    store: ExecutionStore,
    job: Memo<Option<JobId>>,
    around: Around,
) -> impl IntoView {
    let parts = Memo::new(move |_| match (job.get(), store.shown_at.get()) {
        (Some(job), None) => store.texts.with(|texts| parse(texts.of_job(job))),
        (Some(_) | None, _) => vec![],
    });
    let kinds =
        move || parts.with(|parts| parts.iter().map(kind_of).enumerate().collect::<Vec<_>>());
    let part = move |(place, kind): (usize, Kind)| {
        let words = Signal::derive(move || {
            parts.with(|parts| parts.get(place).map(words_of).unwrap_or_default().to_owned())
        });
        match kind {
            Kind::Text => {
                view! { <ReadableText text=words class="talk__text" below=3 /> }.into_any()
            }
            Kind::Thoughts => view! {
                <details>
                    <summary class="talk__fold">"Thoughts"</summary>
                    <p class="talk__text talk__thoughts" dir="auto">
                        {move || words.get()}
                    </p>
                </details>
            }
            .into_any(),
            Kind::Call => view! {
                <p class="talk__facts">
                    <code>{move || words.with(|name| around.tool(name))}</code>
                    <StatusChip status=Status::Queued />
                </p>
            }
            .into_any(),
        }
    };
    view! {
        <Show when=move || !parts.read().is_empty()>
            <li class="talk__item" data-role="assistant" data-state="writing">
                <article
                    class="talk__article"
                    aria-labelledby="talk-live"
                    aria-busy="true"
                    data-testid="talk-live"
                >
                    <header class="talk__head">
                        <h3 class="talk__title" id="talk-live">
                            "Answering"
                        </h3>
                    </header>
                    <For each=kinds key=|key| *key children=part />
                </article>
            </li>
        </Show>
    }
}
