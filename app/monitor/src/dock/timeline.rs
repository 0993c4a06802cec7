//! The timeline: a row per item, a bar per attempt, the present as a line.

use leptos::prelude::*;
use ui::{
    format::duration,
    virtual_list::{RowPosition, VirtualList},
};

use super::gantt::{Axis, GanttBar, GanttRow, axis, row, rows};
use crate::{event_text::names::called_tool, store::ExecutionStore};

/// The timeline of the whole execution; a click on a row selects its step.
#[component]
pub fn Timeline(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
    let (past, stood) = (store.past_attempts(), store.stretches());
    let laid = Memo::new(move |_| store.view.with(|view| axis(view, store.now.get())));
    let rows = Memo::new(move |_| rows(&store.view.read(), &past.read(), &stood.read()));
    let count = Memo::new(move |_| rows.read().len());
    let row_at = move |place, at| {
        let row = Memo::new(move |_| {
            let (view, axis) = (store.view.read(), laid.read());
            row(&view, &past.read(), &stood.read(), at, &axis)
        });
        view! { <Row store=store place=place row=row /> }
    };
    view! {
        <Show
            when=move || count.get() != 0
            fallback=|| {
                view! { <p class="panel-empty muted">"Steps appear here when they run."</p> }
            }
        >
            <div class="timeline">
                <AxisMarks laid=laid />
                <VirtualList
                    class="timeline__rows"
                    count=count
                    key=move |place| rows.read().get(place).copied()
                    row=row_at
                />
            </div>
        </Show>
    }
}

fn percent(value: f64) -> String {
    format!("{value:.3}%")
}

#[component]
fn AxisMarks(laid: Memo<Axis>) -> impl IntoView {
    let marks = move || {
        let mark = |(at, words): (f64, String)| {
            view! { <span class="timeline__mark num" style:--at=percent(at)>{words}</span> }
        };
        laid.with(|laid| laid.marks.clone()).into_iter().map(mark).collect_view()
    };
    let now = move || laid.with(|laid| laid.now);
    view! {
        <div class="timeline__axis" aria-hidden="true">
            {marks}
            {move || {
                now().map(|now| view! { <span class="timeline__now" style:--at=percent(now)></span> })
            }}
        </div>
    }
}

#[component]
fn Row(store: ExecutionStore, place: RowPosition, row: Memo<Option<GanttRow>>) -> impl IntoView {
    let label = Memo::new(move |_| row.with(|r| r.as_ref().map(|row| row.label.clone())));
    let spoken = move || row.with(|row| row.as_ref().map(spoken).unwrap_or_default());
    let tool = Memo::new(move |_| {
        let workflow = store.workflow.read();
        let called = |row: &GanttRow| called_tool(&workflow, &row.node).map(str::to_owned);
        row.with(|row| row.as_ref().and_then(called))
    });
    let calls = move || tool.get().map(|tool| format!(", calls {tool}"));
    let choose = move |_| {
        if let Some(row) = row.get_untracked() {
            store.chosen.set(Some(row.node));
        }
    };
    let chosen = Memo::new(move |_| {
        let chosen = store.chosen.read();
        chosen.is_some() && row.with(|row| row.as_ref().map(|row| &row.node) == chosen.as_ref())
    });
    let count = Memo::new(move |_| row.with(|row| row.as_ref().map_or(0, |row| row.bars.len())));
    let bars = move || {
        let bar = |index: usize| {
            let bar = Memo::new(move |_| {
                row.with(|row| row.as_ref().and_then(|row| row.bars.get(index).cloned()))
            });
            let of = move |read: fn(f64, f64) -> f64| {
                move || bar.with(|b| b.as_ref().map(|b| percent(read(b.left, b.width))))
            };
            view! {
                <span
                    class="timeline__bar"
                    data-state=move || bar.with(|b| b.as_ref().map(|b| b.status.key()))
                    title=move || bar.with(|b| b.as_ref().map(|b| duration(b.ms)))
                    style:--left=of(|left, _| left)
                    style:--width=of(|_, width| width)
                ></span>
            }
        };
        (0..count.get()).map(bar).collect_view()
    };
    view! {
        <li
            class="timeline__row"
            aria-posinset=move || place.position.get().to_string()
            aria-setsize=move || place.set_size.get().to_string()
        >
            <button
                type="button"
                class="timeline__hit"
                aria-pressed=move || if chosen.get() { "true" } else { "false" }
                on:click=choose
            >
                <span class="timeline__label clip" title=move || tool.get()>
                    {move || label.get()}
                </span>
                <span class="unseen">{calls} {spoken}</span>
            </button>
            <span class="timeline__track" aria-hidden="true">
                {bars}
            </span>
        </li>
    }
}

fn spoken(row: &GanttRow) -> String {
    let bar =
        |bar: &GanttBar| format!(", {} {}", bar.status.word().to_lowercase(), duration(bar.ms));
    row.bars.iter().map(bar).collect()
}
