//! Executions for tests: made like real ones, by folding events.
#![allow(clippy::unwrap_used, reason = "tests")]

use model::{
    access::Role,
    api::executions::{ArtifactRow, BroughtAlong},
    execution::{
        action_policy::ActorScope,
        event::{ArtifactSummary, Event, EventKind},
        view::{Bill, ExecutionView},
    },
    id::{ExecutionId, JobId},
    launch_context::LaunchContext,
    pages::{ExecutionRelations, MonitorPage, PartialText},
    stream::TextPiece,
    time::Timestamp,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// When the sample executions were launched.
const LAUNCH: i64 = 1_763_632_920_000;

/// The instant `ms` milliseconds after the launch.
pub(super) fn instant(ms: i64) -> Timestamp {
    Timestamp(LAUNCH + ms)
}

pub(super) fn job(number: u8) -> JobId {
    format!("0193aaaa-0000-7000-8000-0000000000{number:02}").parse().unwrap()
}

/// A piece of a text that a job writes.
pub(super) fn piece(job: JobId, fence: i64, offset: usize, text: &str) -> TextPiece {
    let execution = ExecutionId(Uuid::nil());
    TextPiece { execution, job, fence, offset, text: text.to_owned() }
}

fn uuid(number: u8) -> String {
    format!("0193bbbb-0000-7000-8000-0000000000{number:02}")
}

/// Events numbered from 1, from pairs of milliseconds after the launch and kind with data.
pub(super) fn events(written: Vec<(i64, Value)>) -> Vec<Event> {
    let event = |(index, (ms, data)): (usize, (i64, Value))| Event {
        seq: i64::try_from(index).unwrap() + 1,
        at: instant(ms),
        kind: serde_json::from_value::<EventKind>(data).unwrap(),
    };
    written.into_iter().enumerate().map(event).collect()
}

fn of_job(kind: &str, node: &str, item: u8, more: Value) -> Value {
    let first = if node == "copy" { 10 } else { 20 };
    let mut data = json!({"kind": kind, "node": node, "job": job(first + item), "item": item});
    let map = data.as_object_mut().unwrap();
    map.extend(more.as_object().unwrap().clone());
    data
}

fn first_events() -> Vec<(i64, Value)> {
    let node = |id: &str, kind: &str, label: &str| json!({"id": id, "kind": kind, "label": label});
    vec![
        (
            0,
            json!({"kind": "execution.launched", "edges": ["e1", "e2", "e3", "e4"], "nodes": [
                node("brief", "start", "Brief"),
                node("copy", "generate_copy", "Write headlines"),
                node("image", "generate_image", "Make creatives"),
                node("attach", "attach_to_document", "Attach to copy"),
            ]}),
        ),
        (0, json!({"kind": "execution.started"})),
        (0, json!({"kind": "node.completed", "node": "brief", "live": ["e1", "e2"]})),
        (0, json!({"kind": "node.ready", "node": "copy", "jobs": [job(10), job(11)]})),
        (0, json!({"kind": "node.ready", "node": "image", "jobs": [job(20), job(21)]})),
        (1000, json!({"kind": "node.started", "node": "copy"})),
        (1000, of_job("job.started", "copy", 0, json!({"attempt": 1}))),
        (1000, of_job("job.started", "copy", 1, json!({"attempt": 1}))),
        (2000, json!({"kind": "node.started", "node": "image"})),
        (2000, of_job("job.started", "image", 0, json!({"attempt": 1}))),
        (2000, of_job("job.started", "image", 1, json!({"attempt": 1}))),
        (6000, of_job("cost.added", "copy", 0, charge(31_000))),
        (6000, text(0, "Mornings that taste like a plan.")),
        (
            6000,
            json!({"kind": "document.created", "node": "copy", "document": uuid(31),
            "title": "Headline 1"}),
        ),
        (6000, of_job("job.completed", "copy", 0, json!({}))),
    ]
}

fn charge(micros: i64) -> Value {
    json!({"charge": {"provider": "Sample", "model": "sample-text", "input_tokens": 40,
        "output_tokens": 60, "cost_micros": micros, "sample": true}})
}

fn text(item: u8, excerpt: &str) -> Value {
    json!({"kind": "artifact.created", "artifact": {"id": uuid(40 + item), "node": "copy",
        "item": item, "port": "texts", "version": 1, "sample": true, "type": "text",
        "excerpt": excerpt}})
}

fn picture(item: u8) -> Value {
    json!({"kind": "artifact.created", "artifact": {"id": uuid(50 + item), "node": "image",
        "item": item, "port": "images", "version": 1, "sample": true, "type": "image",
        "image": uuid(60 + item), "width": 1024, "height": 1024}})
}

/// How a list of versions has an output.
pub(super) fn version_row(
    artifact: &ArtifactSummary,
    version: i32,
    is_latest: bool,
) -> ArtifactRow {
    ArtifactRow {
        id: artifact.id,
        node_id: artifact.node.clone(),
        item: artifact.item,
        port: artifact.port.clone(),
        version,
        is_latest,
        image_id: None,
        provider: "sample".to_owned(),
        model: "sample-text".to_owned(),
        sample: true,
        cut_off: false,
        job_id: job(10),
        created_at: instant(0),
        kept_at: Some(instant(1)),
    }
}

/// The events of an execution whose pictures failed after a lost worker and a retry.
pub(super) fn failed_events() -> Vec<Event> {
    let failure = json!({"class": "transient", "code": "rate_limited",
        "message": "Sample: rate limit exceeded"});
    let mut written = first_events();
    written.extend([
        (
            7000,
            of_job(
                "job.lost",
                "image",
                0,
                json!({"call_in_flight": true, "possible_cost_micros": 40_000}),
            ),
        ),
        (8000, of_job("job.started", "image", 0, json!({"attempt": 2}))),
        (
            9000,
            of_job(
                "job.retry_scheduled",
                "image",
                0,
                json!({"at_time": instant(21_000),
            "attempt": 3, "max_attempts": 4, "failure": failure}),
            ),
        ),
        (21_000, of_job("job.started", "image", 0, json!({"attempt": 3}))),
        (22_000, of_job("job.failed", "image", 0, json!({"failure": failure}))),
        (22_000, json!({"kind": "node.failed", "node": "image", "failure": failure})),
        (23_000, of_job("cost.added", "copy", 1, charge(11_000))),
        (23_000, text(1, "Warm kitchens.")),
        (23_000, of_job("job.completed", "copy", 1, json!({}))),
        (23_000, json!({"kind": "node.completed", "node": "copy", "live": ["e3"]})),
        (
            23_000,
            json!({"kind": "execution.failed", "node": "image",
            "message": "Sample: rate limit exceeded"}),
        ),
    ]);
    events(written)
}

/// The events of an execution that went well.
pub(super) fn completed_events() -> Vec<Event> {
    let mut written = first_events();
    written.extend([
        (8000, of_job("cost.added", "copy", 1, charge(11_000))),
        (8000, text(1, "Warm kitchens.")),
        (8000, of_job("job.completed", "copy", 1, json!({}))),
        (8000, json!({"kind": "node.completed", "node": "copy", "live": ["e3"]})),
        (9000, picture(0)),
        (9000, of_job("job.completed", "image", 0, json!({}))),
        (9500, picture(1)),
        (9500, of_job("job.completed", "image", 1, json!({}))),
        (9500, json!({"kind": "node.completed", "node": "image", "live": ["e4"]})),
        (9600, json!({"kind": "node.completed", "node": "attach"})),
        (9600, json!({"kind": "execution.completed"})),
    ]);
    events(written)
}

fn page(events: &[Event]) -> MonitorPage {
    let node = |id: &str, kind: &str, label: &str, x: i32, y: i32| json!({"id": id, "type": kind, "position": {"x": x, "y": y}, "data": {"label": label}});
    let edge = |id: &str, source: &str, target: &str| json!({"id": id, "source": source, "target": target});
    let workflow = json!({
        "name": "Facebook Ads Campaign",
        "nodes": [
            node("brief", "start", "Brief", 0, 100),
            node("copy", "generate_copy", "Write headlines", 320, 0),
            node("image", "generate_image", "Make creatives", 320, 200),
            node("attach", "attach_to_document", "Attach to copy", 640, 100),
        ],
        "edges": [
            edge("e1", "brief", "copy"), edge("e2", "brief", "image"),
            edge("e3", "copy", "attach"), edge("e4", "image", "attach"),
        ],
        "settings": {"budget": 500_000},
    });
    MonitorPage {
        is_test: false,
        id: uuid(1).parse().unwrap(),
        number: 128,
        name: "Facebook Ads Campaign".to_owned(),
        template_id: None,
        template_version: None,
        launched_by: Some("Ada Owner".to_owned()),
        user_id: None,
        workspace_id: uuid(80).parse().unwrap(),
        project_id: uuid(81).parse().unwrap(),
        trigger: "manual".to_owned(),
        workflow: serde_json::from_value(workflow).unwrap(),
        parameters: json!({"product": "Morning coffee"}).as_object().unwrap().clone(),
        brought: BroughtAlong::default(),
        launch_context: LaunchContext::default(),
        context: vec![],
        external_refs: vec![],
        view: ExecutionView::from_events(events),
        children_bill: Bill::default(),
        reviews: vec![],
        questions: vec![],
        kept: vec![],
        partial: vec![],
        usual_ms: vec![],
        now: instant(12_000),
        may_control: true,
        hand: ActorScope::for_role(Role::Owner),
        relations: ExecutionRelations::default(),
    }
}

/// What may go along at a launch: a document, a picture and a text.
pub(super) fn brought_along() -> BroughtAlong {
    let file = |id: u8, name: &str, kind: &str, media: &str| json!({"id": uuid(id), "name": name, "kind": kind, "media_type": media, "bytes": 2_048});
    let brought = json!({
        "documents": [{"id": uuid(70), "title": "House style"}],
        "files": [
            file(71, "kettle.png", "image", "image/png"),
            file(72, "notes.txt", "text", "text/plain"),
        ],
    });
    serde_json::from_value(brought).unwrap()
}

/// Runs: one headline done, one being written, two pictures being made.
pub(super) fn running() -> MonitorPage {
    let text = "Steam, light and a quiet".to_owned();
    let partial = vec![PartialText { job: job(11), fence: 1, text }];
    MonitorPage { partial, ..page(&events(first_events())) }
}

/// Failed at the pictures, after all headlines were written.
pub(super) fn failed() -> MonitorPage {
    page(&failed_events())
}

/// Failed at the pictures while the headlines are still being written.
pub(super) fn failing() -> MonitorPage {
    let mut events = failed_events();
    let failed = |event: &Event| matches!(event.kind, EventKind::NodeFailed { .. });
    let end = events.iter().position(failed).unwrap() + 1;
    events.truncate(end);
    page(&events)
}

/// Completed, with all four steps done.
pub(super) fn completed() -> MonitorPage {
    page(&completed_events())
}

/// Runs, and asks about the call of the second headline.
pub(super) fn with_question() -> MonitorPage {
    let failure = json!({
        "class": "transient", "code": "outcome_unknown", "message": "The worker was lost.",
        "unanswered": true,
    });
    let mut written = first_events();
    written
        .push((13_000, of_job("job.asks", "copy", 1, json!({"question": 2, "failure": failure}))));
    let page = page(&events(written));
    let card = json!({
        "execution_id": page.id, "execution_name": page.name, "execution_number": page.number,
        "node_id": "copy", "step": "copy", "job_id": job(11), "item": 1, "question": 2, "sent_at": instant(9_000),
        "sent": {"method": "POST", "url": "https://api.example.com/orders", "body": "one"},
        "message": "The worker was lost.",
    });
    MonitorPage { questions: vec![serde_json::from_value(card).unwrap()], ..page }
}

/// A loop of three rounds, of which the first is done and the second is under way.
pub(super) fn looped() -> ExecutionView {
    ExecutionView::from_events(&events(looped_events()))
}

/// Its events; the sixth ends the first round.
pub(super) fn looped_events() -> Vec<(i64, Value)> {
    let node = |id: &str, kind: &str, inside: Option<&str>| json!({"id": id, "kind": kind, "label": "Copy", "inside": inside});
    let body = |round: usize| {
        let id = format!("copy@each[{round}]");
        json!({"kind": "round.started", "node": "each", "round": round, "total": 3,
            "nodes": [node(&id, "generate_copy", Some("each"))], "edges": [], "live": []})
    };
    let text = json!({"kind": "artifact.created", "artifact": {
        "id": "0193bbbb-0000-7000-8000-000000000001", "node": "copy@each[0]", "item": 0,
        "port": "texts", "version": 1, "sample": true, "type": "text", "excerpt": "Hello"}});
    vec![
        (
            0,
            json!({"kind": "execution.launched", "edges": [], "nodes": [
                node("each", "for_each", None), node("copy", "generate_copy", Some("each"))]}),
        ),
        (0, json!({"kind": "execution.started"})),
        (1, body(0)),
        (2, json!({"kind": "node.ready", "node": "copy@each[0]", "jobs": [job(10)]})),
        (3, text),
        (4, json!({"kind": "node.completed", "node": "copy@each[0]"})),
        (
            5,
            json!({"kind": "round.ended", "node": "each", "round": 0, "failed": false, "last": false}),
        ),
        (6, body(1)),
        (7, json!({"kind": "node.ready", "node": "copy@each[1]", "jobs": [job(11)]})),
    ]
}
