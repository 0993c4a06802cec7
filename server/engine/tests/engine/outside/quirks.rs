//! Ways in which servers of the chat format answer: what each means, how often it is called, what it costs.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{
    execution::{
        event::{Charge, EventKind},
        state::ExecutionStatus,
        view::ExecutionView,
    },
    workflow::{Backoff, Jitter, RetryPolicy, Workflow},
};
use outside::providers::{ImageRequest, Provider, ProviderAccess, TextFormat, TextRequest};
use serde_json::{Value, json};
use services::testing::{
    play::graph,
    world::{World, none, quick, sample},
};
use vault::secret::Secret;

use super::{
    providers::{hello, openai, text},
    wire::{self, Answer, Wire},
};

pub fn event(delta: Value, finish: Option<&str>) -> String {
    let choice = json!({"index": 0, "delta": delta, "finish_reason": finish});
    format!("data: {}\n\n", json!({"id": "c", "model": "m", "choices": [choice]}))
}

pub const USED: &str =
    "data: {\"choices\": [], \"usage\": {\"prompt_tokens\": 7, \"completion_tokens\": 9}}\n\n";

/// A stream with this between its first event and its last.
pub fn stream(said: &str) -> Answer {
    let role = event(json!({"role": "assistant", "content": ""}), None);
    Answer::raw_stream(&format!(
        "{role}{said}{}{USED}data: [DONE]\n\n",
        event(json!({}), Some("stop"))
    ))
}

pub fn said(text: &str) -> String {
    event(json!({"content": text}), None)
}

#[tokio::test]
async fn every_way_of_saying_a_text_is_understood() {
    let tea = said("Tea");
    let whole = |message: Value| Answer::json(200, json!({"choices": [{"message": message}]}));
    let thoughts = json!({"content": null, "reasoning_content": "secret"});
    let parts = json!({"content": [
        {"type": "thinking", "thinking": [{"type": "text", "text": "secret"}]},
        {"type": "text", "text": "Tea"},
    ]});
    let twice = json!({"choices": [], "usage": {"prompt_tokens": 7, "input_tokens": 7, "completion_tokens": 9}});
    let body = format!("{tea}{}", event(json!({}), Some("stop")));
    let answers = [
        stream(&tea),
        stream(&format!("{tea}data: {twice}\n\n")),
        stream(&event(parts.clone(), None)),
        stream(&format!("{}{tea}", event(thoughts.clone(), None))),
        stream(&said("<think>secret</think>\n\nTea")),
        stream(&format!("{tea}data: {{\"choices\": [{{\"delta\": null}}]}}\n\n")),
        stream(&format!(": PROCESSING\n\nevent: ping\ndata: ping\n\n{tea}")),
        Answer::raw(200, "Text/Event-Stream; charset=UTF-8", &body),
        Answer::raw(200, "application/json", &body),
        Answer::raw(200, "text/plain", body.trim_end()),
        whole(json!({"role": "assistant", "content": "Tea"})),
        whole(parts),
        whole(json!({"content": "<think>secret</think>Tea", "refusal": null, "tool_calls": []})),
        Answer::raw(200, "text/event-stream", &json!({"choices": [{"text": "Tea"}]}).to_string()),
    ];

    for answer in answers {
        let wire = Wire::serving(answer).await;
        let (streamed, answer) = text(&openai(wire.address), &hello()).await;
        assert_eq!(
            (answer.unwrap().text.as_str(), streamed.as_str(), wire.calls()),
            ("Tea", "Tea", 1)
        );
    }
}

#[tokio::test]
async fn json_is_found_in_what_models_write_around_it() {
    let format = TextFormat::Json { schema: json!({"type": "object"}) };
    let request = TextRequest { format, ..hello() };
    for written in [
        "{\"title\": \"A\"}",
        "Here is the JSON:\n```json\n{\"title\": \"A\"}\n```\nAnything else?",
        "<think>{\"title\": \"B\"}</think>{\"title\": \"A\"}",
    ] {
        let wire = Wire::serving(stream(&said(written))).await;
        let answer = text(&openai(wire.address), &request).await.1.unwrap();
        assert_eq!(answer.text, "{\"title\": \"A\"}");
    }
}

#[tokio::test]
async fn an_image_is_understood_in_each_of_its_forms() {
    let plain = STANDARD.encode(wire::png());
    let data = format!("data:image/png;base64,{plain}");
    for found in [
        json!({"b64_json": data}),
        json!({"b64_json": "", "url": data}),
        json!({"b64_json": format!("{}\n{}", &plain[..8], &plain[8..])}),
        json!({"b64_json": plain.trim_end_matches('=')}),
    ] {
        let wire = Wire::serving(Answer::json(200, json!({"created": 1, "data": [found]}))).await;
        let answer = openai(wire.address).generate_image(&ImageRequest::default()).await.unwrap();
        assert_eq!(answer.bytes, wire::png());
    }
}

