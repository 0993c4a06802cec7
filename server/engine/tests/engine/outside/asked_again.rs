//! When a server is asked once more: for JSON that is not what was asked for, and without a field that it
//! refuses.

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{
    api::{documents::DocumentChange, lineage::Subject},
    execution::{artifact, state::ExecutionStatus},
};
use outside::providers::{ImageRequest, Provider, TextFormat, TextRequest};
use serde_json::{Value, json};
use services::testing::world::{none, quick};

use super::{
    providers::{hello, openai, text},
    quirks::{USED, ended_at, event, one_step, said, stream, world_at},
    wire::{self, Answer, Seen, Wire},
};

fn titled() -> Value {
    json!({"prompt": "A title", "output": {"format": "json", "schema": {
        "type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}}}})
}

/// Answers with the first, and with the second to whoever says what was wrong with it.
async fn mending(first: &str, second: &str) -> Wire {
    let (first, second) = (stream(&said(first)), stream(&said(second)));
    let is_repair = |seen: &Seen| {
        let messages = seen.json()["messages"].as_array().unwrap().clone();
        messages.iter().any(|message| message["role"] == "assistant")
    };
    Wire::answering(move |seen| if is_repair(seen) { second.clone() } else { first.clone() }).await
}

#[tokio::test]
async fn json_that_is_not_what_was_asked_for_is_put_right_once() {
    let copy = one_step("generate_copy", titled());
    for wrong in ["Sure! Here it is", "{\"title\": 5}", "{\"titel\": \"A\"}"] {
        let (view, calls, charges) =
            ended_at(mending(wrong, "{\"title\": \"A\"}").await, &copy).await;
        assert_eq!((view.status, calls), (ExecutionStatus::Completed, 2), "{wrong}: {view:#?}");
        let tokens: Vec<_> = charges.iter().map(|c| (c.input_tokens, c.output_tokens)).collect();
        assert_eq!(tokens, [(7, 9), (7, 9)]);
    }

    let (view, calls, charges) = ended_at(mending("Sure!", "{\"title\": 5}").await, &copy).await;
    assert_eq!((view.status, calls, charges.len()), (ExecutionStatus::Failed, 2, 2));
    let told = serde_json::to_string(&view).unwrap();
    assert!(told.contains("(at /title). The model was asked once to correct it."), "{told}");

    let verdict = json!({"criteria": "Short", "content": "A text", "threshold": 7});
    let verdict = one_step("ai_review", verdict);
    let good = "{\"score\": 8, \"feedback\": \"Fine.\", \"suggestions\": []}";
    let (view, calls, _) = ended_at(mending("It is fine.", good).await, &verdict).await;
    assert_eq!((view.status, calls), (ExecutionStatus::Completed, 2), "{view:#?}");
}

#[tokio::test]
async fn a_field_that_a_server_refuses_is_left_out_and_remembered() {
    let no = |words: &str| Answer::json(400, json!({"error": {"message": words}}));
    let extra = |field: &str| {
        let detail = json!([{"type": "extra_forbidden", "loc": ["body", field], "msg": "Extra inputs are not permitted"}]);
        Answer::json(422, json!({"detail": detail}))
    };
    let seed_for_both = extra("seed");
    let newer = no(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    );
    let default_only = no(
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.",
    );
    let none_named = Answer::json(422, json!({}));
    let not_streamed = no("stream is not supported");
    let cases: [(&[&str], Answer); 5] = [
        (&["seed", "stream_options"], seed_for_both),
        (&["max_tokens"], newer),
        (&["temperature"], default_only),
        (&["stream_options", "seed"], none_named),
        (&["stream"], not_streamed),
    ];
    let request = TextRequest { temperature: Some(0.5), max_tokens: Some(9), ..hello() };

    for (refused, refusal) in cases {
        let refused = refused.to_vec();
        let names = refused.clone();
        let wire = Wire::answering(move |seen| {
            let sent = seen.json();
            if refused.iter().any(|field| !sent[*field].is_null()) {
                return refusal.clone();
            }
            stream(&said("Tea"))
        })
        .await;
        let provider = openai(wire.address);

        assert_eq!(text(&provider, &request).await.1.unwrap().text, "Tea", "{names:?}");
        let learnt = wire.calls();
        assert!((2..=3).contains(&learnt), "{names:?}: {learnt}");
        assert_eq!(text(&provider, &request).await.1.unwrap().text, "Tea", "{names:?}");
        assert_eq!(wire.calls(), learnt + 1, "it is remembered that {names:?} are refused");
    }
}

#[tokio::test]
async fn json_is_asked_for_in_the_way_that_a_server_knows() {
    let schema = json!({"type": "object", "required": ["title"]});
    let request = TextRequest { format: TextFormat::Json { schema }, ..hello() };
    for ways in [vec!["json_schema"], vec!["json_schema", "json_object"]] {
        let refused = ways.len();
        let wire = Wire::answering(move |seen| {
            let sent = seen.json();
            if ways.iter().any(|way| sent["response_format"]["type"] == *way) {
                let words = "This response_format type is unavailable now";
                return Answer::json(400, json!({"error": {"message": words}}));
            }
            assert!(
                sent["messages"].to_string().contains("required"),
                "the schema is told: {sent}"
            );
            stream(&said("```json\n{\"title\": \"A\"}\n```"))
        })
        .await;
        let provider = openai(wire.address);

        let answer = text(&provider, &request).await.1.unwrap();
        assert_eq!((answer.text.as_str(), wire.calls()), ("{\"title\": \"A\"}", refused + 1));
        text(&provider, &request).await.1.unwrap();
        assert_eq!(wire.calls(), refused + 2);
    }
}

#[tokio::test]
async fn an_image_is_asked_for_without_what_a_server_refuses() {
    let wire = Wire::answering(|seen| {
        if !seen.json()["quality"].is_null() {
            let words = "Unknown parameter: 'quality'.";
            return Answer::json(400, json!({"error": {"message": words, "param": "quality"}}));
        }
        Answer::json(200, json!({"data": [{"b64_json": STANDARD.encode(wire::png())}]}))
    })
    .await;
    let request = ImageRequest { quality: Some("hd".to_owned()), ..ImageRequest::default() };

    assert_eq!(openai(wire.address).generate_image(&request).await.unwrap().bytes, wire::png());
    assert_eq!(wire.calls(), 2);

    let sizeless = Wire::answering(|seen| {
        if !seen.json()["size"].is_null() {
            return Answer::json(
                400,
                json!({"code": "400", "error": "Argument not supported: size"}),
            );
        }
        Answer::json(200, json!({"result": {"image": STANDARD.encode(wire::png())}}))
    })
    .await;
    let plain = ImageRequest::default();
    let made = openai(sizeless.address).generate_image(&plain).await.unwrap();
    assert_eq!((made.bytes, sizeless.calls()), (wire::png().into(), 2));
}

#[tokio::test]
async fn an_image_is_taken_from_chat_and_from_a_job_that_makes_it() {
    let in_chat = Wire::answering(|seen| {
        if !seen.path.ends_with("/chat/completions") {
            return Answer::json(404, json!({"error": {"message": "Not Found", "code": 404}}));
        }
        let url = format!("data:image/png;base64,{}", STANDARD.encode(wire::png()));
        let images = json!([{"type": "image_url", "image_url": {"url": url}}]);
        Answer::json(200, json!({"choices": [{"message": {"content": "", "images": images}}]}))
    })
    .await;
    let in_job = Wire::answering(|seen| {
        if !seen.path.ends_with("/jobs/1") {
            return Answer::json(200, json!({"status": "queued", "polling_url": "/jobs/1"}));
        }
        Answer::json(
            200,
            json!({"status": "Ready", "result": {"image": STANDARD.encode(wire::png())}}),
        )
    })
    .await;
    let held_back = Wire::serving(Answer::json(
        200,
        json!({"data": [{"url": "", "respect_moderation": false}]}),
    ));
    let elsewhere = Wire::serving(Answer::json(
        200,
        json!({"status": "queued", "polling_url": "http://10.0.0.7/1"}),
    ));
    let plain = ImageRequest::default();

    for wire in [in_chat, in_job] {
        let made = openai(wire.address).generate_image(&plain).await.unwrap();
        assert_eq!((made.bytes, wire.calls()), (wire::png().into(), 2));
    }
    for (wire, code) in [(held_back.await, "content_refused"), (elsewhere.await, "bad_image")] {
        let failed = openai(wire.address).generate_image(&plain).await.unwrap_err();
        assert_eq!((failed.failure.code.as_str(), wire.calls()), (code, 1));
    }
}

#[tokio::test]
async fn a_text_is_asked_for_by_the_interface_that_the_model_has() {
    let wire = Wire::answering(|seen| {
        if seen.path.ends_with("/chat/completions") {
            let words =
                "This model is only supported in v1/responses and not in v1/chat/completions.";
            return Answer::json(404, json!({"error": {"message": words}}));
        }
        let parts = json!([{"type": "output_text", "text": "Tea"}]);
        let output = json!([{"type": "message", "content": parts}]);
        Answer::json(200, json!({"object": "response", "status": "completed", "output": output}))
    })
    .await;
    let provider = openai(wire.address);
    let request = TextRequest { prompt: "Hi".to_owned(), ..hello() };
    for calls in [2, 3] {
        let answer = provider.generate_text(&request, &mut |_| {}).await.unwrap();
        assert_eq!((answer.text.as_str(), wire.calls()), ("Tea", calls));
    }
    assert_eq!(wire.last().json()["input"][0]["content"][0]["text"], "Hi");
}

#[tokio::test]
async fn a_text_that_ended_at_its_limit_is_kept_and_says_so() {
    let thoughts = event(json!({"content": null, "reasoning_content": "Brew it cold."}), None);
    let cut = event(json!({}), Some("length"));
    let answer =
        Answer::raw_stream(&format!("{thoughts}{}{cut}{USED}data: [DONE]\n\n", said("Cold")));
    let wire = Wire::serving(answer).await;

    let answer = text(&openai(wire.address), &hello()).await.1.unwrap();

    assert_eq!((answer.text.as_str(), answer.reasoning.as_str()), ("Cold", "Brew it cold."));
    assert!(answer.is_cut_off);
}

#[tokio::test]
async fn a_text_that_was_cut_off_says_so_on_its_node_its_document_and_its_version() {
    let thoughts = event(json!({"content": null, "reasoning_content": "Brew it cold."}), None);
    let cut = event(json!({}), Some("length"));
    let answer =
        Answer::raw_stream(&format!("{thoughts}{}{cut}{USED}data: [DONE]\n\n", said("Cold")));
    let wire = Wire::serving(answer).await;
    let world = world_at(&wire).await;
    let worker = world.worker(quick());
    let step = one_step("generate_copy", json!({"prompt": "A text", "save_as_document": true}));
    let id = world.launch(world.publish(&step).await, none()).await;
    let view = world.wait_over(id).await;
    worker.stop().await;

    let made = view.nodes.iter().flat_map(|node| &node.artifacts).next().unwrap();
    assert!(made.cut_off, "{view:#?}");
    let (owner, services) = (&world.owner, &world.services);
    let rows = services.artifacts.list(owner, id).await.unwrap();
    assert!(rows[0].cut_off);
    let lineage = services.artifacts.lineage(owner, Subject::Artifact(made.id)).await.unwrap();
    assert_eq!(lineage.entries[0].input(artifact::REASONING), Some("Brew it cold."));
    let document = lineage.entries[0].documents[0].id;
    let page = services.library.document(owner, document).await.unwrap();
    assert!(page.cut_off && page.content == "Cold", "{page:#?}");

    // Whoever has changed it has read it.
    let change = DocumentChange {
        revision: page.revision,
        title: None,
        content: Some("Cold brew.".to_owned()),
        status: None,
        tags: None,
    };
    services.library.save_document(owner, document, change).await.unwrap();
    assert!(!services.library.document(owner, document).await.unwrap().cut_off);
}
