//! The query of the palette, parsed.

use ui::combobox::ChoiceGroup;

use super::{COMMANDS, NODES};

/// How many of a kind are listed, unless only that kind is searched.
const FEW: usize = 8;

/// The kinds of choices that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    Everything,
    Commands,
    Nodes,
}

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) among: Among,
    pub(super) words: String,
}

impl Asked {
    /// Parses a query. `>` at its beginning restricts the search to commands, and `#` to nodes
    /// where the page has any; elsewhere `#` belongs to the number of an execution.
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

    /// The words that the server searches for; none where only the browser's choices are searched.
    pub(super) fn server_words(&self) -> Option<String> {
        let some = self.among == Among::Everything && !self.words.is_empty();
        some.then(|| self.words.clone())
    }

    /// Whether the group with this heading is searched.
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
        assert_eq!(Asked::read("#12", &[]).server_words().as_deref(), Some("#12"));
        assert_eq!(Asked::read(">  tidy", &nodes).words, "tidy");
        assert_eq!(Asked::read("> tidy", &nodes).server_words(), None);
        assert_eq!(Asked::read("  ", &nodes).server_words(), None);
    }
}
