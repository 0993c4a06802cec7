//! The timeline's layout: pure, in percent of the time shown.

use std::collections::BTreeMap;

use model::{
    execution::{
        state::JobStatus,
        view::{ExecutionView, JobView, NodeView},
    },
    id::{JobId, NodeId},
    time::Timestamp,
};

use crate::{
    monitor::words::past::PastAttempt,
    ui::{format::clock, status::Status},
};

/// Marks on the axis at most.
const MARKS: u64 = 8;
/// Between two marks, in seconds.
const STEPS: [u64; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
/// Farther right, in percent, a mark would be cut.
const LAST_MARK: f64 = 95.0;
/// Room after the present, so that growing bars are seen to grow.
const HEADROOM: f64 = 1.06;

/// Everything the timeline draws.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gantt {
    /// One row per job, in the order of the nodes.
    pub rows: Vec<GanttRow>,
    /// Marks on the axis: percent and words.
    pub marks: Vec<(f64, String)>,
    /// Where the present is, in percent, while there is one.
    pub now: Option<f64>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct GanttRow {
    /// Unique in the timeline.
    pub key: String,
    /// The node.
    pub node: NodeId,
    /// The node's label, with the item's number when there are several.
    pub label: String,
    /// Its bars from left to right.
    pub bars: Vec<GanttBar>,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct GanttBar {
    /// From the left, in percent.
    pub left: f64,
    /// Percent.
    pub width: f64,
    /// Its colour.
    pub status: Status,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

/// Lays out the jobs that have begun, their past attempts included, seen from `now`.
pub fn gantt(view: &ExecutionView, past: &[PastAttempt], now: Timestamp) -> Gantt {
    let end = view.ended_at.unwrap_or(now);
    let shown = end.ms_since(view.launched_at).max(1_000);
    let head = if view.ended_at.is_some() { 1.0 } else { HEADROOM };
    let scale = Scale { zero: view.launched_at, end, ms: ms_f64(shown) * head };
    let mut attempts = BTreeMap::<JobId, Vec<&PastAttempt>>::new();
    for attempt in past {
        attempts.entry(attempt.job).or_default().push(attempt);
    }
    let rows = view.nodes.iter().flat_map(|node| rows(node, &attempts, scale)).collect();
    let now = view.ended_at.is_none().then(|| scale.percent(end));
    Gantt { rows, marks: marks(shown, scale), now }
}

#[derive(Debug, Clone, Copy)]
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

fn rows(node: &NodeView, past: &BTreeMap<JobId, Vec<&PastAttempt>>, scale: Scale) -> Vec<GanttRow> {
    let several = node.jobs.len() > 1;
    let row = |(item, job): (usize, &JobView)| {
        let over = past.get(&job.id).into_iter().flatten();
        let mut bars: Vec<_> =
            over.map(|past| scale.bar(past.from, past.to, past.status)).collect();
        bars.extend(present(job, scale).filter(|bar| !bars.contains(bar)));
        let label = match several {
            true => format!("{} · {}", node.label, item + 1),
            false => node.label.clone(),
        };
        (!bars.is_empty()).then(|| GanttRow {
            key: job.id.to_string(),
            node: node.id.clone(),
            label,
            bars,
        })
    };
    node.jobs.iter().enumerate().filter_map(row).collect()
}

fn present(job: &JobView, scale: Scale) -> Option<GanttBar> {
    let status = match job.status {
        JobStatus::Pending => return None,
        JobStatus::Running => Status::Running,
        JobStatus::Completed => Status::Completed,
        JobStatus::Failed => Status::Failed,
        JobStatus::Cancelled => Status::Stopped,
    };
    Some(scale.bar(job.started_at?, job.ended_at.unwrap_or(scale.end), status))
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
    use crate::monitor::{sample, words::past::past_attempts};

    #[test]
    fn every_job_that_began_has_a_row() {
        let page = sample::running();

        let gantt = gantt(&page.view, &[], sample::at(12_000));

        let labels: Vec<_> = gantt.rows.iter().map(|row| row.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "Write headlines · 1",
                "Write headlines · 2",
                "Make creatives · 1",
                "Make creatives · 2"
            ]
        );
        assert_eq!(gantt.rows[0].bars[0].status, Status::Completed);
        assert_eq!(gantt.rows[0].bars[0].ms, 5_000);
        assert_eq!(gantt.rows[2].bars[0].status, Status::Running);
    }

    #[test]
    fn a_running_bar_ends_at_the_present_and_leaves_room() {
        let page = sample::running();

        let gantt = gantt(&page.view, &[], sample::at(12_000));

        let bar = &gantt.rows[2].bars[0];
        assert!(gantt.now.is_some_and(|now| (bar.left + bar.width - now).abs() < 0.001));
        assert!(gantt.now.is_some_and(|now| now < 96.0));
    }

    #[test]
    fn a_finished_execution_fills_the_width_and_has_no_present() {
        let page = sample::completed();

        let gantt = gantt(&page.view, &[], sample::at(99_000));

        assert_eq!(gantt.now, None);
        assert!(gantt.rows.iter().flat_map(|row| &row.bars).all(|b| b.left + b.width <= 100.0));
        assert_eq!(gantt.marks.first(), Some(&(0.0, "00:00".to_owned())));
    }

    #[test]
    fn past_attempts_come_before_the_present_one_and_the_last_is_not_drawn_twice() {
        let page = sample::failed();
        let past = past_attempts(sample::failed_events().iter());

        let gantt = gantt(&page.view, &past, sample::at(99_000));

        let pictures = gantt.rows.iter().find(|row| row.label == "Make creatives · 1");
        let bars = pictures.map(|row| row.bars.iter().map(|bar| bar.ms).collect::<Vec<_>>());
        assert_eq!(bars, Some(vec![5_000, 1_000, 1_000]));
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
