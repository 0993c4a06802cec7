//! The tags of a document: its status, changed where the document is read, the marks of the sample
//! provider and of a cut text, and the way into the list for what lists leave out.

use api::{
    ApiError,
    documents::{load_document, save_document},
};
use frame::action::SentAction;
use leptos::prelude::*;
use model::{
    api::documents::{DocumentChange, SavedDocument},
    autosave::DOCUMENT_CHANGED,
    document::{Aside, DocumentStatus},
    id::DocumentId,
    library::DocumentPage,
};
use monitor::SampleMark;
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonSize},
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction},
    toast::{ToastKind, Toasts, use_toasts},
};

pub(super) fn status_icon(status: DocumentStatus) -> Icon {
    match status {
        DocumentStatus::Draft => Icon::Pencil,
        DocumentStatus::InReview => Icon::UserCheck,
        DocumentStatus::Published => Icon::CircleCheck,
    }
}

#[component]
pub(super) fn StatusTag(status: DocumentStatus) -> impl IntoView {
    let tone = match status {
        DocumentStatus::Draft => Tone::Neutral,
        DocumentStatus::InReview => Tone::Accent,
        DocumentStatus::Published => Tone::Good,
    };
    view! {
        <Tag tone=tone icon=status_icon(status)>
            {status.label()}
        </Tag>
    }
}

/// The mark of what the sample provider has made; not shown for anything else.
#[component]
pub(super) fn SampleTag(sample: bool) -> impl IntoView {
    sample.then(SampleMark)
}

/// The mark of a text that ended at its token limit.
#[component]
pub(super) fn CutTag(cut_off: bool) -> impl IntoView {
    cut_off.then(|| {
        view! {
            <Tag tone=Tone::Warning>
                <span title="The model reached its token limit before it finished">"CUT OFF"</span>
            </Tag>
        }
    })
}

/// Why lists leave the document out; not shown for a listed one.
#[component]
pub(super) fn AsideTag(aside: Option<Aside>) -> impl IntoView {
    aside.map(|aside| {
        view! {
            <Tag icon=Icon::FlaskConical>{aside.label()}</Tag>
        }
    })
}

/// The status of the document on the page, as it was last saved.
#[derive(Clone, Copy)]
pub(super) struct StatusState {
    document: DocumentId,
    revision: RwSignal<i64>,
    status: RwSignal<DocumentStatus>,
    aside: RwSignal<Option<Aside>>,
    action: SentAction,
    toasts: Toasts,
}

impl StatusState {
    pub(super) fn new(page: &DocumentPage) -> Self {
        Self {
            document: page.id,
            revision: RwSignal::new(page.revision),
            status: RwSignal::new(page.status),
            aside: RwSignal::new(page.aside),
            action: SentAction::default(),
            toasts: use_toasts(),
        }
    }

    /// Saves a status, and says `done` when it is saved.
    fn save(self, status: DocumentStatus, done: String) {
        let revision = self.revision.get_untracked();
        self.action.send(save_status(self.document, revision, status), move |saved| {
            self.revision.try_set(saved.revision);
            self.status.try_set(saved.writing.status);
            self.aside.try_set(None);
            self.toasts.show(ToastKind::Done, done);
        });
    }
}

/// Saves a status. Where somebody has written meanwhile it is saved on what they wrote: a status
/// takes no words away.
async fn save_status(
    id: DocumentId,
    revision: i64,
    status: DocumentStatus,
) -> Result<SavedDocument, ApiError> {
    let change =
        |revision| DocumentChange { revision, status: Some(status), ..DocumentChange::default() };
    match save_document(id, change(revision)).await {
        Err(error) if error.0.code == DOCUMENT_CHANGED => {
            save_document(id, change(load_document(id).await?.page.revision)).await
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
                                <Button size=ButtonSize::Small busy=state.action.busy on_press=list>
                                    "Add to Documents"
                                </Button>
                            }
                        })}
                </p>
            }
        })
    }
}
