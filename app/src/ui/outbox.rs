//! Files on their way to the server: chosen or dropped, checked, sent with progress, removable.

use std::sync::Arc;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use web_sys::{File, FileList, HtmlInputElement};

use super::{
    button::IconButton,
    failure::sign_in_after,
    format,
    icon::{Glyph, Icon},
    progress::ProgressBar,
};
use crate::client::{focus::focus, sending};

/// What may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// What the file dialog offers, as in `accept`.
    pub accept: &'static str,
    /// True when nothing but pictures is taken.
    pub only_images: bool,
    /// Most bytes of a picture.
    pub image_bytes: u64,
    /// Most bytes of any other file.
    pub file_bytes: u64,
    /// Most files at once.
    pub files: usize,
}

impl Allowed {
    /// Why a file is not even sent, in words that say what was asked and what is allowed.
    fn refuses(&self, kind: &str, bytes: u64) -> Option<String> {
        let is_image = kind.starts_with("image/");
        if self.only_images && !kind.is_empty() && !is_image {
            return Some("This is no image. PNG, JPEG, WebP and GIF can be sent.".to_owned());
        }
        let (what, most) = match is_image {
            true => ("an image", self.image_bytes),
            false => ("a file", self.file_bytes),
        };
        (bytes > most).then(|| {
            format!("It has {}; {what} may have at most {} MB.", format::bytes(bytes), most >> 20)
        })
    }
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent<T> {
    /// On its way, in percent.
    OnItsWay(f64),
    /// There; what the server says of it.
    Kept(T),
    /// Not there, and why.
    Refused(String),
}

impl<T> Sent<T> {
    /// Whether it is one of the files that may be sent; a refused one leaves its place to another.
    fn counts(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }
}

#[derive(Debug, Clone)]
struct Item<T: Send + Sync + 'static> {
    key: u64,
    name: String,
    bytes: u64,
    state: ArcRwSignal<Sent<T>>,
    cancelled: ArcRwSignal<bool>,
}

type Look<T, O> = Arc<dyn Fn(&T) -> O + Send + Sync>;

/// The files of one form.
#[derive(Debug)]
pub struct Outbox<T: Send + Sync + 'static> {
    /// Where they are sent, as it is when one is chosen.
    address: Signal<String>,
    allowed: Allowed,
    items: RwSignal<Vec<Item<T>>>,
    next: StoredValue<u64>,
    /// What is wrong with the files as a whole.
    problem: RwSignal<Option<String>>,
}

impl<T: Send + Sync + 'static> Clone for Outbox<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Outbox<T> {}

impl<T: DeserializeOwned + Clone + Send + Sync + 'static> Outbox<T> {
    /// An empty one that sends to `address`.
    pub fn new(address: impl Into<Signal<String>>, allowed: Allowed) -> Self {
        let (items, next) = (RwSignal::new(vec![]), StoredValue::new(0));
        Self { address: address.into(), allowed, items, next, problem: RwSignal::new(None) }
    }

    /// What has arrived, in the order chosen.
    pub fn kept(self) -> Vec<T> {
        let kept = |item: &Item<T>| match item.state.get() {
            Sent::Kept(kept) => Some(kept),
            _ => None,
        };
        self.items.get().iter().filter_map(kept).collect()
    }

    /// Whether something is still on its way.
    pub fn is_busy(self) -> bool {
        self.items.get().iter().any(|item| matches!(item.state.get(), Sent::OnItsWay(_)))
    }

    /// Forgets everything that is shown; what has arrived stays where it is.
    pub fn clear(self) {
        self.items.set(vec![]);
        self.problem.set(None);
    }

    /// Forgets what is over; what is still on its way stays to be seen.
    pub fn clear_what_is_over(self) {
        let moving =
            |item: &Item<T>| item.state.with_untracked(|sent| matches!(sent, Sent::OnItsWay(_)));
        self.items.update(|items| items.retain(moving));
        self.problem.set(None);
    }

    fn add(self, files: &FileList) {
        let asked = usize::try_from(files.length()).unwrap_or(usize::MAX);
        let counts = |item: &&Item<T>| item.state.with_untracked(Sent::counts);
        let current = self.items.read_untracked().iter().filter(counts).count();
        let most = self.allowed.files;
        if current + asked > most {
            let words =
                format!("{current} are here and {asked} more were chosen; {most} are allowed.");
            self.problem.set(Some(words));
            return;
        }
        self.problem.set(None);
        for file in (0..files.length()).filter_map(|at| files.get(at)) {
            self.send(&file);
        }
    }

    fn send(self, file: &File) {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a file's size"
        )]
        let bytes = file.size() as u64;
        let refused = self.allowed.refuses(&file.type_(), bytes);
        let is_refused = refused.is_some();
        let state = ArcRwSignal::new(refused.map_or(Sent::OnItsWay(0.0), Sent::Refused));
        let cancelled = ArcRwSignal::new(false);
        let item = Item {
            key,
            name: file.name(),
            bytes,
            state: state.clone(),
            cancelled: cancelled.clone(),
        };
        self.items.update(|items| items.push(item));
        if is_refused {
            return;
        }
        let moving = state.clone();
        let on_progress = move |percent| moving.set(Sent::OnItsWay(percent));
        let address = self.address.get_untracked();
        sending::send_file(&address, file, cancelled, on_progress, move |answer| {
            state.set(match answer {
                Ok(kept) => Sent::Kept(kept),
                Err(problem) => Sent::Refused(problem.detail),
            });
        });
    }

    fn remove(self, key: u64, address_of: Option<&Look<T, String>>) {
        let Some(item) = self.items.read_untracked().iter().find(|i| i.key == key).cloned() else {
            return;
        };
        item.cancelled.set(true);
        if let (Sent::Kept(kept), Some(address_of)) = (item.state.get_untracked(), address_of) {
            sending::remove(&address_of(&kept));
        }
        self.problem.set(None);
        self.items.update(|items| items.retain(|item| item.key != key));
    }
}

