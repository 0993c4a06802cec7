//! Answers in every framing, cut into pieces of any size.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// The parsed answer, the text that was streamed meanwhile, and the fault, if any.
fn read(answer: &[u8], size: usize) -> (ParsedAnswer, String, Option<AnswerError>) {
    let (mut reader, mut streamed) = (Reader::default(), String::new());
    let mut sink = |piece: ChatPiece<'_>| {
        if let ChatPiece::Text(text) = piece {
            streamed.push_str(text);
        }
    };
    let mut result = Ok(());
    for bytes in answer.chunks(size) {
        match reader.take(bytes, &mut sink) {
            Ok(true) => {}
            Ok(false) => break,
            Err(fault) => {
                result = Err(fault);
                break;
            }
        }
    }
    let result = result.and_then(|()| reader.end(&mut sink));
    (reader.into_parsed(), streamed, result.err())
}

const TEXT: &str = "Grüße, 世界 🌍: three words.";

/// The text word by word, as chunks.
fn chunks() -> Vec<Value> {
    let chunk = |text: &str| json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]});
    let words = TEXT.split_inclusive(' ').map(chunk);
    let role = json!({"choices": [{"delta": {"role": "assistant", "content": ""}}]});
    let stop = json!({"choices": [{"index": 0, "delta": null, "finish_reason": "stop"}]});
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 9, "input_tokens": 7}});
    std::iter::once(role).chain(words).chain([stop, usage]).collect()
}

