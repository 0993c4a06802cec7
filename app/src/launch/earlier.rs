//! Filling the form in with what was launched before, or with what somebody kept.

use leptos::prelude::*;
use model::api::presets::EarlierLaunch;
use serde_json::{Map, Value};

use super::{
    brought::{Brought, Library},
    form::Form,
    place::Place,
};
use crate::ui::{
    button::{Button, ButtonSize},
    icon::{Glyph, Icon},
};

/// What is filled in, and what is said of it.
#[derive(Clone, Copy)]
pub(super) struct Filler {
    pub(super) form: Form,
    brought: Brought,
    place: Place,
    library: StoredValue<Library>,
    note: RwSignal<Option<String>>,
}

impl Filler {
    pub(super) fn new(form: Form, brought: Brought, place: Place, library: Library) -> Self {
        let (library, note) = (StoredValue::new(library), RwSignal::new(None));
        Self { form, brought, place, library, note }
    }

    /// Fills in what an execution was launched with.
    pub(super) fn fill_from(self, earlier: &EarlierLaunch) {
        let EarlierLaunch { number, parameters, documents, files, project_id, .. } = earlier;
        self.form.fill(parameters);
        let documents = documents.iter().map(ToString::to_string);
        let offers = |id: &String| {
            self.library.with_value(|library| library.documents.iter().any(|d| d.value == *id))
        };
        self.brought.documents.set(documents.filter(offers).collect());
        self.brought.again.set(files.clone());
        self.place.choose(*project_id);
        self.tell(format!("Filled in with the values of run #{number}."));
    }

    /// Fills in what is kept under a name.
    pub(super) fn fill_kept(self, name: &str, values: &Map<String, Value>) {
        self.form.fill(values);
        self.tell(format!("Filled in: {name}."));
    }

    /// Says what was done, and which fields lost what nobody can choose any more.
    fn tell(self, done: String) {
        let lost = self.library.with_value(|library| self.form.keep_offered(library));
        let lost = if lost.is_empty() {
            String::new()
        } else {
            format!(" Choose again, because it is not there any more: {}.", lost.join(", "))
        };
        self.note.set(Some(done + &lost));
    }
}

/// Fills the form in with what was launched the last time.
#[component]
pub(super) fn LastValues(filler: Filler, last: EarlierLaunch) -> impl IntoView {
    let title = format!("What run #{} was launched with", last.number);
    view! {
        <span class="presets__one" title=title>
            <Button
                size=ButtonSize::Small
                icon=Icon::RotateCcw
                on_press=move |()| filler.fill_from(&last)
            >
                "Last values"
            </Button>
        </span>
    }
}

/// What was filled in last, to be seen above the form.
#[component]
pub(super) fn FilledNote(filler: Filler) -> impl IntoView {
    let shown = move || {
        filler.note.get().map(|words| {
            view! {
                <p class="launch__draft small">
                    <Glyph icon=Icon::Info />
                    <span>{words}</span>
                </p>
            }
        })
    };
    view! { <div role="status">{shown}</div> }
}
