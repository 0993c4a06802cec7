//! A file of another product: what it is, and what to do with it.

use crate::problem::FieldProblem;

/// What can be done with a file of another product.
pub(super) const WAY_ON: &str = "Atelier can't run its steps. Rebuild them here: use “Generate \
                                 copy” or “Generate image” for a prompt, “HTTP request” for a call \
                                 to another service, and “Condition” for a choice.";

/// What is read, for those who have something else.
pub(super) const READS: &str =
    "Atelier imports its own files, React Flow graphs and lists of steps, as JSON.";

/// A file of another product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignFile {
    /// What it is, with its article.
    pub(super) what: &'static str,
    /// How many parts it has, and what one is called; none where they cannot be counted.
    pub(super) parts: Option<(usize, &'static str)>,
    pub(super) way_on: String,
}

impl ForeignFile {
    pub fn is_known(&self) -> bool {
        self.parts.is_some()
    }

    /// Why it is not read, and what to do.
    pub fn problem(&self) -> FieldProblem {
        let count = match self.parts {
            Some((1, part)) => format!(" with 1 {part}"),
            Some((count, part)) => format!(" with {count} {part}s"),
            None => String::new(),
        };
        let message = format!("This is {}{count}.", self.what);
        let mut problem = FieldProblem::field("foreign_format", "", message);
        problem.fix = Some(self.way_on.clone());
        problem
    }
}
