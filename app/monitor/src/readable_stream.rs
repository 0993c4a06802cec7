//! What a reader sees of a text that is being written.

use std::borrow::Cow;

use model::{
    agent::streamed::{Streamed, parse},
    execution::view::NodeView,
    nodes::NodeKind,
};

/// The text that a step is writing: of an agent its words, without what it thinks and calls.
pub fn readable_stream<'a>(node: &NodeView, streamed: &'a str) -> Cow<'a, str> {
    if node.kind != NodeKind::Agent.key() {
        return Cow::Borrowed(streamed);
    }
    let text = |part: Streamed| match part {
        Streamed::Text(text) => Some(text),
        Streamed::Thoughts(_) | Streamed::Call(_) => None,
    };
    let texts: Vec<String> = parse(streamed).into_iter().filter_map(text).collect();
    Cow::Owned(texts.join("\n\n"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::agent::streamed::StreamEncoder;

    use super::*;
    use crate::sample;

    #[test]
    fn of_an_agent_only_its_words_are_read() {
        let mut encoder = StreamEncoder::default();
        let streamed =
            [encoder.thought("Hm."), encoder.text("Hello."), encoder.call("a__b")].concat();
        let mut node = sample::running().view.node(&"copy".into()).unwrap().clone();
        assert_eq!(readable_stream(&node, &streamed), streamed);

        node.kind = NodeKind::Agent.key().to_owned();

        assert_eq!(readable_stream(&node, &streamed), "Hello.");
    }
}
