//! What a panel for one node needs to know, without a browser: which fields it shows, what each
//! may refer to, what its text looks like with sample values.

mod field;
mod offered;
mod open;
mod pieces;
mod sample;
mod sentence;

pub use field::{applies, default_of, differs, is_shown, running_applies, value_of, with_field};
pub use offered::{Offered, offered};
pub use open::{Open, completed, matching, open_reference};
pub use pieces::{Piece, pieces, unknown};
pub use sample::{filled_in, sample_scope};
pub use sentence::{Comparison, Sentence};
