//! Images that cannot be loaded: marked as such, and requested again.

use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlImageElement};

use super::{Listener, elements, on_window, own_until_cleanup};

/// The pauses in milliseconds after which an image is requested again, one after the other.
const AGAIN_MS: [u32; 4] = [2_000, 5_000, 15_000, 60_000];
/// The attribute of an image that could not be loaded; its value counts the attempts.
const AWAY: &str = "data-away";
const AWAY_IMAGES: &str = "img[data-away]";

/// Marks every image that cannot be loaded, for as long as the page is open.
pub fn watch_images() {
    Effect::new(|| {
        own_until_cleanup(
            ["error", "load"].map(|end| Listener::capture(end, |event: Event| ended(&event))),
        );
        let here: Vec<HtmlImageElement> = elements(document().query_selector_all("img"));
        here.iter().filter(|image| has_failed(image)).for_each(mark);
        on_window(ev::online, |_| {
            elements(document().query_selector_all(AWAY_IMAGES)).iter().for_each(ask);
        });
    });
}

/// Requests the images in `place` again that could not be loaded; resolves when each is loaded or
/// has failed once more.
pub async fn ask_again(place: &Element) {
    let away = elements(place.query_selector_all(AWAY_IMAGES));
    away.iter().for_each(ask);
    for image in &away {
        // A failure is handled where its event is.
        let _ = JsFuture::from(image.decode()).await;
    }
}

fn ask(image: &HtmlImageElement) {
    image.set_src(&image.src());
}

/// Handles that an image was loaded or failed. Such events do not bubble, but can be captured.
fn ended(event: &Event) {
    let image = event.target().and_then(|target| target.dyn_into().ok());
    let Some(image): Option<HtmlImageElement> = image else { return };
    if event.type_() == "error" {
        mark(&image)
    } else {
        // It cannot be removed from an element that does not have it; that is no harm.
        drop(image.remove_attribute(AWAY))
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
            ask(&image);
        }
    })
    .forget();
}
