//! The commands of the canvas: one list for keys, menus, the outline and the toolbar.

mod labels;

use leptos::ev::KeyboardEvent;
use model::{
    canvas::{nearby::Direction, ports::PortSide, tool::Tool},
    edit::{Align, Axis},
};
use web::client::keys::shortcut;

/// A command of the canvas; "the focused node" is that of the card with the keyboard focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanvasCommand {
    /// Take the newest change back.
    Undo,
    /// Do the change again that was taken back last.
    Redo,
    /// Delete the selection, or the focused node where nothing is selected.
    Delete,
    /// Insert a copy of the selection beside it.
    Duplicate,
    /// Copy the selected nodes to the clipboard.
    Copy,
    /// Copy the selected nodes to the clipboard and delete them.
    Cut,
    /// Insert the nodes in the clipboard at the pointer.
    Paste,
    /// Select all nodes and edges.
    SelectAll,
    /// End the selection; nothing is deleted.
    SelectNone,
    /// Move the view so that all nodes are in it.
    Fit,
    /// Move the view so that the selection is in it.
    FitSelection,
    /// Set the zoom to 100 %.
    FullSize,
    /// Zoom in by one step.
    ZoomIn,
    /// Zoom out by one step.
    ZoomOut,
    /// Lay out the selected cards, or all of them.
    Tidy,
    /// Put a frame around the selection.
    Group,
    /// Convert the selection to a workflow of its own.
    Extract,
    /// Remove the selected frames and keep the nodes in them.
    Ungroup,
    /// Collapse a frame, a loop or a lane to one card, or open it again.
    Collapse,
    /// Open the menu of alignments and equal gaps.
    Arrange,
    /// Align the selected cards by one of their sides or by their middles.
    Align(Align),
    /// Make the gaps between the selected cards equal.
    Distribute(Axis),
    /// Search for a node type to add.
    QuickAdd,
    /// Add a node after the focused one.
    AddAfter,
    /// Add a node before the focused one.
    AddBefore,
    /// Add a note at the pointer and open its panel.
    AddNote,
    /// Make the selected note larger.
    Grow,
    /// Make the selected note smaller.
    Shrink,
    /// Insert the nodes in the clipboard with the edges that led to the originals.
    PasteKeeping,
    /// Rename the focused node.
    Rename,
    /// Lift the focused node to move it by keys, or lay it down.
    Lift,
    /// Open the list of what the focused node can lead to.
    Connect,
    /// Open the list of where the selected edge's end on this side can lead.
    Reconnect(PortSide),
    /// Edit the label of the selected edge.
    Label,
    /// Delete all edges of the selected nodes.
    Disconnect,
    /// Disable the selected steps, or enable them again.
    Enable,
    /// Open the panel of the focused node.
    Configure,
    /// Show the last output of the focused node in its panel.
    LastOutput,
    /// Open the menu of the focused node.
    Menu,
    /// Change what dragging on the empty canvas does.
    Use(Tool),
    /// Move the focus to the nearest node that way, or move the lifted node.
    Arrow(Direction),
    /// Add the focused node to the selection, or take it out.
    Toggle,
    /// Add the focused node to the selection.
    Extend,
    /// Select the next edge of the focused node.
    NextEdge,
    /// Select the edge of the focused node before the selected one.
    PreviousEdge,
    /// End what is under way, or else the selection.
    Escape,
    /// Open the search for a node.
    Find,
    /// Move the focus to the outline.
    Outline,
    /// Draw lines with right angles, or curved again.
    Lines,
    /// Save the workflow as a file.
    Export,
    /// Save the workflow as an SVG picture, from which it can be imported again.
    ExportPicture,
    /// Open the list of keyboard shortcuts.
    Keys,
    /// Ask for a test run of the whole draft.
    Test,
    /// Ask for a test run of the focused node alone.
    TestOnly,
    /// Ask for a test run up to the focused node.
    TestTo,
    /// Ask for a test run from the focused node on.
    TestFrom,
    /// Set a breakpoint before the focused node, or remove it.
    Breakpoint,
}

/// The modifier keys that are held with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modifiers {
    /// Whether Shift is held, on either side.
    pub shift: bool,
    /// Whether Alt, or Option on a Mac, is held.
    pub alt: bool,
    /// Whether Ctrl, or ⌘ on a Mac, is held.
    pub command: bool,
}

impl CanvasCommand {
    pub fn from_key_event(event: &KeyboardEvent) -> Option<Self> {
        let modifiers = Modifiers {
            shift: event.shift_key(),
            alt: event.alt_key(),
            command: event.ctrl_key() || event.meta_key(),
        };
        Self::from_key(&event.key(), &event.code(), modifiers)
    }

