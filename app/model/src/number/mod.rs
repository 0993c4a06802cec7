//! Numbers as people write them: with a comma or a point, in groups, in the digits of any script.
//!
//! A text is taken for what it says and for nothing else: what can mean two things is refused, and
//! so is what would have to be changed to be stored.
//!
//! [`parse_number`] reads what is written in the launch form, in a node's settings, for a preset
//! and over REST. Pages do without the browser's own box for numbers: it tells nothing of what it
//! cannot read. `1,234` may be two numbers and is refused. An optional number that is left empty is
//! absent.

mod decimal;
mod json;
mod read;
mod step;

pub(crate) use decimal::Decimal;
pub(crate) use json::is_kept;
pub use json::{JsonError, find_lost, find_unkept_number, quote_unkept_numbers, read_json};
pub(crate) use read::read_decimal;
pub use read::{NumberError, NumberKind, parse_number};
pub use step::{Direction, Range, step_number};
