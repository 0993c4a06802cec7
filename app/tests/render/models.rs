//! Fixed page models.

use api::{
    documents::DocumentReading,
    templates::{LaunchForm, TemplatePreview},
};
use model::{
    api::listing::Page,
    estimate::Tariff,
    id::WorkspaceId,
    library::DocumentRow,
    pages::{
        DashboardPage, ExecutionChoices, ExecutionRow, LaunchPage, TemplateCard, TemplatePage,
    },
    workflow::Workflow,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// 2026-11-20, 10:02 UTC.
const MORNING: i64 = 1_795_168_920_000;

/// The workspace of every rendered page.
pub fn workspace() -> WorkspaceId {
    WorkspaceId(Uuid::from_u128(1))
}

/// A seeded template.
pub fn workflow(key: &str) -> Workflow {
    let text = match key {
        "facebook" => include_str!("../../model/templates/facebook_ads_campaign.json"),
        "blog" => include_str!("../../model/templates/blog_with_social.json"),
        "issue" => include_str!("../../model/templates/issue_to_pr.json"),
        _ => include_str!("../../model/templates/email_campaign.json"),
    };
    serde_json::from_str(text).unwrap()
}

fn card(id: u128, key: &str, category: &str, stats: Value) -> TemplateCard {
    let workflow = workflow(key);
    serde_json::from_value(json!({
        "id": Uuid::from_u128(id),
        "name": workflow.name,
        "description": workflow.description,
        "category": category,
        "is_system": true,
        "workflow": workflow,
        "stats": stats,
    }))
    .unwrap()
}

/// Three templates: never run, run with the sample provider, run often.
pub fn cards() -> Vec<TemplateCard> {
    let stats = |uses: i64, sample: i64, completed: i64, ended: i64, median: Option<i64>| {
        json!({
            "uses": uses, "sample_uses": sample, "completed": completed, "ended": ended,
            "median_ms": median, "median_cost_micros": median.map(|_| 41_000),
        })
    };
    vec![
        card(11, "facebook", "paid_ads", stats(128, 28, 97, 100, Some(118_000))),
        card(12, "blog", "blog", stats(2, 2, 0, 0, None)),
        card(13, "email", "email", stats(0, 0, 0, 0, None)),
    ]
}

fn page(card: TemplateCard) -> TemplatePage {
    TemplatePage { card, version: 3, example_output: String::new() }
}

/// The preview of the first template.
pub fn preview() -> TemplatePreview {
    let html = json!("<h2>Good water</h2>\n<p>It is <em>7:40</em>, the train is late.</p>\n");
    TemplatePreview {
        page: page(cards().remove(0)),
        example_output: serde_json::from_value(html).unwrap(),
    }
}

/// The sample provider for texts, a model nobody knows the price of for pictures.
fn tariffs() -> Vec<Tariff> {
    let nominal = json!({ "input_micros_per_mtok": 150_000, "output_micros_per_mtok": 600_000 });
    serde_json::from_value(json!([
        { "goods": "text", "by_name": null, "model": "sample", "price": nominal, "sample": true },
        { "goods": "picture", "by_name": null, "model": "draw-9", "price": {}, "sample": false },
    ]))
    .unwrap()
}

/// The launch form of a workflow.
pub fn launch_form(workflow: Workflow) -> LaunchForm {
    let template = page(TemplateCard { workflow, ..cards().remove(0) });
    let page = LaunchPage {
        draft_revision: None,
        template,
        text_provider: "Sample provider".to_owned(),
        image_provider: "Sample provider".to_owned(),
        sample: true,
        tariffs: tariffs(),
        documents: documents(),
        images: vec![],
        projects: vec![],
        presets: vec![],
        last: None,
    };
    let idempotency_key = "0198c8a2-0000-7000-8000-00000000000f".to_owned();
    LaunchForm { page, idempotency_key, again: None }
}

fn execution(number: i64, status: &str, more: Value) -> Value {
    let mut row = json!({
        "id": Uuid::from_u128(u128::from(number.unsigned_abs())),
        "number": number,
        "name": "Facebook Ads Campaign",
        "status": status,
        "pause_reason": null,
        "error": null,
        "progress_percent": 62,
        "current_node": "body",
        "current_step": "Write the body",
        "started_at": MORNING,
        "completed_at": null,
        "bill": { "input_tokens": 10, "output_tokens": 20, "cost_micros": 31_000,
                  "unpriced_calls": 0, "sample_calls": 4 },
        "launched_by": "Ada",
        "user_id": Uuid::from_u128(5),
        "workspace_id": Uuid::from_u128(1),
        "project_id": Uuid::from_u128(2),
        "trigger": "manual",
    });
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

/// One running, one waiting for a decision, two over.
pub fn dashboard() -> DashboardPage {
    let done = json!({ "completed_at": MORNING + 72_000, "progress_percent": 100 });
    let failed = json!({
        "completed_at": MORNING + 5_000,
        "error": "OpenAI: rate limit exceeded (attempt 4 of 4).",
    });
    serde_json::from_value(json!({
        "active": [
            execution(130, "running", json!({})),
            execution(129, "paused", json!({ "pause_reason": "review" })),
            execution(131, "pending", json!({ "queued": { "position": 3, "running": 10 } })),
        ],
        "recent": [execution(128, "completed", done), execution(127, "failed", failed)],
        "waiting": [{"id": Uuid::from_u128(70), "execution_id": Uuid::from_u128(129), "execution_name": "Facebook Ads Campaign", "execution_number": 129, "node_id": "check_texts", "step": "Check the texts", "until": null, "opened_at": MORNING}],
        "questions": [],
        "failures": [execution(127, "failed", json!({ "error": "OpenAI: rate limit exceeded." }))],
        "templates": [{ "template": { "id": Uuid::from_u128(11), "name": "Facebook Ads Campaign" }, "uses": 9, "last_at": MORNING }],
        "month": {
            "executions": 48, "ended": 40, "completed": 38, "cost_micros": 3_120_000,
            "unpriced_calls": 2, "sample_calls": 7, "budget_micros": 20_000_000,
        },
        "first_steps": [],
    }))
    .unwrap()
}

/// What executions can be narrowed by.
pub fn history_choices() -> ExecutionChoices {
    serde_json::from_value(json!({
        "templates": [{ "id": Uuid::from_u128(11), "name": "Facebook Ads Campaign" }],
        "people": [{ "id": Uuid::from_u128(5), "name": "Ada" }],
    }))
    .unwrap()
}

/// A part of the history: one that runs, one that failed, and more after them.
pub fn history() -> Page<ExecutionRow> {
    let from = json!({ "template": { "id": Uuid::from_u128(11), "name": "Ads" } });
    let failed = json!({
        "completed_at": MORNING + 72_000,
        "error": "OpenAI: rate limit exceeded (attempt 4 of 4).",
    });
    serde_json::from_value(json!({
        "items": [execution(130, "running", from), execution(127, "failed", failed)],
        "next_cursor": "bmV4dA",
    }))
    .unwrap()
}

/// Two documents, one with images.
pub fn documents() -> Vec<DocumentRow> {
    let row = |id: u128, title: &str, status: &str, image: Option<Uuid>| {
        json!({
            "id": Uuid::from_u128(id), "title": title, "status": status, "sample": image.is_some(), "tags": ["ads"],
            "excerpt": "It is 7:40, the train is late, and the kiosk wants two euros.",
            "execution": Uuid::from_u128(128), "updated_at": MORNING,
            "attachments": i64::from(image.is_some()) * 3, "primary_image": image,
        })
    };
    serde_json::from_value(json!([
        row(31, "Good water, wherever you are", "draft", Some(Uuid::from_u128(41))),
        row(32, "Spring letter", "published", None),
    ]))
    .unwrap()
}

/// A document with three images, the second of them primary in the library's order.
pub fn document() -> DocumentReading {
    let image = |id: u128, primary: bool| {
        json!({
            "id": Uuid::from_u128(id), "alt": "A bottle on a train table", "caption": "", "width": 1024,
            "height": 1024, "bytes": 48_256, "sample": true, "is_primary": primary,
            "order": 0, "by_workflow": Uuid::from_u128(128),
        })
    };
    serde_json::from_value(json!({
        "page": {
            "id": Uuid::from_u128(31), "title": "Good water, wherever you are",
            "content": "# Good water", "status": "draft", "tags": ["ads"], "revision": 1, "sample": true,
            "project": Uuid::from_u128(5), "project_name": "First project",
            "execution": Uuid::from_u128(128), "execution_name": "Facebook Ads Campaign #128",
            "created_at": MORNING, "updated_at": MORNING,
            "images": [image(41, true), image(42, false), image(43, false)],
            "files": [{ "id": Uuid::from_u128(51), "name": "قواعد.txt", "kind": "text",
                        "media_type": "text/plain", "bytes": 12, "note": null }],
        },
        "text": "<h2>Good water</h2>\n<p>One bottle, every tap.</p>\n",
    }))
    .unwrap()
}
