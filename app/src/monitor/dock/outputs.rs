//! Everything that was made, as it comes.

use leptos::prelude::*;

use crate::{
    monitor::{
        dock::documents::MadeDocuments,
        made::{MadeList, What, made},
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
    let all = Memo::new(move |_| {
        let (view, texts) = (store.view.read(), store.texts.read());
        let mut all: Vec<_> = view.nodes.iter().flat_map(|node| made(node, &texts)).collect();
        all.sort_by_key(|made| matches!(made.what, What::Text { .. }));
        all
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
                <Show when=move || all.read().iter().any(|made| made.artifact.is_some())>
                    <div class="row">
                        <a class="button" data-size="small" href=routes::outputs_archive(store.id()) download>
                            <Glyph icon=Icon::Download />
                            <span class="button__label">"Download all"</span>
                        </a>
                    </div>
                </Show>
                <MadeDocuments store=store of=Signal::stored(None) />
                <MadeList all=all store=store />
            </div>
        </Show>
    }
}
