//! How far the names of ports reach out of a card.

use model::{
    connect::shown_outputs,
    nodes::for_each::{ITEM, RESULT},
    ports::Port,
    workflow::Node,
};

use super::{Sheet, is_collapsed};

/// From the side of a card to a name there.
const GAP: f64 = 10.0;
/// How wide a letter is, about.
const LETTER: f64 = 6.5;
/// A name that is wider is cut off: `.port__label` of style/editor/canvas.css.
const WIDEST: f64 = 104.0;

impl<'a> Sheet<'a> {
    /// From where to where a node reaches with the names of its ports, in what it lies in.
    pub(super) fn span(&self, node: &'a Node) -> (f64, f64) {
        let drawn = self.bounds(node);
        let (inputs, outputs) = self.ports(node);
        let own = (drawn.origin.x - widest(&inputs), drawn.right() + widest(&outputs));
        if is_collapsed(node) {
            return own;
        }
        let at = self.position(node).x;
        let inner = self.members(Some(&node.id)).iter().map(|inner| self.span(inner));
        inner.fold(own, |all, one| (all.0.min(at + one.0), all.1.max(at + one.1)))
    }

    /// The ports on the left and on the right of a node; those of a loop to what lies in it are
    /// inside.
    fn ports(&self, node: &'a Node) -> (Vec<Port>, Vec<Port>) {
        let left_by = self.left_by.get(&node.id);
        let is_connected = |port: &str| left_by.is_some_and(|ports| ports.contains(port));
        let mut inputs = node.data.config.inputs();
        let mut outputs = shown_outputs(self.workflow, node, is_connected);
        if self.is_open(node) {
            inputs.retain(|port| port.name != RESULT);
            outputs.retain(|port| port.name != ITEM);
        }
        (inputs, outputs)
    }
}

/// How far the names on one side reach; a port that is alone there shows none.
#[expect(clippy::cast_precision_loss, reason = "a name has fewer than 2^52 letters")]
fn widest(ports: &[Port]) -> f64 {
    if ports.len() < 2 {
        return 0.0;
    }
    let letters = ports.iter().map(|port| port.label.chars().count()).max().unwrap_or(0);
    GAP + (letters as f64 * LETTER).min(WIDEST)
}
