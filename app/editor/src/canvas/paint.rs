//! Cards as coloured blocks in one picture: far away, when there are too many for an element each.
//! Their colours are read once per theme from the style sheet.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use leptos::{html, prelude::*};
use model::{
    canvas::{geometry::Point, viewport::Viewport},
    id::NodeId,
};
use wasm_bindgen::{JsCast, JsValue};
use web::client::colour::colour_of_kind;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, Path2d};

use super::canvas_state::CanvasState;
use crate::store::{CanvasModel, EditorView};

/// The picture of all cards and lines, on a canvas element of the size of the stage.
#[component]
pub fn Blocks(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let node_ref = NodeRef::<html::Canvas>::new();
    let EditorView { canvas_model, viewport, selection, drag, .. } = canvas.editor.view;
    let dragged = Memo::new(move |_| {
        drag.with(|now| now.as_ref().map_or(BTreeSet::new(), |now| now.nodes.clone()))
    });
    // The browser gets the shapes when they change; a frame only draws them at another place.
    let picture = Memo::new_with_compare(
        move |_| {
            canvas_model.changes.track();
            let selection = canvas_model.with_lanes(selection.get().nodes);
            StoredValue::new_local(Picture::new(canvas_model, &selection, &dragged.read()))
        },
        |_, _| true,
    );
    Effect::new(move || {
        let (view, size) = (viewport.view.get(), viewport.size.get());
        let by = drag.with(|now| now.as_ref().map_or(Point::default(), |now| now.by));
        let picture = picture.get();
        let Some(element) = node_ref.get() else { return };
        let scale = window().device_pixel_ratio();
        resize(&element, size.width * scale, size.height * scale);
        let Some(context) = context(&element) else { return };
        // Drawing into a canvas that was lost changes nothing.
        let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, size.width * scale, size.height * scale);
        picture.with_value(|picture| {
            if let Some(picture) = picture {
                picture.draw(&context, view, scale, by);
            }
        });
    });
    view! { <canvas node_ref=node_ref class="canvas__blocks" aria-hidden="true"></canvas> }
}

/// The 2D context of a canvas element; nothing where the browser gives none.
pub(super) fn context(element: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    element.get_context("2d").ok()??.dyn_into().ok()
}

fn resize(element: &HtmlCanvasElement, width: f64, height: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a stage is a few thousand pixels wide, never negative"
    )]
    let (width, height) = (width.round() as u32, height.round() as u32);
    if (element.width(), element.height()) != (width, height) {
        element.set_width(width);
        element.set_height(height);
    }
}

/// The cards of one colour and opacity.
struct Shade {
    colour: String,
    strength: f64,
    cards: Path2d,
}

/// The shapes to draw, which the browser keeps: those that stay and those that are dragged.
struct Picture {
    lines: Path2d,
    still: Vec<Shade>,
    dragged: Vec<Shade>,
    /// The lines at dragged cards, and which of their ends move along.
    pulled: Vec<([Point; 2], [bool; 2])>,
}

impl Picture {
    /// Collects the shapes; nothing where the browser cannot keep any.
    fn new(
        canvas_model: CanvasModel,
        selection: &BTreeSet<NodeId>,
        dragged: &BTreeSet<NodeId>,
    ) -> Option<Self> {
        let mut shades = [BTreeMap::new(), BTreeMap::new()];
        canvas_model.with_cards(|cards| {
            for card in cards {
                let strength = match (card.is_frame, selection.contains(&card.id)) {
                    (true, _) => 16_u8,
                    (false, true) => 100,
                    (false, false) => 62,
                };
                let key = (kind_colour(canvas_model, &card.id), strength);
                let moves = usize::from(dragged.contains(&card.id));
                let Ok(shape) = shades[moves].entry(key).or_insert_with(Path2d::new) else {
                    return;
                };
                let (at, size) = (card.rect.origin, card.rect.size);
                shape.rect(at.x, at.y, size.width, size.height);
            }
        });
        let shades = shades.map(|shades| {
            let shade = |((colour, strength), cards): ((String, u8), Result<Path2d, JsValue>)| {
                Some(Shade { colour, strength: f64::from(strength) / 100.0, cards: cards.ok()? })
            };
            shades.into_iter().filter_map(shade).collect::<Vec<_>>()
        });
        let [still, dragged_shades] = shades;
        let (lines, mut pulled) = (Path2d::new().ok()?, vec![]);
        canvas_model.with_lines(|all| {
            for line in all {
                let (Some(from), Some(to)) = (line.points.first(), line.points.last()) else {
                    continue;
                };
                let ends = canvas_model.edge_signals(&line.id).filter(|_| !dragged.is_empty());
                let moves = ends.map_or([false, false], |signals| {
                    let goes = |id: &NodeId| dragged.contains(id);
                    signals.wire.with_untracked(|wire| [goes(&wire.source), goes(&wire.target)])
                });
                if moves == [false, false] {
                    lines.move_to(from.x, from.y);
                    lines.line_to(to.x, to.y);
                } else {
                    pulled.push(([*from, *to], moves));
                }
            }
        });
        Some(Self { lines, still, dragged: dragged_shades, pulled })
    }

    fn draw(&self, context: &CanvasRenderingContext2d, view: Viewport, scale: f64, by: Point) {
        let (zoom, pan) = (view.zoom * scale, view.pan * scale);
        let at = |by: Point| {
            let pan = pan + by * zoom;
            // Drawing into a canvas that was lost changes nothing.
            let _ = context.set_transform(zoom, 0.0, 0.0, zoom, pan.x, pan.y);
        };
        at(Point::default());
        context.set_stroke_style_str("rgb(116 130 163)");
        context.set_global_alpha(0.7);
        context.set_line_width(3.0);
        context.stroke_with_path(&self.lines);
        context.begin_path();
        for ([from, to], [first, last]) in &self.pulled {
            let from = if *first { *from + by } else { *from };
            let to = if *last { *to + by } else { *to };
            context.move_to(from.x, from.y);
            context.line_to(to.x, to.y);
        }
        context.stroke();
        self.still.iter().for_each(|shade| shade.fill(context));
        at(by);
        self.dragged.iter().for_each(|shade| shade.fill(context));
        context.set_global_alpha(1.0);
    }
}

impl Shade {
    fn fill(&self, context: &CanvasRenderingContext2d) {
        context.set_global_alpha(self.strength);
        context.set_fill_style_str(&self.colour);
        context.fill_with_path_2d(&self.cards);
    }
}

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
