//! The status of a document, changed where the document is read; and the way into the list for what
//! a test run or an earlier attempt wrote.

use api::documents::{load_document, save_document};
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::documents::{DocumentChange, SavedDocument},
    autosave::DOCUMENT_CHANGED,
    document::{Aside, DocumentStatus},
    id::DocumentId,
    library::DocumentPage,
    problem::Problem,
};
use ui::{
    button::{Button, ButtonSize},
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction},
    toast::{ToastKind, Toasts, use_toasts},
};

use super::status::{StatusTag, status_icon};

/// The status of the document on the page, as it was last saved.
#[derive(Clone, Copy)]
pub(super) struct StatusState {
    document: DocumentId,
    revision: RwSignal<i64>,
    status: RwSignal<DocumentStatus>,
    aside: RwSignal<Option<Aside>>,
    busy: RwSignal<bool>,
    toasts: Toasts,
}

impl StatusState {
    pub(super) fn new(page: &DocumentPage) -> Self {
        Self {
            document: page.id,
            revision: RwSignal::new(page.revision),
            status: RwSignal::new(page.status),
            aside: RwSignal::new(page.aside),
            busy: RwSignal::new(false),
            toasts: use_toasts(),
        }
    }

    /// Saves a status, and says `done` when it is saved.
    fn save(self, status: DocumentStatus, done: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let revision = self.revision.get_untracked();
        spawn_local(async move {
            match save_status(self.document, revision, status).await {
                Ok(saved) => {
                    self.revision.try_set(saved.revision);
                    self.status.try_set(saved.writing.status);
                    self.aside.try_set(None);
                    self.toasts.show(ToastKind::Done, done);
                }
                Err(problem) => self.toasts.show(ToastKind::Failed, problem),
            }
            self.busy.try_set(false);
        });
    }
}

/// Saves a status. Where somebody has written meanwhile it is saved on what they wrote: a status
/// takes no words away.
async fn save_status(
    id: DocumentId,
    revision: i64,
    status: DocumentStatus,
) -> Result<SavedDocument, Problem> {
    let change =
        |revision| DocumentChange { revision, status: Some(status), ..DocumentChange::default() };
    match save_document(id, change(revision)).await.map_err(|error| error.0) {
        Err(problem) if problem.code == DOCUMENT_CHANGED => {
            let now = load_document(id).await.map_err(|error| error.0)?.page.revision;
            save_document(id, change(now)).await.map_err(|error| error.0)
        }
        answer => answer,
    }
}

/// The status as a tag; for editors a menu that changes it.
#[component]
pub(super) fn StatusMenu(state: StatusState, may_edit: bool) -> impl IntoView {
    let tag = move || view! { <StatusTag status=state.status.get() /> };
    if !may_edit {
        return view! { {tag} }.into_any();
    }
    let label = move || format!("Status: {}", state.status.get().label());
    let choice = move |one: DocumentStatus| {
        let choose = move |()| state.save(one, format!("Status set to {}.", one.label()));
        view! {
            <MenuAction icon=status_icon(one) on_press=choose>
                {one.label()}
            </MenuAction>
        }
    };
    view! {
        <Menu
            label=Signal::derive(label)
            trigger=move || {
                view! {
                    <span class="document__status">
                        {tag}
                        <Glyph icon=Icon::ChevronDown size=14 />
                    </span>
                }
            }
        >
            {DocumentStatus::ALL.into_iter().map(choice).collect_view()}
        </Menu>
    }
    .into_any()
}

/// Why the document is not listed, with a button that lists it; not shown for a listed one.
#[component]
pub(super) fn AsideNotice(state: StatusState, may_edit: bool) -> impl IntoView {
    let words = move || {
        state.aside.get().map(|aside| match aside {
            Aside::Test => "A test run wrote this, so Documents doesn't list it.",
            Aside::Superseded => {
                "The step wrote this again later, so Documents doesn't list this attempt."
            }
        })
    };
    let list = move |()| {
        state.save(state.status.get_untracked(), "Added to Documents.".to_owned());
    };
    move || {
        words().map(|words| {
            view! {
                <p class="document__aside small">
                    <span>{words}</span>
                    {may_edit
                        .then(|| {
                            view! {
                                <Button size=ButtonSize::Small busy=state.busy on_press=list>
                                    "Add to Documents"
                                </Button>
                            }
                        })}
                </p>
            }
        })
    }
}
