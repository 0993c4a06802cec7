//! Setting signals without waking anybody for nothing.

use leptos::prelude::{Set, WithUntracked};

/// Signals whose readers are told only of another value; one that is gone takes none.
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
