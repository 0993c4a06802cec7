//! The default route: by which ports the path goes on after a node that did not choose them.

use serde_json::{Map, Value};

use super::{NodeConfig, routing::TakenPorts};
use crate::parameter::Parameter;

/// How a node ended that did not choose its ports itself.
#[derive(Debug, Clone, Copy)]
pub enum DefaultRoute<'a> {
    /// It did not run.
    Passed,
    /// A person said what it gives, port by port.
    Told(&'a Map<String, Value>),
    /// It failed, and the path goes on all the same.
    Failed,
}

impl NodeConfig {
    /// By which ports the path goes on after the node has ended without choosing them.
    pub fn takes(&self, parameters: &[Parameter], route: DefaultRoute<'_>) -> TakenPorts {
        let Some(exclusive) = self.kind().exclusive_ports() else { return TakenPorts::All };
        match route {
            DefaultRoute::Passed => exclusive.ports_when_passed(),
            DefaultRoute::Failed => TakenPorts::Only(vec![exclusive.failed.name.to_owned()]),
            DefaultRoute::Told(output) => {
                let ports = self.outputs(parameters).into_iter().map(|port| port.name);
                exclusive.ports_when_named(ports.filter(|port| output.contains_key(port)).collect())
            }
        }
    }

    /// By which ports the path goes on after the jobs of the node have given this: where its ports
    /// exclude each other, by exactly those that were given something.
    pub fn takes_by_output(&self, output: &Map<String, Value>) -> TakenPorts {
        match self.kind().exclusive_ports() {
            Some(_) => TakenPorts::Only(output.keys().cloned().collect()),
            None => TakenPorts::All,
        }
    }
}
