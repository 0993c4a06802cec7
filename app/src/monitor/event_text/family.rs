//! What executions do to each other, as sentences.

use model::execution::event::EventKind;

use super::sentence::{Names, Weight, Words};
use crate::{monitor::cost::price, ui::status::Status};

/// Words of events about children and about what was taken over; none for the others.
pub(super) fn family_words(kind: &EventKind, names: &Names<'_>) -> Option<Words> {
    use EventKind as E;
    Some(match kind {
        E::NodeReused { node, skipped, .. } => {
            let status = skipped.map_or(Status::Completed, |_| Status::Skipped);
            let text = format!("{} was taken over from an earlier execution", names.node(node));
            (status, Weight::Step, text)
        }
        E::JobWaiting { job, name, .. } => {
            (Status::Running, Weight::Step, format!("{} launched {name}", names.job(job)))
        }
        E::JobChildEnded { job, bill, .. } => {
            let (label, cost) = (names.job(job), price(*bill));
            let text = format!("{label}: the workflow it launched has ended ({cost})");
            (Status::Running, Weight::Detail, text)
        }
        _ => return None,
    })
}
