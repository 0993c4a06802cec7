//! What can be done on the canvas: one list for keys, menus, the outline and the toolbar.

mod words;

use leptos::ev::KeyboardEvent;
use model::{
    canvas::{nearby::Direction, ports::PortSide, tool::Tool},
    edit::{Align, Axis},
};

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Take the last change back.
    Undo,
    /// Do it again.
    Redo,
    /// Delete what is selected.
    Delete,
    /// Copy what is selected beside itself.
    Duplicate,
    /// Copy what is selected.
    Copy,
    /// Copy what is selected and delete it.
    Cut,
    /// Insert what was copied.
    Paste,
    /// Select everything.
    SelectAll,
    /// Select nothing.
    SelectNone,
    /// Show everything.
    Fit,
    /// Show what is selected.
    FitSelection,
    /// Show at 100 %.
    FullSize,
    /// Nearer.
    ZoomIn,
    /// Farther.
    ZoomOut,
    /// Put the cards in order.
    Tidy,
    /// Put a frame around what is selected.
    Group,
    /// Make a workflow of its own of what is selected.
    Extract,
    /// Take the frame away.
    Ungroup,
    /// Show one card instead of what lies in a frame or loop or stands in a lane, or all again.
    Collapse,
    /// Open the menu of what brings the selection into line.
    Arrange,
    /// Bring sides or middles of the selection into one line.
    Align(Align),
    /// Make the gaps between what is selected equal.
    Distribute(Axis),
    /// Search for a node type to add.
    QuickAdd,
    /// Add a node after the focused one.
    AddAfter,
    /// Add a node before it.
    AddBefore,
    /// Add a note.
    AddNote,
    /// Make the selected note larger.
    Grow,
    /// Make it smaller.
    Shrink,
    /// Insert what was copied with the connections that led to it.
    PasteKeeping,
    /// Rename the focused node.
    Rename,
    /// Move the focused node by keys, or lay it down.
    Lift,
    /// Connect the focused node.
    Connect,
    /// Lead the selected edge's end on this side elsewhere.
    Reconnect(PortSide),
    /// Write words on the selected edge.
    Label,
    /// Cut all connections of the selection.
    Disconnect,
    /// Leave the selected steps out, or not any more.
    Enable,
    /// Open the panel of the focused node.
    Configure,
    /// Show in its panel what the focused node gave last.
    LastOutput,
    /// Open the menu of the focused node.
    Menu,
    /// Use another tool.
    Use(Tool),
    /// Move the focus, or what is lifted.
    Arrow(Direction),
    /// Select the focused node, or not any more.
    Toggle,
    /// Select the focused node too.
    Extend,
    /// The next edge of the focused node.
    NextEdge,
    /// The edge before.
    PreviousEdge,
    /// End what is under way, else select nothing.
    Escape,
    /// Search the nodes.
    Find,
    /// Go to the outline.
    Outline,
    /// Draw lines in level and upright pieces, or in curves again.
    Lines,
    /// Save the workflow as a file.
    Export,
    /// Save the picture of the workflow, which holds the workflow too.
    ExportPicture,
    /// Show all keys.
    Keys,
    /// Try the whole draft out.
    Test,
    /// Try the focused node out alone.
    TestOnly,
    /// Try the draft out up to the focused node.
    TestTo,
    /// Try the draft out from the focused node on.
    TestFrom,
    /// Pause test runs before the focused node, or not any more.
    Breakpoint,
}

/// Which keys are held besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct With {
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
    /// Ctrl, or ⌘.
    pub command: bool,
}

impl Deed {
    /// What a key on the canvas means; nothing while a text is composed.
    pub fn of_key(event: &KeyboardEvent) -> Option<Self> {
        if event.is_composing() {
            return None;
        }
        let with = With {
            shift: event.shift_key(),
            alt: event.alt_key(),
            command: event.ctrl_key() || event.meta_key(),
        };
        Self::of(&event.key(), &event.code(), with)
    }

    /// What a key means, by what it writes and by where it lies.
    fn of(key: &str, code: &str, with: With) -> Option<Self> {
        if with.command {
            return Self::of_command(key, with);
        }
        if let Some(direction) = Direction::from_key(key) {
            return Some(Self::Arrow(direction));
        }
        // Digits with Shift write something else on every keyboard.
        match (with.shift, code) {
            (true, "Digit1") => return Some(Self::Fit),
            (true, "Digit2") => return Some(Self::FitSelection),
            (true, "Digit0") => return Some(Self::FullSize),
            _ if with.alt => return None,
            _ => {}
        }
        Some(match key.to_ascii_lowercase().as_str() {
            "delete" | "backspace" => Self::Delete,
            "escape" => Self::Escape,
            "enter" if with.shift => Self::TestTo,
            "enter" => Self::Configure,
            "f2" => Self::Rename,
            "f9" => Self::Breakpoint,
            "f10" if with.shift => Self::Menu,
            "contextmenu" => Self::Menu,
            "insert" | "n" => Self::QuickAdd,
            "[" => Self::PreviousEdge,
            "]" => Self::NextEdge,
            "m" => Self::Lift,
            "c" => Self::Connect,
            "e" => Self::Enable,
            "o" => Self::Collapse,
            "l" if with.shift => Self::Tidy,
            "a" if with.shift => Self::Arrange,
            "v" => Self::Use(Tool::Select),
            "h" => Self::Use(Tool::Hand),
            "+" | "=" => Self::ZoomIn,
            "-" => Self::ZoomOut,
            "?" => Self::Keys,
            _ => return None,
        })
    }

    fn of_command(key: &str, with: With) -> Option<Self> {
        Some(match (key.to_ascii_lowercase().as_str(), with.shift) {
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

    /// Whether it is about the one focused node itself, which the card of a lane is not.
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

    /// Whether it is one letter, which people may switch off.
    pub fn is_letter(key: &str) -> bool {
        key.chars().count() == 1 && key.chars().all(char::is_alphabetic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: With = With { shift: false, alt: false, command: false };

    #[test]
    fn keys_mean_the_same_on_every_keyboard_and_in_every_case() {
        let shift = With { shift: true, ..PLAIN };
        let command = With { command: true, ..PLAIN };

        assert_eq!(Deed::of("!", "Digit1", shift), Some(Deed::Fit));
        assert_eq!(Deed::of("N", "KeyN", shift), Some(Deed::QuickAdd));
        assert_eq!(Deed::of("z", "KeyZ", command), Some(Deed::Undo));
        assert_eq!(Deed::of("Z", "KeyZ", With { shift: true, ..command }), Some(Deed::Redo));
        assert_eq!(Deed::of("c", "KeyC", command), None);
        assert_eq!(Deed::of("g", "KeyG", command), Some(Deed::Group));
        assert_eq!(Deed::of("A", "KeyA", shift), Some(Deed::Arrange));
        assert_eq!(Deed::of("o", "KeyO", PLAIN), Some(Deed::Collapse));
        let outline = Deed::of("O", "KeyO", With { shift: true, ..command });
        assert_eq!(outline, Some(Deed::Outline));
        assert_eq!(Deed::of("Tab", "Tab", PLAIN), None);
    }
}
