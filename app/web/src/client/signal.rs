//! Sets signals without notifying subscribers of an equal value.

use leptos::prelude::{Set, WithUntracked};

/// Signals that notify only of another value; a disposed signal is left alone.
pub trait SetNew<T> {
    /// Sets the value, unless it is the present one.
    fn set_new(&self, value: T);
}

impl<S, T: PartialEq> SetNew<T> for S
where
    S: Set<Value = T> + WithUntracked<Value = T>,
{
    fn set_new(&self, value: T) {
        if self.try_with_untracked(|now| *now != value) == Some(true) {
            self.try_set(value);
        }
    }
}