/// One step that may be tried four times.
pub fn one_step(kind: &str, config: Value) -> Workflow {
    let mut workflow = graph(&[("step", kind, config)], &[("start", "step"), ("step", "end")]);
    let step = workflow.nodes.iter_mut().find(|node| node.id.as_str() == "step").unwrap();
    step.data.retry = Some(RetryPolicy {
        max_attempts: 4,
        backoff: Backoff::Fixed,
        initial_delay_ms: 1,
        max_delay_ms: 1,
        jitter: Jitter::None,
        ..RetryPolicy::default()
    });
    workflow
}

/// How a step ends that gets this answer, how often it asked, and what it was charged.
async fn ended(answer: Answer, workflow: &Workflow) -> (ExecutionView, usize, Vec<Charge>) {
    ended_at(Wire::serving(answer).await, workflow).await
}

/// A world whose prompts this server answers.
pub async fn world_at(wire: &Wire) -> World {
    let access = ProviderAccess {
        base_url: Some(format!("http://{}/v1", wire.address).parse().unwrap()),
        api_key: Some(Secret::new("sk-of-no-use")),
        ..ProviderAccess::default()
    };
    World::with_providers(sample().with_access("openai", access)).await
}

/// The same, with this server.
pub async fn ended_at(wire: Wire, workflow: &Workflow) -> (ExecutionView, usize, Vec<Charge>) {
    let world = world_at(&wire).await;
    let worker = world.worker(quick());
    let id = world.launch(world.publish(workflow).await, none()).await;
    let stands =
        |view: &ExecutionView| view.status.is_over() || view.status == ExecutionStatus::Paused;
    let view = world.wait(id, stands).await;
    worker.stop().await;
    world.assert_sound().await;
    let charges = world.events(id).await.into_iter().filter_map(|event| match event.kind {
        EventKind::CostAdded { charge, .. } => Some(charge),
        _ => None,
    });
    (view, wire.calls(), charges.collect())
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_is_asked_for_once_and_billed() {
    let text = one_step("generate_copy", json!({"prompt": "Say hello"}));
    let in_json =
        json!({"prompt": "Say hello", "output": {"format": "json", "schema": {"type": "object"}}});
    let in_json = one_step("generate_copy", in_json);
    let image = one_step("generate_image", json!({"prompt": "A cup"}));
    let counted = (7, 9);
    let with_bytes = |bytes: &[u8]| {
        Answer::json(
            200,
            json!({"data": [{"b64_json": STANDARD.encode(bytes)}], "usage": {"input_tokens": 7, "output_tokens": 9}}),
        )
    };
    let length = format!("{}{}{USED}", said("{\"title\": "), event(json!({}), Some("length")));
    let filtered = format!("{}{USED}", event(json!({}), Some("content_filter")));
    let tools =
        event(json!({"tool_calls": [{"id": "1", "function": {"name": "f"}}]}), Some("tool_calls"));
    let avif = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf".as_slice();
    let cases = [
        (
            stream(&event(json!({"refusal": "I will not."}), None)),
            &text,
            "I will not",
            Some(counted),
        ),
        (stream(&tools), &text, "tool", Some(counted)),
        (Answer::raw_stream(&filtered), &text, "refused", Some(counted)),
        (Answer::raw_stream(&length), &in_json, "token limit", Some(counted)),
        (with_bytes(avif), &image, "the file is AVIF, not a PNG", Some(counted)),
        (with_bytes(b"no picture"), &image, "the file is not a PNG", Some(counted)),
        (
            Answer::json(
                200,
                json!({"error": {"message": "Blocked by moderation", "code": "moderation_blocked"}}),
            ),
            &image,
            "Blocked by moderation",
            None,
        ),
        (
            Answer::json(403, json!({"error": {"message": "your input was flagged"}})),
            &text,
            "flagged",
            None,
        ),
        (Answer::raw(403, "text/html", "<title>Blocked</title>"), &text, "“Blocked”", None),
    ];

    for (answer, workflow, words, used) in cases {
        let (view, calls, charges) = ended(answer, workflow).await;

        let told = format!("{words}: {view:#?}");
        assert_eq!((view.status, calls), (ExecutionStatus::Failed, 1), "{told}");
        assert!(serde_json::to_string(&view).unwrap().contains(words), "{told}");
        let tokens: Vec<_> = charges.iter().map(|c| (c.input_tokens, c.output_tokens)).collect();
        assert_eq!(tokens, Vec::from_iter(used), "{told}");
    }
}

#[tokio::test]
async fn what_is_no_answer_is_shown_without_the_key() {
    let answer = Answer::raw(
        200,
        "application/json",
        "{\"status\": \"ready\", \"key\": \"sk-canary-4f9a/Zz+81==\"}",
    );
    let wire = Wire::serving(answer).await;
    let provider: Arc<dyn Provider> = Arc::new(openai(wire.address));

    let failure = text(&*provider, &hello()).await.1.unwrap_err();

    assert_eq!(
        failure.message,
        "OpenAI: the answer couldn't be read: {\"status\": \"ready\", \"key\": \"[redacted]\"}"
    );
}