    /// The command of a key, by the text it writes (`KeyboardEvent.key`) and its place on the
    /// keyboard (`KeyboardEvent.code`).
    fn from_key(key: &str, code: &str, modifiers: Modifiers) -> Option<Self> {
        let meant = shortcut(key, code);
        if modifiers.command {
            return Self::from_command_key(&meant, modifiers);
        }
        if let Some(direction) = Direction::from_key(key) {
            return Some(Self::Arrow(direction));
        }
        // Digits with Shift write something else on every keyboard.
        match (modifiers.shift, code) {
            (true, "Digit1") => return Some(Self::Fit),
            (true, "Digit2") => return Some(Self::FitSelection),
            (true, "Digit0") => return Some(Self::FullSize),
            _ if modifiers.alt => return None,
            _ => {}
        }
        Some(match meant.as_str() {
            "delete" | "backspace" => Self::Delete,
            "escape" => Self::Escape,
            "enter" if modifiers.shift => Self::TestTo,
            "enter" => Self::Configure,
            "f2" => Self::Rename,
            "f9" => Self::Breakpoint,
            "f10" if modifiers.shift => Self::Menu,
            "contextmenu" => Self::Menu,
            "insert" | "n" => Self::QuickAdd,
            "[" => Self::PreviousEdge,
            "]" => Self::NextEdge,
            "m" => Self::Lift,
            "c" => Self::Connect,
            "e" => Self::Enable,
            "o" => Self::Collapse,
            "l" if modifiers.shift => Self::Tidy,
            "a" if modifiers.shift => Self::Arrange,
            "v" => Self::Use(Tool::Select),
            "h" => Self::Use(Tool::Hand),
            "+" | "=" => Self::ZoomIn,
            "-" => Self::ZoomOut,
            "?" => Self::Keys,
            _ => return None,
        })
    }

    /// The command of a key with Ctrl or ⌘, by what shortcuts take it for.
    fn from_command_key(meant: &str, modifiers: Modifiers) -> Option<Self> {
        Some(match (meant, modifiers.shift) {
            ("z", false) => Self::Undo,
            ("z", true) | ("y", false) => Self::Redo,
            ("a", false) => Self::SelectAll,
            ("a", true) => Self::SelectNone,
            ("f", false) => Self::Find,
            ("d", false) => Self::Duplicate,
            ("g", false) => Self::Group,
            ("g", true) => Self::Ungroup,
            ("o", true) => Self::Outline,
            ("v", true) => Self::PasteKeeping,
            (" ", false) => Self::Lift,
            ("enter", false) => Self::Test,
            _ => return None,
        })
    }

    /// Whether it needs one focused node; the card of a collapsed lane is none.
    pub fn is_about_one(self) -> bool {
        matches!(
            self,
            Self::AddAfter
                | Self::AddBefore
                | Self::Rename
                | Self::Connect
                | Self::Configure
                | Self::LastOutput
                | Self::NextEdge
                | Self::PreviousEdge
                | Self::TestOnly
                | Self::TestTo
                | Self::TestFrom
                | Self::Breakpoint
        )
    }

    /// Whether a key is a single letter: those people can switch off.
    pub fn is_letter(key: &str) -> bool {
        key.chars().count() == 1 && key.chars().all(char::is_alphabetic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Modifiers = Modifiers { shift: false, alt: false, command: false };

    #[test]
    fn keys_mean_the_same_on_every_keyboard_and_in_every_case() {
        let shift = Modifiers { shift: true, ..PLAIN };
        let command = Modifiers { command: true, ..PLAIN };

        assert_eq!(CanvasCommand::from_key("!", "Digit1", shift), Some(CanvasCommand::Fit));
        assert_eq!(CanvasCommand::from_key("N", "KeyN", shift), Some(CanvasCommand::QuickAdd));
        assert_eq!(CanvasCommand::from_key("z", "KeyZ", command), Some(CanvasCommand::Undo));
        assert_eq!(
            CanvasCommand::from_key("Z", "KeyZ", Modifiers { shift: true, ..command }),
            Some(CanvasCommand::Redo)
        );
        assert_eq!(CanvasCommand::from_key("c", "KeyC", command), None);
        assert_eq!(CanvasCommand::from_key("g", "KeyG", command), Some(CanvasCommand::Group));
        assert_eq!(CanvasCommand::from_key("A", "KeyA", shift), Some(CanvasCommand::Arrange));
        assert_eq!(CanvasCommand::from_key("o", "KeyO", PLAIN), Some(CanvasCommand::Collapse));
        let outline = CanvasCommand::from_key("O", "KeyO", Modifiers { shift: true, ..command });
        assert_eq!(outline, Some(CanvasCommand::Outline));
        assert_eq!(CanvasCommand::from_key("Tab", "Tab", PLAIN), None);
        assert_eq!(CanvasCommand::from_key("я", "KeyZ", command), Some(CanvasCommand::Undo));
        assert_eq!(CanvasCommand::from_key("т", "KeyN", PLAIN), Some(CanvasCommand::QuickAdd));
        assert_eq!(CanvasCommand::from_key("q", "KeyA", command), None, "AZERTY");
    }
}
