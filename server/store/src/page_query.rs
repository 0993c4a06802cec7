//! Keyset pagination: a page begins after a row, not at an offset, so that rows that come or go
//! elsewhere in the list move nothing.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use model::{
    api::listing::{Page, PageRequest},
    problem::{FieldProblem, Problem},
};
use uuid::Uuid;

use crate::error::Result;

/// The largest page that may be asked for, in items.
pub const MAX_LIMIT: i64 = 200;
/// The size of a page when the request names none, in items.
const DEFAULT_LIMIT: i64 = 50;

/// The place of a row in a list that is ordered by a moment, the latest first, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The moment by which the list is ordered, to the microsecond.
    pub at: DateTime<Utc>,
    /// Breaks ties between rows of the same moment.
    pub id: Uuid,
}

/// Which page of a list is read: after which row, and how many items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageQuery {
    after: Option<Cursor>,
    limit: i64,
}

impl PageQuery {
    /// The first page of a list, of `limit` items.
    pub const fn first(limit: i64) -> Self {
        Self { after: None, limit }
    }

    /// The page that a client asked for.
    ///
    /// # Errors
    /// A limit outside 1 to [`MAX_LIMIT`], or a cursor that no list gave.
    pub fn from_request(request: &PageRequest) -> Result<Self, Problem> {
        let refused = |code: &str, path: &str, message: String| {
            let wrong = FieldProblem::field(code, path, message);
            Problem::invalid("The list's filters aren't valid.", vec![wrong])
        };
        let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            let message = format!("Enter a limit from 1 to {MAX_LIMIT}.");
            return Err(refused("value_out_of_range", "limit", message));
        }
        let Some(cursor) = request.cursor.as_deref() else { return Ok(Self::first(limit)) };
        match Cursor::decode(cursor) {
            Some(after) => Ok(Self { after: Some(after), limit }),
            None => {
                let message =
                    "This isn't a next_cursor of a list. Leave it out for the first page."
                        .to_owned();
                Err(refused("bad_cursor", "cursor", message))
            }
        }
    }

    /// The moment of the last row that the reader has; none for the first page.
    pub(super) fn after_time(&self) -> Option<DateTime<Utc>> {
        self.after.map(|after| after.at)
    }

    /// The id of the last row that the reader has; none for the first page.
    pub(super) fn after_id(&self) -> Option<Uuid> {
        self.after.map(|after| after.id)
    }

    /// How many rows to read: one more than the page holds tells whether there is a next page.
    pub(super) fn row_limit(&self) -> i64 {
        self.limit + 1
    }

    /// The page that the rows read make: at most `limit` items, and the cursor of the last one when
    /// there are more.
    pub(super) fn to_page<R, T>(
        self,
        mut rows: Vec<R>,
        cursor: impl Fn(&R) -> Cursor,
        item: impl FnMut(R) -> Result<T>,
    ) -> Result<Page<T>> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| cursor(row).encode());
        let items = rows.into_iter().map(item).collect::<Result<_>>()?;
        Ok(Page { items, next_cursor: next })
    }
}

impl Cursor {
    /// The `next_cursor` of the API: opaque to clients, URL-safe.
    fn encode(self) -> String {
        let mut bytes = self.at.timestamp_micros().to_be_bytes().to_vec();
        bytes.extend_from_slice(self.id.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(text: &str) -> Option<Self> {
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
        let page = PageQuery::first(2);
        let read = |numbers: &[i64]| page.to_page(numbers.to_vec(), |n| row(*n), Ok).unwrap();

        let (first, last) = (read(&[3, 2, 1]), read(&[2, 1]));

        assert_eq!((first.items, last.items), (vec![3, 2], vec![2, 1]));
        let next = first.next_cursor.unwrap();
        let asked =
            PageQuery::from_request(&PageRequest { limit: None, cursor: Some(next) }).unwrap();
        assert_eq!(asked.after, Some(row(2)));
        assert_eq!(last.next_cursor, None);
    }

    #[test]
    fn a_made_up_cursor_or_limit_is_refused() {
        for cursor in ["", "x", "AAAA", "f39_f39_f39_f39_f39_f39_f39_f39_"] {
            let request = PageRequest { limit: None, cursor: Some(cursor.to_owned()) };
            assert!(PageQuery::from_request(&request).is_err(), "{cursor}");
        }
        for limit in [0, -1, MAX_LIMIT + 1] {
            assert!(
                PageQuery::from_request(&PageRequest { limit: Some(limit), cursor: None }).is_err()
            );
        }
    }
}
