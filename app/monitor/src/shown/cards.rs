//! What a card shows of a node and of its rounds: state, text, pictures and price.

use std::borrow::Cow;

use diagram::view::{NodeRun, Thumb};
use model::{
    execution::{
        event::{ArtifactBody, ArtifactSummary},
        state::{ExecutionStatus, JobStatus, NodeStatus},
        view::{ExecutionView, JobView, NodeView},
    },
    nodes::NodeKind,
    text::markdown::plain_lines,
    time::Timestamp,
    workflow::Workflow,
};
use ui::format::{clock, duration, pluralize};
use web::routes::{self, ThumbnailSide};

use crate::{
    event_text::{job::turn_words, sentence::skip_reason},
    price::price,
    reviews::words::{approvals, decision},
    rounds::count_done,
    status::status_of,
    stream_events::{Texts, readable_stream},
    values::readable_json,
};

/// Streamed text is cut to what a card can show, from its end.
const CARD_CHARS: usize = 160;

/// What the card of a node shows; `all` is the node with its rounds taken together, and `ahead` is
/// how far the browser's clock is ahead of the database's, in milliseconds.
pub fn run_on_card(
    workflow: &Workflow,
    view: &ExecutionView,
    node: &NodeView,
    all: &NodeView,
    texts: &Texts,
    ahead: i64,
) -> NodeRun {
    let rounds = count_done(view, node);
    let mut run = node_run(all, view.status, texts, ahead);
    run.breakpoint = view.breakpoints.contains(&node.id);
    run.progress = rounds.map(|(a, b)| to_counts(a, b)).or(run.progress);
    if let Some(branch) = view.branch_not_taken(workflow, node) {
        run.note = Some(format!("Skipped: branch “{branch}” not taken"));
    }
    run
}

/// What the card showed at `moment`: its clocks stand still.
pub fn stand_still(run: &mut NodeRun, node: &NodeView, moment: Timestamp) {
    run.started_at = None;
    run.until = None;
    let from_to = node.started_at.map(|from| node.ended_at.unwrap_or(moment).ms_since(from));
    run.duration = from_to.map(duration);
}

/// What a card shows of a node.
fn node_run(node: &NodeView, execution: ExecutionStatus, texts: &Texts, ahead: i64) -> NodeRun {
    let (done, jobs) = node.items_done();
    let bill = node.bill().plus(node.children_bill());
    let took = node.started_at.zip(node.ended_at).map(|(from, to)| to.ms_since(from));
    NodeRun {
        status: status_of(node, execution),
        note: note(node),
        until: wake_time(node).map(|at| Timestamp(at.0 + ahead)),
        breakpoint: false,
        progress: (jobs > 0).then(|| to_counts(done, jobs)),
        writes: streamed_text(node, texts).is_some(),
        text: card_text(node, texts),
        thumbs: thumbs(node),
        started_at: node.started_at.map(|at| Timestamp(at.0 + ahead)),
        duration: took.map(short_duration),
        cost: (bill.cost_micros > 0 || bill.unpriced_calls > 0).then(|| price(bill)),
        stale: false,
        sample: bill.sample_calls > 0 || node.artifacts.iter().any(|artifact| artifact.sample),
        cut_off: node.artifacts.iter().any(|artifact| artifact.cut_off),
    }
}

/// A duration with which a card has room for a count and a price.
fn short_duration(ms: u64) -> String {
    if ms < 60_000 { duration(ms) } else { clock(ms) }
}

/// Counts of items or rounds as cards show them: done, and all.
fn to_counts(done: usize, all: usize) -> (u32, u32) {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    (count(done), count(all))
}

fn note(node: &NodeView) -> Option<String> {
    let lost = || node.jobs.iter().any(|job| job.lost > 0 && job.status == JobStatus::Running);
    match node.status {
        // The countdown says it all.
        NodeStatus::Waiting if node.kind == NodeKind::Wait.key() && node.hold.is_none() => {
            Some(String::new())
        }
        NodeStatus::Waiting => node.waiting.clone(),
        NodeStatus::AwaitingReview => Some(approval_words(node)),
        NodeStatus::Completed | NodeStatus::Pending => {
            node.decided.as_ref().map(decision).or_else(|| failed_items_words(node))
        }
        NodeStatus::Skipped => node.skipped.map(|reason| sentence_case(skip_reason(reason))),
        NodeStatus::Running => lost()
            .then(|| "Worker lost; another took over".to_owned())
            .or_else(|| agent_words(node)),
        // Why it failed stands above the graph, else in the panel of the step.
        NodeStatus::Ready | NodeStatus::Failed | NodeStatus::Cancelled => None,
    }
}

