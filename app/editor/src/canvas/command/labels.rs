//! The label, the keys and the icon of each command.

use model::{
    canvas::{ports::PortSide, tool::Tool},
    edit::{Align, Axis},
};
use ui::icon::Icon;

use super::CanvasCommand;

impl CanvasCommand {
    /// The label in menus and in the palette.
    pub fn label(self) -> &'static str {
        match self {
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::Delete => "Delete",
            Self::Duplicate => "Duplicate",
            Self::Copy => "Copy",
            Self::Cut => "Cut",
            Self::Paste => "Paste",
            Self::Find => "Find a step",
            Self::SelectAll => "Select all",
            Self::SelectNone => "Deselect all",
            Self::Fit => "Fit to view",
            Self::FitSelection => "Zoom to selection",
            Self::FullSize => "Zoom to 100%",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::Tidy => "Tidy",
            Self::QuickAdd => "Add a step",
            Self::AddAfter => "Add after",
            Self::AddBefore => "Add before",
            Self::AddNote => "Add a note",
            Self::Grow => "Make larger",
            Self::Shrink => "Make smaller",
            Self::PasteKeeping => "Paste with connections",
            Self::Rename => "Rename",
            Self::Lift => "Move with arrow keys",
            Self::Connect => "Connect to…",
            Self::Reconnect(side) => reconnect_label(side),
            Self::Label => "Edit label",
            Self::Disconnect => "Disconnect all",
            Self::Enable => "Enable or disable",
            Self::Configure => "Configure",
            Self::LastOutput => "Show last output",
            Self::Menu => "Menu",
            Self::Use(tool) => tool_label(tool),
            Self::Arrow(_) => "Go to the nearest step",
            Self::Toggle => "Toggle selection",
            Self::Extend => "Add to selection",
            Self::NextEdge => "Next connection",
            Self::PreviousEdge => "Previous connection",
            Self::Escape => "Cancel",
            Self::Group => "Group in a frame",
            Self::Extract => "Convert to a workflow",
            Self::Ungroup => "Ungroup",
            Self::Collapse => "Collapse or expand",
            Self::Arrange => "Align",
            Self::Align(how) => align_label(how),
            Self::Distribute(axis) => distribute_label(axis),
            Self::Outline => "Go to outline",
            Self::Lines => "Toggle square lines",
            Self::Export => "Export as JSON",
            Self::ExportPicture => "Export as image",
            Self::Keys => "Keyboard shortcuts",
            Self::Test | Self::TestOnly | Self::TestTo | Self::TestFrom => test_label(self),
            Self::Breakpoint => "Toggle breakpoint",
        }
    }

    /// The keys as they are written on a PC; empty where there are none.
    pub fn keys(self) -> &'static str {
        match self {
            Self::Undo => "Ctrl Z",
            Self::Redo => "Ctrl Y",
            Self::Delete => "Del",
            Self::Duplicate => "Ctrl D",
            Self::Copy => "Ctrl C",
            Self::Cut => "Ctrl X",
            Self::Paste => "Ctrl V",
            Self::PasteKeeping => "Ctrl ⇧ V",
            Self::Find => "Ctrl F",
            Self::SelectAll => "Ctrl A",
            Self::SelectNone => "Ctrl ⇧ A",
            Self::Fit => "⇧ 1",
            Self::FitSelection => "⇧ 2",
            Self::FullSize => "⇧ 0",
            Self::ZoomIn => "+",
            Self::ZoomOut => "−",
            Self::Tidy => "⇧ L",
            Self::QuickAdd => "N",
            Self::Rename => "F2",
            Self::Lift => "M",
            Self::Connect => "C",
            Self::Enable => "E",
            Self::Collapse => "O",
            Self::Configure => "⏎",
            Self::Menu => "⇧ F10",
            Self::Use(Tool::Select) => "V",
            Self::Use(Tool::Hand) => "H",
            Self::Arrow(_) => "← ↑ ↓ →",
            Self::Toggle => "Space",
            Self::Extend => "⇧ Space",
            Self::NextEdge => "]",
            Self::PreviousEdge => "[",
            Self::Escape => "Esc",
            Self::Outline => "Ctrl ⇧ O",
            Self::Keys => "?",
            Self::Test => "Ctrl ⏎",
            Self::TestTo => "⇧ ⏎",
            Self::Breakpoint => "F9",
            Self::Group => "Ctrl G",
            Self::Ungroup => "Ctrl ⇧ G",
            Self::Arrange => "⇧ A",
            _ => "",
        }
    }

    /// The icon in menus and in the palette.
    pub fn icon(self) -> Icon {
        match self {
            Self::Delete => Icon::Trash,
            Self::Duplicate | Self::Copy | Self::Cut => Icon::Copy,
            Self::Paste | Self::PasteKeeping => Icon::Files,
            Self::Find => Icon::Search,
            Self::Undo => Icon::Undo2,
            Self::Redo => Icon::Redo2,
            Self::ZoomIn => Icon::ZoomIn,
            Self::ZoomOut => Icon::ZoomOut,
            Self::Use(Tool::Select) | Self::SelectAll | Self::SelectNone => Icon::MousePointer2,
            Self::Use(Tool::Hand) => Icon::Hand,
            Self::Outline => Icon::List,
            Self::Disconnect => Icon::X,
            Self::Fit | Self::FitSelection | Self::FullSize => Icon::Maximize,
            Self::Tidy => Icon::LayoutTemplate,
            Self::QuickAdd | Self::AddAfter | Self::AddBefore => Icon::Plus,
            Self::AddNote => Icon::StickyNote,
            Self::Grow => Icon::Maximize,
            Self::Shrink => Icon::Minus,
            Self::Rename | Self::Label => Icon::Pencil,
            Self::Connect | Self::Reconnect(_) => Icon::GitMerge,
            Self::Configure => Icon::Settings,
            Self::LastOutput => Icon::Eye,
            Self::Lines => Icon::Workflow,
            Self::Export => Icon::Download,
            Self::ExportPicture => Icon::Image,
            Self::Keys => Icon::Info,
            Self::Test | Self::TestOnly => Icon::FlaskConical,
            Self::TestTo => Icon::Flag,
            Self::TestFrom => Icon::Play,
            Self::Breakpoint => Icon::Pause,
            Self::Enable => Icon::SkipForward,
            Self::Group | Self::Ungroup => Icon::Frame,
            Self::Collapse => Icon::ChevronDown,
            Self::Extract => Icon::Workflow,
            Self::Align(how) => align_icon(how),
            Self::Arrange => Icon::AlignStartVertical,
            Self::Distribute(Axis::Across) => Icon::AlignHorizontalDistributeCenter,
            Self::Distribute(Axis::Down) => Icon::AlignVerticalDistributeCenter,
            _ => Icon::Square,
        }
    }
}

