//! Forms that are sent to the server.

use api::ApiError;
use leptos::{prelude::*, task::spawn_local};
use model::problem::Problem;

/// A form that is sent: whether that is under way, and why it was refused.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sending {
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    /// Why the form was refused; none before that, and while it is sent again.
    pub problem: RwSignal<Option<Problem>>,
}

impl Sending {
    /// What the refusal says about the field at this path.
    pub fn wrong(self, path: &'static str) -> Signal<Option<String>> {
        wrong_at(self.problem, path)
    }

    /// Sends the form, unless that is under way already, and calls `done` with the answer when it
    /// is accepted. It is under way no longer by then: a form that is to wait for another page
    /// says in `done` that it is busy again.
    pub fn send<T: 'static>(
        self,
        sent: impl Future<Output = Result<T, ApiError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.problem.set(None);
        self.busy.set(true);
        spawn_local(async move {
            let answer = sent.await;
            // The page may have been left.
            self.busy.try_set(false);
            match answer {
                Ok(accepted) => done(accepted),
                Err(ApiError(problem)) => drop(self.problem.try_set(Some(problem))),
            }
        });
    }
}

/// What a refusal says about the field at this path.
pub fn wrong_at(problem: RwSignal<Option<Problem>>, path: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || problem.get().and_then(|problem| problem.field_message(path)))
}

#[cfg(test)]
mod tests {
    use model::problem::FieldProblem;

    use super::*;

    #[test]
    fn a_form_that_is_under_way_is_not_sent_again_and_each_field_says_what_is_wrong_with_it() {
        Owner::new().with(|| {
            let sending = Sending::default();
            let error = FieldProblem::field("no_name", "name", "Enter a name.");
            sending.problem.set(Some(Problem::invalid("It was not kept.", vec![error])));
            sending.busy.set(true);

            sending.send(async { Ok::<(), ApiError>(()) }, |()| ());

            let message = sending.wrong("name").get_untracked();
            assert_eq!(message.as_deref(), Some("Enter a name."));
            assert_eq!(sending.wrong("email").get_untracked(), None);
        });
    }
}
