//! Everything that happened, in words, and what of it is wanted.

use leptos::prelude::*;
use model::{
    execution::event::{Event, Topic},
    id::NodeId,
};
use ui::{
    field::SearchField,
    format::{clock, iso},
    icon::Glyph,
    virtual_list::{RowPosition, VirtualList},
};

use crate::{
    event_text::sentence::{Names, sentence},
    store::ExecutionStore,
    stream_events::{Bookmark, Log},
    time_travel::use_player,
};

/// Which events of the log are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct LogFilter {
    of: Option<NodeId>,
    topic: Option<Topic>,
    /// Words of the sentence, in lower case; empty lets every event pass.
    words: String,
}

impl LogFilter {
    fn wants(&self, event: &Event, names: &Names<'_>) -> bool {
        let about = |of: &NodeId| event.kind.node().is_some_and(|node| node.is_run_of(of));
        let said = || sentence(event, names).text.to_lowercase();
        self.of.as_ref().is_none_or(about)
            && self.topic.is_none_or(|topic| event.kind.topic() == topic)
            && (self.words.is_empty() || said().contains(&self.words))
    }
}

/// The numbers of the events that pass the filter: each event is judged once, when it comes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Matches {
    read: Bookmark,
    seqs: Vec<i64>,
}

impl Matches {
    /// Judges what is new in the log; says whether that changed anything.
    fn follow(&mut self, log: &Log, wants: impl Fn(&Event) -> bool) -> bool {
        let (anew, events) = self.read.read(log);
        if anew {
            self.seqs.clear();
        }
        let before = self.seqs.len();
        self.seqs.extend(events.iter().filter(|event| wants(event)).map(|event| event.seq));
        anew || self.seqs.len() > before
    }

    /// How many there are up to an event.
    fn until(&self, seq: i64) -> usize {
        self.seqs.partition_point(|found| *found <= seq)
    }
}

/// The log, or what of it is about one node; the newest on top.
#[component]
pub fn LogList(
    store: ExecutionStore,
    /// Only events about this node, in any of its rounds.
    of: Signal<Option<NodeId>>,
    /// Only events of this topic.
    #[prop(optional, into)]
    topic: Signal<Option<Topic>>,
    /// Only lines with these words.
    #[prop(optional, into)]
    words: Signal<String>,
) -> impl IntoView {
    let found = Memo::new_owning(move |before: Option<(LogFilter, Matches)>| {
        let words = words.read().trim().to_lowercase();
        let filter = LogFilter { of: of.get(), topic: topic.get(), words };
        let known = before.filter(|(before, _)| *before == filter).map(|(_, found)| found);
        let (is_new, mut found) = (known.is_none(), known.unwrap_or_default());
        let log = store.log.read();
        let workflow = store.workflow.read();
        let grew = store.look_at_present(|view| {
            let names = Names::new(view).with_tools(&workflow);
            found.follow(&log, |event| filter.wants(event, &names))
        });
        ((filter, found), is_new || grew == Some(true))
    });
    // Of the past, what had happened by then.
    let until =
        Memo::new(
            move |_| if store.shown_at.read().is_some() { store.view.read().seq } else { i64::MAX },
        );
    let count = Memo::new(move |_| found.read().1.until(until.get()));
    let seq = move |row: usize| found.read().1.seqs.get(count.get().checked_sub(row + 1)?).copied();
    let filtered = move || topic.get().is_some() || !words.read().is_empty();
    let nothing = move || if filtered() { "No matching events." } else { "No events yet." };
    view! {
        <Show
            when=move || count.get() != 0
            fallback=move || view! { <p class="panel-empty muted">{nothing}</p> }
        >
            <VirtualList
                class="log"
                reversed=true
                count=count
                key=seq
                row=move |place, seq| line(store, place, seq)
            />
        </Show>
    }
}

