//! What can be done with the edge under the pointer: insert a node, delete it, take off an end.

use std::time::Duration;

use leptos::{ev::MouseEvent, prelude::*};
use model::{
    canvas::{
        geometry::Point,
        hit::{Hit, Line, Reach},
        ports::PortSide,
        tool::Pointer,
    },
    id::EdgeId,
};

use super::desk::Desk;
use crate::{
    client::signal::SetNew,
    editor::store::Purpose,
    ui::icon::{Glyph, Icon},
};

const SIDES: [PortSide; 2] = [PortSide::Output, PortSide::Input];
/// How far from its port an end is taken off, in screen pixels.
const AWAY: f64 = 24.0;
/// How far the buttons reach to the side and up, a handle in all directions, and how far above a
/// handle the buttons lie that would cover it, in screen pixels.
const WIDE: f64 = 25.0;
const HIGH: f64 = 12.0;
const HANDLE: f64 = 6.0;
const ABOVE: f64 = 20.0;
/// How near an edge the pointer stays on its way to the buttons, in screen pixels.
const NEAR: f64 = 28.0;
/// How long an edge that the pointer has left is still under it.
const GRACE: Duration = Duration::from_millis(300);

impl Desk {
    /// The handle of an end of the edge under the pointer, or of the selected one.
    pub fn loose_end(self, world: Point, reach: Reach) -> Option<Hit> {
        let chosen = self.editor.chosen.with_untracked(|chosen| chosen.edges.first().cloned());
        let edges = [self.hovered.get_untracked(), chosen];
        let away = AWAY / self.editor.lens.view.get_untracked().zoom;
        self.editor.drawing.with_lines(|lines| {
            let own = lines.iter().filter(|line| edges.iter().flatten().any(|id| *id == line.id));
            let met = own.filter_map(|line| Some((line, line.end_near(world, away, reach.port)?)));
            let (line, (side, _)) = met.min_by(|(_, a), (_, b)| a.1.total_cmp(&b.1))?;
            Some(Hit::End(line.id.clone(), side))
        })
    }

    /// A pointer with nothing to do goes on. An edge it leaves stays under it for a moment: the way
    /// to an end leads past the edge, and over cards.
    pub fn hover(self, at: Point) {
        let edge = match self.hit(at, Pointer::Fine) {
            Hit::Edge(id) | Hit::End(id, _) => Some(id),
            Hit::Nothing => self.hovered.get_untracked().filter(|id| self.is_beside(id, at)),
            _ => None,
        };
        if edge.is_none() {
            return self.leave_edge_soon();
        }
        if let Some(leaving) = self.leaving.try_update_value(Option::take).flatten() {
            leaving.clear();
        }
        self.hovered.set_new(edge);
    }

    fn leave_edge_soon(self) {
        if self.hovered.with_untracked(Option::is_none) || self.leaving.get_value().is_some() {
            return;
        }
        let leave = move || {
            self.leaving.try_update_value(Option::take);
            // A pointer on the buttons is not on the stage; and the page may have been left.
            if self.pointer.try_get_value().flatten().is_some() {
                self.hovered.set(None);
            }
        };
        self.leaving.set_value(set_timeout_with_handle(leave, GRACE).ok());
    }

    /// Whether a pointer beside an edge may be on its way to the buttons of that.
    fn is_beside(self, id: &EdgeId, at: Point) -> bool {
        let view = self.editor.lens.view.get_untracked();
        let (world, near) = (view.to_canvas(at), NEAR / view.zoom);
        let meets = |line: &Line| line.id == *id && line.distance(world) <= near;
        self.editor.drawing.with_lines(|lines| lines.iter().any(meets))
    }
}

/// The buttons at the middle of the edge under the pointer, or of the selected one.
#[component]
pub fn EdgeTools(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let editor = desk.editor;
    forget_gone(desk);
    let edge = Memo::new(move |_| {
        let single = editor.chosen.with(|chosen| {
            let only = chosen.nodes.is_empty() && chosen.edges.len() == 1;
            chosen.edges.first().filter(|_| only).cloned()
        });
        let busy = desk.linking.with(Option::is_some)
            || editor.carrying.with(Option::is_some)
            || desk.band.with(Option::is_some);
        desk.hovered.get().or(single).filter(|_| editor.editable.get() && !busy)
    });
    move || edge.get().map(|id| view! { <Tools desk=desk id=id /> })
}

