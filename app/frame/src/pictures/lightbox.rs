//! The lightbox: one image in full, over the page. The native dialog holds the focus and returns
//! it.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use model::id::ImageId;
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonSize, IconButton},
    failure::{picture::PictureFrame, sign_in_after},
    icon::{Glyph, Icon},
    toast::DialogToasts,
};
use wasm_bindgen::JsCast;
use web::{
    client::focus::{focus_first, keep_focus},
    routes,
};
use web_sys::HtmlElement;

use super::{
    Picture,
    drafts::{Drafts, Missed, TextSaver},
    words::WordsForm,
};

/// The index that a key leads to among `count` images, in a circle; none for other keys.
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

/// How large a picture is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zoom {
    /// As large as the window allows.
    Fit,
    /// One pixel of the image on one CSS pixel.
    Full,
}

impl Zoom {
    /// The zoom that a key asks for: the keys of the canvas, and plus and minus.
    fn from_key(key: &str, code: &str, shift: bool) -> Option<Self> {
        match (key, code) {
            ("+", _) => Some(Self::Full),
            ("-", _) => Some(Self::Fit),
            (_, "Digit0") if shift => Some(Self::Full),
            (_, "Digit1") if shift => Some(Self::Fit),
            _ => None,
        }
    }

    /// The other zoom, with the icon and label of the button that switches to it.
    fn other(self) -> (Self, Icon, &'static str) {
        match self {
            Self::Fit => (Self::Full, Icon::ZoomIn, "Show at 100%"),
            Self::Full => (Self::Fit, Icon::ZoomOut, "Fit to window"),
        }
    }
}

/// Whether the element that a key was pressed in uses the key itself: a text field, or an image
/// that is scrolled.
fn is_meant_there(event: &KeyboardEvent) -> bool {
    let at = event.target().and_then(|at| at.dyn_into::<HtmlElement>().ok());
    let takes = |at: HtmlElement| {
        ["TEXTAREA", "INPUT"].contains(&at.tag_name().as_str())
            || (at.class_list().contains(FRAME) && event.key().starts_with("Arrow"))
    };
    at.is_some_and(takes)
}

const FRAME: &str = "lightbox__frame";

/// Shows the image that `open` names, if any; arrows lead to the others, Escape closes.
#[component]
pub fn Lightbox(
    /// The pictures, in the order of the page.
    #[prop(into)]
    pictures: Signal<Vec<Picture>>,
    /// The image that is shown in full; none while the lightbox is closed.
    open: RwSignal<Option<ImageId>>,
    /// Saves the texts of an image; without it they cannot be edited.
    #[prop(optional_no_strip)]
    words: Option<TextSaver>,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let (zoom, writing) = (RwSignal::new(Zoom::Fit), RwSignal::new(false));
    let drafts = words.map(|words| Drafts::new(words, open));
    if let Some(drafts) = drafts {
        drafts.watch();
    }
    Effect::new(move || {
        zoom.set(Zoom::Fit);
        if open.get().is_none() {
            writing.set(false);
        }
    });
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
            // The element with the focus may be gone with the image, and keys would have no effect.
            keep_focus(|| focus_first(".lightbox[open]"));
            open.set(id);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if is_meant_there(&event) || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match Zoom::from_key(&event.key(), &event.code(), event.shift_key()) {
            Some(wanted) => zoom.set(wanted),
            None => go(&event.key()),
        }
    };
    let shown = move |id: ImageId| {
        view! { <Shown id=id pictures=pictures drafts=drafts zoom=zoom writing=writing /> }
    };
    view! {
        <dialog
            node_ref=node
            class="lightbox"
            aria-label="Image"
            on:close=move |_| open.set(None)
            on:keydown=on_key
        >
            <Bar pictures=pictures open=open zoom=zoom on_turn=move |key| go(key) />
            // Each picture is drawn for itself: what is typed for one never gets to another.
            <For each=move || open.get() key=|id| *id let:id>
                {shown(id)}
            </For>
            <DialogToasts open=Signal::derive(move || open.get().is_some()) />
        </dialog>
    }
}

/// The bar with the buttons to the other images, and the tools for this one.
#[component]
fn Bar(
    pictures: Signal<Vec<Picture>>,
    open: RwSignal<Option<ImageId>>,
    zoom: RwSignal<Zoom>,
    /// Called with the key that has the same effect as the button.
    #[prop(into)]
    on_turn: Callback<&'static str>,
) -> impl IntoView {
    let several = move || pictures.read().len() > 1;
    view! {
        <div class="lightbox__bar">
            <Show when=several>
                <IconButton
                    icon=Icon::ChevronLeft
                    label="Previous image"
                    on_press=move |()| on_turn.run("ArrowLeft")
                />
                <IconButton
                    icon=Icon::ChevronRight
                    label="Next image"
                    on_press=move |()| on_turn.run("ArrowRight")
                />
            </Show>
            <span class="spring"></span>
            <Tools pictures=pictures open=open zoom=zoom />
            <IconButton icon=Icon::X label="Close" on_press=move |()| open.set(None) />
        </div>
    }
}

