//! One node as a card: icon in its type's colour, title, state, what it made, the words of a note, the
//! picture of a pairing.

use std::fmt::Write;

use leptos::{ev::FocusEvent, prelude::*};
use model::{
    canvas::{
        geometry::{Point, Rect},
        ports::port_offset,
    },
    nodes::attach_to_document::{Strategy, pairs},
    time::Timestamp,
};
use ui::{
    format::{date, minute, time_left},
    icon::{Glyph, Icon},
    markdown::{MarkdownText, Setting},
    progress::ProgressBar,
    relative_time::Elapsed,
    status::Status,
};
use wasm_bindgen::JsCast;
use web::client::clock::{Zone, use_now, use_zone};
use web_sys::Element;

use crate::{
    place::note_size,
    view::{DiagramNode, DiagramPort, NodeRun, kind_icon},
};

const THUMBS: usize = 5;

/// A card in the list of nodes. The whole card is one button; what it shows is plain text to
/// screen readers, summed up in the button's name.
#[component]
pub(super) fn NodeCard(
    node: Memo<DiagramNode>,
    /// The node in words.
    #[prop(into)]
    name: Signal<String>,
    /// Where it is drawn as a frame around what lies in it.
    frame: Memo<Option<Rect>>,
    #[prop(into)] selected: Signal<bool>,
    /// Pressed, by pointer or key.
    #[prop(into)]
    on_select: Callback<String>,
    /// Got the focus.
    #[prop(into)]
    on_focus: Callback<String>,
) -> impl IntoView {
    let run = Memo::new(move |_| node.with(|node| node.run.clone()));
    let status = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.status)));
    let id = node.with_untracked(|node| node.id.clone());
    let rounds = Memo::new(move |_| {
        frame.get()?;
        let (done, of) = run.with(|run| run.as_ref().and_then(|run| run.progress))?;
        Some(format!("{done}/{of}"))
    });
    // A frame has no foot to say it at.
    let stale = Memo::new(move |_| {
        frame.get().is_some() && run.with(|run| run.as_ref().is_some_and(|run| run.stale))
    });
    let corner = move || {
        let own = || node.with(|node| Point::new(node.x, node.y));
        frame.get().map_or_else(own, |frame| frame.origin)
    };
    let size = move || frame.get().map(|frame| frame.size).or_else(|| node.with(note_size));
    let (press, focus, test_id) = (id.clone(), id.clone(), format!("node-{id}"));
    view! {
        <li
            class="node"
            data-testid=test_id
            data-kind=move || node.with(|node| node.kind.clone())
            data-state=move || status.get().map(Status::key)
            data-breakpoint=move || run.with(|run| run.as_ref().is_some_and(|run| run.breakpoint)).then_some("")
            data-selected=move || selected.get().then_some("")
            data-frame=move || frame.get().is_some().then_some("")
            data-tint=move || node.with(|node| node.tint)
            data-disabled=move || node.with(|node| node.disabled).then_some("")
            style:--x=move || format!("{}px", corner().x)
            style:--y=move || format!("{}px", corner().y)
            style:--w=move || size().map(|size| format!("{}px", size.width))
            style:--h=move || size().map(|size| format!("{}px", size.height))
        >
            <button
                type="button"
                class="node__hit"
                id=format!("node-{id}")
                data-node=id
                aria-label=move || name.get()
                aria-pressed=move || if selected.get() { "true" } else { "false" }
                on:click=move |_| on_select.run(press.clone())
                on:focus=move |event| {
                    if is_by_keys(&event) {
                        on_focus.run(focus.clone());
                    }
                }
            ></button>
            <NodeFace node=node run=run rounds=rounds stale=stale />
            <Ports ports=Signal::derive(move || node.read().inputs.clone()) side="in" />
            <Ports ports=Signal::derive(move || node.read().outputs.clone()) side="out" />
        </li>
    }
    .into_any()
}

/// Whether the focus came by keys: a view that moved under a pointer would take its click elsewhere.
fn is_by_keys(event: &FocusEvent) -> bool {
    let card = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    card.is_some_and(|card| card.matches(":focus-visible").unwrap_or(true))
}

/// What a card says: header, plan or text, pictures, progress.
#[component]
pub fn NodeFace(
    /// The node whose title, plan and note are shown.
    node: Memo<DiagramNode>,
    /// Its state in an execution.
    run: Memo<Option<NodeRun>>,
    /// Rounds of a frame that are done, and all.
    #[prop(optional, into)]
    rounds: Signal<Option<String>>,
    /// It is a frame that was made from what no longer counts.
    #[prop(optional, into)]
    stale: Signal<bool>,
) -> impl IntoView {
    let status = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.status)));
    view! {
        <NodeHeader node=node status=status rounds=rounds stale=stale />
        <NodeBody node=node run=run />
        <NodeThumbs run=run />
        <Show when=move || status.get() == Some(Status::AwaitingReview)>
            <span class="node__ask" aria-hidden="true">
                <Glyph icon=Icon::UserCheck size=14 />
                "Review"
            </span>
        </Show>
        <NodeFooter run=run />
    }
    .into_any()
}

