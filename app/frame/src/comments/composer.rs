//! The box in which a comment is written: names are completed, Ctrl or Command with Enter sends.

use api::comments::find_mentionable;
use leptos::{ev::KeyboardEvent, html, prelude::*, task::spawn_local};
use model::{
    comment::{
        CommentChange, CommentPerson, MOST_COMMENT_CHARS,
        mention::{OpenMention, complete_mention, find_open_mention, from_draft},
    },
    person::PersonName,
    problem::Problem,
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    field::{FieldNotes, described_by, direction, invalid},
};
use web::{
    client::{
        caret::{byte_of, follow_text, set_text},
        focus::focus,
        keys::keys_here,
    },
    realtime,
};

use super::{
    completion::{Completion, CompletionList, list_id, row_id},
    shared::Draft,
};

/// From so many characters on they are counted under the box.
const COUNTED_FROM: usize = MOST_COMMENT_CHARS * 9 / 10;

/// What is written in a box, and the list of members while a name is typed.
#[derive(Clone, Copy)]
struct Writing {
    id: StoredValue<String>,
    area: NodeRef<html::Textarea>,
    text: RwSignal<String>,
    people: RwSignal<Vec<PersonName>>,
    list: RwSignal<Option<Completion>>,
    busy: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
}

impl Writing {
    fn new(id: String, draft: Draft) -> Self {
        Self {
            id: StoredValue::new(id),
            area: NodeRef::new(),
            text: RwSignal::new(draft.text),
            people: RwSignal::new(draft.people),
            list: RwSignal::new(None),
            busy: RwSignal::new(false),
            wrong: RwSignal::new(None),
        }
    }

    /// The text as it is kept.
    fn written(self) -> String {
        self.people.with(|people| self.text.with(|text| from_draft(text, people)))
    }

    /// The name that is being typed at the caret.
    fn open_mention(self) -> Option<OpenMention> {
        let area = self.area.try_get_untracked().flatten();
        let units = area.and_then(|area| area.selection_start().ok().flatten());
        let open = |text: &String| find_open_mention(text, byte_of(text, units.unwrap_or(0)));
        self.text.try_with_untracked(open).flatten()
    }

    /// Looks for members who fit the name at the caret; closes the list where none is typed.
    async fn look(self) {
        let Some(open) = self.open_mention() else {
            self.list.try_set(None);
            return;
        };
        // A list that cannot be loaded is none: the text is written without it.
        let people = find_mentionable(open.typed.clone()).await.unwrap_or_default();
        if self.open_mention().as_ref() == Some(&open) {
            let list = (!people.is_empty()).then_some(Completion { open, people, active: 0 });
            self.list.try_set(list);
        }
    }

    fn choose(self, person: CommentPerson) {
        let Some(open) = self.list.get_untracked().map(|list| list.open) else { return };
        let person = PersonName { id: person.id, name: person.name };
        let (text, people, caret) = self.text.with_untracked(|text| {
            self.people.with_untracked(|people| complete_mention(text, &open, &person, people))
        });
        self.list.set(None);
        self.people.set(people);
        set_text(self.area, self.text, text, caret);
    }

    /// Handles keys while the list is open; false for those that are left to the box.
    fn on_list_key(self, event: &KeyboardEvent) -> bool {
        let Some(mut open) = self.list.get_untracked() else { return false };
        let key = event.key();
        match key.as_str() {
            "Enter" | "Tab" => {
                if let Some(person) = open.people.get(open.active) {
                    self.choose(person.clone());
                }
            }
            // Only the list closes, not the panel around it.
            "Escape" => self.list.set(None),
            key if open.step(key) => self.list.set(Some(open)),
            _ => return false,
        }
        event.prevent_default();
        event.stop_propagation();
        true
    }

    fn refuse(self, problem: Problem) {
        let words = problem.field_message("text").unwrap_or(problem.detail);
        self.wrong.try_set(Some(words));
        self.id.try_with_value(|id| focus(id));
    }

    fn clear(self) {
        self.text.try_set(String::new());
        self.people.try_set(vec![]);
        self.wrong.try_set(None);
    }
}

