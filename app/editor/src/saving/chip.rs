//! The chip that shows whether the draft is saved, the notices when it cannot be, and other people
//! who have the draft open, with the changes they save.

use api::builder::load_latest_draft;
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;
use model::{
    autosave::{Next, Standing},
    id::TemplateId,
    pages::{DraftNews, OtherEditor},
    problem::{Problem, ProblemKind},
};
use ui::{
    avatar::Avatar,
    icon::{Glyph, Icon},
};
use web::{
    client::on_window,
    realtime::{DraftSubscriber, load_one_at_a_time, use_connection},
    routes,
};

use super::Saving;

/// What the chip shows.
struct ChipContent {
    state: &'static str,
    icon: Icon,
    words: &'static str,
    /// The revision of the draft, once all of it is saved.
    revision: Option<i64>,
}

fn chip_content(standing: &Standing, revision: i64) -> ChipContent {
    let content = |state, icon, words| ChipContent { state, icon, words, revision: None };
    match standing {
        Standing::Saved => {
            ChipContent { revision: Some(revision), ..content("saved", Icon::CircleCheck, "Saved") }
        }
        Standing::Changed => content("changed", Icon::CircleDashed, "Unsaved"),
        Standing::Saving => content("saving", Icon::LoaderCircle, "Saving…"),
        Standing::Offline => content("offline", Icon::WifiOff, "Unsaved (offline)"),
        Standing::Refused(_) => content("failed", Icon::TriangleAlert, "Not saved"),
        Standing::Conflict(_) => content("conflict", Icon::CircleAlert, "Conflict"),
    }
}

/// The state of the draft; a press tries to save again or shows the conflict.
#[component]
pub fn SavedChip(
    /// The handle of saving the draft.
    saving: Saving,
) -> impl IntoView {
    let now = move || {
        saving.with_autosave(|autosave| chip_content(autosave.standing(), autosave.revision()))
    };
    let why = move || {
        saving.with_autosave(|autosave| match autosave.standing() {
            Standing::Refused(problem) => Some(problem.detail.clone()),
            Standing::Offline => {
                Some("Kept in this browser. Atelier saves it when you're back online.".to_owned())
            }
            Standing::Changed if !saving.is_by_itself() => {
                Some("Kept in this browser. Click to save.".to_owned())
            }
            Standing::Conflict(_) => {
                Some("Someone else changed the same part. Click to choose.".to_owned())
            }
            _ => None,
        })
    };
    view! {
        <button
            type="button"
            class="saved"
            translate="no"
            data-state=move || now().state
            data-revision=move || now().revision
            data-tip=why
            aria-label=move || now().words
            aria-description=why
            on:click=move |_| saving.retry()
        >
            <Glyph icon=Signal::derive(move || now().icon) size=14 />
            <span role="status">{move || now().words}</span>
        </button>
    }
}

/// The notice that the session has ended, with a link to sign in.
#[component]
pub fn SignedOutNotice(
    /// The handle of saving the draft.
    saving: Saving,
) -> impl IntoView {
    let is_signed_out = Memo::new(move |was: Option<&bool>| {
        saving.with_autosave(|autosave| match autosave.standing() {
            Standing::Refused(problem) => problem.kind == ProblemKind::SignedOut,
            // While another try is under way the notice stays, so that its link does not move.
            Standing::Saving => was.is_some_and(|was| *was),
            _ => false,
        })
    });
    let here = use_location().pathname;
    // Coming back from signing in in another tab saves the draft.
    on_window(ev::focus, move |_| {
        if is_signed_out.get_untracked() {
            saving.flush();
        }
    });
    view! {
        <Show when=move || is_signed_out.get()>
            <div class="restore" role="status">
                <p>"Your session ended. Your changes stay in this browser until you sign in again."</p>
                <a
                    class="button"
                    data-look="primary"
                    data-size="small"
                    href=move || routes::sign_in_to(&here.get())
                    target="_blank"
                    rel="noopener"
                >
                    "Sign in"
                </a>
            </div>
        </Show>
    }
}

