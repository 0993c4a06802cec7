//! The execution as a graph: states, texts, pictures and prices on the cards of its workflow.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use model::{
    execution::{
        event::ArtifactBody,
        state::{ExecutionStatus, JobStatus, NodeStatus},
        view::{ExecutionView, JobView, NodeView},
    },
    id::{ImageId, NodeId},
    nodes::NodeConfig,
    text::markdown::plain_lines,
    time::Timestamp,
    value::{numbered, texts_in_json},
    workflow::Workflow,
};

use super::{
    cost::price,
    event_text::sentence::skip_reason,
    rounds::gather_rounds,
    shown::{
        cards::{run_on_card, stand_still},
        edges::edge_state,
    },
    store::ExecutionStore,
    text_stream::Texts,
};
use crate::{
    activity::words::chip_for,
    client::focus::focus,
    diagram::{
        Diagram,
        view::{DiagramEdge, DiagramNode, NodeRun, Thumb},
        workflow::{diagram_edges, diagram_nodes},
    },
    reviews::{
        decision::heading_of,
        words::{self, approvals, decision},
    },
    ui::{
        format::{clock, duration, pluralize},
        status::Status,
    },
};

/// Streamed text is cut to what a card can show, from its end.
const CARD_CHARS: usize = 160;

/// The address of a thumbnail of an image, with sides of at most `side` pixels.
pub fn thumbnail(image: ImageId, side: u32) -> String {
    format!("/api/v1/images/{image}/thumbnail?side={side}")
}

/// The state of a node as a person sees it.
fn node_status(node: NodeStatus, execution: ExecutionStatus) -> Status {
    match node {
        NodeStatus::Ready | NodeStatus::Waiting if execution == ExecutionStatus::Paused => {
            Status::Paused
        }
        NodeStatus::Pending => Status::Pending,
        NodeStatus::Ready => Status::Queued,
        NodeStatus::Waiting => Status::Waiting,
        NodeStatus::Running => Status::Running,
        NodeStatus::AwaitingReview => Status::AwaitingReview,
        NodeStatus::Completed => Status::Completed,
        NodeStatus::Failed => Status::Failed,
        NodeStatus::Skipped => Status::Skipped,
        NodeStatus::Cancelled => Status::Stopped,
    }
}

/// The state of an execution as a person sees it: one that waits for a person says so.
pub fn view_status(view: &ExecutionView) -> Status {
    match view.held_step() {
        Some(_) => Status::Waiting,
        None => chip_for(view.status, view.pause_reason),
    }
}

/// The state of a node as a person sees it: one that waits for a word is paused, or waits for a
/// decision when it is asked about its call.
pub fn status_of(node: &NodeView, execution: ExecutionStatus) -> Status {
    match node.hold {
        Some(_) => Status::Paused,
        None if node.is_asked_about() && node.status == NodeStatus::Waiting => {
            Status::AwaitingReview
        }
        None => node_status(node.status, execution),
    }
}

/// What a card shows of a node.
pub fn node_run(node: &NodeView, execution: ExecutionStatus, texts: &Texts, ahead: i64) -> NodeRun {
    let (done, jobs) = node.items_done();
    let bill = node.bill();
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
pub fn to_counts(done: usize, all: usize) -> (u32, u32) {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    (count(done), count(all))
}

fn note(node: &NodeView) -> Option<String> {
    let lost = || node.jobs.iter().any(|job| job.lost > 0 && job.status == JobStatus::Running);
    match node.status {
        NodeStatus::Failed => node.failure.as_ref().map(|failure| failure.message.clone()),
        // The countdown says it all.
        NodeStatus::Waiting if node.kind == "wait" && node.hold.is_none() => Some(String::new()),
        NodeStatus::Waiting => node.waiting.clone(),
        NodeStatus::AwaitingReview => Some(approval_words(node)),
        NodeStatus::Completed | NodeStatus::Pending => {
            node.decided.as_ref().map(decision).or_else(|| failed_items_words(node))
        }
        NodeStatus::Skipped => node.skipped.map(|reason| sentence_case(skip_reason(reason))),
        NodeStatus::Running if lost() => Some("Worker lost, taken over".to_owned()),
        _ => None,
    }
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
    so_far.map_or("Needs approval".to_owned(), |so_far| format!("Needs approval · {so_far}"))
}

fn sentence_case(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The newest text that a node at work is writing; none while it writes none.
fn streamed_text<'a>(node: &NodeView, texts: &'a Texts) -> Option<&'a str> {
    let writing = |job: &&JobView| job.status == JobStatus::Running;
    let streamed = texts.newest(node.jobs.iter().filter(writing).map(|job| job.id));
    streamed.filter(|_| node.status == NodeStatus::Running)
}

/// The text that is being written, else the beginning of the first output.
fn card_text(node: &NodeView, texts: &Texts) -> String {
    match streamed_text(node, texts) {
        Some(text) => tail(&plain_lines(&tail(text, 2 * CARD_CHARS)), CARD_CHARS),
        None => node.artifacts.iter().find_map(excerpt).unwrap_or_default(),
    }
}

fn excerpt(artifact: &model::execution::event::ArtifactSummary) -> Option<String> {
    match &artifact.body {
        ArtifactBody::Text { excerpt } => Some(plain_lines(excerpt)),
        ArtifactBody::Json { excerpt } => Some(readable_json(excerpt)),
        ArtifactBody::Image { .. } => None,
    }
}

