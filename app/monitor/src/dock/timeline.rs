//! The timeline: a row per item, a bar per attempt, the present as a line. Its layout is pure, in percent
//! of the time shown.

use leptos::prelude::*;
use model::{
    execution::{
        state::JobStatus,
        view::{ExecutionView, JobView, NodeView},
    },
    id::NodeId,
    time::Timestamp,
};
use ui::{
    format::{clock, duration},
    status::Status,
    virtual_list::{RowPosition, VirtualList},
};

use crate::{
    event_text::{
        past::{PastAttempts, Stretches},
        sentence::called_tool,
    },
    rounds::node_name,
    status::job_status,
    store::ExecutionStore,
};

/// The timeline of the whole execution; a click on a row selects its step.
#[component]
pub fn Timeline(store: ExecutionStore) -> impl IntoView {
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

/// Marks on the axis at most.
const MARKS: u64 = 8;
/// Between two marks, in seconds.
const STEPS: [u64; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
/// Farther right, in percent, a mark would be cut.
const LAST_MARK: f64 = 95.0;
/// Who stood for less stood for nothing that a person would see.
const STOOD_MS: u64 = 100;
/// Room after the present, so that growing bars are seen to grow.
const HEADROOM: f64 = 1.06;

/// What all rows are laid out by, and what is drawn around them.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    scale: Scale,
    /// Marks: percent and words.
    pub marks: Vec<(f64, String)>,
    /// Where the present is, in percent, while there is one.
    pub now: Option<f64>,
}

/// Where a row's item is: a timeline has many rows and lays out only those that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowPlace {
    node: usize,
    item: usize,
}

/// The row of one item of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct GanttRow {
    /// The node of the item, in its round; a click on the row selects it.
    pub node: NodeId,
    /// The node's label, with its round and the item's number when there are several.
    pub label: String,
    /// What it did, and between that what it stood for.
    pub bars: Vec<GanttBar>,
}

/// One attempt, or a stretch in which the item stood still.
#[derive(Debug, Clone, PartialEq)]
pub struct GanttBar {
    /// Where it begins, in percent of the axis.
    pub left: f64,
    /// How wide it is, in percent of the axis.
    pub width: f64,
    /// How the attempt ended, or what the item waited for; it decides the colour.
    pub status: Status,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

/// The axis of an execution, seen from `now`.
pub fn axis(view: &ExecutionView, now: Timestamp) -> Axis {
    let end = view.ended_at.unwrap_or(now);
    let shown = end.ms_since(view.launched_at).max(1_000);
    let head = if view.ended_at.is_some() { 1.0 } else { HEADROOM };
    let scale = Scale { zero: view.launched_at, end, ms: ms_f64(shown) * head };
    let now = view.ended_at.is_none().then(|| scale.percent(end));
    Axis { scale, marks: marks(shown, scale), now }
}

/// The items that have begun, or stand for something, in the order of the nodes.
pub fn rows(view: &ExecutionView, past: &PastAttempts, stood: &Stretches) -> Vec<RowPlace> {
    let begun = |node: &NodeView, item: usize| {
        let runs = |job: &JobView| job.status != JobStatus::Pending && job.started_at.is_some();
        let ran = || past.item_attempts(&node.id, item, view.seq).next().is_some();
        let stands = || stood.item_stretches(&node.id, item, view.seq).next().is_some();
        node.jobs.get(item).is_some_and(runs) || ran() || stands()
    };
    let of_node = |(place, node): (usize, &NodeView)| {
        // What is held or reviewed has no item, and its row all the same.
        let items = (0..past.items(node).max(1)).filter(|item| begun(node, *item));
        items.map(|item| RowPlace { node: place, item }).collect::<Vec<_>>()
    };
    view.nodes.iter().enumerate().flat_map(of_node).collect()
}

/// Lays out one row: what its item stood for, and its attempts, past ones included.
pub fn row(
    view: &ExecutionView,
    past: &PastAttempts,
    stood: &Stretches,
    place: RowPlace,
    axis: &Axis,
) -> Option<GanttRow> {
    let node = view.nodes.get_index(place.node)?;
    let over = past.item_attempts(&node.id, place.item, view.seq);
    let stood = stood.item_stretches(&node.id, place.item, view.seq);
    let stood = stood
        .map(|stood| axis.scale.bar(stood.from, stood.to.unwrap_or(axis.scale.end), stood.status));
    let mut bars: Vec<_> = stood.filter(|bar| bar.ms >= STOOD_MS).collect();
    bars.extend(over.map(|past| axis.scale.bar(past.from, past.to, past.status)));
    let now = node.jobs.get(place.item).and_then(|job| present(job, axis.scale));
    bars.extend(now.filter(|bar| !bars.contains(bar)));
    let label = match past.items(node) {
        0 | 1 => node_name(node),
        _ => format!("{} · {}", node_name(node), place.item + 1),
    };
    Some(GanttRow { node: node.id.clone(), label, bars })
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    zero: Timestamp,
    end: Timestamp,
    ms: f64,
}

impl Scale {
    fn percent(self, at: Timestamp) -> f64 {
        (ms_f64(at.ms_since(self.zero)) / self.ms * 100.0).min(100.0)
    }

