//! What the panel of a node needs, without a browser: which fields it shows, what each may refer
//! to, and what its text looks like with sample values.

mod candidates;
mod completion;
mod field;
mod sample;
mod sentence;
mod sources;
mod spans;

pub use candidates::{Candidate, list_candidates};
pub use completion::{OpenReference, complete_reference, filter_candidates, find_open_reference};
pub use field::{applies, default_of, differs, is_shown, running_applies, value_of, with_field};
pub use sample::{filled_in, sample_scope};
pub use sentence::{Comparison, Sentence};
pub use sources::{InputSource, list_sources};
pub use spans::{TextSpan, split_spans, unknown_references};
