//! Images that do not come: shown as such, and asked for again.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, HtmlImageElement};

use super::keep;

/// After how many milliseconds an image is asked for again, and again.
const AGAIN_MS: [u32; 4] = [2_000, 5_000, 15_000, 60_000];
/// The attribute of an image that is not there; its value counts the attempts.
const AWAY: &str = "data-away";

/// Marks every image that does not come, for as long as the page is open.
pub fn watch_images() {
    Effect::new(|| {
        if let Some(watch) = Watch::open() {
            keep(watch);
        }
        let Ok(images) = document().query_selector_all("img") else { return };
        let images = (0..images.length()).filter_map(|at| images.get(at)?.dyn_into().ok());
        images.filter(has_failed).for_each(|image| mark(&image));
    });
}

/// Hears of every image of the page: their events do not bubble, but can be captured.
struct Watch {
    on_end: Closure<dyn FnMut(Event)>,
}

impl Watch {
    const ENDS: [&str; 2] = ["error", "load"];

    fn open() -> Option<Self> {
        let on_end = Closure::new(|event: Event| {
            let image = event.target().and_then(|target| target.dyn_into().ok());
            let Some(image): Option<HtmlImageElement> = image else { return };
            match event.type_() == "error" {
                true => mark(&image),
                // It cannot be removed from an element that does not have it; that is no harm.
                false => drop(image.remove_attribute(AWAY)),
            }
        });
        for end in Self::ENDS {
            let target = on_end.as_ref().unchecked_ref();
            document().add_event_listener_with_callback_and_bool(end, target, true).ok()?;
        }
        Some(Self { on_end })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        for end in Self::ENDS {
            let target = self.on_end.as_ref().unchecked_ref();
            let _ = document().remove_event_listener_with_callback_and_bool(end, target, true);
        }
    }
}

/// An image that failed before anybody listened.
fn has_failed(image: &HtmlImageElement) -> bool {
    image.complete() && image.natural_width() == 0 && !image.src().is_empty()
}

fn mark(image: &HtmlImageElement) {
    let tried: usize = image.get_attribute(AWAY).and_then(|n| n.parse().ok()).unwrap_or(0);
    // Only an attribute with a bad name is refused.
    let _ = image.set_attribute(AWAY, &(tried + 1).to_string());
    let Some(wait) = AGAIN_MS.get(tried) else { return };
    let image = image.clone();
    Timeout::new(*wait, move || {
        if image.is_connected() && image.has_attribute(AWAY) {
            image.set_src(&image.src());
        }
    })
    .forget();
}
