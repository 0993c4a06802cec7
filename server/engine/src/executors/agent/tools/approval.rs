//! Which calls need a person, what exactly is approved, and what people have decided.

use model::{
    agent::{
        approval::{CallToApprove, ReviewKind},
        tools::ToolMode,
    },
    nodes::agent::FrozenAgent,
    review::Verdict,
};
use outside::mcp::hash::hash_of;
use serde_json::{Map, Value, json};
use store::agents::questions::DecidedQuestion;

/// Whether a person is asked before a call.
pub(super) fn asks(mode: ToolMode, writes: bool) -> bool {
    match mode {
        ToolMode::Free => false,
        ToolMode::AsksToWrite => writes,
        // A tool that is never called is not offered; should it be asked for, nobody guesses.
        ToolMode::AlwaysAsks | ToolMode::Never => true,
    }
}

/// What an approval is bound to: the SHA-256 of the tool's definition, the arguments, and the agent in
/// its version.
pub(super) fn binding(
    definition_hash: &str,
    arguments: &Map<String, Value>,
    frozen: &FrozenAgent,
) -> String {
    hash_of(&json!({
        "definition": definition_hash,
        "arguments": arguments,
        "agent": frozen.id,
        "version": frozen.version,
        // One of the node's own has no version.
        "agent_definition": frozen.definition,
    }))
}

/// A call that a person has approved.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Approved {
    pub asked: CallToApprove,
    pub arguments: Map<String, Value>,
}

impl Approved {
    /// The arguments, where a person has changed them.
    pub(super) fn edited(&self) -> Option<&Map<String, Value>> {
        (self.arguments != self.asked.arguments).then_some(&self.arguments)
    }
}

/// What was decided last about the call with this id; none where nobody has decided.
///
/// # Errors
/// It must not be made: what the model is told.
pub(super) fn decision(
    call_id: &str,
    decided: &[DecidedQuestion],
) -> Result<Option<Approved>, String> {
    let of_tools = decided.iter().rev().filter(|question| question.kind == ReviewKind::ToolCalls);
    let mut about =
        of_tools.filter_map(|question| Some((question, find(&question.asked, call_id)?)));
    let Some((question, asked)) = about.next() else { return Ok(None) };
    let kept = question.items.as_ref().and_then(|items| find(items, call_id));
    match (question.verdict, kept) {
        (Verdict::Approved, Some(kept)) => Ok(Some(Approved { asked, arguments: kept.arguments })),
        (Verdict::Approved | Verdict::Rejected | Verdict::Changes | Verdict::Cancelled, _) => {
            Err(refusal(question.reason.as_deref()))
        }
    }
}

fn find(items: &[Value], call_id: &str) -> Option<CallToApprove> {
    let mut calls =
        items.iter().filter_map(|item| serde_json::from_value::<CallToApprove>(item.clone()).ok());
    calls.find(|call| call.call_id == call_id)
}

fn refusal(reason: Option<&str>) -> String {
    match reason.map(str::trim).filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("A person declined this call. Reason: {reason}"),
        None => "A person declined this call without a reason.".to_owned(),
    }
}

/// Whether what a person was asked about is this tool, as it is now and for this agent in this version.
pub(super) fn is_allowed(
    tool: &str,
    definition_hash: &str,
    frozen: &FrozenAgent,
    asked: &CallToApprove,
) -> bool {
    asked.tool == tool && binding(definition_hash, &asked.arguments, frozen) == asked.binding
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::collections::BTreeMap;

    use model::agent::definition::AgentDefinition;

    use super::*;

    fn agent(version: i32, purpose: &str) -> FrozenAgent {
        let definition =
            AgentDefinition { purpose: purpose.to_owned(), ..AgentDefinition::default() };
        let (tools, workflows) = (BTreeMap::new(), BTreeMap::new());
        FrozenAgent { id: None, name: "Clerk".to_owned(), version, definition, tools, workflows }
    }

    fn arguments(body: &str) -> Map<String, Value> {
        json!({ "body": body, "number": 7 }).as_object().unwrap().clone()
    }

    fn asked(call_id: &str) -> CallToApprove {
        CallToApprove {
            call_id: call_id.to_owned(),
            tool: "github.createIssue".to_owned(),
            title: "Create an issue".to_owned(),
            arguments: arguments("tea"),
            writes: true,
            binding: binding("d1", &arguments("tea"), &agent(1, "")),
        }
    }

    fn item(call: &CallToApprove) -> Value {
        serde_json::to_value(call).unwrap()
    }

    fn question(verdict: Verdict, kept: Option<Vec<Value>>) -> DecidedQuestion {
        DecidedQuestion {
            kind: ReviewKind::ToolCalls,
            verdict,
            asked: vec![item(&asked("a")), item(&asked("b"))],
            items: kept,
            reason: Some(" Not today. ".to_owned()),
            always: false,
            by: None,
        }
    }

    #[test]
    fn who_is_asked_depends_on_the_mode_and_on_what_the_call_may_change() {
        for (mode, writes, asked) in [
            (ToolMode::Free, true, false),
            (ToolMode::AsksToWrite, true, true),
            (ToolMode::AsksToWrite, false, false),
            (ToolMode::AlwaysAsks, false, true),
            (ToolMode::Never, false, true),
        ] {
            assert_eq!(asks(mode, writes), asked, "{mode} {writes}");
        }
    }

    #[test]
    fn rel_s13_an_approval_is_bound_to_definition_arguments_and_version() {
        let first = binding("d1", &arguments("tea"), &agent(1, ""));

        assert_eq!(binding("d1", &arguments("tea"), &agent(1, "")), first);
        assert_ne!(binding("d2", &arguments("tea"), &agent(1, "")), first);
        assert_ne!(binding("d1", &arguments("chai"), &agent(1, "")), first);
        assert_ne!(binding("d1", &arguments("tea"), &agent(2, "")), first);
        assert_ne!(binding("d1", &arguments("tea"), &agent(1, "Other")), first);
    }

    #[test]
    fn what_was_kept_is_approved_as_it_was_edited_and_the_rest_is_refused_with_the_reason() {
        let edited = CallToApprove { arguments: arguments("chai"), ..asked("a") };
        let decided = [question(Verdict::Approved, Some(vec![item(&edited)]))];

        let approved = Approved { asked: asked("a"), arguments: arguments("chai") };
        assert_eq!(decision("a", &decided), Ok(Some(approved)));
        let refused = "A person declined this call. Reason: Not today.".to_owned();
        assert_eq!(decision("b", &decided), Err(refused.clone()));
        assert_eq!(decision("c", &decided), Ok(None));
        let rejected = [decided[0].clone(), question(Verdict::Rejected, None)];
        assert_eq!(decision("a", &rejected), Err(refused), "the last word counts");
        let other = DecidedQuestion { kind: ReviewKind::Limit, ..decided[0].clone() };
        assert_eq!(decision("a", &[other]), Ok(None));
    }

    #[test]
    fn what_is_allowed_is_the_same_tool_for_the_same_agent() {
        let asked = asked("a");
        let is = |tool, hash, agent: &FrozenAgent| is_allowed(tool, hash, agent, &asked);

        assert!(is("github.createIssue", "d1", &agent(1, "")));
        assert!(!is("github.closeIssue", "d1", &agent(1, "")));
        assert!(!is("github.createIssue", "d2", &agent(1, "")));
        assert!(!is("github.createIssue", "d1", &agent(2, "")));
    }
}
