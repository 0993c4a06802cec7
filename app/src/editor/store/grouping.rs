//! What is done to several nodes at once: frames around them, lines they lie on.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    canvas::geometry::Rect,
    edit::{Align, Axis, Command, align, distribute, group, ungroup},
    id::NodeId,
    nodes::NodeConfig,
    workflow::NodeData,
};

use super::Editor;

impl Editor {
    /// Puts a frame around what is selected.
    pub fn group(self) {
        let boxes = self.chosen_boxes();
        self.edit(|workflow| group(workflow, &boxes));
    }

    /// Takes the selected frames away, or those around what is selected.
    pub fn ungroup(self) {
        let chosen = self.chosen_nodes();
        self.edit(|workflow| ungroup(workflow, &chosen));
    }

    /// Shows one card instead of what lies in each selected frame, or all of it again.
    pub fn collapse(self) {
        let frames = self.workflow.with_untracked(|workflow| {
            let frame = |id: &NodeId| {
                let data = &workflow.node(id)?.data;
                let NodeConfig::Frame(config) = &data.config else { return None };
                let mut config = config.clone();
                config.collapsed = !config.collapsed;
                let data = NodeData { config: NodeConfig::Frame(config), ..data.clone() };
                Some(Command::Change(id.clone(), Box::new(data)))
            };
            self.chosen_nodes().iter().filter_map(frame).collect::<Vec<_>>()
        });
        if !frames.is_empty() {
            self.run(Command::Many(frames), "collapse or expand a frame");
        }
    }

    /// Brings sides or middles of what is selected into one line.
    pub fn align(self, how: Align) {
        let boxes = self.chosen_boxes();
        self.edit(|workflow| align(workflow, &boxes, how));
    }

    /// Makes the gaps between what is selected equal.
    pub fn distribute(self, axis: Axis) {
        let boxes = self.chosen_boxes();
        self.edit(|workflow| distribute(workflow, &boxes, axis));
    }

    fn chosen_nodes(self) -> BTreeSet<NodeId> {
        self.chosen.with_untracked(|chosen| chosen.nodes.clone())
    }

    fn chosen_boxes(self) -> Vec<(NodeId, Rect)> {
        let at = |id: NodeId| Some((id.clone(), self.drawing.rect(&id)?));
        self.chosen_nodes().into_iter().filter_map(at).collect()
    }
}
