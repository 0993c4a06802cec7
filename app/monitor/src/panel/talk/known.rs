//! What of a talk has been loaded, part by part from its end.

use api::ApiError;
use leptos::prelude::*;
use model::agent::page::{AgentTalkPage, TalkCall, TalkEntry, TalkShare};

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
}

impl Talk {
    /// Begins with the last part of a talk.
    pub(super) fn from_page(page: AgentTalkPage) -> Self {
        let AgentTalkPage { messages, calls, next, window, context_tokens, shares } = page;
        Self { entries: messages, calls, earlier: next, window, context_tokens, shares }
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
