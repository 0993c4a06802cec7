//! What a field shows and changes.

use leptos::prelude::*;

/// What a field shows and changes: a signal of its own, or a part of a form's value. The part knows
/// what is wrong with it.
#[derive(Debug)]
pub struct FieldValue<T: Send + Sync + 'static> {
    /// What it shows.
    pub shown: Signal<T>,
    pub change: SignalSetter<T>,
    error: Option<Signal<Option<String>>>,
}

impl<T: Send + Sync + 'static> Clone for FieldValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for FieldValue<T> {}

impl<T: Send + Sync + 'static> From<RwSignal<T>> for FieldValue<T> {
    fn from(value: RwSignal<T>) -> Self {
        Self { shown: value.into(), change: value.into(), error: None }
    }
}

impl<T: Send + Sync + 'static> FieldValue<T> {
    /// A part of a value: what is shown of it, how it changes, and what is wrong with it.
    pub fn new(
        shown: impl Into<Signal<T>>,
        change: impl Fn(T) + Send + Sync + 'static,
        error: Signal<Option<String>>,
    ) -> Self {
        Self { shown: shown.into(), change: SignalSetter::map(change), error: Some(error) }
    }

    /// What is wrong with it; `own` is what the field itself was told.
    pub(super) fn error(self, own: Option<Signal<Option<String>>>) -> Signal<Option<String>> {
        own.or(self.error).unwrap_or_default()
    }
}
