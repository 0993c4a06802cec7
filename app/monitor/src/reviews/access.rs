//! By which right a review is read and decided.

use leptos::prelude::StoredValue;

/// By which right a review is read and decided.
#[derive(Clone, Copy)]
pub enum ReviewAccess {
    /// As the person who is signed in.
    Person,
    /// By the link of the page.
    Link(StoredValue<String>),
}
