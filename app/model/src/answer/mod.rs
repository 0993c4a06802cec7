//! What the text of a model's answer says where a list or JSON was asked for. The syntax is read as
//! leniently as the meaning allows; nothing that is missing is made up.

mod find;
mod json_list;
mod lenient;
mod lines;
mod list;

pub use find::{FoundJson, find_json, read_objects};
pub use list::list_items;
