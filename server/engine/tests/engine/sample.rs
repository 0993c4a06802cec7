//! What the sample provider promises: the same answer for the same request, offline and useful.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use files::sandbox::FileDecoder;
use model::answer::list_items;
use model::mcp::agent::AgentVerb;
use outside::providers::{ImageRequest, ItemOf, Provider, Sample, TextFormat, TextRequest};
use outside::schema::Schema;
use serde_json::{Value, json};

const AD: &str = "Write a Facebook ad.\nProduct: Solar Kettle\nAudience: weekend hikers\n\
                  Key benefits: boils in 90 seconds, needs no gas\nOffer: 20% off until Sunday\n\
                  Call to action: Pack yours today";

async fn write(request: TextRequest) -> String {
    Sample::new(0).generate_text(&request, &mut |_| {}).await.unwrap().text
}

fn prompt(prompt: &str) -> TextRequest {
    TextRequest { prompt: prompt.to_owned(), ..TextRequest::default() }
}

async fn json(schema: Value) -> Value {
    let request = TextRequest { format: TextFormat::Json { schema }, ..prompt(AD) };
    serde_json::from_str(&write(request).await).unwrap()
}

#[tokio::test]
async fn the_same_request_has_the_same_answer_and_another_seed_or_item_another_one() {
    let of = |seed, index| TextRequest { seed, item: ItemOf { index, count: 20 }, ..prompt(AD) };

    assert_eq!(write(of(1, 0)).await, write(of(1, 0)).await);
    let mut seen = BTreeSet::new();
    for index in 0..20 {
        assert!(seen.insert(write(of(u64::from(index), index)).await), "item {index}");
    }
}

#[tokio::test]
async fn an_ad_tells_the_facts_it_was_given() {
    for index in 0..10 {
        let item = ItemOf { index, count: 10 };
        let text = write(TextRequest { item, seed: 3, ..prompt(AD) }).await;
        for fact in
            ["Solar Kettle", "boils in 90 seconds", "20% off until Sunday", "Pack yours today"]
        {
            assert!(text.to_lowercase().contains(&fact.to_lowercase()), "{fact}: {text}");
        }
    }
}

#[tokio::test]
async fn an_article_follows_the_outline_it_was_given() {
    let outline = "## Why tea\n\n- a\n\n## Brewing well\n\n- b";
    let text =
        write(prompt(&format!("Write a blog post about tea from this outline:\n{outline}"))).await;

    assert!(text.starts_with("# "), "{text}");
    assert!(text.contains("## Why tea\n\n") && text.contains("## Brewing well\n\n"), "{text}");
    assert!(text.split_whitespace().count() > 120, "{text}");
}

#[tokio::test]
async fn lists_have_as_many_items_as_asked_for_and_none_twice() {
    let asked = "Write 7 email subject lines about our spring sale, each under 40 characters";
    let request = TextRequest { format: TextFormat::List, ..prompt(asked) };
    let items = list_items(&write(request).await);

    assert_eq!(items.iter().collect::<BTreeSet<_>>().len(), 7, "{items:?}");
    assert!(items.iter().all(|item| item.chars().count() <= 40), "{items:?}");
}

#[tokio::test]
async fn no_answer_is_empty_or_leaves_a_slot_open() {
    let forms = [
        "headline",
        "email subject line",
        "call to action",
        "Instagram caption",
        "tweet",
        "Facebook ad",
        "landing page",
        "newsletter",
        "outline",
        "article",
        "product description",
        "summary",
        "image prompt",
        "evaluation",
        "plan",
        "patch",
        "pull request",
        "reply",
        "poem",
        "",
    ];
    for form in forms {
        for about in ["", " about tea", " for Ünïcode™ 🌱, a \"thing\" {x} ${y}"] {
            let text = write(prompt(&format!("Write a {form}{about}"))).await;
            assert!(!text.trim().is_empty(), "{form}{about}");
            assert!(!text.contains("{subject}") && !text.contains("{Subject}"), "{text}");
        }
    }
}

#[tokio::test]
async fn the_stream_is_the_answer_piece_by_piece_at_the_asked_pace() {
    let mut streamed = String::new();
    let begun = Instant::now();
    let mut sink = |piece: &str| streamed.push_str(piece);
    let answer = Sample::new(200).generate_text(&prompt("Write a tweet"), &mut sink).await.unwrap();

    assert_eq!(streamed, answer.text);
    let words = answer.text.split_whitespace().count() as u32;
    assert!(begun.elapsed() >= Duration::from_millis(5) * (words - 1));
    assert!(answer.usage.output_tokens > 0 && answer.usage.input_tokens > 0);
}