/// Ways in which servers frame the same chunks.
fn framings() -> Vec<Vec<u8>> {
    let framed = |before: &str, after: &str| {
        chunks().iter().map(|chunk| format!("{before}{chunk}{after}")).collect::<String>()
    };
    let with_done = |after: &str| framed("data: ", after) + "data: [DONE]" + after;
    let whole = json!({"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 7, "completion_tokens": 9}});
    let texts = [
        with_done("\n\n"),
        with_done("\r\n\r\n"),
        with_done("\r\r"),
        with_done("\n"),
        framed("data:", "\n\n"),
        framed("data: ", "\n\n").trim_end().to_owned(),
        framed("event: message\nid: 1\ndata: ", "\n\n"),
        format!(": PROCESSING\n\ndata: ping\n\n{}", with_done("\n\n")),
        format!("\u{feff}{}", with_done("\n\n")),
        framed("", "\n"),
        chunks()
            .iter()
            .map(|chunk| format!("data: {}\n\n", format!("{chunk:#}").replace('\n', "\ndata: ")))
            .collect(),
        whole.to_string(),
        format!("\u{feff}\n{whole:#}\n"),
        format!("[{whole}]"),
    ];
    texts.into_iter().map(String::into_bytes).collect()
}

#[test]
fn however_it_is_framed_and_cut_the_text_and_its_tokens_are_the_same() {
    for answer in framings() {
        for size in (1..answer.len()).step_by(1 + answer.len() / 200) {
            let (parsed, streamed, fault) = read(&answer, size);
            let context = format!("pieces of {size} of {}", String::from_utf8_lossy(&answer));
            assert_eq!(fault, None, "{context}");
            assert_eq!((parsed.text.as_str(), streamed.as_str()), (TEXT, TEXT), "{context}");
            let usage = Usage { input_tokens: 7, output_tokens: 9, ..Usage::default() };
            assert_eq!(parsed.usage, Some(usage), "{context}");
            assert_eq!(parsed.finish.as_deref(), Some("stop"), "{context}");
        }
    }
}

#[test]
fn what_is_no_answer_shows_how_it_begins_and_what_ends_early_broke_off() {
    let unreadable = |answer: &str| Some(AnswerError::Unreadable(answer.to_owned()));
    for answer in ["<html>Sign in</html>", "{\"status\": \"ok\"}", "", "OK", "{\"choices\": ["] {
        assert_eq!(read(answer.as_bytes(), 5).2, unreadable(answer));
    }
    assert_eq!(read(b"data: {\"choices\": [\n\n", 5).2, unreadable("{\"choices\": ["));
    let begun = br#"data: {"choices": [{"delta": {"content": "Te"}}]}"#;
    let (parsed, _, fault) = read(begun, 9);
    assert_eq!((parsed.text.as_str(), fault), ("Te", Some(AnswerError::BrokeOff)));
}

#[test]
fn an_error_within_an_answer_is_the_servers_own() {
    for answer in [
        r#"{"error": {"message": "Overloaded", "code": 503}}"#,
        "data: {\"error\": \"Overloaded\"}\n\n",
        r#"{"choices": [{"error": {"message": "Overloaded"}, "message": {"content": ""}}]}"#,
        r#"{"object": "error", "message": "Overloaded"}"#,
    ] {
        let fault = read(answer.as_bytes(), 7).2;
        assert!(matches!(fault, Some(AnswerError::Error(_))), "{answer}: {fault:?}");
    }
    let none = r#"{"error": null, "choices": [{"message": {"content": "Tea"}}]}"#;
    assert_eq!(read(none.as_bytes(), 7).0.text, "Tea");
}

#[test]
fn halves_thoughts_and_a_whole_text_at_the_end_leave_the_text_alone() {
    let stream = [
        r#"{"choices":[{"delta":{"content":"<think>hm"}}]}"#,
        r#"{"choices":[{"delta":{"content":"</think>\n\nHi \ud83d"}}]}"#,
        r#"{"choices":[{"delta":{"content":"\ude00!"}}]}"#,
        r#"{"choices":[{"message":{"content":"Hi 😀!"},"finish_reason":"stop"}]}"#,
    ];
    let answer = stream.map(|chunk| format!("data: {chunk}\n\n")).concat();
    let (parsed, streamed, fault) = read(answer.as_bytes(), 11);
    assert_eq!((parsed.text.as_str(), streamed.as_str(), fault), ("Hi 😀!", "Hi 😀!", None));
    assert_eq!(parsed.reasoning, "hm");
}

#[test]
fn the_pieces_of_an_answer_may_be_numbered() {
    let pieces = ["Wh", "isp", "er"].iter().enumerate().map(|(at, text)| {
        let chunk = json!({"choices": [{"index": at, "delta": {"content": text}}]});
        format!("data: {chunk}\n\n")
    });
    let stream = pieces.collect::<String>() + "data: [DONE]\n\n";

    assert_eq!(read(stream.as_bytes(), 9).0.text, "Whisper");
}

#[test]
fn control_tokens_and_other_answers_are_none_of_the_text() {
    let chunk = |index: u32, text: &str, finish: Value| {
        let chunk = json!({"choices": [{"index": index, "delta": {"content": text}, "finish_reason": finish}]});
        format!("data: {chunk}\n\n")
    };
    let stream = [
        chunk(0, "<|channel|>analysis<|message|>hm<|end|><|start|>assistant", Value::Null),
        chunk(1, "Coffee", json!("length")),
        chunk(0, "<|channel|>final<|message|>Tea<|ret", Value::Null),
        chunk(0, "urn|>", json!("stop")),
    ];
    let (parsed, streamed, fault) = read(stream.concat().as_bytes(), 9);
    assert_eq!((parsed.text.as_str(), streamed.as_str(), fault), ("Tea", "Tea", None));
    assert_eq!((parsed.reasoning.as_str(), parsed.is_cut_off()), ("hm", false));
    let (parsed, ..) = read(chunk(0, "Te", json!("abort")).as_bytes(), 9);
    assert!(parsed.is_cut_off());
}

proptest! {
    #[test]
    fn any_text_cut_into_any_chunks_and_bytes_is_the_text(
        texts in prop::collection::vec("[^<\\[◁\0\u{10f800}-\u{10ffff}]{0,20}", 0..8),
        ending in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        blank in any::<bool>(),
        size in 1_usize..40,
    ) {
        let chunk = |text: &String| json!({"choices": [{"delta": {"content": text}}]}).to_string();
        let events = texts.iter().map(chunk).chain(["[DONE]".to_owned()]);
        let end = if blank { ending.repeat(2) } else { ending.to_owned() };
        let answer: String = events.map(|event| format!("data: {event}{end}")).collect();

        let (parsed, streamed, fault) = read(answer.as_bytes(), size);

        prop_assert_eq!(fault, None);
        prop_assert_eq!(&parsed.text, &texts.concat());
        prop_assert_eq!(&streamed, &parsed.text);
    }
}
