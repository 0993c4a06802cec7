//! The form of a tool's arguments, made from the JSON Schema that its server gives.
//!
//! Schemas come from outside: one may be huge, refer to itself or be nonsense. The form is bounded
//! in depth and size; what it does not show is written as JSON.

mod build;
mod schema;
mod shape;
mod typed;

pub use self::{
    build::build_form,
    schema::plain_text,
    shape::{ArgumentField, ArgumentForm, Shape, Variant, WhyJson, limit},
};