#[component]
fn NodeHeader(
    node: Memo<DiagramNode>,
    status: Memo<Option<Status>>,
    /// Rounds of a frame that are done, and all.
    rounds: Signal<Option<String>>,
    /// It is a frame that was made from what no longer counts.
    stale: Signal<bool>,
) -> impl IntoView {
    let icon = Signal::derive(move || node.with(|node| kind_icon(&node.kind)));
    let badge = move || {
        status.get().map(|status| {
            view! {
                <span class="node__badge" title=status.word()>
                    <Glyph icon=status.icon() size=16 />
                    <span class="node__word">{status.word()}</span>
                </span>
            }
        })
    };
    view! {
        <div class="node__header">
            <span class="node__tile">
                <Glyph icon=icon size=18 />
            </span>
            <div class="node__names">
                <p class="node__title clip" dir="auto">{move || node.with(|node| node.label.clone())}</p>
                <p class="node__subtitle clip">{move || node.with(|node| node.subtitle.clone())}</p>
            </div>
            {move || stale.get().then(StaleMark)}
            {move || {
                rounds
                    .get()
                    .map(|rounds| {
                        view! {
                            <span class="node__rounds num" title="Rounds completed">
                                {rounds}
                            </span>
                        }
                    })
            }}
            {badge}
        </div>
    }
    .into_any()
}

/// What the middle of a card says: the note of its state, else its text, else its plan.
#[derive(Debug, Clone, PartialEq)]
enum Body {
    Note(String, Option<Timestamp>),
    /// Whether it is being written.
    Text(String, bool),
    Words(String),
    Plan(Vec<String>, Option<Strategy>),
}

impl Body {
    fn for_node(node: &DiagramNode, run: Option<&NodeRun>) -> Self {
        let note = run.and_then(|run| run.note.clone());
        let text = run.map(|run| run.text.trim()).filter(|text| !text.is_empty());
        match (note, text) {
            (Some(note), _) => Self::Note(note, run.and_then(|run| run.until)),
            (None, Some(text)) => Self::Text(text.to_owned(), run.is_some_and(|run| run.writes)),
            (None, None) => match &node.note {
                Some(words) => Self::Words(words.clone()),
                None => Self::Plan(node.summary.clone(), node.pairing),
            },
        }
    }
}

#[component]
fn NodeBody(node: Memo<DiagramNode>, run: Memo<Option<NodeRun>>) -> impl IntoView {
    let body =
        Memo::new(move |_| node.with(|node| run.with(|run| Body::for_node(node, run.as_ref()))));
    move || match body.get() {
        Body::Note(note, until) => {
            let until = until.map(|at| view! { <Until at=at /> });
            let gap = (until.is_some() && !note.is_empty()).then_some(" · ");
            view! { <p class="node__note">{note} {gap} {until}</p> }.into_any()
        }
        Body::Text(text, writes) => view! {
            <div class="node__text" data-writes=writes.then_some("")>
                <p>{text}</p>
            </div>
        }
        .into_any(),
        Body::Words(text) => view! { <NoteWords text=text /> }.into_any(),
        Body::Plan(lines, None) if lines.is_empty() => ().into_any(),
        Body::Plan(lines, pairing) => {
            let lines = lines.into_iter().map(|line| view! { <p class="clip">{line}</p> });
            let picture = pairing.map(|strategy| view! { <PairingPicture strategy=strategy /> });
            view! { <div class="node__summary">{lines.collect_view()} {picture}</div> }.into_any()
        }
    }
}

/// "until 18:00, 2 h left" by the reader's clock, with the day when it is another one.
#[component]
fn Until(at: Timestamp) -> impl IntoView {
    let (now, zone) = (use_now(1_000), use_zone());
    let words = move || {
        let exact = minute(at, zone.get());
        now.get().map_or_else(
            || format!("until {exact}"),
            |now| {
                let when = exact.strip_prefix(date(now, zone.get()).as_str()).unwrap_or(&exact);
                format!("until {}, {}", when.trim(), time_left(at, now))
            },
        )
    };
    view! {
        <span class="num" translate="no" title=minute(at, Zone::Utc)>
            {words}
        </span>
    }
}

#[component]
fn NodeThumbs(run: Memo<Option<NodeRun>>) -> impl IntoView {
    let thumbs =
        Memo::new(move |_| run.with(|run| run.as_ref().map_or(vec![], |run| run.thumbs.clone())));
    let more = move || thumbs.read().len().checked_sub(THUMBS).filter(|more| *more > 0);
    let first = move || thumbs.get().into_iter().take(THUMBS).collect::<Vec<_>>();
    view! {
        <Show when=move || !thumbs.read().is_empty()>
            <div class="node__thumbs">
                <For each=first key=|thumb| thumb.url.clone() let:thumb>
                    <img
                        class="thumb"
                        src=thumb.url
                        alt=thumb.alt
                        width="48"
                        height="48"
                        loading="lazy"
                        draggable="false"
                    />
                </For>
                {move || more().map(|more| view! { <span class="thumb-more num">"+" {more}</span> })}
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn NodeFooter(run: Memo<Option<NodeRun>>) -> impl IntoView {
    let status = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.status)));
    let progress = Memo::new(move |_| run.with(|run| run.as_ref().and_then(|run| run.progress)));
    let percent = Signal::derive(move || {
        let (done, total) = progress.get().filter(|(_, total)| *total > 1)?;
        Some(f64::from(done) / f64::from(total) * 100.0)
    });
    let running = move || status.get() == Some(Status::Running);
    let shown = move || {
        let made = run.with(|run| {
            run.as_ref()
                .is_some_and(|run| run.stale || run.duration.is_some() || run.cost.is_some())
        });
        running() || made
    };
    view! {
        <Show when=shown>
            <div class="node__footer">
                <Show when=running>
                    <ProgressBar percent=percent label="Progress of this step" />
                </Show>
                <FooterFacts run=run />
            </div>
        </Show>
    }
    .into_any()
}

