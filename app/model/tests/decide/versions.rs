//! People who make older versions of outputs current again, at any time.

use model::{
    decide::{self, Plan, Refused, Restore},
    execution::{
        event::{ArtifactBody, ArtifactSummary, EventKind, Restored},
        state::NodeStatus,
    },
    id::ArtifactId,
    review::Reviewer,
};
use serde_json::Map;
use uuid::Uuid;

use crate::decide::{input::several, world::World};

/// Whether a plan changes nothing but which versions count.
pub(crate) fn only(plan: &Plan) -> bool {
    let restores = |kind: &EventKind| matches!(kind, EventKind::ArtifactCreated { artifact } if artifact.restored.is_some());
    plan.status == plan.expected_status
        && plan.events.iter().all(|event| restores(&event.kind))
        && plan.jobs.is_empty()
        && plan.new_jobs.is_empty()
        && plan.edges.is_empty()
}

impl World {
    /// Makes the first version of an output, which had so many items, current again; refused where its
    /// node is not done.
    pub(crate) fn restore(&mut self, pick: usize, items: usize) {
        let versions: Vec<_> = self.store.versions.clone().into_iter().collect();
        if versions.is_empty() {
            return;
        }
        let ((node, item, port), newest) = versions[pick % versions.len()].clone();
        let done = self.store.nodes[&node].status == NodeStatus::Completed;
        let outermost = node.round().is_empty();
        let compiled = self.store.compiled_workflow();
        let ports =
            compiled.node(&node).unwrap().data.config.outputs(&compiled.workflow().parameters);
        let from = ports.iter().find(|from| from.name == port).unwrap();
        let words: Vec<String> = (0..items).map(|item| format!("First {item}")).collect();
        let output = Map::from_iter([(port.clone(), several(from, &words))]);
        let by = Reviewer { user: None, name: "Ada".to_owned() };
        let artifact = ArtifactSummary {
            id: ArtifactId(Uuid::nil()),
            node,
            item,
            port,
            version: newest + 1,
            sample: false,
            cut_off: false,
            restored: Some(Restored { version: 1, by }),
            edited_by: None,
            body: ArtifactBody::Text { excerpt: "First".to_owned() },
        };

        let answer = self
            .decide(|transition| decide::restore_output(transition, Restore { artifact, output }));

        match answer {
            Ok(()) => assert!(done && outermost),
            Err(Refused::NotNow { .. }) => assert!(!done),
            Err(Refused::NotHere(_)) => assert!(!outermost),
            Err(other) => panic!("{other:?}"),
        }
    }
}
