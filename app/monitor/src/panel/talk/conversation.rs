//! What of a talk has been loaded, part by part from its end, and that as a conversation: what was said,
//! each call with what it gave. Pure.

use api::ApiError;
use leptos::prelude::*;
use model::{
    agent::{
        page::{AgentTalkPage, MadeCall, TalkCall, TalkEntry, TalkShare, TalkTry},
        talk::{Message, ToolUse},
        turn::AnsweredCall,
    },
    mcp::call::ToolCallState,
    time::Timestamp,
    value::ImageRef,
};
use serde_json::{Map, Value};

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
    /// The arguments as a person changed them before.
    pub(super) edited: Option<Map<String, Value>>,
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
            Message::Tool { call_id, name, content, is_error, edited } => {
                let (name, content) = (name.clone(), content.clone());
                let state = outcome_state(*made, *is_error);
                let edited = edited.clone();
                let outcome = Outcome { name, content, state, made: *made, edited };
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

/// What was loaded of the talk; none before the first answer of the server.
pub(super) type Loaded = RwSignal<Option<Result<Talk, ApiError>>>;

/// Looks at what is known of the talk; none where nothing is.
pub(super) fn with_talk<T>(loaded: Loaded, look: impl FnOnce(&Talk) -> T) -> Option<T> {
    loaded.with(|loaded| match loaded {
        Some(Ok(talk)) => Some(look(talk)),
        Some(Err(_)) | None => None,
    })
}

/// What is known of a talk: an unbroken part of it that has its end, as of the last look.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Talk {
    /// The messages, in their order.
    pub(super) entries: Vec<TalkEntry>,
    /// The model calls whose answers are among them, in their order.
    pub(super) calls: Vec<TalkCall>,
    /// Where the part before begins to be missing; none where the beginning is here.
    pub(super) earlier: Option<u32>,
    /// Tokens that its model can read at once; 0 where that is not known.
    pub(super) window: u64,
    /// Tokens that the model was given with its last call.
    pub(super) context_tokens: u64,
    /// How large the messages of all of the talk are, by who says them.
    pub(super) shares: Vec<TalkShare>,
    /// The tries before the latest one.
    pub(super) earlier_tries: Vec<TalkTry>,
}

impl Talk {
    /// Begins with the last part of a talk.
    pub(super) fn from_page(page: AgentTalkPage) -> Self {
        let AgentTalkPage {
            messages: entries,
            calls,
            next: earlier,
            window,
            context_tokens,
            shares,
            earlier_tries,
        } = page;
        Self { entries, calls, earlier, window, context_tokens, shares, earlier_tries }
    }

    /// Takes in the last part as it is now. Where that is of another talk, because the step was made
    /// again, or something in between is missing, it is all that is known then.
    pub(super) fn take_newest(&mut self, page: AgentTalkPage) {
        if !self.continues_with(&page) {
            *self = Self::from_page(page);
            return;
        }
        let first = page.messages.first().map_or(u32::MAX, |entry| entry.position);
        self.entries.retain(|entry| entry.position < first);
        self.entries.extend(page.messages);
        let turn = page.calls.first().map_or(u32::MAX, |call| call.call.turn);
        self.calls.retain(|known| known.call.turn < turn);
        self.calls.extend(page.calls);
        self.window = page.window;
        self.context_tokens = page.context_tokens;
        self.shares = page.shares;
        self.earlier_tries = page.earlier_tries;
    }

    /// Whether a part begins within or right behind what is known, and says the same where both are.
    fn continues_with(&self, page: &AgentTalkPage) -> bool {
        let ends = |entries: &[TalkEntry]| entries.last().map(|entry| entry.position);
        let (Some(first), Some(last)) = (page.messages.first(), ends(&self.entries)) else {
            return false;
        };
        let known = self.entries.iter().find(|entry| entry.position == first.position);
        let same = known.is_none_or(|known| (known.at, &known.hash) == (first.at, &first.hash));
        let begins = self.entries.first().is_some_and(|entry| entry.position <= first.position);
        same && begins && first.position <= last + 1 && ends(&page.messages) >= Some(last)
    }

    /// Takes in the part that was asked for as the one before position `before`, unless that is not
    /// what is missing any more.
    pub(super) fn take_earlier(&mut self, before: u32, page: AgentTalkPage) {
        if self.earlier != Some(before) {
            return;
        }
        self.earlier = page.next;
        self.entries.splice(0..0, page.messages);
        let first = self.calls.first().map_or(u32::MAX, |known| known.call.turn);
        self.calls.splice(0..0, page.calls.into_iter().filter(|call| call.call.turn < first));
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

#[cfg(test)]
mod known_tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::panel::talk::sample::page;

    fn positions(talk: &Talk) -> Vec<u32> {
        talk.entries.iter().map(|entry| entry.position).collect()
    }

    #[test]
    fn what_is_new_is_put_behind_what_is_known_and_what_is_earlier_before_it() {
        let mut talk = Talk::from_page(page(4..7, "a"));
        assert_eq!(talk.earlier, Some(4));

        talk.take_newest(page(5..9, "a"));
        assert_eq!(positions(&talk), [4, 5, 6, 7, 8]);
        talk.take_earlier(4, page(0..4, "a"));
        assert_eq!((positions(&talk).len(), talk.earlier), (9, None));
        talk.take_earlier(4, page(0..4, "a"));
        assert_eq!(positions(&talk).len(), 9, "what is here already changes nothing");
    }

    #[test]
    fn what_does_not_continue_what_is_known_takes_its_place() {
        let known = || Talk::from_page(page(4..7, "a"));

        let mut gap = known();
        gap.take_newest(page(9..11, "a"));
        assert_eq!((positions(&gap), gap.earlier), (vec![9, 10], Some(9)));

        let mut again = known();
        again.take_newest(page(0..3, "b"));
        assert_eq!((positions(&again), again.earlier), (vec![0, 1, 2], None));

        let mut other = known();
        other.take_newest(page(5..8, "b"));
        assert_eq!(other.entries.first().unwrap().position, 5);
    }
}
