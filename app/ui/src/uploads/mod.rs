//! Uploads: files that are chosen or dropped, checked, sent with progress, and can be removed.

mod item;
mod limits;
mod row;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use web::client::{focus::focus, upload};
use web_sys::{File, FileList, HtmlInputElement};

pub use self::limits::UploadLimits;
use self::{
    item::{Projection, UploadItem, UploadState},
    row::UploadRow,
};
use super::icon::{Glyph, Icon};

/// The files of one upload field.
#[derive(Debug)]
pub struct Uploads<T: Send + Sync + 'static> {
    /// Where files are sent; read anew for each file.
    address: Signal<String>,
    limits: UploadLimits,
    /// How many others count towards the most files of the field.
    taken: Signal<usize>,
    items: RwSignal<Vec<UploadItem<T>>>,
    next: StoredValue<u64>,
    /// What is wrong with the files as a whole: too many were chosen.
    problem: RwSignal<Option<String>>,
}

impl<T: Send + Sync + 'static> Clone for Uploads<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Uploads<T> {}

impl<T: DeserializeOwned + Clone + Send + Sync + 'static> Uploads<T> {
    /// An empty list whose files are sent to `address`.
    pub fn new(address: impl Into<Signal<String>>, limits: UploadLimits) -> Self {
        Self {
            address: address.into(),
            limits,
            taken: Signal::stored(0),
            items: RwSignal::new(vec![]),
            next: StoredValue::new(0),
            problem: RwSignal::new(None),
        }
    }

    /// The same list where `taken` others count towards the most files of the field.
    pub fn with_taken(self, taken: impl Into<Signal<usize>>) -> Self {
        Self { taken: taken.into(), ..self }
    }

    /// The server's answers for the stored files, in the order in which they were chosen.
    pub fn stored_files(self) -> Vec<T> {
        let stored = |item: &UploadItem<T>| match item.state.get() {
            UploadState::Kept(stored) => Some(stored),
            _ => None,
        };
        self.items.get().iter().filter_map(stored).collect()
    }

    /// The names of the files in the list that could not be sent.
    pub fn failed_names(self) -> Vec<String> {
        let is_out = |sent: &UploadState<T>| {
            matches!(sent, UploadState::Missed(_) | UploadState::Refused(_))
        };
        let out = |item: &&UploadItem<T>| item.state.with(is_out);
        self.items.read().iter().filter(out).map(|item| item.name.clone()).collect()
    }

    /// Whether a file is still being sent.
    pub fn is_busy(self) -> bool {
        self.items.get().iter().any(|item| matches!(item.state.get(), UploadState::OnItsWay(_)))
    }

    /// Empties the list; stored files stay on the server.
    pub fn clear(self) {
        self.items.set(vec![]);
        self.problem.set(None);
    }

    /// Removes stored and failed files from the list; those that are being sent stay in it.
    pub fn clear_finished(self) {
        let moving = |item: &UploadItem<T>| {
            item.state.with_untracked(|sent| matches!(sent, UploadState::OnItsWay(_)))
        };
        self.items.update(|items| items.retain(moving));
        self.problem.set(None);
    }

    fn add(self, files: &FileList) {
        let asked = usize::try_from(files.length()).unwrap_or(usize::MAX);
        let counts = |item: &&UploadItem<T>| item.state.with_untracked(UploadState::counts);
        let own = self.items.read_untracked().iter().filter(counts).count();
        let current = self.taken.get_untracked() + own;
        let most = self.limits.files;
        if current + asked > most {
            let words = format!("You have {current} and chose {asked} more. The limit is {most}.");
            self.problem.set(Some(words));
            return;
        }
        self.problem.set(None);
        for file in (0..files.length()).filter_map(|at| files.get(at)) {
            self.take(file);
        }
    }

    fn take(self, file: File) {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a file's size"
        )]
        let bytes = file.size() as u64;
        let refusal = self.limits.refusal(&file.type_(), bytes);
        let is_refused = refusal.is_some();
        let item = UploadItem {
            key,
            name: file.name(),
            bytes,
            file: StoredValue::new_local(file),
            state: ArcRwSignal::new(
                refusal.map_or(UploadState::OnItsWay(0.0), UploadState::Refused),
            ),
            cancelled: ArcRwSignal::new(false),
        };
        self.items.update(|items| items.push(item.clone()));
        if !is_refused {
            self.send(item);
        }
    }

    fn send(self, item: UploadItem<T>) {
        let UploadItem { file, state, cancelled, .. } = item;
        let Some(file) = file.try_get_value() else { return };
        state.set(UploadState::OnItsWay(0.0));
        let moving = state.clone();
        let on_progress = move |percent| moving.set(UploadState::OnItsWay(percent));
        let address = self.address.get_untracked();
        upload::send_file(&address, &file, cancelled, on_progress, move |answer| {
            state.set(UploadState::from_answer(answer));
        });
    }

    /// Sends a file again that was [missed](UploadState::Missed).
    fn send_again(self, key: u64) {
        let missed = |item: &UploadItem<T>| item.state.with_untracked(UploadState::is_missed);
        if let Some(item) = self.find(key).filter(missed) {
            self.send(item);
        }
    }

    fn find(self, key: u64) -> Option<UploadItem<T>> {
        self.items.read_untracked().iter().find(|item| item.key == key).cloned()
    }

    fn remove(self, key: u64, address_of: Option<&Projection<T, String>>) {
        let Some(item) = self.find(key) else { return };
        item.cancelled.set(true);
        if let (UploadState::Kept(kept), Some(address_of)) =
            (item.state.get_untracked(), address_of)
        {
            upload::remove(&address_of(&kept));
        }
        self.problem.set(None);
        self.items.update(|items| items.retain(|item| item.key != key));
    }
}

