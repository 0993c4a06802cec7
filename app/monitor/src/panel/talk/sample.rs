//! Talks for tests.

use std::ops::Range;

use model::{
    agent::{
        page::{AgentTalkPage, TalkCall, TalkEntry},
        talk::{Message, ToolUse},
        turn::AnsweredCall,
    },
    time::Timestamp,
};
use serde_json::{Map, Value};

/// The messages of a talk in which the model calls one tool in every turn: instructions, task, and
/// from then on an answer and a result in turns.
pub(super) fn message(position: u32) -> Message {
    let call_id = format!("c{}", position / 2);
    let name = "github__getIssue".to_owned();
    match position {
        0 => Message::System { text: "Be brief.".to_owned() },
        1 => Message::User { text: "Look at issue 7.".to_owned(), images: vec![] },
        even if even.is_multiple_of(2) => {
            let arguments = Map::from_iter([("number".to_owned(), Value::from(even))]);
            let used = ToolUse { id: call_id, name, arguments, ..ToolUse::default() };
            let (text, reasoning) = ("I look.".to_owned(), "Which one?".to_owned());
            Message::Assistant { text, reasoning, calls: vec![used], provider_data: None }
        }
        _ => Message::Tool {
            call_id: format!("c{}", (position - 1) / 2),
            name,
            content: "{\"title\": \"Tea\"}".to_owned(),
            is_error: false,
            edited: None,
        },
    }
}

/// These messages of the talk of one generation as a page.
pub(super) fn page(positions: Range<u32>, generation: &str) -> AgentTalkPage {
    let entry = |position: u32| TalkEntry {
        position,
        turn: position / 2,
        at: Timestamp(i64::from(position) * 1_000),
        message: message(position),
        hash: format!("{generation}{position}"),
        made: None,
    };
    let answers = positions.clone().filter(|position| *position > 1 && position.is_multiple_of(2));
    AgentTalkPage {
        messages: positions.clone().map(entry).collect(),
        calls: answers.map(|position| call(position / 2)).collect(),
        next: Some(positions.start).filter(|start| *start > 0),
        window: 100_000,
        context_tokens: 1_000,
        shares: vec![],
        earlier_tries: vec![],
    }
}

/// The model call of a turn.
pub(super) fn call(turn: u32) -> TalkCall {
    let call = AnsweredCall {
        turn,
        messages: turn * 2,
        provider: "Sample".to_owned(),
        model: "sample-text".to_owned(),
        input_tokens: 1_200,
        cached_tokens: 800,
        output_tokens: 90,
        cost_micros: Some(31_000),
        took_ms: 3_400,
        is_repair: false,
        sample: true,
    };
    TalkCall { call, at: Timestamp(0) }
}