/// Chooses files or takes dropped ones, and shows how far each is.
#[component]
pub fn OutboxField<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    /// The id of the field.
    id: &'static str,
    /// What is asked for.
    label: &'static str,
    /// What may be sent, in one sentence.
    help: &'static str,
    /// The files.
    outbox: Outbox<T>,
    /// What the server says of a file that the person should know.
    #[prop(optional)]
    note: Option<Look<T, Option<String>>>,
    /// Where a file that has arrived is removed when it is taken back.
    #[prop(optional)]
    address_of: Option<Look<T, String>>,
) -> impl IntoView {
    let row = move |item: Item<T>| {
        let (key, address_of) = (item.key, address_of.clone());
        let remove = Callback::new(move |()| {
            outbox.remove(key, address_of.as_ref());
            focus(id);
        });
        view! { <OutboxRow item=item note=note.clone() remove=remove /> }
    };
    let busy = move || if outbox.is_busy() { "Sending" } else { "" };
    view! {
        <div class="field outbox">
            <label class="field__label" for=id>
                {label}
            </label>
            <DropZone id=id outbox=outbox />
            <p class="field__help" id=format!("{id}-help")>
                {help}
            </p>
            <p class="field__error" id=format!("{id}-error") role="alert">
                {move || outbox.problem.get()}
            </p>
            <ul class="outbox__list">
                <For each=move || outbox.items.get() key=|item| item.key let:item>
                    {row(item)}
                </For>
            </ul>
            <span class="unseen" role="status">
                {busy}
            </span>
        </div>
    }
    .into_any()
}

#[component]
fn DropZone<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    id: &'static str,
    outbox: Outbox<T>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let choose = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|at| at.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if let Some(files) = input.files() {
            outbox.add(&files);
        }
        // Choosing the same file again is a change only when it was forgotten.
        input.set_value("");
    };
    let take = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(files) = event.data_transfer().and_then(|moved| moved.files()) {
            outbox.add(&files);
        }
    };
    view! {
        <div
            class="outbox__drop"
            data-over=move || over.get().then_some("")
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=take
        >
            <Glyph icon=Icon::Upload size=20 />
            <span>
                <span class="outbox__call">"Choose files"</span>
                " or drop them here"
            </span>
            <input
                class="outbox__input"
                type="file"
                id=id
                multiple={outbox.allowed.files > 1}
                accept=outbox.allowed.accept
                aria-describedby=format!("{id}-help {id}-error")
                on:change=choose
            />
        </div>
    }
}

#[component]
fn OutboxRow<T: Clone + Send + Sync + 'static>(
    item: Item<T>,
    note: Option<Look<T, Option<String>>>,
    remove: Callback<()>,
) -> impl IntoView {
    let Item { name, bytes, state, .. } = item;
    let key_of = |state: &Sent<T>| match state {
        Sent::OnItsWay(_) => "sending",
        Sent::Kept(_) => "kept",
        Sent::Refused(_) => "refused",
    };
    let shown = state.clone();
    let key = Signal::derive(move || shown.with(key_of));
    let label = format!("Sending {name}");
    let words = move || match state.get() {
        Sent::OnItsWay(percent) => {
            let label = label.clone();
            view! { <ProgressBar percent=Signal::derive(move || Some(percent)) label=label /> }
                .into_any()
        }
        Sent::Kept(kept) => {
            let note = note.as_ref().and_then(|note| note(&kept));
            view! {
                <span class="unseen">"Sent."</span>
                {note.map(|note| view! { <p class="outbox__note small">{note}</p> })}
            }
            .into_any()
        }
        Sent::Refused(why) => {
            let door = sign_in_after(&why);
            view! { <p class="outbox__refusal small" role="alert">{why} {door}</p> }.into_any()
        }
    };
    let kind = if is_picture(&name) { Icon::Image } else { Icon::FileText };
    let icon = Signal::derive(move || if key.get() == "kept" { Icon::CircleCheck } else { kind });
    view! {
        <li class="outbox__row" data-state=move || key.get()>
            <Glyph icon=icon size=18 />
            <div class="outbox__words">
                <p class="outbox__name">
                    <bdi>{name.clone()}</bdi> " " <span class="subtle small num">{format::bytes(bytes)}</span>
                </p>
                {words}
            </div>
            <IconButton icon=Icon::X label=format!("Remove {name}") on_press=remove />
        </li>
    }
    .into_any()
}

fn is_picture(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| ["png", "jpg", "jpeg", "webp", "gif"].contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: Allowed = Allowed {
        accept: "",
        only_images: true,
        image_bytes: 10 << 20,
        file_bytes: 25 << 20,
        files: 3,
    };

    #[test]
    fn a_refusal_says_what_was_asked_and_what_is_allowed() {
        let refusal = ALLOWED.refuses("image/png", 11 << 20);

        assert!(refusal.is_some_and(|words| words.contains("11") && words.contains("10")));
        assert!(ALLOWED.refuses("text/plain", 5).is_some());
        assert_eq!(ALLOWED.refuses("image/png", 10 << 20), None);
        assert_eq!(ALLOWED.refuses("", 5), None, "the server knows better than a missing type");
    }

    #[test]
    fn a_refused_file_leaves_its_place_to_another() {
        let rows = [Sent::OnItsWay(40.0), Sent::Kept(()), Sent::Refused("Too large.".to_owned())];

        assert_eq!(rows.map(|sent| sent.counts()), [true, true, false]);
    }
}
