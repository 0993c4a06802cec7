//! A list whose entries are found by their ids, and whose copies share what they have in common.

use std::{collections::BTreeMap, fmt, iter::Map, slice, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::ROUND;

/// An entry that is found by its id, which never changes.
pub trait Entry: Clone {
    /// The id it is found by.
    fn id(&self) -> &str;
}

/// Entries in the order they came.
///
/// A copy costs a pointer an entry, and later changes cost the entries they change: so an
/// execution's states along its past can be kept, and a copy can be looked at while it goes on.
#[derive(Clone)]
pub struct Indexed<T> {
    entries: Vec<Arc<T>>,
    index: Arc<Index>,
}

/// Where entries are.
#[derive(Clone, Default)]
struct Index {
    places: BTreeMap<String, usize>,
    /// Entries in iterations of loops, by their id as drawn.
    runs: BTreeMap<String, Vec<usize>>,
}

type Iter<'a, T> = Map<slice::Iter<'a, Arc<T>>, fn(&'a Arc<T>) -> &'a T>;

impl<T: Entry> Indexed<T> {
    /// The entry of that id; the first of several.
    pub fn get(&self, id: &str) -> Option<&T> {
        self.entries.get(*self.index.places.get(id)?).map(AsRef::as_ref)
    }

    /// The entry of that id, to be changed.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.entries.get_mut(*self.index.places.get(id)?).map(Arc::make_mut)
    }

    /// The entries in the iterations of a loop with this id as drawn, in the order they came.
    pub fn runs_of(&self, drawn: &str) -> impl DoubleEndedIterator<Item = &T> {
        let places = self.index.runs.get(drawn).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|place| self.entries.get(*place)).map(AsRef::as_ref)
    }

    /// Adds an entry at the end.
    pub fn push(&mut self, entry: T) {
        let (place, id) = (self.entries.len(), entry.id());
        let index = Arc::make_mut(&mut self.index);
        index.places.entry(id.to_owned()).or_insert(place);
        if let Some((drawn, _)) = id.split_once(ROUND) {
            index.runs.entry(drawn.to_owned()).or_default().push(place);
        }
        self.entries.push(Arc::new(entry));
    }
}

impl<T> Indexed<T> {
    /// All entries in order.
    pub fn iter(&self) -> Iter<'_, T> {
        self.entries.iter().map(AsRef::as_ref)
    }

    /// The entry at a position, from 0.
    pub fn get_index(&self, place: usize) -> Option<&T> {
        self.entries.get(place).map(AsRef::as_ref)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<T: Clone> Indexed<T> {
    /// All entries in order, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().map(Arc::make_mut)
    }
}

impl<T> Default for Indexed<T> {
    fn default() -> Self {
        Self { entries: vec![], index: Arc::default() }
    }
}

impl<T: Entry> Extend<T> for Indexed<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, entries: I) {
        entries.into_iter().for_each(|entry| self.push(entry));
    }
}

impl<T: Entry> FromIterator<T> for Indexed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let mut all = Self::default();
        all.extend(entries);
        all
    }
}

impl<'a, T> IntoIterator for &'a Indexed<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: PartialEq> PartialEq for Indexed<T> {
    fn eq(&self, other: &Self) -> bool {
        let pairs = || self.entries.iter().zip(&other.entries);
        self.len() == other.len() && pairs().all(|(a, b)| Arc::ptr_eq(a, b) || a == b)
    }
}

impl<T: fmt::Debug> fmt::Debug for Indexed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Serialize> Serialize for Indexed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Entry + Deserialize<'de>> Deserialize<'de> for Indexed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::{state::EdgeState, view::EdgeView};

    fn edge(id: &str) -> EdgeView {
        EdgeView { id: id.into(), state: EdgeState::Pending }
    }

    fn ids<'a>(edges: impl Iterator<Item = &'a EdgeView>) -> Vec<&'a str> {
        edges.map(|edge| edge.id.as_str()).collect()
    }

    #[test]
    fn entries_are_found_by_id_and_by_what_they_were_drawn_as() {
        let all = ["b", "a@each[1]", "a", "a@each[0]", "ab@each[0]"];
        let edges: Indexed<_> = all.map(edge).into_iter().collect();

        assert_eq!(ids(edges.iter()), all);
        assert_eq!(edges.get("a@each[0]"), Some(&edge("a@each[0]")));
        assert_eq!(edges.get("each"), None);
        assert_eq!(ids(edges.runs_of("a")), ["a@each[1]", "a@each[0]"]);
        assert_eq!(ids(edges.runs_of("b")), Vec::<&str>::new());
    }

    #[test]
    fn of_several_with_one_id_the_first_is_found() {
        let taken = EdgeView { state: EdgeState::Live, ..edge("a") };
        let edges: Indexed<_> = [edge("a"), taken].into_iter().collect();

        assert_eq!((edges.len(), edges.get("a")), (2, Some(&edge("a"))));
    }

    #[test]
    fn a_copy_shares_all_but_what_changes_after() {
        let mut edges: Indexed<_> = ["a", "b", "c"].map(edge).into_iter().collect();
        let before = edges.clone();

        if let Some(edge) = edges.get_mut("b") {
            edge.state = EdgeState::Dead;
        }
        edges.push(edge("d"));

        let same = edges.entries.iter().zip(&before.entries).map(|(a, b)| Arc::ptr_eq(a, b));
        assert_eq!(same.collect::<Vec<_>>(), [true, false, true]);
        assert_eq!((before.get("b"), before.get("d")), (Some(&edge("b")), None));
        assert_ne!(edges, before);
    }

    #[test]
    fn it_is_written_and_read_as_a_list() -> Result<(), serde_json::Error> {
        let edges: Indexed<_> = ["a", "a@each[0]"].map(edge).into_iter().collect();

        let written = serde_json::to_value(&edges)?;
        let read: Indexed<EdgeView> = serde_json::from_value(written.clone())?;

        assert_eq!(written, serde_json::to_value(edges.iter().collect::<Vec<_>>())?);
        assert_eq!(ids(read.runs_of("a")), ["a@each[0]"]);
        assert_eq!(read, edges);
        Ok(())
    }
}
