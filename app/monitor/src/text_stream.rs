//! Streamed text joined from its pieces. Pure, so that a lost or late piece can be tested.

use std::collections::BTreeMap;

use model::{id::JobId, pages::PartialText, stream::TextPiece};

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The text is up to date with it.
    Joined,
    /// It is of a claim that is over.
    Late,
    /// Characters before it are missing: the text must be fetched.
    Gap,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct JobText {
    fence: i64,
    text: String,
    chars: usize,
    over: bool,
    turn: u64,
}

/// The text of every job that has streamed any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    jobs: BTreeMap<JobId, JobText>,
    turn: u64,
}

impl Texts {
    /// Starts from what the page was loaded with.
    pub fn from_partial(partial: &[PartialText]) -> Self {
        let mut texts = Self::default();
        texts.catch_up(partial);
        texts
    }

    /// The text a job has written so far; empty when it has written none.
    pub fn of_job(&self, job: JobId) -> &str {
        self.jobs.get(&job).map_or("", |known| known.text.as_str())
    }

    /// The one of `jobs` that wrote last, and its text.
    pub fn newest(&self, jobs: impl Iterator<Item = JobId>) -> Option<&str> {
        let written = jobs.filter_map(|job| self.jobs.get(&job));
        let newest = written.filter(|known| !known.text.is_empty()).max_by_key(|known| known.turn);
        newest.map(|known| known.text.as_str())
    }

    /// Takes a piece in.
    pub fn join(&mut self, piece: &TextPiece) -> Fit {
        self.turn += 1;
        let known = self.jobs.entry(piece.job).or_default();
        if piece.fence < known.fence || (piece.fence == known.fence && known.over) {
            return Fit::Late;
        }
        if piece.fence > known.fence {
            *known = JobText { fence: piece.fence, ..JobText::default() };
        }
        if piece.offset > known.chars {
            return Fit::Gap;
        }
        let fresh: String = piece.text.chars().skip(known.chars - piece.offset).collect();
        known.chars += fresh.chars().count();
        known.text.push_str(&fresh);
        known.turn = self.turn;
        Fit::Joined
    }

    /// Forgets what a lost or failed attempt wrote; late pieces of it stay out.
    pub fn discard(&mut self, job: JobId) {
        if let Some(known) = self.jobs.get_mut(&job) {
            *known = JobText { fence: known.fence, over: true, ..JobText::default() };
        }
    }

    /// Takes in what the server has kept, where it is ahead of what has arrived.
    pub fn catch_up(&mut self, partial: &[PartialText]) {
        for kept in partial {
            self.turn += 1;
            let known = self.jobs.entry(kept.job).or_default();
            let chars = kept.text.chars().count();
            if kept.fence > known.fence || (kept.fence == known.fence && chars > known.chars) {
                let text = kept.text.clone();
                *known = JobText { fence: kept.fence, text, chars, over: false, turn: self.turn };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    fn job(last: char) -> JobId {
        format!("0193aaaa-0000-7000-8000-00000000000{last}").parse().unwrap()
    }

    fn piece(fence: i64, offset: usize, text: &str) -> TextPiece {
        sample::piece(job('1'), fence, offset, text)
    }

    #[test]
    fn pieces_join_in_order_counted_in_characters() {
        let mut texts = Texts::default();

        let fits = [piece(1, 0, "Köln "), piece(1, 5, "wärmt "), piece(1, 11, "🙂")]
            .map(|piece| texts.join(&piece));

        assert_eq!(fits, [Fit::Joined; 3]);
        assert_eq!(texts.of_job(job('1')), "Köln wärmt 🙂");
    }

    #[test]
    fn a_piece_that_comes_twice_or_overlaps_adds_only_what_is_new() {
        let mut texts = Texts::default();
        texts.join(&piece(1, 0, "Good mor"));

        assert_eq!(texts.join(&piece(1, 0, "Good mor")), Fit::Joined);
        assert_eq!(texts.join(&piece(1, 5, "morning")), Fit::Joined);
        assert_eq!(texts.of_job(job('1')), "Good morning");
    }

    #[test]
    fn a_gap_is_told_and_leaves_the_text_as_it_is() {
        let mut texts = Texts::default();
        texts.join(&piece(1, 0, "Good"));

        assert_eq!(texts.join(&piece(1, 9, "ing")), Fit::Gap);
        assert_eq!(texts.of_job(job('1')), "Good");

        texts.catch_up(&[PartialText { job: job('1'), fence: 1, text: "Good morning".to_owned() }]);
        assert_eq!(texts.join(&piece(1, 12, ".")), Fit::Joined);
        assert_eq!(texts.of_job(job('1')), "Good morning.");
    }

    #[test]
    fn a_larger_fence_replaces_the_text_and_a_smaller_one_is_late() {
        let mut texts = Texts::default();
        texts.join(&piece(1, 0, "First try"));

        assert_eq!(texts.join(&piece(2, 0, "Second")), Fit::Joined);
        assert_eq!(texts.join(&piece(1, 9, " goes on")), Fit::Late);
        assert_eq!(texts.of_job(job('1')), "Second");
    }

    #[test]
    fn a_discarded_attempt_does_not_come_back() {
        let mut texts = Texts::default();
        texts.join(&piece(3, 0, "Half a sen"));

        texts.discard(job('1'));

        assert_eq!(texts.join(&piece(3, 10, "tence")), Fit::Late);
        assert_eq!(texts.of_job(job('1')), "");
        assert_eq!(texts.join(&piece(4, 0, "Anew")), Fit::Joined);
        assert_eq!(texts.of_job(job('1')), "Anew");
    }

    #[test]
    fn what_the_server_kept_never_takes_back_what_has_arrived() {
        let mut texts = Texts::default();
        texts.join(&piece(2, 0, "Good morning"));

        texts.catch_up(&[PartialText { job: job('1'), fence: 2, text: "Good".to_owned() }]);

        assert_eq!(texts.of_job(job('1')), "Good morning");
    }

    #[test]
    fn the_newest_text_is_of_the_job_that_wrote_last() {
        let mut texts = Texts::default();
        texts.join(&piece(1, 0, "one"));
        texts.join(&TextPiece { job: job('2'), ..piece(1, 0, "two") });
        texts.join(&piece(1, 3, "!"));

        assert_eq!(texts.newest([job('1'), job('2')].into_iter()), Some("one!"));
        assert_eq!(texts.newest([job('2'), job('3')].into_iter()), Some("two"));
        assert_eq!(texts.newest([job('3')].into_iter()), None);
    }
}
