//! Form fields. Every field has a label above, help and error below (tied by `aria-describedby`),
//! a `name` that is also its id and what a plain form post sends, and a signal it keeps in step.

mod binding;
mod choice;
mod direction;
mod form_field;
mod frame;
mod multi_choice;
mod number;
mod password;
mod picker;
mod search;
mod slider;
mod switch;
mod text;
mod value;

pub use choice::{Choice, SelectField, choices};
pub use direction::{direction, direction_of_html};
pub use form_field::{FieldInput, FormField};
pub use frame::{FieldFrame, FieldNotes, described_by, invalid};
pub use multi_choice::MultiChoiceField;
pub use number::NumberField;
pub use password::{PasswordField, PasswordUse};
pub use picker::{PickOption, PickerField, Picks};
pub use search::SearchField;
pub use slider::SliderField;
pub use switch::SwitchField;
pub use text::{LongTextField, TextField, TextKind};
pub use value::FieldValue;
