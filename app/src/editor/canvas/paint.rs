//! Far away a card is a coloured block: with many of them, one picture instead of an element each.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use leptos::{html, prelude::*};
use model::{
    canvas::{geometry::Point, viewport::Viewport},
    id::NodeId,
};
use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, Path2d};

use super::{desk::Desk, minimap::context};
use crate::client::colour::colour_of_kind;

thread_local! {
    /// Colours of node types as the style sheet has them now.
    static COLOURS: RefCell<HashMap<String, String>> = RefCell::new(HashMap::new());
}

/// Forgets the colours, because the theme changed.
pub fn forget_colours() {
    COLOURS.with_borrow_mut(HashMap::clear);
}

/// The colour of a node's type in the present theme.
pub fn kind_colour(desk: Desk, id: &NodeId) -> String {
    let kind =
        desk.editor.drawing.spot(id).map(|spot| spot.card.with_untracked(|c| c.kind.clone()));
    let kind = kind.unwrap_or_default();
    if let Some(known) = COLOURS.with_borrow(|colours| colours.get(&kind).cloned()) {
        return known;
    }
    let found = colour_of_kind(&kind, false).unwrap_or_else(|| "gray".to_owned());
    COLOURS.with_borrow_mut(|colours| colours.insert(kind, found.clone()));
    found
}

/// All cards and lines as one picture.
#[component]
pub fn Blocks(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let node_ref = NodeRef::<html::Canvas>::new();
    let (lens, editor) = (desk.editor.lens, desk.editor);
    let carried = Memo::new(move |_| {
        editor.carrying.with(|now| now.as_ref().map_or(BTreeSet::new(), |now| now.nodes.clone()))
    });
    // Shapes are told to the browser when they change; a frame draws them at another place.
    let picture = Memo::new_with_compare(
        move |_| {
            editor.drawing.changes.track();
            let chosen = editor.drawing.with_lanes(editor.chosen.get().nodes);
            StoredValue::new_local(Picture::of(desk, &chosen, &carried.read()))
        },
        |_, _| true,
    );
    Effect::new(move || {
        let (view, size) = (lens.view.get(), lens.size.get());
        let by = editor.carrying.with(|now| now.as_ref().map_or(Point::default(), |now| now.by));
        let picture = picture.get();
        let Some(canvas) = node_ref.get() else { return };
        let scale = window().device_pixel_ratio();
        resize(&canvas, size.width * scale, size.height * scale);
        let Some(context) = context(&canvas) else { return };
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

fn resize(canvas: &HtmlCanvasElement, width: f64, height: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a stage is a few thousand pixels wide, never negative"
    )]
    let (width, height) = (width.round() as u32, height.round() as u32);
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
}

/// Cards of one colour and strength.
struct Shade {
    colour: String,
    strength: f64,
    cards: Path2d,
}

/// What is drawn, as shapes the browser keeps: what stays, and what a hand carries.
struct Picture {
    lines: Path2d,
    still: Vec<Shade>,
    carried: Vec<Shade>,
    /// The lines at carried cards, and which of their ends go along.
    pulled: Vec<([Point; 2], [bool; 2])>,
}

impl Picture {
    /// Nothing where the browser refuses to keep shapes.
    fn of(desk: Desk, chosen: &BTreeSet<NodeId>, carried: &BTreeSet<NodeId>) -> Option<Self> {
        let drawing = desk.editor.drawing;
        let mut shades = [BTreeMap::new(), BTreeMap::new()];
        drawing.with_cards(|cards| {
            for card in cards {
                let strength = match (card.is_frame, chosen.contains(&card.id)) {
                    (true, _) => 16_u8,
                    (false, true) => 100,
                    (false, false) => 62,
                };
                let key = (kind_colour(desk, &card.id), strength);
                let moves = usize::from(carried.contains(&card.id));
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
        let [still, carried_shades] = shades;
        let (lines, mut pulled) = (Path2d::new().ok()?, vec![]);
        drawing.with_lines(|all| {
            for line in all {
                let (Some(from), Some(to)) = (line.points.first(), line.points.last()) else {
                    continue;
                };
                let ends = drawing.thread(&line.id).filter(|_| !carried.is_empty());
                let moves = ends.map_or([false, false], |thread| {
                    let goes = |id: &NodeId| carried.contains(id);
                    thread.wire.with_untracked(|wire| [goes(&wire.source), goes(&wire.target)])
                });
                if moves == [false, false] {
                    lines.move_to(from.x, from.y);
                    lines.line_to(to.x, to.y);
                } else {
                    pulled.push(([*from, *to], moves));
                }
            }
        });
        Some(Self { lines, still, carried: carried_shades, pulled })
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
        self.carried.iter().for_each(|shade| shade.fill(context));
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
