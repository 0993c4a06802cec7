//! What a person has begun to answer about calls that nobody knows the end of.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::id::JobId;

/// What the person has begun to say of calls: it stays, whichever step is shown.
#[derive(Clone, Copy, Default)]
pub struct Answers {
    /// By job and question.
    begun: StoredValue<BTreeMap<(JobId, i64), ArcRwSignal<String>>>,
}

impl Answers {
    /// The text in which a person answers a question of a job: what its call gave; empty until they
    /// write it.
    pub fn get_or_insert(self, job: JobId, question: i64) -> RwSignal<String> {
        let begun = |begun: &mut BTreeMap<_, ArcRwSignal<String>>| {
            begun.entry((job, question)).or_insert_with(|| ArcRwSignal::new(String::new())).clone()
        };
        self.begun.try_update_value(begun).unwrap_or_else(|| ArcRwSignal::new(String::new())).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn what_was_begun_to_be_said_is_there_again_after_the_panel_went() {
        Owner::new().with(|| {
            let (answers, job, panel) = (Answers::default(), sample::job(11), Owner::new());
            panel.with(|| answers.get_or_insert(job, 2).set("order 7".to_owned()));

            panel.cleanup();

            assert_eq!(answers.get_or_insert(job, 2).get_untracked(), "order 7");
            let other = answers.get_or_insert(job, 3).get_untracked();
            assert_eq!(other, "", "it is another question");
        });
    }
}
