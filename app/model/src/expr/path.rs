//! References: `nodes.x.texts[0].name`.

use std::{borrow::Cow, fmt};

use serde_json::Value;

use super::{ExprError, Scope};

/// A reference into the scope; never empty, its first segment is a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    segments: Vec<Segment>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A name: `.name` or `["name"]`.
    Key(String),
    /// A place in a list, from 0.
    Place(u64),
    /// `[index]`: the place of the present item.
    Index,
    /// `[item]`: the present item, used as a name or a place.
    Item,
}

impl Path {
    /// A path of one name.
    pub fn root(name: impl Into<String>) -> Self {
        Self { segments: vec![Segment::Key(name.into())] }
    }

    /// What a node gave by a port: `nodes.node.port`.
    pub fn output(node: &str, port: &str) -> Self {
        let key = |name: &str| Segment::Key(name.to_owned());
        Self::root("nodes").then(key(node)).then(key(port))
    }

    /// The same path, one step further.
    #[must_use]
    pub fn then(mut self, segment: Segment) -> Self {
        self.segments.push(segment);
        self
    }

    /// The steps, the root first.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The root's name, e.g. `nodes`.
    pub fn name(&self) -> &str {
        self.key(0).unwrap_or_default()
    }

    /// The name at step `place`, when that step is a name.
    pub fn key(&self, place: usize) -> Option<&str> {
        match self.segments.get(place) {
            Some(Segment::Key(name)) => Some(name),
            _ => None,
        }
    }

    /// Its first steps: at least one, at most all.
    #[must_use]
    pub fn beginning(&self, steps: usize) -> Self {
        let steps = steps.clamp(1, self.segments.len());
        Self { segments: self.segments[..steps].to_vec() }
    }

    pub(super) fn push(&mut self, segment: Segment) {
        self.segments.push(segment);
    }

    /// The value there.
    ///
    /// # Errors
    /// [`ExprError::Missing`] or [`ExprError::Skipped`], naming the path as far as it was followed.
    pub fn read<'a>(&self, scope: &'a Scope) -> Result<Cow<'a, Value>, ExprError> {
        let Some((mut value, taken)) = scope.start(self) else {
            return Err(self.missing(scope, if self.name() == "nodes" { 3 } else { 2 }));
        };
        for (place, segment) in self.segments.iter().enumerate().skip(taken) {
            value = step(value, segment, scope).ok_or_else(|| self.missing(scope, place + 1))?;
        }
        Ok(value)
    }

    fn missing(&self, scope: &Scope, steps: usize) -> ExprError {
        let path = self.beginning(steps).to_string();
        match scope.skipped_step(self) {
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

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Key(name) if place == 0 => f.write_str(name)?,
                Segment::Key(name) if is_plain(name) => write!(f, ".{name}")?,
                Segment::Key(name) => write!(f, "[{}]", Value::from(name.as_str()))?,
                Segment::Place(place) => write!(f, "[{place}]")?,
                Segment::Index => f.write_str("[index]")?,
                Segment::Item => f.write_str("[item]")?,
            }
        }
        Ok(())
    }
}

pub(super) fn is_plain(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