/// A box for a comment with its buttons.
#[component]
pub(super) fn Composer<S, F>(
    /// The id of the box, unique on the page.
    id: String,
    /// What is written in the box.
    label: &'static str,
    /// The verb on its button.
    verb: &'static str,
    /// What the box begins with.
    draft: Draft,
    /// Sends the text as it is kept; a problem is shown at the box, which keeps the text.
    send: S,
    /// Called once it is sent.
    on_sent: Callback<()>,
    /// Called with what is written, at each change.
    #[prop(optional_no_strip)]
    on_change: Option<Callback<Draft>>,
    /// Called when the person gives up; without it the box stays.
    #[prop(optional_no_strip)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView
where
    S: Fn(String) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<(), Problem>> + 'static,
{
    let writing = Writing::new(id, draft);
    Effect::new(move || {
        let draft = Draft { text: writing.text.get(), people: writing.people.get() };
        if let Some(on_change) = on_change {
            on_change.run(draft);
        }
    });
    let submit = Callback::new(move |()| {
        if writing.busy.get_untracked() {
            return;
        }
        let text = untrack(|| writing.written());
        if let Err(problem) = (CommentChange { text: text.clone() }).checked() {
            return writing.refuse(problem);
        }
        writing.busy.set(true);
        let sending = send(text);
        spawn_local(async move {
            match sending.await {
                Ok(()) => {
                    writing.clear();
                    on_sent.try_run(());
                }
                Err(problem) => writing.refuse(problem),
            }
            writing.busy.try_set(false);
        });
    });
    view! {
        <div class="composer">
            <TextBox writing=writing label=label submit=submit on_cancel=on_cancel />
            <div class="composer__foot">
                <Length writing=writing />
                {on_cancel.map(|on_cancel| view! { <Cancel on_cancel=on_cancel /> })}
                <Button
                    size=ButtonSize::Small
                    look=ButtonLook::Primary
                    busy=writing.busy
                    on_press=submit
                >
                    {verb}
                </Button>
            </div>
        </div>
    }
    .into_any()
}

/// The button by which the person gives up.
#[component]
fn Cancel(on_cancel: Callback<()>) -> impl IntoView {
    view! {
        <Button
            size=ButtonSize::Small
            look=ButtonLook::Ghost
            on_press=move |()| on_cancel.run(())
        >
            "Cancel"
        </Button>
    }
}

/// The box itself, with what is wrong with its text.
#[component]
fn TextBox(
    writing: Writing,
    label: &'static str,
    submit: Callback<()>,
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let Writing { id, area, text, list, .. } = writing;
    let look = realtime::load_one_at_a_time(move || writing.look());
    let choose = Callback::new(move |person| writing.choose(person));
    let on_key = move |event: KeyboardEvent| {
        if writing.on_list_key(&event) {
            return;
        }
        match (event.key().as_str(), on_cancel) {
            ("Enter", _) if event.ctrl_key() || event.meta_key() => submit.run(()),
            ("Escape", Some(on_cancel)) => on_cancel.run(()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // What was sent is gone.
    follow_text(area, text);
    let error = Signal::derive(move || writing.wrong.get());
    let name = id.get_value();
    let active = move || {
        let row = |list: &Completion| id.with_value(|id| row_id(id, list.active));
        list.with(|list| list.as_ref().map(row))
    };
    view! {
        <div class="composer__box">
            <textarea
                node_ref=area
                class="input input--long"
                id=name.clone()
                rows="2"
                dir=move || text.with(|text| direction(text))
                aria-label=label
                placeholder="Write a comment. Type @ to mention someone."
                aria-autocomplete="list"
                aria-controls=move || list.read().is_some().then(|| id.with_value(|id| list_id(id)))
                aria-activedescendant=active
                aria-keyshortcuts="Control+Enter Meta+Enter"
                aria-invalid=move || invalid(error)
                aria-describedby=described_by(&name, MaybeProp::default(), error)
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    look.run(());
                }
                on:keydown=on_key
                on:click=move |_| look.run(())
                on:blur=move |_| list.set(None)
            ></textarea>
            <CompletionList id=id list=list on_choose=choose />
            <FieldNotes name=name help=MaybeProp::default() error=error />
        </div>
    }
    .into_any()
}

/// How long the text is, once it is nearly too long.
#[component]
fn Length(writing: Writing) -> impl IntoView {
    let length = Memo::new(move |_| writing.written().chars().count());
    let is_long = Memo::new(move |_| length.get() >= COUNTED_FROM);
    view! {
        <span class="composer__hint small subtle">
            <Show
                when=move || is_long.get()
                fallback=|| format!("{} to send", keys_here("Ctrl Enter"))
            >
                <span
                    class="field__count num"
                    data-state=move || (length.get() > MOST_COMMENT_CHARS).then_some("over")
                >
                    {move || length.get()}
                    "/"
                    {MOST_COMMENT_CHARS}
                </span>
            </Show>
        </span>
    }
}