/// JSON as a person reads it: texts in a list as a numbered list, else as it is.
pub fn readable_json(json: &str) -> String {
    texts_in_json(json).map_or_else(|| json.to_owned(), |texts| numbered(&texts))
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
    let thumb = |artifact: &model::execution::event::ArtifactSummary| match artifact.body {
        ArtifactBody::Image { image, .. } => Some(Thumb {
            url: thumbnail(image, 96),
            alt: format!("{}, picture {}", node.label, artifact.item + 1),
        }),
        _ => None,
    };
    node.artifacts.iter().filter_map(thumb).collect()
}

/// The ids of the nodes to keep in view: the one that failed, else those that work, else those that
/// wait; none when it is over and nothing failed.
fn nodes_at_work(view: &ExecutionView) -> Vec<String> {
    let of = |wanted: fn(NodeStatus) -> bool| -> Vec<String> {
        let nodes = view.nodes.iter().filter(|node| wanted(node.status));
        nodes
            .map(|node| node.id.without_round().to_owned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    };
    if let Some(failed) = &view.failed_node {
        return vec![failed.without_round().to_owned()];
    }
    let working = of(|status| status == NodeStatus::Running);
    if view.ended_at.is_none() && working.is_empty() {
        of(|status| {
            matches!(status, NodeStatus::Ready | NodeStatus::Waiting | NodeStatus::AwaitingReview)
        })
    } else {
        working
    }
}

/// Who decides at each review.
fn reviewers(workflow: &Workflow) -> BTreeMap<NodeId, &'static str> {
    let of = |node: &model::workflow::Node| match &node.data.config {
        NodeConfig::Review(config) => Some((node.id.clone(), words::who(config.reviewers))),
        _ => None,
    };
    workflow.nodes.iter().filter_map(of).collect()
}

/// The canvas of the monitor.
#[component]
pub fn Graph(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
    let who = store.page.with_value(|page| reviewers(&page.workflow));
    let (nodes, edges, label) = store.page.with_value(|page| {
        let label = format!("Steps of {}", page.name);
        (diagram_nodes(&page.workflow), diagram_edges(&page.workflow), label)
    });
    let stale = store.stale();
    let nodes = Memo::new(move |_| {
        let (view, past) = (store.view.read(), store.shown_at.get());
        let workflow = store.workflow.read();
        let texts = store.written_texts();
        let ahead = store.ahead.get().unwrap_or(0);
        let run = |node: &DiagramNode| {
            let known = view.nodes.get(&node.id);
            let run = known.map(|known| {
                let all = gather_rounds(&view, known);
                let mut run = run_on_card(&workflow, &view, known, &all, &texts, ahead);
                if let Some(moment) = past {
                    stand_still(&mut run, &all, moment);
                }
                run.stale = stale.with(|stale| stale.contains(&known.id));
                if let (Some(_), Some(note)) = (&all.review, &mut run.note) {
                    note.extend(who.get(&known.id).map(|who| format!(" · {who}")));
                }
                run
            });
            DiagramNode { run, ..node.clone() }
        };
        nodes.iter().map(run).collect::<Vec<_>>()
    });
    let edges = Memo::new(move |_| {
        let view = store.view.read();
        let drawn =
            |edge: &DiagramEdge| DiagramEdge { state: edge_state(edge, &view), ..edge.clone() };
        edges.iter().map(drawn).collect::<Vec<_>>()
    });
    let selected =
        Signal::derive(move || store.chosen.get().map(|id| id.without_round().to_owned()));
    let led_to = Signal::derive(move || store.led_to.get().map(|id| id.without_round().to_owned()));
    let choose = move |id: String| {
        let id = NodeId(id);
        let asks = store.view.with_untracked(|view| {
            let node = gather_rounds(view, view.node(&id)?);
            node.review.as_ref().map(|review| review.id)
        });
        store.chosen.set(Some(id));
        if let Some(review) = asks {
            request_animation_frame(move || focus(&heading_of(review)));
        }
    };
    let follow = Signal::derive(move || store.view.with(nodes_at_work));
    view! {
        <div class="monitor__canvas">
            <Diagram
                label=label
                nodes=nodes
                edges=edges
                selected=selected
                led_to=led_to
                on_select=choose
                follow=follow
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::monitor::sample;

    fn run(page: &model::pages::MonitorPage, node: &str) -> NodeRun {
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
    fn a_failed_card_says_why() {
        let image = run(&sample::failed(), "image");

        assert_eq!(image.status, Status::Failed);
        assert_eq!(image.note.as_deref(), Some("Sample: rate limit exceeded"));
    }

    #[test]
    fn the_view_follows_what_works_and_stays_at_what_failed() {
        assert_eq!(nodes_at_work(&sample::running().view), ["copy", "image"]);
        assert_eq!(nodes_at_work(&sample::failed().view), ["image"]);
        assert!(nodes_at_work(&sample::completed().view).is_empty());
    }

    #[test]
    fn a_long_text_is_cut_at_a_word() {
        assert_eq!(tail("one two three", 9), "… three");
        assert_eq!(tail("short", 9), "short");
    }

    #[test]
    fn only_what_waits_is_paused_with_the_execution() {
        let paused = ExecutionStatus::Paused;

        assert_eq!(node_status(NodeStatus::Ready, paused), Status::Paused);
        assert_eq!(node_status(NodeStatus::Running, paused), Status::Running);
        assert_eq!(node_status(NodeStatus::Pending, paused), Status::Pending);
    }
}
