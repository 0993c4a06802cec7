//! Who else has the draft open, and what they did to it meanwhile.

use leptos::prelude::*;
use model::{
    id::TemplateId,
    pages::{DraftNews, OtherEditor},
    saving::Next,
};

use super::Saving;
use crate::{
    api::builder::load_latest_draft,
    live::{Drafter, load_one_at_a_time, use_line},
    ui::avatar::Avatar,
};

impl Saving {
    /// Hears who else has the draft open, and brings in what they save while nothing waits here.
    pub(super) fn attend(self, template: TemplateId) {
        let Some(line) = use_line() else { return };
        let revision = RwSignal::new(0);
        let take = move |news: DraftNews| {
            self.others.try_set(news.others);
            revision.try_set(news.draft_revision);
        };
        Effect::new(move || line.attend(Drafter { template, take: Callback::new(take) }));
        on_cleanup(move || line.depart(template));
        let fetch = load_one_at_a_time(move || async move {
            let Ok(newer) = load_latest_draft(template).await else { return };
            let Some(now) = self.workflow.try_get_untracked() else { return };
            let next = self.keeper.try_update(|keeper| keeper.heard(newer, &now));
            if let Some(Next::Adopt(workflow)) = next {
                self.on_adopt.run(*workflow);
            }
        });
        Effect::new(move || {
            let is_behind = self.with(|keeper| keeper.revision() < revision.get());
            if is_behind && !self.is_pending() {
                fetch.run(());
            }
        });
    }
}

/// A mark for everybody else who has the draft open.
#[component]
pub fn OtherEditors(
    /// How the draft is kept.
    saving: Saving,
) -> impl IntoView {
    let others = saving.others;
    let marks = move || {
        let names = others.get().into_iter().map(|other| view! { <Avatar name=other.name /> });
        names.collect_view()
    };
    view! {
        <p
            class="others"
            role="status"
            data-tip=move || others.with(|others| told(others))
            hidden=move || others.read().is_empty()
        >
            {marks}
            <span class="others__words">{move || others.with(|others| told(others))}</span>
        </p>
    }
}

/// "Ada Olsen is also editing".
fn told(others: &[OtherEditor]) -> Option<String> {
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
        OtherEditor { name: name.to_owned(), own: false }
    }

    #[test]
    fn it_is_said_who_else_edits() {
        let [ada, ben, cem] = ["Ada", "Ben", "Cem"].map(other);
        let own = OtherEditor { own: true, ..ada.clone() };

        let says = |others: &[OtherEditor], words| assert_eq!(told(others).as_deref(), words);
        says(&[], None);
        says(std::slice::from_ref(&own), Some("Also open in another tab"));
        says(&[own, ben.clone()], Some("Ben is also editing"));
        says(&[ada.clone(), ben.clone()], Some("Ada and Ben are also editing"));
        says(&[ada, ben, cem], Some("Ada and 2 others are also editing"));
    }
}
