//! What pointers do on the canvas, and what that may ask for.

use super::{
    geometry::{Point, Rect},
    hit::{Hit, PortAt},
    marquee::Cover,
    ports::PortSide,
};
use crate::id::{EdgeId, NodeId};

/// What dragging on the empty canvas does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tool {
    /// Chooses what lies in a box.
    #[default]
    Select,
    /// Moves the view.
    Hand,
}

/// The kind of pointing device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pointer {
    /// A mouse or a pen.
    #[default]
    Fine,
    /// A finger on a touch screen.
    Finger,
}

/// The mouse button that was pressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Button {
    /// The left button, a finger or a pen.
    #[default]
    Main,
    /// The wheel, pressed.
    Middle,
    /// The right button.
    Second,
}

/// Keys held while pointing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    pub shift: bool,
    /// Alt is held (Option on a Mac).
    pub alt: bool,
    /// Ctrl is held, or ⌘ on a Mac.
    pub command: bool,
    /// The space bar is held.
    pub space: bool,
}

/// A pointer goes down.
#[derive(Debug, Clone, PartialEq)]
pub struct Press {
    /// The browser's `pointerId`.
    pub id: i32,
    /// Where it is, in screen pixels from the stage's corner.
    pub at: Point,
    /// The kind of pointing device.
    pub pointer: Pointer,
    /// The mouse button; `Main` for fingers and pens.
    pub button: Button,
    /// The keys held with it.
    pub held: Held,
    /// What lies under it.
    pub on: Hit,
}

/// How a click changes the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choose {
    /// It becomes the only selected one.
    Only,
    /// It is selected as well.
    Add,
    /// It is selected as well, or deselected if it was selected.
    Toggle,
}

/// What a gesture asks for. Points and boxes are in world units, pans in screen pixels.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// A card or an edge was clicked.
    Choose(Hit, Choose),
    /// The empty canvas was clicked.
    ChooseNothing,
    /// Cards are dragged so far; the first of the drag also says on which card it began.
    Carry {
        /// The card under the pointer.
        node: NodeId,
        /// The displacement since the drag began, in world units.
        by: Point,
        /// The keys held with it.
        held: Held,
        /// Copies are dragged, the cards stay.
        copy: bool,
    },
    /// The dragged cards are let go where they were carried last.
    Drop,
    /// The lower right corner of a card is dragged to here.
    Stretch(NodeId, Point),
    /// The dragged corner of a card is let go.
    Stretched(NodeId),
    /// A box is drawn so far.
    Band(Rect, Cover),
    /// The box is done: what it covers is chosen.
    Banded(Rect, Cover, Choose),
    /// The view moves.
    Pan(Point),
    /// Two fingers spread by a factor about a point of the screen.
    Pinch(Point, f64),
    /// An edge is pulled out of a port so far.
    Pull(PortAt, Point),
    /// The pulled edge is let go.
    Connect(PortAt, Point),
    /// A port was clicked: an edge from it is armed, or ends here.
    Tap(PortAt),
    /// An end of an edge is pulled off its port so far.
    Loosen(EdgeId, PortSide, Point),
    /// The pulled end is let go, with which keys.
    Rewire(EdgeId, PortSide, Point, Held),
    /// What is under way ends without effect.
    Cancel,
    /// The menu of what lies under a point of the screen is asked for.
    Menu(Hit, Point),
}
