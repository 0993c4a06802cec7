//! What a page offers is what the engine answers, wherever an execution has got.

mod asked;
mod histories;
mod review_guard;

use std::{collections::BTreeSet, sync::Mutex};

use model::{
    access::Role,
    decide::Refused,
    execution::{
        action_policy::ActorScope,
        state::Action,
        view::{ExecutionView, NodeView},
    },
    workflow::Workflow,
};
use proptest::{prelude::*, test_runner::TestRunner};

pub(crate) use self::histories::looping;
use self::{asked::Answer, histories::histories};
use crate::decide::{workflows::cases, world::World};

/// What is asked of an execution as a whole. Running it again and replaying it make another one.
const OF_ALL: [Action; 5] =
    [Action::Pause, Action::Resume, Action::Stop, Action::Steer, Action::SetBudget];

/// What is asked about one step.
const OF_STEP: [Action; 10] = [
    Action::RetryNode,
    Action::SkipNode,
    Action::TriggerNode,
    Action::RedoNode,
    Action::EditNode,
    Action::Steer,
    Action::Restore,
    Action::Decide,
    Action::AskForChanges,
    Action::Answer,
];

/// What was asked, and what the page said why it cannot be done.
type Seen = BTreeSet<(String, Option<&'static str>)>;

/// The definition that a page has: as it was frozen, its nodes as people changed them since.
fn shown(world: &World) -> Workflow {
    world.store.snapshot().effective_workflow()
}

/// Asserts that whatever can be asked now is answered as it is offered.
fn compare(world: &World, seen: &mut Seen) {
    let (view, workflow) = (&world.view, shown(world));
    for action in OF_ALL {
        let why_not = view.why_not(action);
        let answer = asked::of_all(world, action);
        let kept = answer == Answer::Done && resumes_instead(view, action);
        assert!(kept || fits(why_not, &answer), "{action:?}: {why_not:?}, but {answer:?}");
        seen.insert((format!("{action:?}"), why_not));
    }
    for (step, action) in view.nodes.iter().flat_map(|step| OF_STEP.map(|action| (step, action))) {
        let Some(answer) = asked::of_step(world, step, action) else { continue };
        let why_not = view.why_not_to(step, &workflow, action);
        let kept = answer == Answer::Done && is_done_by_iterations(step, action);
        let unknown = is_beyond_the_view(&answer);
        assert!(
            kept || unknown || fits(why_not, &answer),
            "{action:?}: {why_not:?}, but {answer:?} of {step:?}"
        );
        seen.insert((format!("{action:?}"), why_not));
    }
    compare_kept(world, &workflow);
}

/// Asserts that a page and the engine keep the same steps from a runner.
fn compare_kept(world: &World, workflow: &Workflow) {
    let (snapshot, runner) = (world.store.snapshot(), ActorScope::for_role(Role::Runner));
    for step in world.view.nodes.iter().filter(|step| step.is_real()) {
        let shown = world.view.missing_permission(&step.id, workflow, &runner);
        assert_eq!(shown, snapshot.missing_permission(&step.id, &runner), "{step:?}");
    }
}

fn fits(why_not: Option<&str>, answer: &Answer) -> bool {
    (*answer == Answer::Done) == why_not.is_none()
}

/// One button serves both: of what is paused a page offers to resume it, although a person may make
/// another's pause their own.
fn resumes_instead(view: &ExecutionView, action: Action) -> bool {
    action == Action::Pause && view.why_not(Action::Resume).is_none()
}

/// Of what lies in a loop a page offers this iteration by iteration; who writes to the API may mean
/// all of them by naming the step as it was drawn.
fn is_done_by_iterations(step: &NodeView, action: Action) -> bool {
    !step.is_real() && matches!(action, Action::RetryNode | Action::SkipNode)
}

/// What a step gives is not in the view, so that nobody sees there whether it is what its items made.
fn is_beyond_the_view(answer: &Answer) -> bool {
    let other = "no longer matches these items";
    matches!(answer, Answer::Refused(Refused::NotHere(words)) if words.contains(other))
}

/// Whether one of the reasons that were told begins so.
fn told(seen: &Seen, words: &str) -> bool {
    seen.iter().any(|(_, why_not)| why_not.is_some_and(|why_not| why_not.starts_with(words)))
}

#[test]
fn what_a_page_offers_is_what_the_engine_answers() {
    let config = ProptestConfig { failure_persistence: None, ..cases(100) };
    let seen = Mutex::new(Seen::new());

    let lived = TestRunner::new(config).run(&histories(), |(workflow, how, steps)| {
        let mut world = World::launch(workflow, how.0, how.1);
        for inputs in steps {
            world.step(&inputs);
            compare(&world, &mut seen.lock().unwrap());
        }
        Ok(())
    });

    lived.unwrap();
    let seen = seen.into_inner().unwrap();
    for rare in [
        "A later step is using",
        "The loop continued",
        "A loop keeps the outputs",
        "No earlier step can run again",
        "Only a step that is done or failed",
        "This step does no work of its own",
    ] {
        assert!(told(&seen, rare), "no history led to “{rare}”");
    }
}
