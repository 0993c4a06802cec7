//! Making an older version of an output current again.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::{
    decide::{Refused, Transition},
    execution::{
        event::{ArtifactSummary, EventKind},
        state::Action,
    },
};

/// An older version of an output that is to count again.
#[derive(Debug, Clone, PartialEq)]
pub struct Restore {
    /// The new version, which repeats the older one.
    pub artifact: ArtifactSummary,
    /// What its node gives from here on, port by port.
    pub output: Map<String, Value>,
}

impl Transition<'_> {
    /// Lets a node that is done give an older version of an output again: what begins from here on
    /// reads it, and people are asked anew about what it stands in. What has begun stays as it is,
    /// which way was taken among it, and what is over stays over.
    ///
    /// # Errors
    /// When the node is not done, or lies in a loop, whose output is made of all its rounds.
    pub fn restore(&mut self, restore: Restore) -> Result<(), Refused> {
        let Restore { artifact, output } = restore;
        let (id, action) = (artifact.node.clone(), Action::Restore);
        self.check(action)?;
        self.fits(&id, action)?;
        self.node_mut(&id)?.output = Some(Arc::new(output));
        let place = (id.clone(), artifact.item, artifact.port.clone());
        self.snapshot.versions.insert(place, artifact.version);
        self.record(EventKind::ArtifactCreated { artifact });
        self.pass_on_anew(&id)
    }
}
