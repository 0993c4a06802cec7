//! Everything that was made, as it comes.

use leptos::prelude::*;

use crate::{
    monitor::{
        dock::documents::MadeDocuments,
        made::{FIRST_SHOWN, MadeList, first_made},
        store::ExecutionStore,
    },
    routes,
    ui::{
        empty::EmptyState,
        icon::{Glyph, Icon},
    },
};

/// All pictures, texts and documents of the execution.
#[component]
pub fn Outputs(
    /// What is known.
    store: ExecutionStore,
) -> impl IntoView {
    let most = RwSignal::new(FIRST_SHOWN);
    let all = Memo::new(move |_| {
        // One more than is shown tells that there are more.
        first_made(&store.view.read(), &store.texts.read(), most.get() + 1)
    });
    let is_any_made = Memo::new(move |_| {
        store.view.with(|view| view.nodes.iter().any(|node| !node.artifacts.is_empty()))
    });
    view! {
        <Show
            when=move || !all.read().is_empty()
            fallback=|| {
                view! {
                    <EmptyState
                        icon=Icon::Images
                        title="First results appear here"
                        text="Texts and pictures come in the moment a step has made them."
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
                <MadeDocuments store=store of=Signal::stored(None) />
                <MadeList all=all store=store most=most />
            </div>
        </Show>
    }
}
