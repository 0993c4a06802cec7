//! Everything that was made, as it comes.

use leptos::prelude::*;
use model::execution::state::ExecutionStatus;
use ui::{
    empty::EmptyState,
    icon::{Glyph, Icon},
};
use web::routes;

use super::links::DocumentLinks;
use crate::{
    outputs::{FIRST_SHOWN, OutputItem, OutputList, first_outputs, kept_outputs},
    store::ExecutionStore,
};

/// So many texts of a completed execution are there to be read without a press.
const UNFOLDED: usize = 6;

/// What is said where nothing is: what is over makes nothing more.
const fn empty_words(over: bool) -> (&'static str, &'static str) {
    if over {
        ("No outputs", "This run made no texts or images.")
    } else {
        ("First results appear here", "Texts and images appear as soon as a step makes them.")
    }
}

/// All pictures, texts and documents of the execution.
#[component]
pub fn Outputs(store: ExecutionStore) -> impl IntoView {
    let most = RwSignal::new(FIRST_SHOWN);
    let kept = Memo::new(move |_| {
        // What is kept now was not yet at a moment of the past.
        let present = store.shown_at.read().is_none();
        if present {
            kept_outputs(&store.view.read(), &store.kept.read())
        } else {
            Default::default()
        }
    });
    let all = Memo::new(move |_| {
        let kept = kept.read();
        let twice = |made: &OutputItem| {
            made.artifact.is_some() && kept.iter().any(|k| k.artifact == made.artifact)
        };
        // One more than is shown tells that there are more.
        let most = most.get() + 1 + kept.len();
        let mut all = first_outputs(store.view.read().nodes.iter(), &store.written_texts(), most);
        all.retain(|made| !twice(made));
        all
    });
    let is_any_made = Memo::new(move |_| {
        store.view.with(|view| view.nodes.iter().any(|node| !node.artifacts.is_empty()))
    });
    let over = Memo::new(move |_| store.view.with(|view| view.status.is_over()));
    let completed = store.view.with_untracked(|view| view.status == ExecutionStatus::Completed);
    let unfolded = if completed { UNFOLDED } else { 0 };
    view! {
        <Show
            when=move || !all.read().is_empty() || !kept.read().is_empty()
            fallback=move || {
                view! {
                    <EmptyState
                        icon=Icon::Images
                        title=Signal::derive(move || empty_words(over.get()).0.to_owned())
                        text=Signal::derive(move || empty_words(over.get()).1.to_owned())
                    />
                }
            }
        >
            <div class="outputs stack">
                <Show when=move || is_any_made.get()>
                    <div class="row">
                        <a class="button" data-size="small" href=routes::outputs_archive(store.id()) download>
                            <Glyph icon=Icon::Download />
                            <span class="button__label">"Download all"</span>
                        </a>
                    </div>
                </Show>
                <Show when=move || !kept.read().is_empty()>
                    <section class="outputs__kept" aria-labelledby="outputs-kept">
                        <h3 class="outputs__title" id="outputs-kept">
                            "Kept"
                        </h3>
                        <OutputList
                            all=kept
                            store=store
                            most=RwSignal::new(usize::MAX)
                            named=true
                            unfolded=unfolded
                        />
                    </section>
                </Show>
                <DocumentLinks store=store of=Signal::stored(None) />
                <OutputList all=all store=store most=most unfolded=unfolded />
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_promises_nothing() {
        assert_eq!(empty_words(true).1, "This run made no texts or images.");
        assert_eq!(empty_words(false).0, "First results appear here");
    }
}
