//! What an agent has made by the end of a step, and the three ways by which the path goes on with it.
//! What there is becomes an artifact whichever way it is.

use model::{
    agent::{limits::LimitKind, talk::Message, turn::AnsweredCall},
    decide::{ArtifactOut, ArtifactOutBody, JobOutput},
    execution::{artifact, event::PERSON},
    id::ArtifactId,
    nodes::agent::{DONE, FAILED, LIMIT_REACHED, done_output, failed_output, limit_output},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{output::AgentOutput, run::AgentRun};
use crate::executors::paid::{made_from, seed};

/// The code of an answer that ended at its token limit.
pub(super) const CUT_OFF: &str = "answer_cut_off";
/// The most characters that are kept of an answer which was repaired.
const MOST_REPAIRED: usize = 2_000;

/// An agent's work by the end of a step.
pub(super) struct Work<'a> {
    run: &'a AgentRun<'a>,
    /// What the step has added to the talk.
    new: &'a [Message],
    /// The call of the step, if it was answered.
    call: Option<&'a AnsweredCall>,
    /// How many calls of tools were made.
    tool_calls: u32,
}

impl<'a> Work<'a> {
    pub(super) fn new(
        run: &'a AgentRun<'a>,
        tool_calls: u32,
        new: &'a [Message],
        call: Option<&'a AnsweredCall>,
    ) -> Self {
        Self { run, new, call, tool_calls }
    }

    fn said(&self) -> impl DoubleEndedIterator<Item = &'a Message> {
        self.run.talk.messages.iter().chain(self.new)
    }

    fn calls(&self) -> impl DoubleEndedIterator<Item = &'a AnsweredCall> {
        self.run.talk.calls.iter().chain(self.call)
    }

    /// The last text that the model has written; none where it has written nothing.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.said().rev().find_map(|message| match message {
            Message::Assistant { text, .. } if !text.trim().is_empty() => Some(text.as_str()),
            Message::System { .. }
            | Message::User { .. }
            | Message::Assistant { .. }
            | Message::Tool { .. } => None,
        })
    }

    pub(super) fn done(&self, given: AgentOutput) -> JobOutput {
        let AgentOutput { value, body } = given;
        let artifacts = vec![self.artifact(DONE, body, self.inputs())];
        JobOutput { values: done_output(value), artifacts, ..JobOutput::default() }
    }

    pub(super) fn finished_by(&self, person: &str, value: Value) -> JobOutput {
        let body = match &value {
            Value::String(text) => ArtifactOutBody::Text(text.clone()),
            data => ArtifactOutBody::Json(data.clone()),
        };
        let made = self.artifact(DONE, body, self.inputs());
        let artifact =
            ArtifactOut { provider: PERSON.to_owned(), model: person.to_owned(), ..made };
        JobOutput { values: done_output(value), artifacts: vec![artifact], ..JobOutput::default() }
    }

    /// The agent has reached a limit, which these words say.
    pub(super) fn limit_reached(&self, kind: LimitKind, words: &str) -> JobOutput {
        let values = limit_output(kind, words, self.partial());
        self.unfinished(LIMIT_REACHED, values, self.inputs())
    }

    /// The agent failed for this reason.
    pub(super) fn failed(&self, code: &str, words: &str) -> JobOutput {
        let mut inputs = self.inputs();
        if code == CUT_OFF {
            inputs[artifact::CUT_OFF] = true.into();
        }
        self.unfinished(FAILED, failed_output(code, words, self.partial()), inputs)
    }

    fn partial(&self) -> Value {
        self.text().map_or(Value::Null, |text| Value::String(text.to_owned()))
    }

    fn unfinished(&self, port: &str, values: Map<String, Value>, inputs: Value) -> JobOutput {
        let text = self.text().map(|text| ArtifactOutBody::Text(text.to_owned()));
        let artifacts = text.map(|body| self.artifact(port, body, inputs)).into_iter().collect();
        JobOutput { values, artifacts, ..JobOutput::default() }
    }

    fn artifact(&self, port: &str, body: ArtifactOutBody, inputs: Value) -> ArtifactOut {
        let last = self.calls().next_back();
        ArtifactOut {
            id: ArtifactId(Uuid::now_v7()),
            port: port.to_owned(),
            body,
            inputs,
            provider: last.map_or_else(String::new, |call| call.provider.clone()),
            model: last.map_or_else(String::new, |call| call.model.clone()),
            sample: self.calls().any(|call| call.sample),
        }
    }

    /// What the result was made from, and what is known of its calls.
    fn inputs(&self) -> Value {
        let AgentRun { context, frozen, .. } = self.run;
        let mut inputs = json!({
            "agent": frozen.name,
            "version": frozen.version,
            "temperature": frozen.definition.temperature,
            "seed": seed(context).to_string(),
            "turns": self.calls().count(),
            "tool_calls": self.tool_calls,
            "input_tokens": self.calls().map(|call| call.input_tokens).sum::<u64>(),
            "output_tokens": self.calls().map(|call| call.output_tokens).sum::<u64>(),
            "cost_micros": self.calls().map(|call| call.cost_micros).sum::<Option<i64>>(),
        });
        for message in self.said().take(2) {
            match message {
                Message::System { text } => inputs["system_prompt"] = json!(text),
                Message::User { text, .. } => inputs["prompt"] = json!(text),
                Message::Assistant { .. } | Message::Tool { .. } => {}
            }
        }
        if let Some(Message::Assistant { reasoning, .. }) = self.said().next_back()
            && !reasoning.is_empty()
        {
            inputs[artifact::REASONING] = json!(reasoning);
        }
        if let Some(repaired) = self.repaired() {
            inputs[artifact::REPAIRED] = repaired;
        }
        made_from(inputs, context)
    }

    /// The answer that could not be used and what was wrong with it, if one was repaired.
    fn repaired(&self) -> Option<Value> {
        let said: Vec<&Message> = self.said().collect();
        said.windows(2).find_map(|pair| match pair {
            [Message::Assistant { text, calls, .. }, Message::User { text: fault, .. }]
                if calls.is_empty() =>
            {
                let answer: String = text.chars().take(MOST_REPAIRED).collect();
                Some(json!({ "fault": fault, "answer": answer }))
            }
            _ => None,
        })
    }
}
