//! Looking up in a scope what a path leads to.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    error::ExprError,
    path::{Path, Segment},
    scope::Scope,
};

impl Path {
    /// The value there.
    ///
    /// # Errors
    /// [`ExprError::Missing`] or [`ExprError::Skipped`], naming the path as far as it was followed.
    pub fn read<'a>(&self, scope: &'a Scope) -> Result<Cow<'a, Value>, ExprError> {
        let Some((mut value, taken)) = scope.start(self) else {
            return Err(self.missing(scope, if self.name() == "nodes" { 3 } else { 2 }));
        };
        for (place, segment) in self.segments().iter().enumerate().skip(taken) {
            value = step(value, segment, scope).ok_or_else(|| self.missing(scope, place + 1))?;
        }
        Ok(value)
    }

    fn missing(&self, scope: &Scope, steps: usize) -> ExprError {
        let path = self.beginning(steps).to_string();
        match scope.skipped_node(self) {
            Some(step) => ExprError::Skipped { path, step: step.to_owned() },
            None => ExprError::Missing { path },
        }
    }
}

/// The part of a value that a segment names.
pub(super) fn step<'a>(
    value: Cow<'a, Value>,
    segment: &Segment,
    scope: &Scope,
) -> Option<Cow<'a, Value>> {
    match segment {
        Segment::Key(name) => part(value, Key::Name(name)),
        Segment::Place(place) => part(value, Key::Place(usize::try_from(*place).ok()?)),
        Segment::Index => part(value, Key::Place(usize::try_from(scope.index?).ok()?)),
        Segment::Item => match scope.item.as_ref()? {
            Value::String(name) => part(value, Key::Name(name)),
            Value::Number(place) => part(value, Key::Place(usize::try_from(place.as_u64()?).ok()?)),
            _ => None,
        },
    }
}

enum Key<'a> {
    Name(&'a str),
    Place(usize),
}

fn part<'a>(value: Cow<'a, Value>, key: Key<'_>) -> Option<Cow<'a, Value>> {
    match (value, key) {
        (Cow::Borrowed(Value::Object(map)), Key::Name(name)) => map.get(name).map(Cow::Borrowed),
        (Cow::Borrowed(Value::Array(items)), Key::Place(place)) => {
            items.get(place).map(Cow::Borrowed)
        }
        (Cow::Owned(Value::Object(mut map)), Key::Name(name)) => map.remove(name).map(Cow::Owned),
        (Cow::Owned(Value::Array(mut items)), Key::Place(place)) if place < items.len() => {
            Some(Cow::Owned(items.swap_remove(place)))
        }
        _ => None,
    }
}
