//! How often each item was tried, and what came of it.

use leptos::prelude::*;
use model::{
    execution::view::{ExecutionView, JobView, NodeView},
    id::NodeId,
};
use ui::{
    badge::StatusChip,
    format::duration,
    status::Status,
    virtual_list::{RowPosition, VirtualList},
};

use crate::{
    event_text::past::{PastAttempt, PastAttempts},
    price::price,
    rounds::rounds_of,
    status::job_status,
    store::ExecutionStore,
};

/// An item of a step, in one of its rounds.
type Item = (NodeId, usize);

/// One row per item, its past attempts below it.
#[component]
pub fn Attempts(
    store: ExecutionStore,
    /// The node in the panel; as it was drawn in a loop, its rounds are listed together.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let past = store.past_attempts();
    let items = Memo::new(move |_| {
        let (view, past, node) = (store.view.read(), past.read(), node.read());
        node.as_ref().map_or(vec![], |node| items(&view, &past, node))
    });
    let count = Memo::new(move |_| items.read().len());
    view! {
        <Show
            when=move || count.get() != 0
            fallback=|| view! { <p class="panel-empty muted">"No attempts yet."</p> }
        >
            <VirtualList
                class="attempts"
                count=count
                key=move |row| items.read().get(row).map(|item| (row, item.clone()))
                row=move |place, (row, item)| {
                    view! { <AttemptRow place=place row=row item=item store=store past=past /> }
                }
            />
        </Show>
    }
}

/// What a step has to show, in the order in which its rounds began.
fn items(view: &ExecutionView, past: &PastAttempts, node: &NodeView) -> Vec<Item> {
    let of = |node: &NodeView| {
        (0..past.items(node)).map(|item| (node.id.clone(), item)).collect::<Vec<_>>()
    };
    if node.is_real() { of(node) } else { rounds_of(view, node.id.as_str()).flat_map(of).collect() }
}

#[component]
fn AttemptRow(
    place: RowPosition,
    row: usize,
    item: Item,
    store: ExecutionStore,
    past: Memo<PastAttempts>,
) -> impl IntoView {
    let item = StoredValue::new(item);
    let job = Memo::new(move |_| {
        let view = store.view.read();
        item.with_value(|(node, item)| view.node(node)?.jobs.get(*item).cloned())
    });
    let of_job = move |read: fn(&JobView) -> String| move || job.with(|job| job.as_ref().map(read));
    let status =
        Signal::derive(move || job.with(|job| job.as_ref().map_or(Status::Pending, job_status)));
    let before = Memo::new(move |_| {
        let (past, seq) = (past.read(), store.view.with(|view| view.seq));
        let over =
            item.with_value(|(node, item)| past.item_attempts(node, *item, seq).cloned().collect());
        job.with(|job| earlier(over, job.as_ref()))
    });
    let present = move || {
        let tries = i32::try_from(before.read().len()).unwrap_or(i32::MAX);
        job.with(|job| job.as_ref().map(|job| facts(job, tries)))
    };
    let earlier = move || {
        let line = |past: PastAttempt| {
            let took = duration(past.to.ms_since(past.from));
            view! { <li>{format!("Attempt {} · {took}: {}", past.attempt, past.why)}</li> }
        };
        before.get().into_iter().map(line).collect_view()
    };
    view! {
        <li
            class="attempt"
            aria-posinset=move || place.position.get().to_string()
            aria-setsize=move || place.set_size.get().to_string()
        >
            <p class="attempt__line">
                <b class="num">{format!("Item {}", row + 1)}</b>
                <StatusChip status=status />
                <span class="spring"></span>
                <span class="muted small num">{present}</span>
            </p>
            <p class="attempt__why">{of_job(why)}</p>
            <ul class="attempt__past">{earlier}</ul>
        </li>
    }
}

/// The attempts before the present one; the last of a job that has ended is the row itself.
fn earlier(mut past: Vec<PastAttempt>, job: Option<&JobView>) -> Vec<PastAttempt> {
    let shown = |past: &PastAttempt| {
        job.is_some_and(|job| job.id == past.job && job.ended_at == Some(past.to))
    };
    past.pop_if(|last| shown(last));
    past
}

/// Which try it is after so many others of the job, how long it took and what it cost.
fn facts(job: &JobView, before: i32) -> String {
    let took = job.started_at.zip(job.ended_at).map(|(from, to)| duration(to.ms_since(from)));
    let bill = job.bill.plus(job.child_bill);
    let paid = bill.cost_micros > 0 || bill.unpriced_calls > 0;
    let parts = [
        (job.attempt > 0).then(|| format!("attempt {}", job.attempt.max(before.saturating_add(1)))),
        took,
        paid.then(|| price(bill)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn why(job: &JobView) -> String {
    let lost = match job.lost {
        0 => None,
        1 => Some("Worker lost once; another took over".to_owned()),
        times => Some(format!("Worker lost {times} times; others took over")),
    };
    let failure = job.failure.as_ref().map(|failure| failure.message.clone());
    [failure, lost].into_iter().flatten().collect::<Vec<_>>().join(". ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    #[test]
    fn a_row_says_which_attempt_how_long_and_why() {
        let page = sample::failed();
        let image = page.view.node(&"image".into()).unwrap();

        assert_eq!(facts(&image.jobs[0], 2), "attempt 3 · 1.0 s");
        assert_eq!(facts(&image.jobs[0], 4), "attempt 5 · 1.0 s");
        assert_eq!(why(&image.jobs[0]), "Sample: rate limit exceeded");
        let lost = JobView { lost: 1, failure: None, ..image.jobs[0].clone() };
        assert_eq!(why(&lost), "Worker lost once; another took over");
    }
}
