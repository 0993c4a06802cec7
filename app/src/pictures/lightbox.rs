//! One picture in full, over the page: the native dialog keeps the focus in and gives it back.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use model::id::ImageId;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    Picture,
    words::{Words, WordsForm},
};
use crate::{
    routes,
    ui::{
        badge::{Tag, Tone},
        button::IconButton,
        icon::Icon,
    },
};

/// Where the arrow keys lead among `count` pictures.
fn step(at: usize, count: usize, key: &str) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match key {
        "ArrowRight" => Some(if at >= last { 0 } else { at + 1 }),
        "ArrowLeft" => Some(at.checked_sub(1).unwrap_or(last)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// Whether a key belongs to a text that is being written.
fn is_typed(event: &KeyboardEvent) -> bool {
    let at = event.target().and_then(|at| at.dyn_into::<HtmlElement>().ok());
    at.is_some_and(|at| ["TEXTAREA", "INPUT"].contains(&at.tag_name().as_str()))
}

/// Shows the picture named in `open`, if any; arrows go to the others, Escape closes.
#[component]
pub(crate) fn Lightbox(
    /// The pictures, in the order of the page.
    #[prop(into)]
    pictures: Signal<Vec<Picture>>,
    open: RwSignal<Option<ImageId>>,
    /// Keeps what is said of one, for those who may say it.
    #[prop(optional_no_strip)]
    words: Option<Words>,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let (wanted, Some(dialog)) = (open.get().is_some(), node.get()) else { return };
        if wanted && !dialog.open() {
            // Refused only when it is already shown or gone from the page.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let place =
        move |id: ImageId| pictures.with(|all| all.iter().position(|picture| picture.id == id));
    let go = move |key: &str| {
        let Some(at) = open.get_untracked().and_then(|id| untrack(|| place(id))) else { return };
        let to = step(at, pictures.read_untracked().len(), key);
        let id = to.and_then(|to| pictures.read_untracked().get(to).map(|picture| picture.id));
        if id.is_some() {
            open.set(id);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if !is_typed(&event) {
            go(&event.key());
        }
    };
    let several = move || pictures.read().len() > 1;
    // Another picture draws it anew; other words do not.
    let shown = move || {
        let id = open.get()?;
        untrack(|| place(id))?;
        Some(view! { <Shown id=id pictures=pictures words=words /> })
    };
    view! {
        <dialog
            node_ref=node
            class="lightbox"
            aria-label="Image"
            on:close=move |_| open.set(None)
            on:keydown=on_key
        >
            <div class="lightbox__bar">
                <Show when=several>
                    <IconButton
                        icon=Icon::ChevronLeft
                        label="Previous image"
                        on_press=move |()| go("ArrowLeft")
                    />
                    <IconButton
                        icon=Icon::ChevronRight
                        label="Next image"
                        on_press=move |()| go("ArrowRight")
                    />
                </Show>
                <span class="spring"></span>
                <IconButton icon=Icon::X label="Close" on_press=move |()| open.set(None) />
            </div>
            {shown}
        </dialog>
    }
}

#[component]
fn Shown(id: ImageId, pictures: Signal<Vec<Picture>>, words: Option<Words>) -> impl IntoView {
    let find = move || pictures.with(|all| all.iter().find(|picture| picture.id == id).cloned());
    let at = move || pictures.with(|all| all.iter().position(|picture| picture.id == id));
    let place = move || format!("{} of {}", at().map_or(0, |at| at + 1), pictures.read().len());
    let alt = move || find().map(|picture| picture.alt).unwrap_or_default();
    let caption =
        move || find().and_then(|picture| picture.caption).filter(|text| !text.is_empty());
    let now = untrack(find)?;
    let form = words.map(|words| {
        view! {
            <details class="lightbox__more">
                <summary>"Edit the words"</summary>
                <WordsForm picture=now.clone() words=words />
            </details>
        }
    });
    Some(view! {
        <figure class="lightbox__figure">
            <img
                class="lightbox__image"
                src=routes::image(id)
                alt=alt
                width=now.width
                height=now.height
            />
            <figcaption class="lightbox__words">
                <span class="num" role="status">
                    {place}
                </span>
                <span class="lightbox__alt" dir="auto">{alt}</span>
                {move || caption().map(|text| view! { <span class="lightbox__alt" dir="auto">{text}</span> })}
                <span class="num">{now.facts()}</span>
                {now.sample.then(|| view! { <Tag tone=Tone::Warning>"SAMPLE"</Tag> })}
                <a href=routes::image(id) target="_blank" rel="external noopener">
                    "Open alone"
                </a>
                {form}
            </figcaption>
        </figure>
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round_and_other_keys_nowhere() {
        assert_eq!(step(2, 3, "ArrowRight"), Some(0));
        assert_eq!(step(0, 3, "ArrowLeft"), Some(2));
        assert_eq!(step(1, 3, "Tab"), None);
        assert_eq!(step(0, 0, "ArrowRight"), None);
    }
}
