//! Everything that happened, in words.

use leptos::prelude::*;
use model::{execution::event::Event, id::NodeId};

use super::events::Topic;
use crate::{
    monitor::{
        news::Log,
        store::ExecutionStore,
        words::sentence::{Sentence, sentence},
    },
    ui::{
        format::{clock, iso},
        icon::Glyph,
    },
};

/// The log, or what of it is about one node; the newest on top.
#[component]
pub fn LogList(
    /// What is known.
    store: ExecutionStore,
    /// Only what is about this node.
    of: Signal<Option<NodeId>>,
    /// Only what is about this.
    #[prop(optional, into)]
    topic: Signal<Option<Topic>>,
    /// Only lines with these words.
    #[prop(optional, into)]
    words: Signal<String>,
) -> impl IntoView {
    let names = store.names();
    let launched = Memo::new(move |_| store.view.read().launched_at);
    let lines = Memo::new(move |_| {
        let (names, of, topic) = (names.read(), of.get(), topic.get());
        let (shown, words) = (store.shown_at.get(), words.read().to_lowercase());
        let wanted = |event: &&Event| {
            let about = |of: &NodeId| event.kind.node().is_some_and(|node| node.is_run_of(of));
            of.as_ref().is_none_or(about)
                && topic.is_none_or(|topic| Topic::of(&event.kind) == topic)
                && shown.is_none_or(|moment| event.at <= moment)
        };
        let told = |event: &Event| sentence(event, &names);
        let said = |line: &Sentence| line.text.to_lowercase().contains(words.trim());
        let lines = |log: &Log| {
            log.events().rev().filter(wanted).map(told).filter(said).collect::<Vec<_>>()
        };
        store.log.with(lines)
    });
    let filtered = move || topic.get().is_some() || !words.read().is_empty();
    let nothing = move || match filtered() {
        true => "No event is like that.",
        false => "Nothing has happened yet.",
    };
    let row = move |line: Sentence| {
        let since = clock(line.at.ms_since(launched.get_untracked()));
        view! {
            <li class="log__line" data-state=line.status.key() data-seq=line.seq>
                <time class="log__time num" datetime=iso(line.at)>{since}</time>
                <Glyph icon=line.status.icon() size=14 />
                <span class="log__words">{line.text}</span>
            </li>
        }
    };
    view! {
        <Show
            when=move || !lines.read().is_empty()
            fallback=move || view! { <p class="panel-empty muted">{nothing}</p> }
        >
            <ol class="log" reversed>
                <For each=move || lines.get() key=|line| (line.seq, line.text.clone()) children=row />
            </ol>
        </Show>
    }
}
