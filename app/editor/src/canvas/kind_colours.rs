//! The colours of node types, read once per theme from the style sheet.

use std::{cell::RefCell, collections::HashMap};

use leptos::prelude::*;
use model::id::NodeId;
use web::client::colour::colour_of_kind;

use crate::store::CanvasModel;

thread_local! {
    /// The colours of node types in the style sheet, by type; read once per theme.
    static COLOURS: RefCell<HashMap<String, String>> = RefCell::new(HashMap::new());
}

/// Forgets the colours, to be called when the theme changes.
pub(super) fn forget_colours() {
    COLOURS.with_borrow_mut(HashMap::clear);
}

/// The CSS colour of a node's type in the present theme.
pub(super) fn kind_colour(canvas_model: CanvasModel, id: &NodeId) -> String {
    let signals = canvas_model.node_signals(id);
    let kind = signals.map(|signals| signals.card.with_untracked(|card| card.kind.clone()));
    let kind = kind.unwrap_or_default();
    if let Some(known) = COLOURS.with_borrow(|colours| colours.get(&kind).cloned()) {
        return known;
    }
    let found = colour_of_kind(&kind, false).unwrap_or_else(|| "gray".to_owned());
    COLOURS.with_borrow_mut(|colours| colours.insert(kind, found.clone()));
    found
}
