//! Results that are brought together come in the order they were drawn or listed in, whichever was
//! there first.

mod iterations;
mod lanes;

use model::{
    decide::{self, JobState, Outcome, Transition},
    execution::failure::Failure,
};
use serde_json::json;

use crate::decide::{input::Ending, world::report};

/// Ends a job with a text.
fn write(transition: &mut Transition<'_>, job: &JobState, text: &str) {
    let mut done = report((job.id, job.fence), &Ending::Done, 0);
    let Outcome::Done(output) = &mut done.outcome else { panic!("it is done") };
    output.values["texts"] = json!([text]);
    decide::settle_report(transition, done).unwrap();
}

/// Ends a job for good without one.
fn refuse(transition: &mut Transition<'_>, job: &JobState) {
    let refused = Ending::Failed(Failure::permanent("refused", "never"));
    decide::settle_report(transition, report((job.id, job.fence), &refused, 0)).unwrap();
}
