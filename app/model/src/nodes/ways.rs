//! By which ports the path goes on after a node.

use serde_json::{Map, Value};

use super::{NodeConfig, PortSpec};
use crate::{connect, workflow::Workflow};

/// By which ports the path goes on after a node has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Takes {
    /// By every port except `error`.
    #[default]
    All,
    /// By these.
    Only(Vec<String>),
}

impl Takes {
    /// Whether an edge that leaves by `port` is taken.
    pub fn includes(&self, port: &str) -> bool {
        match self {
            Self::All => port != connect::ERROR_PORT,
            Self::Only(taken) => taken.iter().any(|name| name == port),
        }
    }
}

/// What is taken of ports that exclude each other where the node itself does not choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exclusive {
    /// The one that is taken past a node that did not run.
    pub passed: PortSpec,
    /// The one that is taken after a failure past which the path goes on.
    pub failed: PortSpec,
    /// The port that hands values on along with `passed`; by itself it chooses nothing.
    pub beside: Option<PortSpec>,
}

impl Exclusive {
    /// By which ports the path goes on past a node that did not run.
    pub fn past(&self) -> Takes {
        let ports = [Some(self.passed), self.beside].into_iter().flatten();
        Takes::Only(ports.map(|port| port.name.to_owned()).collect())
    }

    /// By the ports that a person named; where these choose nothing, as past the node.
    fn told(&self, named: Vec<String>) -> Takes {
        let chooses = |name: &String| self.beside.is_none_or(|beside| beside.name != name);
        if named.iter().any(chooses) { Takes::Only(named) } else { self.past() }
    }
}

/// How a node has ended that did not choose itself how the path goes on.
#[derive(Debug, Clone, Copy)]
pub enum Unchosen<'a> {
    /// It did not run.
    Passed,
    /// A person said what it gives, port by port.
    Told(&'a Map<String, Value>),
    /// It failed, and the path goes on all the same.
    Failed,
}

impl NodeConfig {
    /// By which ports the path goes on after the node has ended without choosing them.
    pub fn takes(&self, workflow: &Workflow, unchosen: Unchosen<'_>) -> Takes {
        let Some(exclusive) = self.kind().exclusive() else { return Takes::All };
        match unchosen {
            Unchosen::Passed => exclusive.past(),
            Unchosen::Failed => Takes::Only(vec![exclusive.failed.name.to_owned()]),
            Unchosen::Told(output) => {
                let ports = self.outputs(workflow).into_iter().map(|port| port.name);
                exclusive.told(ports.filter(|port| output.contains_key(port)).collect())
            }
        }
    }
}
