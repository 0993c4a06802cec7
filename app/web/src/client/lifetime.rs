//! How long what is made later lives.

use leptos::prelude::*;

/// The life of a part of a page: what an event or an effect makes in it is there for as long as the
/// part is, and not only until that event's button or that effect is made anew.
#[derive(Debug, Clone, Copy)]
pub struct Lifetime(StoredValue<Option<WeakOwner>>);

impl Lifetime {
    /// That of the part that is being made.
    pub fn of_this_part() -> Self {
        Self(StoredValue::new(Owner::current().map(|owner| owner.downgrade())))
    }

    /// Makes something that lives as long; none once the part is gone.
    pub fn make<T>(self, make: impl FnOnce() -> T) -> Option<T> {
        let owner = self.0.try_get_value().flatten()?.upgrade()?;
        Some(owner.with(make))
    }
}
