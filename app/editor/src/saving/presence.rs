//! Other people who have the draft open, and the changes they save.

use api::builder::load_latest_draft;
use leptos::prelude::*;
use model::{
    autosave::Next,
    id::TemplateId,
    pages::{DraftNews, OtherEditor},
};
use ui::avatar::Avatar;
use web::realtime::{DraftSubscriber, load_one_at_a_time, use_connection};

use super::Saving;

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
