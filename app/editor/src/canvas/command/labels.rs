//! The label, the keys and the icon of each command.

use model::{
    canvas::{ports::PortSide, tool::Tool},
    edit::{Align, Axis},
};
use ui::icon::Icon;

use super::CanvasCommand;

/// A label, the keys as they are written on a PC, and an icon.
type Row = (&'static str, &'static str, Icon);

impl CanvasCommand {
    /// The label in menus and in the palette.
    pub fn label(self) -> &'static str {
        self.row().0
    }

    /// The keys as they are written on a PC; empty where there are none.
    pub fn keys(self) -> &'static str {
        self.row().1
    }

    /// The icon in menus and in the palette.
    pub fn icon(self) -> Icon {
        self.row().2
    }

    fn row(self) -> Row {
        match self {
            Self::Undo => ("Undo", "Ctrl Z", Icon::Undo2),
            Self::Redo => ("Redo", "Ctrl Y", Icon::Redo2),
            Self::Delete => ("Delete", "Del", Icon::Trash),
            Self::Duplicate => ("Duplicate", "Ctrl D", Icon::Copy),
            Self::Copy => ("Copy", "Ctrl C", Icon::Copy),
            Self::Cut => ("Cut", "Ctrl X", Icon::Copy),
            Self::Paste => ("Paste", "Ctrl V", Icon::Files),
            Self::Find => ("Find a step", "Ctrl F", Icon::Search),
            Self::SelectAll => ("Select all", "Ctrl A", Icon::MousePointer2),
            Self::SelectNone => ("Deselect all", "Ctrl ⇧ A", Icon::MousePointer2),
            Self::Fit => ("Fit to view", "⇧ 1", Icon::Maximize),
            Self::FitSelection => ("Zoom to selection", "⇧ 2", Icon::Maximize),
            Self::FullSize => ("Zoom to 100%", "⇧ 0", Icon::Maximize),
            Self::ZoomIn => ("Zoom in", "+", Icon::ZoomIn),
            Self::ZoomOut => ("Zoom out", "−", Icon::ZoomOut),
            Self::Tidy => ("Tidy", "⇧ L", Icon::LayoutTemplate),
            Self::QuickAdd => ("Add a step", "N", Icon::Plus),
            Self::AddAfter => ("Add after", "", Icon::Plus),
            Self::AddBefore => ("Add before", "", Icon::Plus),
            Self::AddNote => ("Add a note", "", Icon::StickyNote),
            Self::Grow => ("Make larger", "", Icon::Maximize),
            Self::Shrink => ("Make smaller", "", Icon::Minus),
            Self::PasteKeeping => ("Paste with connections", "Ctrl ⇧ V", Icon::Files),
            Self::Rename => ("Rename", "F2", Icon::Pencil),
            Self::Lift => ("Move with arrow keys", "M", Icon::Square),
            Self::Connect => ("Connect to…", "C", Icon::GitMerge),
            Self::Reconnect(side) => reconnect_row(side),
            Self::Label => ("Edit label", "", Icon::Pencil),
            Self::Disconnect => ("Disconnect all", "", Icon::X),
            Self::Enable => ("Enable or disable", "E", Icon::SkipForward),
            Self::Configure => ("Configure", "⏎", Icon::Settings),
            Self::LastOutput => ("Show last output", "", Icon::Eye),
            Self::Menu => ("Menu", "⇧ F10", Icon::Square),
            Self::Use(tool) => tool_row(tool),
            Self::Arrow(_) => ("Go to the nearest step", "← ↑ ↓ →", Icon::Square),
            Self::Toggle => ("Toggle selection", "Space", Icon::Square),
            Self::Extend => ("Add to selection", "⇧ Space", Icon::Square),
            Self::NextEdge => ("Next connection", "]", Icon::Square),
            Self::PreviousEdge => ("Previous connection", "[", Icon::Square),
            Self::Escape => ("Cancel", "Esc", Icon::Square),
            Self::Group => ("Group in a frame", "Ctrl G", Icon::Frame),
            Self::Extract => ("Convert to a workflow", "", Icon::Workflow),
            Self::Ungroup => ("Ungroup", "Ctrl ⇧ G", Icon::Frame),
            Self::Collapse => ("Collapse or expand", "O", Icon::ChevronDown),
            Self::Arrange => ("Align", "⇧ A", Icon::AlignStartVertical),
            Self::Align(how) => align_row(how),
            Self::Distribute(axis) => distribute_row(axis),
            Self::Outline => ("Go to outline", "Ctrl ⇧ O", Icon::List),
            Self::Lines => ("Toggle square lines", "", Icon::Workflow),
            Self::Export => ("Export as JSON", "", Icon::Download),
            Self::ExportPicture => ("Export as image", "", Icon::Image),
            Self::Keys => ("Keyboard shortcuts", "?", Icon::Info),
            Self::Test | Self::TestOnly | Self::TestTo | Self::TestFrom => test_row(self),
            Self::Breakpoint => ("Toggle breakpoint", "F9", Icon::Pause),
        }
    }
}

fn reconnect_row(side: PortSide) -> Row {
    match side {
        PortSide::Output => ("Reconnect source", "", Icon::GitMerge),
        PortSide::Input => ("Reconnect target", "", Icon::GitMerge),
    }
}

fn tool_row(tool: Tool) -> Row {
    match tool {
        Tool::Select => ("Select tool", "V", Icon::MousePointer2),
        Tool::Hand => ("Hand tool", "H", Icon::Hand),
    }
}

fn test_row(command: CanvasCommand) -> Row {
    match command {
        CanvasCommand::TestOnly => ("Test this step", "", Icon::FlaskConical),
        CanvasCommand::TestTo => ("Test up to here", "⇧ ⏎", Icon::Flag),
        CanvasCommand::TestFrom => ("Test from here", "", Icon::Play),
        _ => ("Test run", "Ctrl ⏎", Icon::FlaskConical),
    }
}

fn align_row(how: Align) -> Row {
    match how {
        Align::Left => ("Align left", "", Icon::AlignStartVertical),
        Align::Center => ("Align centers", "", Icon::AlignCenterVertical),
        Align::Right => ("Align right", "", Icon::AlignEndVertical),
        Align::Top => ("Align tops", "", Icon::AlignStartHorizontal),
        Align::Middle => ("Align middles", "", Icon::AlignCenterHorizontal),
        Align::Bottom => ("Align bottoms", "", Icon::AlignEndHorizontal),
    }
}

fn distribute_row(axis: Axis) -> Row {
    match axis {
        Axis::Across => ("Distribute horizontally", "", Icon::AlignHorizontalDistributeCenter),
        Axis::Down => ("Distribute vertically", "", Icon::AlignVerticalDistributeCenter),
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
