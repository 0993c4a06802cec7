//! Two pictures beside each other, or one over the other with a line to drag between them.

use leptos::prelude::*;

use crate::failure::picture::PictureFrame;

/// How far the first picture is shown at the beginning, in percent; the second is right of the
/// line.
const HALF: f64 = 50.0;

/// Two pictures to compare by eye.
#[component]
pub fn PictureDifference(
    /// The address of the first picture.
    before: String,
    /// The address of the second picture.
    after: String,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let button = move |one: bool, words: &'static str| {
        let pressed = move || if over.get() == one { "true" } else { "false" };
        view! {
            <button type="button" class="segments__item" aria-pressed=pressed on:click=move |_| over.set(one)>
                {words}
            </button>
        }
    };
    let shown = move || {
        if over.get() {
            view! { <Over before=before.clone() after=after.clone() /> }.into_any()
        } else {
            view! {
                <div class="diff__pictures">
                    {picture(before.clone(), "Before")} {picture(after.clone(), "After")}
                </div>
            }
            .into_any()
        }
    };
    view! {
        <div class="diff">
            <div class="segments" role="group" aria-label="View">
                {button(false, "Side by side")} {button(true, "Slider")}
            </div>
            {shown}
        </div>
    }
}

fn picture(address: String, label: &'static str) -> impl IntoView {
    view! {
        <figure>
            <PictureFrame>
                <img src=address alt=label loading="lazy" />
            </PictureFrame>
            <figcaption class="muted small">{label}</figcaption>
        </figure>
    }
}

/// One picture over the other, as far as the slider says.
#[component]
fn Over(before: String, after: String) -> impl IntoView {
    let at = RwSignal::new(HALF);
    let slide = move |event| at.set(event_target_value(&event).parse().unwrap_or(HALF));
    view! {
        <PictureFrame>
            <div class="diff__over" style:--at=move || format!("{}%", at.get())>
                <img src=before alt="Before" />
                <img class="diff__above" src=after alt="After" />
            </div>
        </PictureFrame>
        <label class="diff__slider">
            <span class="muted small">"Before"</span>
            <input
                type="range"
                min="0"
                max="100"
                aria-label="How much of the earlier image to show"
                prop:value=move || at.get()
                on:input=slide
            />
            <span class="muted small">"After"</span>
        </label>
    }
}
