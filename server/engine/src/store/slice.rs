//! A part of a list by key, not by offset: rows that come or go elsewhere move nothing.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use model::{
    api::listing::{Page, PageRequest},
    problem::{FieldProblem, Problem},
};
use uuid::Uuid;

use crate::error::Result;

/// The most items of a page.
pub const MOST: i64 = 200;
const USUAL: i64 = 50;

/// The place of a row in a list that is ordered by a moment, the latest first, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The id, for rows of the same moment.
    pub id: Uuid,
}

/// Which part of a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    after: Option<Cursor>,
    limit: i64,
}

impl Slice {
    /// The first items of a list.
    pub const fn first(limit: i64) -> Self {
        Self { after: None, limit }
    }

    /// The part that was asked for.
    ///
    /// # Errors
    /// A limit outside 1 to [`MOST`], or a cursor that no list gave.
    pub fn asked(request: &PageRequest) -> Result<Self, Problem> {
        let refused = |code: &str, path: &str, message: String| {
            let wrong = FieldProblem::field(code, path, message);
            Problem::invalid("The list cannot be read so.", vec![wrong])
        };
        let limit = request.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            let message = format!("A page has 1 to {MOST} items.");
            return Err(refused("value_out_of_range", "limit", message));
        }
        let Some(cursor) = request.cursor.as_deref() else { return Ok(Self::first(limit)) };
        match Cursor::read(cursor) {
            Some(after) => Ok(Self { after: Some(after), limit }),
            None => {
                let message = "This is no next_cursor of a list; leave it out to begin.".to_owned();
                Err(refused("bad_cursor", "cursor", message))
            }
        }
    }

    /// The moment of the last row the reader has.
    pub(super) fn at(&self) -> Option<DateTime<Utc>> {
        self.after.map(|after| after.at)
    }

    /// The id of the last row the reader has.
    pub(super) fn id(&self) -> Option<Uuid> {
        self.after.map(|after| after.id)
    }

    /// How many rows to read: one more than asked tells whether there are more.
    pub(super) fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// The page these rows make.
    pub(super) fn page<R, T>(
        self,
        mut rows: Vec<R>,
        place: impl Fn(&R) -> Cursor,
        item: impl FnMut(R) -> Result<T>,
    ) -> Result<Page<T>> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| place(row).write());
        let items = rows.into_iter().map(item).collect::<Result<_>>()?;
        Ok(Page { items, next_cursor: next })
    }
}

impl Cursor {
    /// As the reader keeps it, without a meaning to them.
    fn write(self) -> String {
        let mut bytes = self.at.timestamp_micros().to_be_bytes().to_vec();
        bytes.extend_from_slice(self.id.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (at, id) = bytes.split_at_checked(size_of::<i64>())?;
        let at = DateTime::from_timestamp_micros(i64::from_be_bytes(at.try_into().ok()?))?;
        // PostgreSQL has no moments far from our era, and fails on them.
        let plausible = (0..=4_102_444_800).contains(&at.timestamp());
        Some(Self { at, id: Uuid::from_slice(id).ok()? }).filter(|_| plausible)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn row(number: i64) -> Cursor {
        let at = DateTime::from_timestamp_micros(1_700_000_000_000_000 + number).unwrap();
        Cursor { at, id: Uuid::from_u128(7) }
    }

    #[test]
    fn a_page_names_its_last_row_only_when_there_are_more() {
        let slice = Slice::first(2);
        let read = |numbers: &[i64]| slice.page(numbers.to_vec(), |n| row(*n), Ok).unwrap();

        let (first, last) = (read(&[3, 2, 1]), read(&[2, 1]));

        assert_eq!((first.items, last.items), (vec![3, 2], vec![2, 1]));
        let next = first.next_cursor.unwrap();
        let asked = Slice::asked(&PageRequest { limit: None, cursor: Some(next) }).unwrap();
        assert_eq!(asked.after, Some(row(2)));
        assert_eq!(last.next_cursor, None);
    }

    #[test]
    fn a_made_up_cursor_or_limit_is_refused() {
        for cursor in ["", "x", "AAAA", "f39_f39_f39_f39_f39_f39_f39_f39_"] {
            let request = PageRequest { limit: None, cursor: Some(cursor.to_owned()) };
            assert!(Slice::asked(&request).is_err(), "{cursor}");
        }
        for limit in [0, -1, MOST + 1] {
            assert!(Slice::asked(&PageRequest { limit: Some(limit), cursor: None }).is_err());
        }
    }
}
