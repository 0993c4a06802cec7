//! One image in full, over the page: the native dialog keeps the focus in and gives it back.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use model::{id::ImageId, library::AttachedImage};

use super::status::SampleTag;
use crate::{
    routes,
    ui::{button::IconButton, format, icon::Icon},
};

/// Where the arrow keys lead among `count` images.
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

/// Shows the image named in `open`, if any; arrows go to the others, Escape closes.
#[component]
pub(super) fn Lightbox(
    images: RwSignal<Vec<AttachedImage>>,
    open: RwSignal<Option<ImageId>>,
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
    let at = Memo::new(move |_| {
        open.get().and_then(|id| images.read().iter().position(|image| image.id == id))
    });
    let go = move |key: &str| {
        let Some(at) = at.get_untracked() else { return };
        let to = step(at, images.read_untracked().len(), key);
        let id = to.and_then(|to| images.read_untracked().get(to).map(|image| image.id));
        if id.is_some() {
            open.set(id);
        }
    };
    let on_key = move |event: KeyboardEvent| go(&event.key());
    let several = move || images.read().len() > 1;
    let shown = move || {
        let at = at.get()?;
        let image = images.read().get(at).cloned()?;
        Some(view! { <Shown image=image place=(at + 1, images.read().len()) /> })
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
fn Shown(image: AttachedImage, place: (usize, usize)) -> impl IntoView {
    let (at, count) = place;
    let size = u64::try_from(image.bytes).unwrap_or_default();
    let facts = format!("{} × {} · {}", image.width, image.height, format::bytes(size));
    let alt = image.alt.clone();
    view! {
        <figure class="lightbox__figure">
            <img
                class="lightbox__image"
                src=routes::image(image.id)
                alt=alt
                width=image.width
                height=image.height
            />
            <figcaption class="lightbox__words">
                <span class="num" role="status">
                    {format!("{at} of {count}")}
                </span>
                <span>{image.alt}</span>
                <span class="num">{facts}</span>
                <SampleTag sample=image.sample />
                <a href=routes::image(image.id) target="_blank" rel="external noopener">
                    "Open alone"
                </a>
            </figcaption>
        </figure>
    }
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
