//! What is meant by what is typed.

use super::{COMMANDS, NODES};
use crate::ui::choices::ChoiceGroup;

/// The most of a kind, unless that kind alone is asked for.
const FEW: usize = 8;

/// What is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    Everything,
    Commands,
    Nodes,
}

/// What is typed, as it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) among: Among,
    pub(super) words: String,
}

impl Asked {
    /// `>` asks for commands, and `#` for nodes where the page has any: elsewhere it belongs to the
    /// number of an execution.
    pub(super) fn read(typed: &str, stock: &[ChoiceGroup]) -> Self {
        let typed = typed.trim();
        let has_nodes = stock.iter().any(|group| group.title == NODES);
        let (among, words) = match (typed.strip_prefix('>'), typed.strip_prefix('#')) {
            (Some(words), _) => (Among::Commands, words),
            (None, Some(words)) if has_nodes => (Among::Nodes, words),
            _ => (Among::Everything, typed),
        };
        Self { among, words: words.trim().to_owned() }
    }

    /// The words the server is asked about.
    pub(super) fn of_server(&self) -> Option<String> {
        let some = self.among == Among::Everything && !self.words.is_empty();
        some.then(|| self.words.clone())
    }

    /// Whether what stands under this heading is looked through.
    pub(super) fn admits(&self, title: &str) -> bool {
        match self.among {
            Among::Everything => true,
            Among::Commands => title == COMMANDS,
            Among::Nodes => title == NODES,
        }
    }

    /// How many of a kind are listed.
    pub(super) fn most(&self) -> usize {
        if self.among == Among::Everything { FEW } else { usize::MAX }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_sign_means_nodes_only_where_there_are_some() {
        let nodes = [ChoiceGroup { title: NODES, choices: vec![] }];

        assert_eq!(Asked::read(" #a ", &nodes).among, Among::Nodes);
        assert_eq!(Asked::read("#12", &[]).of_server().as_deref(), Some("#12"));
        assert_eq!(Asked::read(">  tidy", &nodes).words, "tidy");
        assert_eq!(Asked::read("> tidy", &nodes).of_server(), None);
        assert_eq!(Asked::read("  ", &nodes).of_server(), None);
    }
}