/// The buttons for the zoom and the download.
#[component]
fn Tools(
    pictures: Signal<Vec<Picture>>,
    open: RwSignal<Option<ImageId>>,
    zoom: RwSignal<Zoom>,
) -> impl IntoView {
    let icon = Signal::derive(move || zoom.get().other().1);
    let label = Signal::derive(move || zoom.get().other().2.to_owned());
    let file = move || {
        let id = open.get()?;
        pictures.with(|all| all.iter().find(|one| one.id == id).map(Picture::file_name))
    };
    view! {
        <IconButton icon=icon label=label on_press=move |()| zoom.update(|zoom| *zoom = zoom.other().0) />
        <a
            class="icon-button"
            href=move || open.get().map(routes::image)
            download=file
            rel="external"
            aria-label="Download original"
            data-tip="Download original"
        >
            <Glyph icon=Icon::Download size=18 />
        </a>
    }
}

#[component]
fn Shown(
    id: ImageId,
    pictures: Signal<Vec<Picture>>,
    drafts: Option<Drafts>,
    zoom: RwSignal<Zoom>,
    /// Whether the form for the texts is unfolded; the next image keeps it so.
    writing: RwSignal<bool>,
) -> impl IntoView {
    let more = NodeRef::<html::Details>::new();
    let full = move || zoom.get() == Zoom::Full;
    let find = move || pictures.with(|all| all.iter().find(|picture| picture.id == id).cloned());
    let at = move || pictures.with(|all| all.iter().position(|picture| picture.id == id));
    let place = move || format!("{} of {}", at().map_or(0, |at| at + 1), pictures.read().len());
    let alt = move || find().map(|picture| picture.alt).unwrap_or_default();
    let caption =
        move || find().and_then(|picture| picture.caption).filter(|text| !text.is_empty());
    let now = untrack(find)?;
    let (width, height) = (now.width, now.height);
    // The event may come when the image has been left already.
    let toggled = move |_| {
        if let Some(Some(more)) = more.try_get_untracked() {
            writing.try_set(more.open());
        }
    };
    let form = drafts.map(|drafts| {
        view! {
            <details
                node_ref=more
                class="lightbox__more"
                open=writing.get_untracked() || drafts.has_unsaved(id)
                on:toggle=toggled
            >
                <summary>"Edit caption and alt text"</summary>
                <WordsForm picture=now.clone() drafts=drafts />
            </details>
        }
    });
    Some(view! {
        <figure class="lightbox__figure">
            <PictureFrame>
                // What is larger than the window is moved about by scrolling, also with the arrow
                // keys.
                <div
                    class=FRAME
                    data-zoom=move || full().then_some("full")
                    // Fitted again it keeps the focus that it had, or keys would go nowhere.
                    tabindex=move || if full() { "0" } else { "-1" }
                    role=move || full().then_some("group")
                    aria-label=move || full().then_some("Image at 100%")
                >
                    <img
                        class="lightbox__image"
                        src=routes::image(id)
                        alt=alt
                        width=width
                        height=height
                    />
                </div>
            </PictureFrame>
            <figcaption class="lightbox__words">
                {drafts.map(|drafts| view! { <Elsewhere drafts=drafts /> })}
                <span class="num" translate="no" role="status">
                    {place}
                </span>
                <span class="lightbox__alt" dir="auto" translate="no">{alt}</span>
                {move || caption().map(|text| view! { <span class="lightbox__alt" dir="auto" translate="no">{text}</span> })}
                <span class="num" translate="no">{now.facts()}</span>
                {now.sample.then(|| view! { <Tag tone=Tone::Warning>"SAMPLE"</Tag> })}
                <a href=routes::image(id) target="_blank" rel="external noopener">
                    "Open in a new tab"
                </a>
                {form}
            </figcaption>
        </figure>
    })
}

/// The message that texts of another image were not saved, with a button that shows it.
#[component]
fn Elsewhere(drafts: Drafts) -> impl IntoView {
    let told = move |Missed { image, words, problem }: Missed| {
        let door = sign_in_after(&problem);
        let go = move |()| {
            // The button goes with what it says.
            keep_focus(|| focus_first(".lightbox[open]"));
            drafts.show(image);
        };
        view! {
            <div class="form-error lightbox__missed" role="alert">
                <Glyph icon=Icon::CircleAlert size=18 />
                <p dir="auto">{words} {door}</p>
                <Button size=ButtonSize::Small on_press=go>
                    "Show image"
                </Button>
            </div>
        }
    };
    move || drafts.missed_elsewhere().map(told)
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

    #[test]
    fn a_picture_is_zoomed_by_the_keys_of_the_canvas_and_back() {
        assert_eq!(Zoom::from_key("+", "BracketRight", true), Some(Zoom::Full));
        assert_eq!(Zoom::from_key("=", "Digit0", true), Some(Zoom::Full));
        assert_eq!(Zoom::from_key("!", "Digit1", true), Some(Zoom::Fit));
        assert_eq!(Zoom::from_key("0", "Digit0", false), None);
        assert_eq!(Zoom::Full.other().0, Zoom::Fit);
    }
}
