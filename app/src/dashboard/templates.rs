//! The templates that a person uses.

use frame::begin::may_launch;
use leptos::prelude::*;
use model::{
    id::WorkspaceId,
    pages::{TemplateName, TemplateUse},
};
use ui::{
    format::pluralize,
    icon::{Glyph, Icon},
};
use web::routes;

/// Templates the person launched of late, each a way to its launch form. Nothing when there are none.
#[component]
pub(super) fn TemplateList(
    workspace: WorkspaceId,
    #[prop(into)] rows: Signal<Vec<TemplateUse>>,
) -> impl IntoView {
    let launches = may_launch();
    let row = move |TemplateUse { template: TemplateName { id, name }, uses, .. }: TemplateUse| {
        let href =
            if launches { routes::launch(workspace, id) } else { routes::template(workspace, id) };
        let uses = pluralize(u64::try_from(uses).unwrap_or(0), "run", "runs");
        view! {
            <li class="run card--link">
                <div class="run__head">
                    <Glyph icon=Icon::Play />
                    <a class="run__name clip-two card__cover" translate="no" href=href title=name>
                        {launches.then(|| view! { <span class="unseen">"Launch "</span> })}
                        {name.clone()}
                    </a>
                    <span class="spring"></span>
                    <span class="small subtle num">{uses}</span>
                </div>
            </li>
        }
    };
    view! {
        <Show when=move || !rows.read().is_empty()>
            <section class="card" aria-labelledby="templates-title">
                <header class="card__header">
                    <h2 class="card__title" id="templates-title">
                        "Workflows you use"
                    </h2>
                </header>
                <ul class="runs">{move || rows.get().into_iter().map(row).collect_view()}</ul>
            </section>
        </Show>
    }
}
