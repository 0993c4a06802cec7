//! What an agent has used, and what happens when its next step would use more than it may.

use std::collections::BTreeMap;

use model::{
    agent::{
        limits::{LimitAction, LimitKind, Limits, Tally},
        talk::{Message, ToolUse},
        tool_names,
    },
    budget::Dollars,
};

use super::run::AgentRun;

/// Whether a step may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LimitVerdict {
    Goes,
    /// It may, with the cheaper model: of this limit the agent then has as much again.
    GoesCheaper(LimitKind),
    Ends(LimitKind, LimitAction),
}

/// What the agent has used so far, by the rows of its talk.
pub(super) fn add_up(run: &AgentRun<'_>) -> Tally {
    let calls = &run.talk.calls;
    let answered = run.talk.messages.iter().filter(|said| matches!(said, Message::Tool { .. }));
    let tokens = calls.iter().map(|call| call.input_tokens.saturating_add(call.output_tokens));
    let costs = calls.iter().filter_map(|call| call.cost_micros);
    let since_ms = run.talk.began_at.map_or(0, |at| run.context.scope.now.ms_since(at));
    Tally {
        turns: count(calls.len()),
        tool_calls: count(answered.count()),
        calls_of_tool: most_called(run).map_or(0, |called| called.times),
        tokens: tokens.fold(0, u64::saturating_add),
        cost_micros: costs.fold(0, i64::saturating_add),
        minutes: u32::try_from(since_ms.saturating_sub(run.waited_ms) / 60_000).unwrap_or(u32::MAX),
    }
}

struct CalledTool {
    tool: String,
    /// How often it may be called.
    most: u32,
    /// How many times over it was called, or is to be called next.
    times: u32,
}

/// The tool that was called most, by how often it may be; none where no tool has a limit of its own.
fn most_called(run: &AgentRun<'_>) -> Option<CalledTool> {
    let tools = run.frozen.grants();
    let wanted = run.talk.messages.iter().flat_map(|said| match said {
        Message::Assistant { calls, .. } => calls.as_slice(),
        Message::System { .. } | Message::User { .. } | Message::Tool { .. } => &[],
    });
    let wanted: Vec<&ToolUse> = wanted.collect();
    let names = tool_names::names(&tools);
    let called = tools.into_iter().filter_map(|grant| {
        let most = grant.max_calls.filter(|most| *most > 0)?;
        let (name, _) = names.iter().find(|(_, tool)| **tool == grant.tool)?;
        let calls = wanted.iter().filter(|call| call.name == *name).count();
        Some(CalledTool { tool: grant.tool, most, times: count(calls).div_ceil(most) })
    });
    called.max_by_key(|called| called.times)
}

/// A number of things that a talk has.
pub(super) fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}

/// How often people have allowed as much again, by limit.
pub(super) fn count_raises(run: &AgentRun<'_>) -> BTreeMap<LimitKind, u32> {
    let mut raised = BTreeMap::new();
    for kind in run.raises() {
        *raised.entry(kind).or_default() += 1;
    }
    raised
}

/// Whether a step may be taken after which the agent would have used so much.
pub(super) fn judge(
    limits: &Limits,
    after: &Tally,
    mut raised: BTreeMap<LimitKind, u32>,
) -> LimitVerdict {
    let mut cheaper = vec![];
    while let Some(kind) = limits.reached(after, &raised) {
        match limits.action(kind) {
            LimitAction::CheaperModel
                if limits.cheaper_model.is_none() || cheaper.contains(&kind) =>
            {
                return LimitVerdict::Ends(kind, LimitAction::Stop);
            }
            LimitAction::CheaperModel => {
                cheaper.push(kind);
                *raised.entry(kind).or_default() += 1;
            }
            action @ (LimitAction::Stop | LimitAction::Ask | LimitAction::HandOver) => {
                return LimitVerdict::Ends(kind, action);
            }
        }
    }
    cheaper.first().map_or(LimitVerdict::Goes, |kind| LimitVerdict::GoesCheaper(*kind))
}

/// A limit that was reached, in words; `window` is what the model reads at once.
pub(super) fn words(run: &AgentRun<'_>, kind: LimitKind, window: u64) -> String {
    let limits = run.limits();
    // A cheaper model has had as much again before its limit ends anything.
    let is_cheaper =
        limits.action(kind) == LimitAction::CheaperModel && limits.cheaper_model.is_some();
    let raised = count_raises(run).get(&kind).copied().unwrap_or(0);
    let times = u64::from(raised) + u64::from(is_cheaper) + 1;
    match kind {
        LimitKind::Turns => {
            let most = u64::from(limits.turns) * times;
            format!("The agent reached its limit of {most} turns.")
        }
        LimitKind::ToolCalls => {
            let most = u64::from(limits.tool_calls) * times;
            format!("The agent's next calls would exceed its {most} tool calls.")
        }
        LimitKind::CallsOfTool => {
            let called = most_called(run);
            let (tool, most) =
                called.map_or(("one tool".to_owned(), 0), |called| (called.tool, called.most));
            format!("The agent wants to call {tool} more than {} times.", u64::from(most) * times)
        }
        LimitKind::Tokens => {
            let most = limits.tokens.unwrap_or(0).saturating_mul(times);
            format!("The agent's next call could exceed its {most} tokens.")
        }
        LimitKind::Cost => {
            let times = i64::try_from(times).unwrap_or(i64::MAX);
            let most = Dollars(limits.cost_micros.unwrap_or(0).saturating_mul(times));
            format!("The agent's next call could exceed its {most} limit.")
        }
        LimitKind::Time => {
            let most = u64::from(limits.minutes.unwrap_or(0)) * times;
            format!("The agent reached its limit of {most} minutes.")
        }
        LimitKind::Context => format!(
            "The agent's conversation no longer fits into its model's context window of {window} \
             tokens."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TURNS: LimitKind = LimitKind::Turns;

    fn limits(action: LimitAction) -> Limits {
        Limits {
            turns: 2,
            then: BTreeMap::from([(TURNS, action)]),
            cheaper_model: Some("scripted/small".to_owned()),
            ..Limits::default()
        }
    }

    fn after(turns: u32) -> Tally {
        Tally { turns, ..Tally::default() }
    }

    #[test]
    fn each_action_follows_when_a_step_would_use_more_than_there_is() {
        for action in [LimitAction::Stop, LimitAction::Ask, LimitAction::HandOver] {
            assert_eq!(judge(&limits(action), &after(2), BTreeMap::new()), LimitVerdict::Goes);
            let over = judge(&limits(action), &after(3), BTreeMap::new());
            assert_eq!(over, LimitVerdict::Ends(TURNS, action));
            let raised = BTreeMap::from([(TURNS, 1)]);
            assert_eq!(judge(&limits(action), &after(4), raised), LimitVerdict::Goes);
        }
    }

    #[test]
    fn a_cheaper_model_has_as_much_again_and_then_it_ends() {
        let limits = limits(LimitAction::CheaperModel);
        let judged = |turns: u32| judge(&limits, &after(turns), BTreeMap::new());

        assert_eq!(judged(2), LimitVerdict::Goes);
        assert_eq!(judged(3), LimitVerdict::GoesCheaper(TURNS));
        assert_eq!(judged(4), LimitVerdict::GoesCheaper(TURNS));
        assert_eq!(judged(5), LimitVerdict::Ends(TURNS, LimitAction::Stop));
        let alone = Limits { cheaper_model: None, ..limits };
        let ends = LimitVerdict::Ends(TURNS, LimitAction::Stop);
        assert_eq!(judge(&alone, &after(3), BTreeMap::new()), ends);
    }
}