/// A field by which files are chosen or dropped, with a list that shows how far each is.
#[component]
pub fn UploadField<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    /// The id of the field.
    id: &'static str,
    /// What is asked for.
    label: &'static str,
    /// What may be sent, in one sentence.
    help: &'static str,
    /// The list that chosen files are added to.
    uploads: Uploads<T>,
    /// The text shown under a stored file, made from the server's answer.
    #[prop(optional)]
    note: Option<Projection<T, Option<String>>>,
    /// The address at which a stored file is deleted when its row is removed; without it the file
    /// stays on the server.
    #[prop(optional)]
    address_of: Option<Projection<T, String>>,
) -> impl IntoView {
    let row = move |item: UploadItem<T>| {
        let (key, address_of) = (item.key, address_of.clone());
        let remove = Callback::new(move |()| {
            uploads.remove(key, address_of.as_ref());
            focus(id);
        });
        let again = Callback::new(move |()| {
            uploads.send_again(key);
            // The button that asked for it goes.
            focus(id);
        });
        view! { <UploadRow item=item note=note.clone() again=again remove=remove /> }
    };
    let busy = move || if uploads.is_busy() { "Uploading" } else { "" };
    view! {
        <div class="field outbox">
            <label class="field__label" for=id>
                {label}
            </label>
            <DropZone id=id uploads=uploads />
            <p class="field__help" id=format!("{id}-help")>
                {help}
            </p>
            <p class="field__error" id=format!("{id}-error") role="alert">
                {move || uploads.problem.get()}
            </p>
            <ul class="outbox__list">
                <For each=move || uploads.items.get() key=|item| item.key let:item>
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
    uploads: Uploads<T>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let choose = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|at| at.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if let Some(files) = input.files() {
            uploads.add(&files);
        }
        // Without this, choosing the same file again would be no change, and bring no event.
        input.set_value("");
    };
    let take = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(files) = event.data_transfer().and_then(|moved| moved.files()) {
            uploads.add(&files);
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
                multiple={uploads.limits.files > 1}
                accept=uploads.limits.accept
                aria-describedby=format!("{id}-help {id}-error")
                on:change=choose
            />
        </div>
    }
}
