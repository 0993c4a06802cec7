//! Routing: by which ports the path goes on after a node.
//!
//! A node with `"enabled": false` in its `data` is skipped like one whose `if` does not hold: the
//! path goes on, and nothing is asked of what the node lacks. Where ports exclude each other, the
//! path goes on past a review as after an approval and past a condition by `else`. A failure past
//! which the workflow goes on approves nothing: of a review it takes `rejected`, of a condition
//! `else`.

use super::spec::PortSpec;
use crate::ports::ERROR_PORT;

/// By which ports the path goes on after a node has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TakenPorts {
    /// By every port except `error`.
    #[default]
    All,
    /// By exactly these; by none ends the path.
    Only(Vec<String>),
}

impl TakenPorts {
    /// Whether an edge that leaves by `port` is taken.
    pub fn includes(&self, port: &str) -> bool {
        match self {
            Self::All => port != ERROR_PORT,
            Self::Only(taken) => taken.iter().any(|name| name == port),
        }
    }
}

/// Which other nodes run differently once the configuration of a node is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Affects {
    /// None: they get other values at most.
    Nothing,
    /// Those after it: it would take other ports.
    Downstream,
    /// Those before it: it would wait for other edges.
    Upstream,
}

/// Output ports that exclude each other, with those taken where the node itself does not choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExclusivePorts {
    /// The one that is taken past a node that did not run.
    pub passed: PortSpec,
    /// The one that is taken after a failure past which the path goes on.
    pub failed: PortSpec,
    /// The port that hands values on along with `passed`; by itself it chooses nothing.
    pub beside: Option<PortSpec>,
}

impl ExclusivePorts {
    /// The ports by which the path goes on past a node that did not run.
    pub fn ports_when_passed(&self) -> TakenPorts {
        let ports = [Some(self.passed), self.beside].into_iter().flatten();
        TakenPorts::Only(ports.map(|port| port.name.to_owned()).collect())
    }

    /// The ports that a person named; where these choose no way, those past a node that did not
    /// run.
    pub(super) fn ports_when_named(&self, named: Vec<String>) -> TakenPorts {
        let chooses = |name: &String| self.beside.is_none_or(|beside| beside.name != name);
        if named.iter().any(chooses) { TakenPorts::Only(named) } else { self.ports_when_passed() }
    }
}
