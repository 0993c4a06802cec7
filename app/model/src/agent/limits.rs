//! What an agent may use, and what happens when it has used that up.

use std::{collections::BTreeMap, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{string_enum::string_enum, unknown_variant::UnknownVariant};

/// The most that one task of an agent may use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Answers of the model: 1 to [`Limits::MOST_TURNS`].
    pub turns: u32,
    /// Calls of tools in all: 0 to [`Limits::MOST_TOOL_CALLS`].
    pub tool_calls: u32,
    /// Tokens of requests and answers together; none is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// Money, in millionths of a dollar; none is no limit of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_micros: Option<i64>,
    /// Minutes since its first turn began, those in which it waits for people not counted; none is
    /// no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// What happens at each limit; [`LimitAction::Stop`] where nothing is said.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub then: BTreeMap<LimitKind, LimitAction>,
    /// The model that goes on after [`LimitAction::CheaperModel`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cheaper_model: Option<String>,
}

impl Limits {
    /// Most turns that may be allowed.
    pub const MOST_TURNS: u32 = 1_000;
    /// Most calls of tools that may be allowed.
    pub const MOST_TOOL_CALLS: u32 = 2_000;
    /// Most tokens that may be allowed.
    pub const MOST_TOKENS: u64 = 1_000_000_000;
    /// Most money that may be allowed, in millionths of a dollar.
    pub const MOST_COST_MICROS: i64 = 1_000_000_000_000;
    /// Most minutes that may be allowed: 30 days.
    pub const MOST_MINUTES: u32 = 30 * 24 * 60;

    /// What happens when a limit is reached.
    pub fn action(&self, kind: LimitKind) -> LimitAction {
        self.then.get(&kind).copied().unwrap_or_default()
    }

    /// The limit that the next step would pass, the first in the order of [`LimitKind`]; none where it
    /// may be taken. `tally` is what the task has used, together with what the next step uses for
    /// certain: one more turn before an answer of the model, so many calls before tools are called.
    /// `raised` says how often each limit was allowed again: each time by as much.
    pub fn reached(&self, tally: &Tally, raised: &BTreeMap<LimitKind, u32>) -> Option<LimitKind> {
        LimitKind::ALL.iter().copied().find(|kind| {
            let times = i128::from(raised.get(kind).copied().unwrap_or(0)) + 1;
            let (used, most): (i128, Option<i128>) = match kind {
                LimitKind::Turns => (tally.turns.into(), Some(self.turns.into())),
                LimitKind::ToolCalls => (tally.tool_calls.into(), Some(self.tool_calls.into())),
                LimitKind::CallsOfTool => (tally.calls_of_tool.into(), Some(1)),
                LimitKind::Tokens => (tally.tokens.into(), self.tokens.map(i128::from)),
                LimitKind::Cost => (tally.cost_micros.into(), self.cost_micros.map(i128::from)),
                // Whole minutes have passed: the next one has begun.
                LimitKind::Time => (i128::from(tally.minutes) + 1, self.minutes.map(i128::from)),
                // Judged where the window is known.
                LimitKind::Context => (0, None),
            };
            most.is_some_and(|most| used > most * times)
        })
    }
}

/// What a task of an agent has used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answers of the model.
    pub turns: u32,
    /// Calls of tools in all.
    pub tool_calls: u32,
    /// How many times over a tool with a limit of its own was called: 1 up to as often as it may be, 2 up
    /// to twice as often, and so on. Of several tools the most.
    pub calls_of_tool: u32,
    /// Tokens of requests and answers together.
    pub tokens: u64,
    /// Money, in millionths of a dollar.
    pub cost_micros: i64,
    /// Whole minutes since its first turn began, without those in which it waited for people.
    pub minutes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            turns: 20,
            tool_calls: 25,
            tokens: None,
            cost_micros: None,
            minutes: None,
            then: BTreeMap::new(),
            cheaper_model: None,
        }
    }
}

string_enum! {
    /// What has a limit.
    LimitKind ("limit") {
        /// Answers of the model.
        Turns = "turns",
        /// Calls of tools in all.
        ToolCalls = "tool_calls",
        /// Calls of one tool.
        CallsOfTool = "calls_of_tool",
        /// Tokens.
        Tokens = "tokens",
        /// Money.
        Cost = "cost",
        /// Time.
        Time = "time",
        /// What the model can read at once.
        Context = "context",
    }
}

string_enum! {
    /// What happens when a limit is reached.
    #[derive(Default)]
    LimitAction ("action at a limit") {
        /// The path goes on by `limit_reached`, with what there is.
        #[default]
        Stop = "stop",
        /// A person is asked whether it may use as much again.
        Ask = "ask",
        /// A cheaper model goes on, with as much again; then it stops.
        CheaperModel = "cheaper_model",
        /// A person finishes what there is.
        HandOver = "hand_over",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_reached_by_the_step_that_would_pass_it_and_counts_anew_each_time_it_is_raised() {
        let limits = Limits { turns: 2, tool_calls: 0, tokens: Some(10), ..Limits::default() };
        let reached = |tally: Tally, raised: &[(LimitKind, u32)]| {
            limits.reached(&tally, &raised.iter().copied().collect())
        };
        let turns = |turns: u32| Tally { turns, ..Tally::default() };

        assert_eq!(reached(turns(2), &[]), None);
        assert_eq!(reached(turns(3), &[]), Some(LimitKind::Turns));
        assert_eq!(reached(turns(4), &[(LimitKind::Turns, 1)]), None);
        assert_eq!(reached(turns(5), &[(LimitKind::Turns, 1)]), Some(LimitKind::Turns));
        let calls = Tally { tool_calls: 1, tokens: 11, ..Tally::default() };
        assert_eq!(reached(calls, &[]), Some(LimitKind::ToolCalls));
        let tokens = Tally { tokens: 11, ..Tally::default() };
        assert_eq!(reached(tokens, &[(LimitKind::Turns, 9)]), Some(LimitKind::Tokens));
        let often = Tally { calls_of_tool: 2, ..Tally::default() };
        assert_eq!(reached(often, &[]), Some(LimitKind::CallsOfTool));
        assert_eq!(reached(often, &[(LimitKind::CallsOfTool, 1)]), None);
        let open = Tally { cost_micros: i64::MAX, minutes: u32::MAX, ..Tally::default() };
        assert_eq!(reached(open, &[]), None);
    }

    #[test]
    fn time_is_up_with_the_last_minute() {
        let limits = Limits { minutes: Some(5), ..Limits::default() };
        let reached =
            |minutes: u32| limits.reached(&Tally { minutes, ..Tally::default() }, &BTreeMap::new());

        assert_eq!((reached(4), reached(5)), (None, Some(LimitKind::Time)));
    }
}
