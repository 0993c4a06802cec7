//! A talk as a conversation: what was said, each call with what it gave. Pure.

use model::{
    agent::{
        page::{MadeCall, TalkEntry},
        talk::{Message, ToolUse},
        turn::AnsweredCall,
    },
    mcp::call::ToolCallState,
    time::Timestamp,
    value::ImageRef,
};

use super::known::Talk;

/// Something that was said, as an article of the conversation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Article {
    /// The place of its message in the talk.
    pub(super) position: u32,
    /// When it was recorded.
    pub(super) at: Timestamp,
    /// What was said.
    pub(super) body: Body,
}

/// What an article says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// The instructions of the agent.
    Instructions(String),
    /// The task.
    Task(String, Vec<ImageRef>),
    /// What was said to the agent later on.
    Note(String, Vec<ImageRef>),
    /// An answer of the model.
    Answer(Box<Answer>),
    /// What a call gave that an earlier part of the talk asks for.
    Outcome(Outcome),
}

/// An answer of the model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// 1 for the first answer.
    pub(super) turn: u32,
    /// What it says.
    pub(super) text: String,
    /// What the model thought first.
    pub(super) reasoning: String,
    /// The calls that it asks for.
    pub(super) calls: Vec<Call>,
    /// What it took and cost.
    pub(super) call: Option<AnsweredCall>,
}

/// A call of a tool that the model asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    /// What it asks for.
    pub(super) used: ToolUse,
    /// What came of it; none yet.
    pub(super) outcome: Option<Outcome>,
}

/// What came of a call, as the model was told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    /// The tool, as the model names it.
    pub(super) name: String,
    /// What the model was told.
    pub(super) content: String,
    /// How the call stands.
    pub(super) state: ToolCallState,
    /// What else is known of it.
    pub(super) made: Option<MadeCall>,
}

impl Article {
    /// What tells an article from others, and from itself before more came of its calls.
    pub(super) fn key(&self) -> (u32, i64, usize) {
        let done = match &self.body {
            Body::Answer(answer) => {
                answer.calls.iter().filter(|call| call.outcome.is_some()).count()
            }
            Body::Instructions(_) | Body::Task(..) | Body::Note(..) | Body::Outcome(_) => 0,
        };
        (self.position, self.at.0, done)
    }
}

/// The articles of a talk in their order, as far as it was recorded by the moment `until`.
pub(super) fn articles(talk: &Talk, until: Option<Timestamp>) -> Vec<Article> {
    let mut articles: Vec<Article> = vec![];
    let by_then = |entry: &&TalkEntry| until.is_none_or(|until| entry.at <= until);
    for entry in talk.entries.iter().filter(by_then) {
        let TalkEntry { position, turn, at, message, made, hash: _ } = entry;
        let body = match message {
            Message::System { text } => Body::Instructions(text.clone()),
            Message::User { text, images } if *turn == 0 => {
                Body::Task(text.clone(), images.clone())
            }
            Message::User { text, images } => Body::Note(text.clone(), images.clone()),
            Message::Assistant { text, reasoning, calls, provider_data: _ } => {
                let call = |used: &ToolUse| Call { used: used.clone(), outcome: None };
                Body::Answer(Box::new(Answer {
                    turn: *turn,
                    text: text.clone(),
                    reasoning: reasoning.clone(),
                    calls: calls.iter().map(call).collect(),
                    call: find_call(talk, *turn).cloned(),
                }))
            }
            Message::Tool { call_id, name, content, is_error } => {
                let (name, content) = (name.clone(), content.clone());
                let state = outcome_state(*made, *is_error);
                let outcome = Outcome { name, content, state, made: *made };
                match find_open(&mut articles, call_id) {
                    Some(call) => {
                        call.outcome = Some(outcome);
                        continue;
                    }
                    None => Body::Outcome(outcome),
                }
            }
        };
        articles.push(Article { position: *position, at: *at, body });
    }
    articles
}

fn find_call(talk: &Talk, turn: u32) -> Option<&AnsweredCall> {
    talk.calls.iter().map(|known| &known.call).find(|call| call.turn == turn)
}

/// The call with this id that nothing has come of yet, in the last answer that asks for it.
fn find_open<'a>(articles: &'a mut [Article], call_id: &str) -> Option<&'a mut Call> {
    articles.iter_mut().rev().find_map(|article| match &mut article.body {
        Body::Answer(answer) => {
            let open = |call: &&mut Call| call.used.id == call_id && call.outcome.is_none();
            answer.calls.iter_mut().find(open)
        }
        Body::Instructions(_) | Body::Task(..) | Body::Note(..) | Body::Outcome(_) => None,
    })
}

fn outcome_state(made: Option<MadeCall>, is_error: bool) -> ToolCallState {
    match made {
        Some(made) => made.state,
        None if is_error => ToolCallState::Failed,
        None => ToolCallState::Answered,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::panel::talk::sample::page;

    fn answer(article: &Article) -> &Answer {
        match &article.body {
            Body::Answer(answer) => answer,
            other => unreachable!("{other:?} is no answer"),
        }
    }

    #[test]
    fn a_call_has_its_result_and_an_answer_what_it_cost() {
        let all = articles(&Talk::from_page(page(0..6, "a")), None);

        let positions: Vec<u32> = all.iter().map(|article| article.position).collect();
        assert_eq!(positions, [0, 1, 2, 4]);
        assert!(matches!(&all[0].body, Body::Instructions(text) if text == "Be brief."));
        assert!(matches!(&all[1].body, Body::Task(text, _) if text == "Look at issue 7."));
        let first = answer(&all[2]);
        assert_eq!((first.turn, first.call.as_ref().unwrap().turn), (1, 1));
        let outcome = first.calls[0].outcome.as_ref().unwrap();
        assert_eq!(outcome.state, ToolCallState::Answered);
        assert_eq!(all[2].key().2, 1);
    }

    #[test]
    fn a_result_whose_call_is_not_here_stands_alone_and_a_call_waits_for_its_result() {
        let all = articles(&Talk::from_page(page(3..5, "a")), None);

        assert!(
            matches!(&all[0].body, Body::Outcome(outcome) if outcome.name == "github__getIssue")
        );
        assert_eq!(answer(&all[1]).calls[0].outcome, None);
    }

    #[test]
    fn of_a_past_moment_there_is_what_was_recorded_by_then() {
        let talk = Talk::from_page(page(0..6, "a"));

        let then = articles(&talk, Some(Timestamp(2_500)));

        assert_eq!(then.len(), 3);
        assert_eq!(answer(&then[2]).calls[0].outcome, None);
    }

    #[test]
    fn what_was_refused_is_told_from_what_failed() {
        let mut talk = Talk::from_page(page(0..4, "a"));
        talk.entries[3].made =
            Some(MadeCall { state: ToolCallState::Refused, child: None, took_ms: None });

        let all = articles(&talk, None);

        let outcome = answer(&all[2]).calls[0].outcome.clone().unwrap();
        assert_eq!(outcome.state, ToolCallState::Refused);
        assert_eq!(outcome_state(None, true), ToolCallState::Failed);
    }
}
