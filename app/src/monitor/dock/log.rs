//! Everything that happened, in words.

use leptos::prelude::*;
use model::{execution::event::Event, id::NodeId};

use crate::{
    monitor::{
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
) -> impl IntoView {
    let names = store.names();
    let launched = Memo::new(move |_| store.view.read().launched_at);
    let lines = Memo::new(move |_| {
        let (names, of) = (names.read(), of.get());
        let wanted = |event: &&Event| {
            let about = |of: &NodeId| event.kind.node().is_some_and(|node| node.is_run_of(of));
            of.as_ref().is_none_or(about)
        };
        let told = |event: &Event| sentence(event, &names);
        store.log.with(|log| log.events().rev().filter(wanted).map(told).collect::<Vec<_>>())
    });
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
            fallback=|| view! { <p class="panel-empty muted">"Nothing has happened yet."</p> }
        >
            <ol class="log" reversed>
                <For each=move || lines.get() key=|line| (line.seq, line.text.clone()) children=row />
            </ol>
        </Show>
    }
}
