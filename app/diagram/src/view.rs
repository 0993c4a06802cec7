//! What the diagram shows. Whoever has a workflow or an execution makes these from it.

use model::{
    canvas::geometry::Size,
    nodes::{NodeKind, attach_to_document::Strategy},
    time::Timestamp,
};
use ui::{icon::Icon, status::Status};

/// The shape of a port: what kind of thing goes through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PortShape {
    /// A single value.
    #[default]
    Circle,
    /// The order of steps only; no value goes through.
    Diamond,
    /// A list of values.
    Square,
}

impl PortShape {
    /// The value of `data-shape`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Diamond => "diamond",
            Self::Square => "square",
        }
    }
}

/// One port of a node; its place follows from its index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiagramPort {
    /// The handle that edges name.
    pub id: String,
    /// The word beside it, shown when a side has more than one port.
    pub label: String,
    /// What goes through it.
    pub shape: PortShape,
    /// The same in words; empty when nobody asks.
    pub holds: String,
}

impl DiagramPort {
    /// A data port whose label is its id.
    pub fn from_id(id: &str) -> Self {
        Self { id: id.to_owned(), label: id.to_owned(), ..Self::default() }
    }
}

/// A picture on a card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thumb {
    /// Where it is loaded from; about 96 px square is enough.
    pub url: String,
    /// What it shows, in words.
    pub alt: String,
}

/// What is known of a node in an execution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeRun {
    /// The state on the ring and the badge.
    pub status: Status,
    /// A sentence about the state: the error, "Waiting for review · 2 h left", "attempt 2 of 4 in 12 s".
    pub note: Option<String>,
    /// When it goes on by itself, by the browser's clock; shown as a countdown after the note.
    pub until: Option<Timestamp>,
    /// It pauses before this node.
    pub breakpoint: bool,
    /// Jobs done and jobs in all; shown as `n/m` and, while running, as a bar.
    pub progress: Option<(u32, u32)>,
    /// Whether the text is still being written.
    pub writes: bool,
    /// The newest text, streamed or final; the card shows its last three lines while it is written,
    /// else its first ones.
    pub text: String,
    /// Pictures made so far.
    pub thumbs: Vec<Thumb>,
    /// Since when it runs, for the running clock.
    pub started_at: Option<Timestamp>,
    /// How long it took, in words (`ui::format::duration`).
    pub duration: Option<String>,
    /// What it cost, in words (`ui::format::money`).
    pub cost: Option<String>,
    /// Made from a version that no longer counts: the card carries the word.
    pub stale: bool,
    /// Made by the sample provider: the card carries the word.
    pub sample: bool,
    /// A text of it ended at its token limit: the card carries the words.
    pub cut_off: bool,
}

/// One node of the picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DiagramNode {
    /// Unique in the diagram.
    pub id: String,
    /// The node type, e.g. `generate_copy`; decides colour and icon.
    pub kind: String,
    /// The title, one line.
    pub label: String,
    /// Type, model or setting, one line under the title: `Generate copy · gpt-5.1`.
    pub subtitle: String,
    /// What it will do, at most two lines; hidden once there is text or a note of a run.
    pub summary: Vec<String>,
    /// How it pairs pictures and documents, drawn beside the summary.
    pub pairing: Option<Strategy>,
    /// The left side, in world units (CSS pixels at 100 %).
    pub x: f64,
    /// The upper side.
    pub y: f64,
    /// The loop it lies in.
    pub inside: Option<String>,
    /// The loop or frame it is drawn in.
    pub frame: Option<String>,
    /// The colour of a frame, as the value of `data-tint`.
    pub tint: Option<&'static str>,
    /// It is shown as one card instead of what lies in it.
    pub collapsed: bool,
    /// It stands for a collapsed lane, which has no frame when it is open.
    pub lane: bool,
    /// It is an open loop that holds nothing yet, drawn as a frame to put the first step into.
    pub empty_loop: bool,
    /// It does not run.
    pub disabled: bool,
    /// The Markdown of a note.
    pub note: Option<String>,
    /// How large a person has made it.
    pub size: Option<Size>,
    /// Ports on the left, from the top.
    pub inputs: Vec<DiagramPort>,
    /// Ports on the right, from the top.
    pub outputs: Vec<DiagramPort>,
    /// Its state in an execution; nothing in a preview.
    pub run: Option<NodeRun>,
}

/// How an edge is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EdgeState {
    /// Nothing went through yet.
    #[default]
    Idle,
    /// Its source is done and its target is at work: dashes flow towards the target.
    Active,
    /// It carried its value.
    Done,
    /// A branch that was not chosen.
    NotTaken,
}

impl EdgeState {
    /// The value of `data-state`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Active => "active",
            Self::Done => "done",
            Self::NotTaken => "not_taken",
        }
    }
}

/// One edge of the picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiagramEdge {
    /// Unique in the diagram.
    pub id: String,
    /// The node it leaves.
    pub source: String,
    /// The node it enters.
    pub target: String,
    /// The output it leaves; an unknown one means the first.
    pub source_port: String,
    /// The input it enters; an unknown one means the first.
    pub target_port: String,
    /// The words on it.
    pub label: Option<String>,
    /// How it is drawn.
    pub state: EdgeState,
}

/// The icon of a node type; a question mark for a type this release does not know.
pub fn kind_icon(kind: &str) -> Icon {
    Icon::find(NodeKind::from_key(kind).spec().icon).unwrap_or(Icon::CircleQuestionMark)
}

/// Style rules that give elements with `data-kind` the colour of that node type as `--kind`. They
/// stand after the style sheet, whose other rules for `--kind` win.
pub fn kind_colours() -> String {
    let specs = NodeKind::ALL.iter().map(|kind| kind.spec());
    let rules =
        specs.map(|spec| format!(":where([data-kind={}]){{--kind:var({})}}", spec.key, spec.color));
    rules.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_type_has_an_icon_of_the_set_and_a_colour() {
        let colours = kind_colours();
        for kind in NodeKind::ALL {
            assert!(Icon::find(kind.spec().icon).is_some(), "{}", kind.key());
            assert!(colours.contains(&format!("[data-kind={}]", kind.key())));
        }
    }
}
