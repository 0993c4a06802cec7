//! Executions that jobs launch, as the worlds of these tests know them: an id and how they end.

use model::{
    decide::{
        self, ArtifactOutBody, ChildEnd, ChildEnding, JobOutput, JobState, Launching, Outcome,
        Refused, Report, Transition,
    },
    execution::view::Bill,
    id::ExecutionId,
    nodes::NodeKind,
    ports::{Kind, Port},
};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::decide::{
    input::{Ending, IMAGE, given},
    world::report,
};

/// Reports a job that runs; one that launches an execution goes on to wait for it.
pub(crate) fn answer(
    transition: &mut Transition<'_>,
    job: &JobState,
    ending: &Ending,
    charges: usize,
) -> Result<(), Refused> {
    let mut told = report((job.id, job.fence), ending, charges);
    let compiled = &transition.snapshot().compiled;
    let launches = compiled.node(&job.node).unwrap().kind() == NodeKind::SubWorkflow;
    if launches && matches!(ending, Ending::Done) {
        let generation = u128::try_from(job.generation).unwrap();
        let child = ExecutionId(Uuid::from_u128(job.id.0.as_u128() ^ generation));
        let outcome = Outcome::Waits(Launching { child, name: "Other".to_owned() });
        told = Report { outcome, ..told };
    }
    settle(transition, told)
}

/// Takes a report in, with what was made as it comes out of its node's own port.
pub(crate) fn settle(transition: &mut Transition<'_>, mut report: Report) -> Result<(), Refused> {
    let snapshot = transition.snapshot();
    let node = snapshot.jobs.get(&report.job).and_then(|job| snapshot.compiled.node(&job.node));
    if let (Some(node), Outcome::Done(made)) = (node, &mut report.outcome) {
        come_out(made, &node.data.config.outputs(&snapshot.compiled.workflow().parameters)[0]);
    }
    decide::settle_report(transition, report)
}

fn come_out(made: &mut JobOutput, port: &Port) {
    made.values = Map::from_iter([(port.name.clone(), given(port, "Words"))]);
    let images = port.port_type.kind() == Kind::Image;
    for artifact in &mut made.artifacts {
        artifact.port = port.name.clone();
        if images {
            artifact.body = ArtifactOutBody::Known { image: IMAGE, width: 1, height: 1 };
        }
    }
    if images {
        made.documents.clear();
    }
}

/// The jobs that wait for what they launched.
pub(crate) fn waiting(transition: &Transition<'_>) -> Vec<JobState> {
    let jobs = transition.snapshot().jobs.values();
    jobs.filter(|job| job.waits_for().is_some()).cloned().collect()
}

/// Everything that was launched ends well.
pub(crate) fn end_all(transition: &mut Transition<'_>) {
    for job in waiting(transition) {
        let ended = decide::handle_child_end(transition, end(&job, true));
        // A loop that has failed for another cause waits for nothing.
        assert!(matches!(ended, Ok(()) | Err(Refused::UnknownJob(_))), "{ended:?}");
    }
}

/// The end of what a job launched counts once, however often it is told.
pub(crate) fn end_twice(transition: &mut Transition<'_>, job: &JobState, well: bool) {
    decide::handle_child_end(transition, end(job, well)).unwrap();
    let before = transition.snapshot().event_seq;
    assert_eq!(
        decide::handle_child_end(transition, end(job, !well)),
        Err(Refused::UnknownJob(job.id))
    );
    assert_eq!(transition.snapshot().event_seq, before, "told twice, it changes nothing");
}

fn end(job: &JobState, well: bool) -> ChildEnd {
    let ending = if well {
        ChildEnding::Completed(json!({"texts": ["Words"]}))
    } else {
        ChildEnding::Failed("It went wrong.".to_owned())
    };
    let bill = Bill { cost_micros: 5, ..Bill::default() };
    ChildEnd { job: job.id, child: job.child.unwrap(), ending, bill }
}