/// An edge that has gone is under no pointer, not even when it comes back.
fn forget_gone(desk: Desk) {
    let drawing = desk.editor.drawing;
    Effect::new(move || {
        drawing.changes.track();
        let hovered = desk.hovered.get_untracked();
        if hovered.is_some_and(|id| drawing.thread(&id).is_none()) {
            desk.hovered.set(None);
        }
    });
}

#[component]
fn Tools(desk: Desk, id: EdgeId) -> impl IntoView {
    let editor = desk.editor;
    let Some(thread) = editor.drawing.thread(&id) else { return ().into_any() };
    let wire = thread.wire;
    let middle = Memo::new(move |_| {
        editor.drawing.changes.track();
        Some(editor.drawing.path(&wire.get())?.label)
    });
    let own = id.clone();
    let place = move || {
        editor.drawing.changes.track();
        let view = editor.lens.view.get();
        let handles = SIDES.into_iter().filter_map(|side| end_handle(desk, &own, side));
        let handles: Vec<Point> = handles.map(|at| view.to_screen(at)).collect();
        let at = beside(view.to_screen(middle.get().unwrap_or_default()), &handles);
        format!("translate({:.1}px,{:.1}px)", at.x, at.y)
    };
    let insert = {
        let id = id.clone();
        move |_| desk.pick(middle.get_untracked().unwrap_or_default(), Purpose::Onto(id.clone()))
    };
    let delete = {
        let id = id.clone();
        move |_| {
            desk.hovered.set(None);
            editor.delete_edge(&id);
        }
    };
    let menu = {
        let id = id.clone();
        move |event: MouseEvent| {
            event.prevent_default();
            let at = middle.get_untracked().unwrap_or_default();
            let at = editor.lens.view.get_untracked().to_screen(at);
            desk.open_menu(Hit::Edge(id.clone()), at);
        }
    };
    view! {
        <div
            class="edge-tools"
            style:transform=place
            on:contextmenu=menu
            on:mousedown=move |event| event.prevent_default()
            on:wheel=move |event| desk.wheel(&event)
        >
            <button type="button" class="edge-tool" data-testid="edge-insert" aria-label="Insert a node here" on:click=insert>
                <Glyph icon=Icon::Plus size=14 />
            </button>
            <button type="button" class="edge-tool" data-testid="edge-delete" aria-label="Delete this connection" on:click=delete>
                <Glyph icon=Icon::X size=14 />
            </button>
        </div>
        <Handles desk=desk id=id />
    }
    .into_any()
}

/// Where the ends can be taken off.
#[component]
fn Handles(desk: Desk, id: EdgeId) -> impl IntoView {
    let ends = move || {
        desk.editor.drawing.changes.track();
        let view = desk.editor.lens.view.get();
        let dot = |side| {
            let at = view.to_screen(end_handle(desk, &id, side)?);
            Some(view! {
                <span
                    class="edge-end"
                    data-testid=match side { PortSide::Input => "edge-end-target", PortSide::Output => "edge-end-source" }
                    style:transform=format!("translate({:.1}px,{:.1}px)", at.x, at.y)
                ></span>
            })
        };
        SIDES.into_iter().filter_map(dot).collect_view()
    };
    view! { {ends} }
}

/// Where an end of an edge can be taken off, in world units.
fn end_handle(desk: Desk, id: &EdgeId, side: PortSide) -> Option<Point> {
    let away = AWAY / desk.editor.lens.view.get_untracked().zoom;
    desk.editor
        .drawing
        .with_lines(|lines| lines.iter().find(|line| line.id == *id)?.handle(side, away))
}

/// Where the buttons of an edge lie: in its middle, above its handles where they would cover one.
fn beside(middle: Point, handles: &[Point]) -> Point {
    let is_covered = |handle: &Point| {
        let off = *handle - middle;
        off.x.abs() < WIDE + HANDLE && off.y.abs() < HIGH + HANDLE
    };
    if !handles.iter().any(is_covered) {
        return middle;
    }
    let top = handles.iter().map(|handle| handle.y).fold(middle.y, f64::min);
    Point::new(middle.x, top - ABOVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buttons_leave_the_handles_of_a_short_edge_free() {
        let at = |length: f64, fall: f64| {
            let handles = [Point::new(24.0, 0.0), Point::new(length - 24.0, fall)];
            beside(Point::new(length / 2.0, fall / 2.0), &handles)
        };

        assert_eq!(at(160.0, 0.0), Point::new(80.0, 0.0));
        assert_eq!(at(96.0, 0.0), Point::new(48.0, -20.0));
        assert_eq!(at(96.0, 30.0), Point::new(48.0, -20.0));
        assert_eq!(at(96.0, 200.0), Point::new(48.0, 100.0));
    }
}
