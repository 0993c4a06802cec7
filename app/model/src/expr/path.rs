//! References: `nodes.x.texts[0].name`.

use std::fmt;

use serde_json::Value;

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