    fn bar(self, from: Timestamp, to: Timestamp, status: Status) -> GanttBar {
        let left = self.percent(from);
        GanttBar { left, width: self.percent(to) - left, status, ms: to.ms_since(from) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "an execution lasts less than 2^53 ms")]
fn ms_f64(ms: u64) -> f64 {
    ms as f64
}

fn present(job: &JobView, scale: Scale) -> Option<GanttBar> {
    let begun = job.started_at.filter(|_| job.status != JobStatus::Pending)?;
    Some(scale.bar(begun, job.ended_at.unwrap_or(scale.end), job_status(job)))
}

fn marks(shown_ms: u64, scale: Scale) -> Vec<(f64, String)> {
    let shown = shown_ms / 1_000;
    let wide = shown.div_ceil(MARKS).max(1);
    let step = STEPS.into_iter().find(|step| *step >= wide).unwrap_or(wide);
    let mark = |index: u64| {
        let ms = index * step * 1_000;
        (scale.percent(scale.zero.plus_ms(ms)), clock(ms))
    };
    // A mark at the very end has no room for its words.
    (0..=shown / step).map(mark).filter(|(at, _)| *at <= LAST_MARK).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample, stream_events::Log};

    fn laid(view: &ExecutionView, past: &PastAttempts, now: Timestamp) -> (Axis, Vec<GanttRow>) {
        let (axis, stood) = (axis(view, now), Stretches::default());
        let rows = rows(view, past, &stood).into_iter();
        let rows = rows.filter_map(|at| row(view, past, &stood, at, &axis));
        (axis.clone(), rows.collect())
    }

    #[test]
    fn every_job_that_began_has_a_row() {
        let page = sample::running();

        let (_, rows) = laid(&page.view, &PastAttempts::default(), sample::instant(12_000));

        let labels: Vec<_> = rows.iter().map(|row| row.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "Write headlines · 1",
                "Write headlines · 2",
                "Make creatives · 1",
                "Make creatives · 2"
            ]
        );
        assert_eq!(rows[0].bars[0].status, Status::Completed);
        assert_eq!(rows[0].bars[0].ms, 5_000);
        assert_eq!(rows[2].bars[0].status, Status::Running);
    }

    #[test]
    fn a_running_bar_ends_at_the_present_and_leaves_room() {
        let page = sample::running();

        let (axis, rows) = laid(&page.view, &PastAttempts::default(), sample::instant(12_000));

        let bar = &rows[2].bars[0];
        assert!(axis.now.is_some_and(|now| (bar.left + bar.width - now).abs() < 0.001));
        assert!(axis.now.is_some_and(|now| now < 96.0));
    }

    #[test]
    fn a_finished_execution_fills_the_width_and_has_no_present() {
        let page = sample::completed();

        let (axis, rows) = laid(&page.view, &PastAttempts::default(), sample::instant(99_000));

        assert_eq!(axis.now, None);
        assert!(rows.iter().flat_map(|row| &row.bars).all(|b| b.left + b.width <= 100.0));
        assert_eq!(axis.marks.first(), Some(&(0.0, "00:00".to_owned())));
    }

    #[test]
    fn past_attempts_come_before_the_present_one_and_the_last_is_not_drawn_twice() {
        let page = sample::failed();
        let (mut log, mut past) = (Log::default(), PastAttempts::default());
        log.keep(&sample::failed_events());
        past.follow(&log);

        let (_, rows) = laid(&page.view, &past, sample::instant(99_000));

        let pictures = rows.iter().find(|row| row.label == "Make creatives · 1");
        let bars = pictures.map(|row| row.bars.iter().map(|bar| bar.ms).collect::<Vec<_>>());
        assert_eq!(bars, Some(vec![5_000, 1_000, 1_000]));
    }

    #[test]
    fn what_an_item_stood_for_is_drawn_beneath_its_attempts() {
        let page = sample::failed();
        let (mut log, mut stood) = (Log::default(), Stretches::default());
        log.keep(&sample::failed_events());
        stood.follow(&log);
        let axis = axis(&page.view, sample::instant(99_000));
        let past = PastAttempts::default();
        let rows = rows(&page.view, &past, &stood).into_iter();

        let mut rows = rows.filter_map(|at| row(&page.view, &past, &stood, at, &axis));

        let pictures = rows.find(|row| row.label == "Make creatives · 1");
        let bars = pictures.map(|row| row.bars).unwrap_or_default();
        let bars: Vec<_> = bars.iter().map(|bar| (bar.status, bar.ms)).collect();
        let stood = [(Status::Queued, 2_000), (Status::Queued, 1_000), (Status::Waiting, 12_000)];
        assert_eq!(bars, [&stood[..], &[(Status::Failed, 1_000)]].concat());
    }

    #[test]
    fn marks_stay_few_however_long_it_lasts() {
        for seconds in [1, 9, 45, 600, 7_200, 90_000] {
            let scale =
                Scale { zero: Timestamp(0), end: Timestamp(0), ms: ms_f64(seconds * 1_000) };

            assert!(marks(seconds * 1_000, scale).len() <= 10, "{seconds}");
        }
    }
}
