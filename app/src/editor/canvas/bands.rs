//! Lanes, behind the cards, and the button that makes one card of a lane, a loop or a frame. The
//! outline says in words what follows what; keys and menus collapse as well.

use leptos::{
    ev::{MouseEvent, PointerEvent},
    prelude::*,
};
use model::{canvas::frame::LaneCard, id::NodeId};

use super::{
    desk::Desk,
    focus::{focus_card, is_nowhere},
};
use crate::{
    editor::store::Band,
    ui::icon::{Glyph, Icon},
};

impl Desk {
    /// Shows one card instead of what the selected nodes hold or stand in, or else the focused one,
    /// or all of it again.
    pub fn collapse(self) {
        let editor = self.editor;
        let focused = editor.focus.get_untracked();
        if let Some(lane) = focused.as_ref().and_then(|id| editor.drawing.lane(id)) {
            return self.collapse_lane(&lane.fork, &lane.port);
        }
        let mut ids = editor.chosen.with_untracked(|chosen| chosen.nodes.clone());
        if ids.is_empty() {
            ids.extend(focused.clone());
        }
        if editor.collapse(&ids)
            && let Some(id) = focused
        {
            self.keep_at(editor.drawing.in_place_of(id));
        }
    }

    /// The same of what one card holds.
    pub fn fold(self, id: &NodeId) {
        match self.editor.drawing.lane(id) {
            Some(lane) => self.collapse_lane(&lane.fork, &lane.port),
            None => {
                if self.editor.collapse(&[id.clone()].into()) {
                    self.keep_at(id.clone());
                }
            }
        }
    }

    /// The same of one lane: the focus goes to its card, or to the first it stood for.
    pub fn collapse_lane(self, fork: &NodeId, port: &str) {
        let drawing = self.editor.drawing;
        let card = || drawing.card_of_lane(fork, port);
        let before = card();
        if !self.editor.collapse_lane(fork, port) {
            return;
        }
        let first = |lane: LaneCard| {
            drawing
                .order
                .with_untracked(|order| order.iter().find(|id| lane.nodes.contains(*id)).cloned())
        };
        let next = card().map(|card| card.id).or_else(|| before.and_then(first));
        if let Some(next) = next {
            self.keep_at(drawing.in_place_of(next));
        }
    }

    /// Leads the focus to a card, unless it is on something else that is still there.
    fn keep_at(self, id: NodeId) {
        self.editor.focus.set(Some(id.clone()));
        if let Some(card) = self.editor.drawing.rect(&id) {
            self.editor.lens.reveal(card);
        }
        request_animation_frame(move || {
            if is_nowhere() {
                focus_card(&id);
            }
        });
    }
}

/// All lanes that are open.
#[component]
pub fn Bands(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let (all, editable) = (desk.editor.bands, desk.editor.editable);
    let band = move |band: Band| {
        let test_id = format!("fold-{}", band.key);
        let press = move |()| desk.collapse_lane(&band.fork, &band.port);
        let fold = editable
            .get()
            .then(|| view! { <Fold test_id=test_id collapsed=false on_press=press /> });
        view! {
            <div
                class="lane"
                data-testid=format!("lane-{}", band.key)
                style:left=format!("{}px", band.rect.origin.x)
                style:top=format!("{}px", band.rect.origin.y)
                style:width=format!("{}px", band.rect.size.width)
                style:height=format!("{}px", band.rect.size.height)
            >
                <span class="lane__name clip">{band.words}</span>
                {fold}
            </div>
        }
    };
    view! {
        <div class="lanes" aria-hidden="true">
            {move || all.get().into_iter().map(band).collect_view()}
        </div>
    }
    .into_any()
}

/// The button that makes one card of what is held, or shows all of it.
#[component]
pub fn Fold(
    /// Its name in tests.
    test_id: String,
    /// Whether it is one card.
    #[prop(into)]
    collapsed: Signal<bool>,
    /// Called when it is pressed.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    let icon = move || if collapsed.get() { Icon::ChevronRight } else { Icon::ChevronDown };
    let title = move || if collapsed.get() { "Expand" } else { "Collapse" };
    view! {
        <span
            class="fold"
            data-testid=test_id
            title=title
            aria-hidden="true"
            // What is pressed here is not the canvas under it.
            on:pointerdown=|event: PointerEvent| {
                if event.button() == 0 {
                    event.stop_propagation();
                }
            }
            on:dblclick=|event: MouseEvent| event.stop_propagation()
            on:click=move |_| on_press.run(())
        >
            <Glyph icon=Signal::derive(icon) size=16 />
        </span>
    }
    .into_any()
}
