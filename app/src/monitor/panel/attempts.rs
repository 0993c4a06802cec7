//! How often each item was tried, and what came of it.

use leptos::prelude::*;
use model::{
    execution::{
        state::JobStatus,
        view::{JobView, NodeView},
    },
    id::JobId,
};

use crate::{
    monitor::{
        bill::price,
        store::ExecutionStore,
        words::past::{PastAttempt, PastAttempts},
    },
    ui::{
        badge::StatusChip,
        format::duration,
        status::Status,
        windowed::{Place, WindowedList},
    },
};

/// One row per item, its past attempts below it.
#[component]
pub fn Attempts(
    /// What is known.
    store: ExecutionStore,
    /// The node.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let past = store.past_attempts();
    let jobs = Memo::new(move |_| {
        node.with(|node| node.as_ref().map_or(vec![], |node| node.jobs.clone()))
    });
    let count = Memo::new(move |_| jobs.read().len());
    let key = move |row: usize| jobs.read().get(row).map(|job| (row, job.id));
    view! {
        <Show
            when=move || count.get() != 0
            fallback=|| view! { <p class="panel-empty muted">"Nothing has been tried yet."</p> }
        >
            <WindowedList
                class="attempts"
                count=count
                key=key
                row=move |place, (row, id)| {
                    view! { <AttemptRow place=place row=row id=id jobs=jobs past=past /> }
                }
            />
        </Show>
    }
}

#[component]
fn AttemptRow(
    place: Place,
    row: usize,
    id: JobId,
    jobs: Memo<Vec<JobView>>,
    past: Memo<PastAttempts>,
) -> impl IntoView {
    let job = Memo::new(move |_| jobs.with(|jobs| jobs.get(row).cloned()));
    let of_job = move |read: fn(&JobView) -> String| move || job.with(|job| job.as_ref().map(read));
    let status =
        Signal::derive(move || job.with(|job| job.as_ref().map_or(Status::Pending, job_status)));
    let before = Memo::new(move |_| {
        let failed =
            job.with(|job| job.as_ref().is_some_and(|job| job.status == JobStatus::Failed));
        let mut own = past.with(|past| past.of(id).to_vec());
        // The last one of a failed job is the row itself.
        if failed {
            own.pop();
        }
        own
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
            aria-setsize=move || place.of.get().to_string()
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

fn job_status(job: &JobView) -> Status {
    match job.status {
        JobStatus::Pending => Status::Queued,
        JobStatus::Running => Status::Running,
        JobStatus::Completed => Status::Completed,
        JobStatus::Failed => Status::Failed,
        JobStatus::Cancelled => Status::Stopped,
    }
}

/// Which try it is after so many others of the job, how long it took and what it cost.
fn facts(job: &JobView, before: i32) -> String {
    let took = job.started_at.zip(job.ended_at).map(|(from, to)| duration(to.ms_since(from)));
    let paid = job.bill.cost_micros > 0 || job.bill.unpriced_calls > 0;
    let parts = [
        (job.attempt > 0).then(|| format!("attempt {}", job.attempt.max(before.saturating_add(1)))),
        took,
        paid.then(|| price(job.bill)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn why(job: &JobView) -> String {
    let lost = match job.lost {
        0 => None,
        1 => Some("Worker lost once, taken over".to_owned()),
        times => Some(format!("Worker lost {times} times, taken over")),
    };
    let failure = job.failure.as_ref().map(|failure| failure.message.clone());
    [failure, lost].into_iter().flatten().collect::<Vec<_>>().join(". ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::monitor::sample;

    #[test]
    fn a_row_says_which_attempt_how_long_and_why() {
        let page = sample::failed();
        let image = page.view.node(&"image".into()).unwrap();

        assert_eq!(facts(&image.jobs[0], 2), "attempt 3 · 1.0 s");
        assert_eq!(facts(&image.jobs[0], 4), "attempt 5 · 1.0 s");
        assert_eq!(
            why(&image.jobs[0]),
            "Sample: rate limit exceeded. Worker lost once, taken over"
        );
    }
}
