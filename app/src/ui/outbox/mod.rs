//! Files on their way to the server: chosen or dropped, checked, sent with progress, removable.

mod allowed;
mod row;

use std::sync::Arc;

use leptos::prelude::*;
use model::problem::{Problem, ProblemKind};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use web_sys::{File, FileList, HtmlInputElement};

pub use self::allowed::Allowed;
use self::row::OutboxRow;
use super::icon::{Glyph, Icon};
use crate::client::{focus::focus, sending};

/// How far a file is.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent<T> {
    /// On its way, in percent.
    OnItsWay(f64),
    /// There; what the server says of it.
    Kept(T),
    /// Not there, and why; it can be sent again as it is.
    Missed(String),
    /// Not there, and why; it never will be.
    Refused(String),
}

impl<T> Sent<T> {
    fn of(answer: Result<T, Problem>) -> Self {
        match answer {
            Ok(kept) => Self::Kept(kept),
            // What somebody signs in for may be sent then.
            Err(problem) if problem.may_pass() || problem.kind == ProblemKind::SignedOut => {
                Self::Missed(problem.detail)
            }
            Err(problem) => Self::Refused(problem.detail),
        }
    }

    /// Whether it is one of the files that may be sent; a refused one leaves its place to another.
    fn counts(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }

    fn is_missed(&self) -> bool {
        matches!(self, Self::Missed(_))
    }
}

#[derive(Debug, Clone)]
struct Item<T: Send + Sync + 'static> {
    key: u64,
    name: String,
    bytes: u64,
    /// The browser's, to be sent again.
    file: StoredValue<File, LocalStorage>,
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
    /// How many of the places are taken by others than these files.
    taken: Signal<usize>,
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
        Self {
            address: address.into(),
            allowed,
            taken: Signal::stored(0),
            items: RwSignal::new(vec![]),
            next: StoredValue::new(0),
            problem: RwSignal::new(None),
        }
    }

    /// The same where some of the places are taken already.
    pub fn beside(self, taken: impl Into<Signal<usize>>) -> Self {
        Self { taken: taken.into(), ..self }
    }

    /// What has arrived, in the order chosen.
    pub fn kept(self) -> Vec<T> {
        let kept = |item: &Item<T>| match item.state.get() {
            Sent::Kept(kept) => Some(kept),
            _ => None,
        };
        self.items.get().iter().filter_map(kept).collect()
    }

    /// What is shown and has not arrived nor is on its way, as it is called.
    pub fn missing(self) -> Vec<String> {
        let is_out = |sent: &Sent<T>| matches!(sent, Sent::Missed(_) | Sent::Refused(_));
        let out = |item: &&Item<T>| item.state.with(is_out);
        self.items.read().iter().filter(out).map(|item| item.name.clone()).collect()
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
        let own = self.items.read_untracked().iter().filter(counts).count();
        let current = self.taken.get_untracked() + own;
        let most = self.allowed.files;
        if current + asked > most {
            let words =
                format!("{current} are here and {asked} more were chosen; {most} are allowed.");
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
        let refused = self.allowed.refuses(&file.type_(), bytes);
        let is_refused = refused.is_some();
        let item = Item {
            key,
            name: file.name(),
            bytes,
            file: StoredValue::new_local(file),
            state: ArcRwSignal::new(refused.map_or(Sent::OnItsWay(0.0), Sent::Refused)),
            cancelled: ArcRwSignal::new(false),
        };
        self.items.update(|items| items.push(item.clone()));
        if !is_refused {
            self.send(item);
        }
    }

    fn send(self, item: Item<T>) {
        let Item { file, state, cancelled, .. } = item;
        let Some(file) = file.try_get_value() else { return };
        state.set(Sent::OnItsWay(0.0));
        let moving = state.clone();
        let on_progress = move |percent| moving.set(Sent::OnItsWay(percent));
        let address = self.address.get_untracked();
        sending::send_file(&address, &file, cancelled, on_progress, move |answer| {
            state.set(Sent::of(answer));
        });
    }

    /// Sends a file again that did not come through.
    fn send_again(self, key: u64) {
        let missed = |item: &Item<T>| item.state.with_untracked(Sent::is_missed);
        if let Some(item) = self.find(key).filter(missed) {
            self.send(item);
        }
    }

    fn find(self, key: u64) -> Option<Item<T>> {
        self.items.read_untracked().iter().find(|item| item.key == key).cloned()
    }

    fn remove(self, key: u64, address_of: Option<&Look<T, String>>) {
        let Some(item) = self.find(key) else { return };
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
        let again = Callback::new(move |()| {
            outbox.send_again(key);
            // The button that asked for it goes.
            focus(id);
        });
        view! { <OutboxRow item=item note=note.clone() again=again remove=remove /> }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_file_leaves_its_place_to_another() {
        let rows = [Sent::OnItsWay(40.0), Sent::Kept(()), Sent::Refused("Too large.".to_owned())];

        assert_eq!(rows.map(|sent| sent.counts()), [true, true, false]);
    }

    #[test]
    fn only_what_did_not_come_through_can_be_sent_again_and_keeps_its_place() {
        let missed = Sent::<()>::of(Err(Problem::unreachable()));
        let refused = Sent::<()>::of(Err(Problem::invalid("It is no picture.", vec![])));

        assert!(missed.is_missed() && missed.counts());
        assert!(!refused.is_missed() && !Sent::of(Ok(())).is_missed());
    }
}