/// The word that it was made from what no longer counts.
#[component]
pub fn StaleMark() -> impl IntoView {
    view! {
        <span class="node__stale">
            <Glyph icon=Icon::RefreshCw size=12 />
            "Stale"
        </span>
    }
}

#[component]
fn FooterFacts(run: Memo<Option<NodeRun>>) -> impl IntoView {
    let facts = move || {
        let run = run.get()?;
        let running = run.status == Status::Running;
        let count = run.progress.filter(|(_, total)| *total > 1);
        let count = count.map(|(done, total)| format!("{done} of {total}"));
        let clock = run.started_at.filter(|_| running).map(|at| view! { <Elapsed from=at /> });
        let took = run.duration.filter(|_| clock.is_none());
        Some(view! {
            <span class="node__facts">
                {run.stale.then(StaleMark)}
                {run.sample.then(|| view! { <span class="node__sample">"Sample"</span> })}
                {run.cut_off.then(|| view! { <span class="node__sample">"Cut off"</span> })}
                {count.map(|count| view! { <span>{count}</span> })}
            </span>
            <span class="node__facts">
                {clock} {took.map(|took| view! { <span>{took}</span> })}
                {run.cost.map(|cost| view! { <span>{cost}</span> })}
            </span>
        })
    };
    view! { <p class="node__line num">{facts}</p> }
}

#[component]
fn Ports(#[prop(into)] ports: Signal<Vec<DiagramPort>>, side: &'static str) -> impl IntoView {
    let rows = move || {
        let ports = ports.get();
        let several = ports.len() > 1;
        let row = |(index, port): (usize, DiagramPort)| {
            let label = several.then_some(port.label);
            view! {
                <span
                    class="port"
                    data-side=side
                    data-shape=port.shape.key()
                    style:--top=format!("{}px", port_offset(index))
                >
                    {label.map(|label| view! { <span class="port__label">{label}</span> })}
                </span>
            }
        };
        ports.into_iter().enumerate().map(row).collect_view()
    };
    view! { <div class="node__ports" aria-hidden="true">{rows}</div> }
}

/// What a note says. Links show where they lead and are opened from the panel: a card is one thing
/// to choose, with nothing to press in it.
#[component]
pub(super) fn NoteWords(text: String) -> impl IntoView {
    view! {
        <div class="note">
            <MarkdownText text=text setting=Setting::Card />
        </div>
    }
    .into_any()
}

/// Where the pictures lie that are drawn, from the top: fewer than documents, so that it shows which
/// come again.
const IMAGES: [u8; 2] = [5, 11];
/// Where the documents lie.
const DOCUMENTS: [u8; 3] = [2, 8, 14];

/// Pictures on the left, documents on the right, and the lines the strategy itself draws between them.
#[component]
pub(super) fn PairingPicture(strategy: Strategy) -> impl IntoView {
    view! {
        <svg class="node__pairing" viewBox="0 0 28 16" width="28" height="16" aria-hidden="true">
            <path class="node__pairing-lines" d=lines(strategy) />
            <path class="node__pairing-dots" d=dots() />
        </svg>
    }
}

// Writing to a string cannot fail.

fn dots() -> String {
    let places = IMAGES.map(|y| (2, y)).into_iter().chain(DOCUMENTS.map(|y| (26, y)));
    places.fold(String::new(), |mut path, (x, y)| {
        let _ = write!(path, "M{x} {y}h.01");
        path
    })
}

fn lines(strategy: Strategy) -> String {
    let pairs = pairs(strategy, DOCUMENTS.len(), IMAGES.len());
    pairs.into_iter().fold(String::new(), |mut path, (document, image)| {
        let _ = write!(path, "M4 {}L24 {}", IMAGES[image], DOCUMENTS[document]);
        path
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_strategy_has_a_picture_of_its_own() {
        use Strategy as S;
        let all = [S::OneToOne, S::OneToMany, S::ManyToOne, S::RoundRobin, S::AllToAll];

        assert_eq!(lines(S::OneToMany), "M4 5L24 2M4 5L24 8M4 5L24 14");
        assert_eq!(lines(S::ManyToOne), "M4 5L24 2M4 11L24 2");
        assert_eq!(all.map(lines).into_iter().collect::<BTreeSet<_>>().len(), all.len());
    }
}