/// What the agent does that took a step last: `Turn 3, calls github.getIssue`.
fn agent_words(node: &NodeView) -> Option<String> {
    let last = node.jobs.iter().filter(|job| job.talk.is_some()).max_by_key(|job| job.began)?;
    last.talk.as_ref().map(|talk| sentence_case(&turn_words(talk)))
}

/// How many items of a node failed although it went on, in words.
fn failed_items_words(node: &NodeView) -> Option<String> {
    let failed = node.failed_jobs().count();
    (failed > 0).then(|| pluralize(failed as u64, "item failed", "items failed"))
}

/// When a node goes on by itself, by the clock of the database.
fn wake_time(node: &NodeView) -> Option<Timestamp> {
    node.until.or(node.review.as_ref().and_then(|review| review.until))
}

fn approval_words(node: &NodeView) -> String {
    let review = node.review.as_ref();
    let so_far = review.and_then(|review| approvals(&review.approvals, review.needed));
    so_far
        .map_or("Waiting for review".to_owned(), |so_far| format!("Waiting for review · {so_far}"))
}

fn sentence_case(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The newest text that a node at work is writing; none while it writes none.
fn streamed_text<'a>(node: &NodeView, texts: &'a Texts) -> Option<Cow<'a, str>> {
    let writing = |job: &&JobView| job.status == JobStatus::Running;
    let streamed = texts.newest(node.jobs.iter().filter(writing).map(|job| job.id));
    let streamed = streamed.filter(|_| node.status == NodeStatus::Running);
    streamed.map(|text| readable_stream(node, text)).filter(|text| !text.is_empty())
}

/// The text that is being written, else the beginning of the first output.
fn card_text(node: &NodeView, texts: &Texts) -> String {
    match streamed_text(node, texts) {
        Some(text) => tail(&plain_lines(&tail(&text, 2 * CARD_CHARS)), CARD_CHARS),
        None => node.artifacts.iter().find_map(excerpt).unwrap_or_default(),
    }
}

fn excerpt(artifact: &ArtifactSummary) -> Option<String> {
    match &artifact.body {
        ArtifactBody::Text { excerpt } => Some(plain_lines(excerpt)),
        ArtifactBody::Json { excerpt } => Some(readable_json(excerpt)),
        ArtifactBody::Image { .. } => None,
    }
}

/// The last characters, from the beginning of a word.
fn tail(text: &str, most: usize) -> String {
    let over = text.chars().count().saturating_sub(most);
    if over == 0 {
        return text.to_owned();
    }
    let cut: String = text.chars().skip(over).collect();
    let from = cut.find(char::is_whitespace).unwrap_or(0);
    format!("…{}", &cut[from..])
}

fn thumbs(node: &NodeView) -> Vec<Thumb> {
    let thumb = |artifact: &ArtifactSummary| match artifact.body {
        ArtifactBody::Image { image, .. } => Some(Thumb {
            url: routes::thumbnail(image, ThumbnailSide::Small),
            alt: format!("{}, image {}", node.label, artifact.item + 1),
        }),
        ArtifactBody::Text { .. } | ArtifactBody::Json { .. } => None,
    };
    node.artifacts.iter().filter_map(thumb).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::pages::MonitorPage;
    use ui::status::Status;

    use super::*;
    use crate::sample;

    fn run(page: &MonitorPage, node: &str) -> NodeRun {
        let texts = Texts::from_partial(&page.partial);
        node_run(page.view.node(&node.into()).unwrap(), page.view.status, &texts, 250)
    }

    #[test]
    fn a_running_card_shows_the_text_being_written_and_how_many_are_done() {
        let copy = run(&sample::running(), "copy");

        assert_eq!(copy.status, Status::Running);
        assert_eq!(copy.text, "Steam, light and a quiet");
        assert_eq!(copy.progress, Some((1, 2)));
        assert_eq!(copy.cost.as_deref(), Some("$0.031"));
        assert_eq!(copy.started_at, Some(sample::instant(1_250)));
        assert!(copy.sample);
    }

    #[test]
    fn a_finished_card_shows_what_was_made() {
        let page = sample::completed();

        assert_eq!(run(&page, "copy").text, "Mornings that taste like a plan.");
        assert_eq!(run(&page, "copy").duration.as_deref(), Some("7.0 s"));
        assert_eq!(run(&page, "image").thumbs.len(), 2);
        assert!(run(&page, "image").thumbs[0].url.ends_with("/thumbnail?side=96"));
    }

    #[test]
    fn a_failed_card_leaves_the_reason_to_the_page() {
        let image = run(&sample::failed(), "image");

        assert_eq!(image.status, Status::Failed);
        assert_eq!(image.note, None);
    }

    #[test]
    fn a_long_text_is_cut_at_a_word() {
        assert_eq!(tail("one two three", 9), "… three");
        assert_eq!(tail("short", 9), "short");
    }
}
