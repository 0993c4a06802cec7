//! Where an input of an agent comes from, as a list offers it.

use model::{agent::definition::AgentInput, panel::InputSource};
use ui::field::Choice;

use crate::panel::field::pick::candidate_choice;

/// A source in a list; one that has to be connected says so.
pub(super) fn choice(source: &InputSource) -> Choice {
    let mut choice = candidate_choice(&source.candidate);
    if source.connect.is_some() {
        choice.label.push_str(", adds a connection");
    }
    choice
}

/// The source that is most likely meant: one of the input's own name, or the only one of its type that
/// a step gives. What may turn out not to fit is not proposed.
pub(super) fn likely<'a>(
    sources: &'a [InputSource],
    input: &AgentInput,
) -> Option<&'a InputSource> {
    let sound = || sources.iter().filter(|source| source.risk.is_none());
    let ending = format!(".{}", input.name);
    let named = sound().find(|source| source.candidate.path.ends_with(&ending));
    let is_given = |source: &&InputSource| {
        let value = &source.candidate;
        value.path.starts_with("nodes.") && value.port_type == input.input_type
    };
    let only = || {
        let mut there = sound().filter(is_given).filter(|source| source.connect.is_none());
        there.next().filter(|_| there.next().is_none())
    };
    named.or_else(only)
}

#[cfg(test)]
mod tests {
    use model::{
        panel::Candidate,
        ports::{Kind, PortType},
    };

    use super::*;

    const TEXT: PortType = PortType::One(Kind::Text);

    fn source(path: &str, port_type: PortType) -> InputSource {
        let (label, from) = ("Texts".to_owned(), "Write".to_owned());
        let candidate = Candidate { path: path.to_owned(), label, from, port_type };
        InputSource { candidate, risk: None, connect: None }
    }

    fn input(name: &str) -> AgentInput {
        let (label, help) = (String::new(), String::new());
        AgentInput { name: name.to_owned(), label, input_type: TEXT, required: true, help }
    }

    #[test]
    fn a_source_says_where_it_is_from_of_which_type_and_whether_it_connects() {
        let open = InputSource {
            connect: Some(("a".into(), "texts".to_owned())),
            ..source("nodes.a.texts", PortType::List(Kind::Text))
        };

        let choice = choice(&open);

        assert_eq!(choice.value, "${nodes.a.texts}");
        assert_eq!(choice.label, "Write · Texts (list<text>), adds a connection");
    }

    #[test]
    fn the_source_of_the_same_name_is_likely_or_the_only_one_of_the_type() {
        let path = |sources: &[InputSource], name: &str| {
            likely(sources, &input(name)).map(|source| source.candidate.path.clone())
        };
        let all = [
            source("input.topic", TEXT),
            source("nodes.a.done", TEXT),
            source("nodes.b.failed", PortType::One(Kind::Json)),
            source("now", TEXT),
        ];

        assert_eq!(path(&all, "topic").as_deref(), Some("input.topic"));
        assert_eq!(path(&all, "draft").as_deref(), Some("nodes.a.done"));
        let two = [source("nodes.a.done", TEXT), source("nodes.c.done", TEXT)];
        assert_eq!(path(&two, "draft"), None);
        let risky = InputSource { risk: Some("it may not".to_owned()), ..source("input.x", TEXT) };
        assert_eq!(path(&[risky], "x"), None);
    }
}
