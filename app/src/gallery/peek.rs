//! The preview of a workflow in a dialog, so that nobody has to leave the gallery for it.

use api::templates::{TemplatePreview, load_template};
use diagram::Miniature;
use frame::{
    begin::{CloneButton, may_launch},
    template_stats,
};
use leptos::{prelude::*, task::spawn_local};
use model::{id::WorkspaceId, pages::TemplateCard, problem::Problem};
use ui::{
    badge::Tag,
    button::{ButtonLook, LinkButton},
    dialog::{Dialog, DialogSize, open_while},
    failure::ErrorCard,
    icon::Icon,
};
use web::routes;

use super::{
    card::{category_word, launch_words},
    preview::{Example, Steps},
};

/// The dialog; shown while there is a workflow.
#[component]
pub(super) fn PeekDialog(
    workspace: WorkspaceId,
    /// The workflow that is shown, both ways.
    peeked: RwSignal<Option<TemplateCard>>,
) -> impl IntoView {
    let open = open_while(peeked);
    let title = Signal::derive(move || {
        peeked.with(|card| card.as_ref().map(|card| card.name.clone()).unwrap_or_default())
    });
    let shown = move || peeked.get().map(|card| view! { <Peek workspace=workspace card=card /> });
    view! {
        <Dialog id="peek" title=title open=open size=DialogSize::Wide>
            {shown}
        </Dialog>
    }
    .into_any()
}

/// What the card says, with the example and the steps.
#[component]
fn Peek(workspace: WorkspaceId, card: TemplateCard) -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<TemplatePreview, Problem>>);
    let id = card.id;
    let load = move |()| {
        spawn_local(async move {
            loaded.try_set(Some(load_template(id).await.map_err(|error| error.0)));
        });
    };
    Effect::new(move || load(()));
    let (workflow, category) =
        (StoredValue::new(card.workflow.clone()), category_word(&card.category));
    let example = move || {
        loaded.get().map(|loaded| match loaded {
            Ok(preview) => {
                let workflow = workflow.get_value();
                view! { <Example workflow=workflow output=preview.example_output /> }.into_any()
            }
            Err(problem) => view! {
                <ErrorCard
                    title="Couldn't load example"
                    problem=problem
                    on_retry=load
                />
            }
            .into_any(),
        })
    };
    view! {
        <div class="peek">
            <p class="muted">{card.description.clone()}</p>
            <div class="row">
                <Tag>{category}</Tag>
                <span class="subtle small num">{template_stats::line(&card.stats)}</span>
            </div>
            <div class="template-tile__picture peek__picture">
                <Miniature workflow=card.workflow.clone() />
            </div>
            {example}
            <Steps workflow=card.workflow.clone() />
            <PeekFoot workspace=workspace card=card />
        </div>
    }
}

#[component]
fn PeekFoot(workspace: WorkspaceId, card: TemplateCard) -> impl IntoView {
    let TemplateCard { id, name, is_system, disabled, .. } = card;
    let launch = (may_launch() && disabled.is_none()).then(|| {
        let verb = launch_words(is_system);
        view! {
            <LinkButton
                href=routes::launch(workspace, id)
                look=ButtonLook::Primary
                icon=Icon::Play
            >
                {verb}
            </LinkButton>
        }
    });
    let clone =
        is_system.then(|| view! { <CloneButton workspace=workspace template=id name=name /> });
    view! {
        <footer class="dialog__footer peek__foot">
            <LinkButton href=routes::template(workspace, id)>"Open full preview"</LinkButton>
            {clone}
            {launch}
        </footer>
    }
}
