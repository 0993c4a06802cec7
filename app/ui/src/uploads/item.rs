//! One file of an upload field, and how far its upload is.

use std::sync::Arc;

use leptos::prelude::*;
use model::problem::{Problem, ProblemKind};
use web_sys::File;

/// How far the upload of one file is; `T` is what the server answers for a stored file.
#[derive(Debug, Clone, PartialEq)]
pub enum UploadState<T> {
    /// Being sent: how many percent have left.
    OnItsWay(f64),
    /// Stored; what the server answered.
    Kept(T),
    /// Not stored, and why; the same file can be sent again.
    Missed(Problem),
    /// Not stored, and why; sending the same file again would fail too.
    Refused(String),
}

impl<T> UploadState<T> {
    pub(super) fn from_answer(answer: Result<T, Problem>) -> Self {
        match answer {
            Ok(kept) => Self::Kept(kept),
            // Once somebody has signed in again the file can be sent.
            Err(problem) if problem.may_pass() || problem.kind == ProblemKind::SignedOut => {
                Self::Missed(problem)
            }
            Err(problem) => Self::Refused(problem.detail),
        }
    }

    /// Whether it counts towards [`UploadLimits::files`](super::UploadLimits::files); a refused
    /// file does not.
    pub(super) fn counts(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }

    pub(super) fn is_missed(&self) -> bool {
        matches!(self, Self::Missed(_))
    }
}

/// A file of an upload field.
#[derive(Debug, Clone)]
pub(super) struct UploadItem<T: Send + Sync + 'static> {
    pub(super) key: u64,
    pub(super) name: String,
    pub(super) bytes: u64,
    /// The browser's handle, kept so that the file can be sent again.
    pub(super) file: StoredValue<File, LocalStorage>,
    pub(super) state: ArcRwSignal<UploadState<T>>,
    pub(super) cancelled: ArcRwSignal<bool>,
}

/// What is shown or asked of a stored file, by the server's answer.
pub(super) type Projection<T, O> = Arc<dyn Fn(&T) -> O + Send + Sync>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_file_leaves_its_place_to_another() {
        let rows = [
            UploadState::OnItsWay(40.0),
            UploadState::Kept(()),
            UploadState::Refused("Too large.".to_owned()),
        ];

        assert_eq!(rows.map(|sent| sent.counts()), [true, true, false]);
    }

    #[test]
    fn only_what_did_not_come_through_can_be_sent_again_and_keeps_its_place() {
        let missed = UploadState::<()>::from_answer(Err(Problem::unreachable()));
        let refused =
            UploadState::<()>::from_answer(Err(Problem::invalid("It is no picture.", vec![])));

        assert!(missed.is_missed() && missed.counts());
        assert!(!refused.is_missed() && !UploadState::from_answer(Ok(())).is_missed());
    }
}