fn reconnect_label(side: PortSide) -> &'static str {
    match side {
        PortSide::Output => "Reconnect source",
        PortSide::Input => "Reconnect target",
    }
}

fn tool_label(tool: Tool) -> &'static str {
    match tool {
        Tool::Select => "Select tool",
        Tool::Hand => "Hand tool",
    }
}

fn test_label(command: CanvasCommand) -> &'static str {
    match command {
        CanvasCommand::TestOnly => "Test this step",
        CanvasCommand::TestTo => "Test up to here",
        CanvasCommand::TestFrom => "Test from here",
        _ => "Test run",
    }
}

fn align_label(how: Align) -> &'static str {
    match how {
        Align::Left => "Align left",
        Align::Center => "Align centers",
        Align::Right => "Align right",
        Align::Top => "Align tops",
        Align::Middle => "Align middles",
        Align::Bottom => "Align bottoms",
    }
}

fn distribute_label(axis: Axis) -> &'static str {
    match axis {
        Axis::Across => "Distribute horizontally",
        Axis::Down => "Distribute vertically",
    }
}

fn align_icon(how: Align) -> Icon {
    match how {
        Align::Left => Icon::AlignStartVertical,
        Align::Center => Icon::AlignCenterVertical,
        Align::Right => Icon::AlignEndVertical,
        Align::Top => Icon::AlignStartHorizontal,
        Align::Middle => Icon::AlignCenterHorizontal,
        Align::Bottom => Icon::AlignEndHorizontal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_into_line_has_a_picture_of_its_own() {
        let ways =
            [Align::Left, Align::Center, Align::Right, Align::Top, Align::Middle, Align::Bottom];
        let gaps = [Axis::Across, Axis::Down].map(|axis| CanvasCommand::Distribute(axis).icon());
        let all = ways.map(|how| CanvasCommand::Align(how).icon()).into_iter().chain(gaps);
        let all: std::collections::HashSet<Icon> = all.collect();

        assert_eq!(all.len(), 8);
        assert!(!all.contains(&Icon::Square));
    }
}