/// The notice why the server refuses the draft.
#[component]
pub fn RefusedNotice(
    /// The handle of saving the draft.
    saving: Saving,
) -> impl IntoView {
    let why = Memo::new(move |was: Option<&Option<String>>| {
        saving.with_autosave(|autosave| match autosave.standing() {
            Standing::Refused(problem) if problem.kind != ProblemKind::SignedOut => {
                Some(words_of(problem))
            }
            // The last reason stays until there is an answer to the next try.
            Standing::Saving | Standing::Changed => was.cloned().flatten(),
            _ => None,
        })
    });
    view! {
        <Show when=move || why.with(Option::is_some)>
            <div class="restore" role="alert">
                <p>{move || format!("Not saved. {}", why.get().unwrap_or_default())}</p>
            </div>
        </Show>
    }
}

/// The words of a problem: its single errors where it has several, or else its summary.
fn words_of(problem: &Problem) -> String {
    match (problem.kind, problem.errors.as_slice()) {
        (ProblemKind::Invalid, errors @ [_, ..]) => {
            errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ")
        }
        _ => problem.detail.clone(),
    }
}

impl Saving {
    /// Subscribes to who else has the draft open, and merges what they save while nothing is
    /// unsaved here.
    pub(super) fn subscribe(self, template: TemplateId) {
        let Some(connection) = use_connection() else { return };
        let revision = RwSignal::new(0);
        let take = move |news: DraftNews| {
            self.others.try_set(news.others);
            revision.try_set(news.draft_revision);
        };
        Effect::new(move || {
            let take = Callback::new(take);
            connection.subscribe_draft(DraftSubscriber { template, take });
        });
        on_cleanup(move || connection.unsubscribe_draft(template));
        let fetch = load_one_at_a_time(move || async move {
            let Ok(newer) = load_latest_draft(template).await else { return };
            let Some(now) = self.workflow.try_get_untracked() else { return };
            let next = self.autosave.try_update(|autosave| autosave.handle_newer(newer, &now));
            if let Some(Next::Adopt(workflow)) = next {
                self.on_adopt.run(*workflow);
            }
        });
        Effect::new(move || {
            let is_behind = self.with_autosave(|autosave| autosave.revision() < revision.get());
            if is_behind && !self.is_pending() {
                fetch.run(());
            }
        });
    }
}

/// The avatars of everybody else who has the draft open.
#[component]
pub fn OtherEditors(
    /// The handle of saving the draft.
    saving: Saving,
) -> impl IntoView {
    let others = saving.others;
    let marks = move || {
        let names = others.get().into_iter().map(|other| {
            view! { <Avatar name=other.name picture=other.picture /> }
        });
        names.collect_view()
    };
    view! {
        <p
            class="others"
            translate="no"
            role="status"
            data-tip=move || others.with(|others| presence_text(others))
            hidden=move || others.read().is_empty()
        >
            {marks}
            <span class="others__words">{move || others.with(|others| presence_text(others))}</span>
        </p>
    }
}

/// The sentence about the others: "Ada Olsen is also editing"; nothing where nobody else is.
fn presence_text(others: &[OtherEditor]) -> Option<String> {
    let names = others.iter().filter(|other| !other.own).map(|other| other.name.as_str());
    let words = match names.collect::<Vec<_>>()[..] {
        [] if others.is_empty() => return None,
        [] => "Also open in another tab".to_owned(),
        [one] => format!("{one} is also editing"),
        [first, second] => format!("{first} and {second} are also editing"),
        [first, ref rest @ ..] => format!("{first} and {} others are also editing", rest.len()),
    };
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chip_says_where_the_draft_stands() {
        let saved = chip_content(&Standing::Saved, 12);
        assert_eq!((saved.words, saved.revision), ("Saved", Some(12)));
        assert_eq!(chip_content(&Standing::Saving, 12).words, "Saving…");
        assert_eq!(chip_content(&Standing::Offline, 12).words, "Unsaved (offline)");
    }

    fn other(name: &str) -> OtherEditor {
        OtherEditor { name: name.to_owned(), own: false, picture: None }
    }

    #[test]
    fn it_is_said_who_else_edits() {
        let [ada, ben, cem] = ["Ada", "Ben", "Cem"].map(other);
        let own = OtherEditor { own: true, ..ada.clone() };

        let says =
            |others: &[OtherEditor], words| assert_eq!(presence_text(others).as_deref(), words);
        says(&[], None);
        says(std::slice::from_ref(&own), Some("Also open in another tab"));
        says(&[own, ben.clone()], Some("Ben is also editing"));
        says(&[ada.clone(), ben.clone()], Some("Ada and Ben are also editing"));
        says(&[ada, ben, cem], Some("Ada and 2 others are also editing"));
    }
}
