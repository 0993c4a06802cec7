//! Any order of work, faults and commands.

use model::{
    execution::{state::ExecutionStatus, view::ExecutionView},
    workflow::Workflow,
};
use proptest::{prelude::*, sample::select};

use crate::decide::{
    input::{Input, steps},
    workflows::{cases, workflows},
    world::World,
};

fn launches() -> impl Strategy<Value = (Workflow, (u32, bool))> {
    (workflows(10), (select(vec![0u32, 2]), any::<bool>()))
}

/// Every step is checked by the world itself; then everything is answered until it ends.
fn live(workflow: Workflow, how: (u32, bool), steps: Vec<Vec<Input>>) {
    let mut world = World::launch(workflow, how.0, how.1);
    for inputs in steps {
        world.step(&inputs);
    }
    world.drain();
    assert_ne!(world.status(), ExecutionStatus::Paused);
    assert_eq!(ExecutionView::from_events(&world.store.events), world.view);
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn rel_m1_rows_and_log_agree_after_any_inputs(
        launch in launches(),
        steps in steps([6, 1, 2]),
    ) {
        live(launch.0, launch.1, steps);
    }

    #[test]
    fn rel_e3_late_reports_and_lost_workers_rewrite_nothing(
        launch in launches(),
        steps in steps([6, 4, 1]),
    ) {
        live(launch.0, launch.1, steps);
    }

    #[test]
    fn rel_e9_what_has_no_place_waits_and_starts_when_it_has_one(
        launch in launches(),
        steps in steps([4, 2, 4]),
    ) {
        live(launch.0, launch.1, steps);
    }

    #[test]
    fn rel_e8_nothing_starts_between_paused_and_resumed(
        launch in launches(),
        steps in steps([4, 0, 4]),
    ) {
        live(launch.0, launch.1, steps);
    }
}
