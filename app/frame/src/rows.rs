//! Rows of a form, which are added and removed while it is filled in.

use leptos::prelude::*;
use web::client::lifetime::Lifetime;

/// A row with its fields.
#[derive(Debug, Clone, Copy)]
pub struct Row<T> {
    /// The same for as long as the row is there, whatever stands before it.
    pub key: usize,
    pub fields: T,
}

/// The rows of a form in their order.
#[derive(Debug, Clone, Copy)]
pub struct Rows<T: 'static> {
    list: RwSignal<Vec<Row<T>>>,
    next: StoredValue<usize>,
    form: Lifetime,
}

impl<T: Clone + Send + Sync + 'static> Default for Rows<T> {
    /// No rows yet. The fields of those to come live as long as the form that is being made.
    fn default() -> Self {
        Self {
            list: RwSignal::new(vec![]),
            next: StoredValue::new(0),
            form: Lifetime::of_this_part(),
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Rows<T> {
    /// Adds a row at the end.
    pub fn push(self, make: impl FnOnce() -> T) {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        let row = self.form.make(|| Row { key, fields: make() });
        self.list.update(|rows| rows.extend(row));
    }

    /// Takes a row away.
    pub fn remove(self, key: usize) {
        self.list.update(|rows| rows.retain(|row| row.key != key));
    }

    /// The rows as they are now, followed as rows come and go.
    pub fn get(self) -> Vec<Row<T>> {
        self.list.get()
    }

    /// How many rows stand before the one with this key, followed as rows come and go; none once it is
    /// gone.
    pub fn place(self, key: usize) -> Option<usize> {
        self.list.with(|rows| rows.iter().position(|row| row.key == key))
    }
}
