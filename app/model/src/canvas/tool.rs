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

/// What points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pointer {
    /// A mouse or a pen.
    #[default]
    Fine,
    /// A finger.
    Finger,
}

/// What was pressed on a mouse.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Button {
    /// The left one, a finger or a pen.
    #[default]
    Main,
    /// The wheel.
    Middle,
    /// The right one.
    Second,
}

/// Keys held while pointing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
    /// Ctrl, or ⌘.
    pub command: bool,
    /// The space bar.
    pub space: bool,
}

/// A pointer goes down.
#[derive(Debug, Clone, PartialEq)]
pub struct Press {
    /// The pointer's number.
    pub id: i32,
    /// Where, in screen pixels from the stage's corner.
    pub at: Point,
    /// With what.
    pub pointer: Pointer,
    /// Which button.
    pub button: Button,
    /// With which keys.
    pub held: Held,
    /// What lies there.
    pub on: Hit,
}

/// How something chosen changes what is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choose {
    /// Only it.
    Only,
    /// It too.
    Add,
    /// It too, or not any more.
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
        /// How far.
        by: Point,
        /// With which keys.
        held: Held,
        /// Copies are dragged, the cards stay.
        copy: bool,
    },
    /// The dragged cards are let go where they were carried last.
    Drop,
    /// The lower right corner of a card is dragged to here.
    Stretch(NodeId, Point),
    /// It is let go there.
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