#[tokio::test]
async fn json_answers_fit_their_schema() {
    let answer = json(json!({
        "type": "object",
        "required": ["score", "passed", "verdict", "suggestions", "when", "nested", "short"],
        "additionalProperties": false,
        "properties": {
            "score": { "type": "number", "minimum": 0, "maximum": 10 },
            "passed": { "type": "boolean" },
            "verdict": { "enum": ["reject", "approve"] },
            "suggestions": { "type": "array", "items": { "type": "string" }, "minItems": 4, "maxItems": 4 },
            "when": { "type": "string", "format": "date" },
            "nested": { "$ref": "#/$defs/point" },
            "short": { "type": "string", "maxLength": 5, "minLength": 3 },
        },
        "$defs": { "point": {
            "type": "object",
            "required": ["x"],
            "properties": { "x": { "type": ["integer", "null"], "minimum": 3, "maximum": 3 } },
        } },
    }))
    .await;

    let score = answer["score"].as_f64().unwrap();
    assert!((0.0..=10.0).contains(&score), "{answer}");
    assert_eq!(answer["passed"], true);
    assert_eq!(answer["verdict"], "approve");
    assert_eq!(answer["suggestions"].as_array().unwrap().len(), 4);
    assert_eq!(answer["when"].as_str().unwrap().len(), 10);
    assert_eq!(answer["nested"]["x"], 3);
    assert!((3..=5).contains(&answer["short"].as_str().unwrap().chars().count()), "{answer}");
}

#[tokio::test]
async fn of_several_examples_that_about_the_same_is_given_and_each_is_of_its_schema() {
    for verb in AgentVerb::ALL {
        let schema = verb.output_schema();
        let judge = Schema::read(&schema).unwrap();
        for example in schema["examples"].as_array().unwrap() {
            assert_eq!(judge.check(example), Ok(()), "{verb}: {example}");
        }
        judge.check(&json(schema).await).unwrap();
    }
    let schema = AgentVerb::Analyze.output_schema();
    let log =
        "column \"state\" of relation \"orders\" exists: migration 0042_add_order_state failed";
    let request = TextRequest { format: TextFormat::Json { schema }, ..prompt(log) };
    let answer: Value = serde_json::from_str(&write(request).await).unwrap();
    assert!(answer["root_cause"].as_str().unwrap().contains("0042_add_order_state"), "{answer}");
}

#[tokio::test]
async fn among_variants_the_one_that_ends_a_conversation_is_chosen() {
    let step = |action: &str| json!({ "type": "object", "required": ["action"], "properties": { "action": { "const": action } } });
    let answer = json(json!({ "oneOf": [step("tool"), step("final")] })).await;
    assert_eq!(answer["action"], "final");
}

#[tokio::test]
async fn endless_and_odd_schemas_still_have_an_answer() {
    let endless = json!({ "$ref": "#" });
    let tree = json!({ "type": "object", "properties": { "child": { "$ref": "#" } } });
    assert_eq!(json(endless).await, Value::Null);
    assert!(json(tree).await.is_object());
    assert!(json(json!(true)).await.is_string());
    assert!(json(json!({ "enum": [] })).await.is_null());
}

#[tokio::test]
async fn posters_have_the_asked_size_differ_by_item_and_stay_small() {
    let mut seen = BTreeSet::new();
    for (index, (width, height)) in
        [(1024, 1024), (1792, 1024), (1024, 1792), (64, 64)].into_iter().enumerate()
    {
        let item = ItemOf { index: index as u32, count: 4 };
        let prompt = "A poster for Solar Kettle".to_owned();
        let request = ImageRequest { prompt, width, height, item, ..ImageRequest::default() };
        let answer = Sample::new(0).generate_image(&request).await.unwrap();
        let again = Sample::new(0).generate_image(&request).await.unwrap();
        let checked = FileDecoder::InProcess.check_image(answer.bytes.clone()).await.unwrap();
        assert_eq!(
            (checked.media_type, checked.width, checked.height),
            ("image/png", width, height)
        );
        assert_eq!(answer.bytes, again.bytes);
        assert!(answer.bytes.len() <= 400 * 1024, "{} bytes", answer.bytes.len());
        assert!(seen.insert(answer.bytes));
    }
}

#[tokio::test]
async fn every_scene_can_be_drawn_in_any_shape() {
    let words = [
        "mountain",
        "ocean",
        "city",
        "plant",
        "coffee",
        "bottle",
        "lamp",
        "gift",
        "bread",
        "space",
        "music",
        "design",
        "nothing in particular",
    ];
    for word in words {
        for (width, height) in [(16, 400), (400, 16), (96, 96)] {
            let prompt = word.to_owned();
            let request =
                ImageRequest { prompt, width, height, seed: 5, ..ImageRequest::default() };
            assert!(
                Sample::new(0).generate_image(&request).await.is_ok(),
                "{word} {width}x{height}"
            );
        }
    }
}

#[tokio::test]
async fn sizes_beyond_reason_are_refused() {
    for (width, height) in [(0, 64), (64, 0), (5_000, 64), (u32::MAX, u32::MAX)] {
        let request = ImageRequest { width, height, ..ImageRequest::default() };
        assert_eq!(
            Sample::new(0).generate_image(&request).await.unwrap_err().failure.code,
            "size_refused"
        );
    }
}