/// One event in words, by the names that are shown now.
fn line(store: ExecutionStore, place: RowPosition, seq: i64) -> Option<impl IntoView> {
    let event = store.log.with_untracked(|log| log.get(seq).cloned())?;
    let launched = store.view.with_untracked(|view| view.launched_at);
    let (at, status) = (event.at, sentence(&event, &Names::default()).status);
    let (player, moment) = (use_player(), clock(at.ms_since(launched)));
    let label = format!("Show the run at {moment}");
    let text = Memo::new(move |_| {
        let (view, workflow) = (store.view.read(), store.workflow.read());
        sentence(&event, &Names::new(&view).with_tools(&workflow)).text
    });
    Some(view! {
        <li
            class="log__line"
            data-state=status.key()
            data-seq=seq
            aria-posinset=move || place.position.get().to_string()
            aria-setsize=move || place.set_size.get().to_string()
        >
            <button
                type="button"
                class="log__time num"
                title=label.clone()
                aria-label=label
                on:click=move |_| player.into_iter().for_each(|player| player.show_event(at))
            >
                <time datetime=iso(at)>{moment}</time>
            </button>
            <Glyph icon=status.icon() size=14 />
            <span class="log__words">{text}</span>
        </li>
    })
}

/// The log with its filter.
#[component]
pub fn Events(store: ExecutionStore) -> impl IntoView {
    let (topic, words) = (RwSignal::new(None::<Topic>), RwSignal::new(String::new()));
    let chip = move |of: Option<Topic>| {
        let pressed = move || if topic.get() == of { "true" } else { "false" };
        view! {
            <button
                type="button"
                class="segments__item"
                aria-pressed=pressed
                on:click=move |_| topic.set(of)
            >
                {of.map_or("All", Topic::word)}
            </button>
        }
    };
    let topics = Topic::ALL.map(Some);
    view! {
        <div class="log-filter">
            <div class="segments" role="group" aria-label="Filter events">
                {chip(None)}
                {topics.map(chip).collect_view()}
            </div>
            <SearchField
                name="log-search"
                label="Search events"
                value=words
                on_input=move |typed| words.set(typed)
            />
        </div>
        <LogList store=store of=Signal::stored(None) topic=topic words=words />
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use model::execution::view::ExecutionView;

    use super::*;
    use crate::sample;

    #[test]
    fn failures_are_trouble_and_outputs_are_results() {
        let failed = sample::failed_events();
        let count = |topic| failed.iter().filter(|event| event.kind.topic() == topic).count();

        assert!(count(Topic::Trouble) > 0);
        assert!(count(Topic::Results) > 0);
        assert!(count(Topic::Progress) > count(Topic::Trouble));
    }

    #[test]
    fn each_event_is_judged_once_as_the_log_grows() {
        let events = sample::completed_events();
        let (mut log, mut found, judged) = (Log::default(), Matches::default(), Cell::new(0));
        let wants = |event: &Event| {
            judged.set(judged.get() + 1);
            event.kind.topic() == Topic::Results
        };

        for event in &events {
            log.keep([event]);
            found.follow(&log, wants);
        }

        assert_eq!(judged.get(), events.len());
        assert!(!found.follow(&log, wants));
        let results = events.iter().filter(|event| event.kind.topic() == Topic::Results);
        assert_eq!(found.seqs, results.map(|event| event.seq).collect::<Vec<_>>());
        assert_eq!((found.until(0), found.until(i64::MAX)), (0, found.seqs.len()));
    }

    #[test]
    fn what_comes_late_is_found_in_its_place() {
        let events = sample::completed_events();
        let (mut log, mut found) = (Log::default(), Matches::default());
        log.keep(&events[3..]);
        found.follow(&log, |_| true);

        log.keep(&events);

        assert!(found.follow(&log, |_| true));
        assert_eq!(found.seqs, events.iter().map(|event| event.seq).collect::<Vec<_>>());
    }

    #[test]
    fn events_are_found_by_step_topic_and_the_words_people_read() {
        let events = sample::completed_events();
        let view = ExecutionView::from_events(&events);
        let names = Names::new(&view);
        let count =
            |filter: LogFilter| events.iter().filter(|event| filter.wants(event, &names)).count();
        let words = |words: &str| LogFilter { words: words.to_owned(), ..LogFilter::default() };

        assert_eq!(count(LogFilter::default()), events.len());
        assert_eq!(count(words("write headlines 2 done")), 1);
        assert_eq!(count(words("no such words")), 0);
        let of_copy = LogFilter { of: Some("copy".into()), ..LogFilter::default() };
        assert!(count(of_copy.clone()) > 0);
        assert!(count(LogFilter { topic: Some(Topic::Trouble), ..of_copy }) == 0);
    }
}
