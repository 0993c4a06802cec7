//! The page of one template.

use api::templates::{TemplatePreview, load_template};
use diagram::{
    Diagram,
    workflow::{diagram_edges, diagram_nodes},
};
use frame::{
    begin::{EditButtons, may_launch},
    layout::{
        address::{required, use_id},
        breadcrumb::{Breadcrumb, Crumb},
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
    switched_off::SwitchedOffNotice,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    api::templates::Disabled,
    id::{TemplateId, WorkspaceId},
    pages::TemplateCard,
};
use ui::{
    button::{ButtonLook, ButtonSize, LinkButton},
    card::PageHeader,
    icon::Icon,
};
use web::routes;

use super::super::{
    card::{TagLinks, category_word, launch_words},
    managing::{ManageDialogs, ManageMenu, Managing},
};
use super::{enabled::EnabledSwitch, example::Example, facts::Facts, steps::Steps};

/// The template in the address.
#[component]
pub fn PreviewPage() -> impl IntoView {
    let id = use_id::<TemplateId>("template");
    let load = |id: Option<TemplateId>| async move { load_template(required(id)?).await };
    let template = load_once(move || id.get(), load);
    let workspace = use_session().map(|session| session.workspace());
    let reload = Callback::new(move |()| template.refetch());
    let show = move |preview: TemplatePreview| {
        workspace
            .map(|workspace| {
                view! { <Preview workspace=workspace preview=preview on_change=reload /> }
            })
            .into_any()
    };
    view! {
        <div class="page preview">
            <ResourceView page=template failure="Couldn't load workflow" count=8 show=show />
        </div>
    }
}

/// A template: its diagram, an example of inputs and results, its steps, and its statistics.
#[component]
pub fn Preview(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The template with its example as HTML.
    preview: TemplatePreview,
    /// Called when the template's details are different.
    on_change: Callback<()>,
) -> impl IntoView {
    let TemplatePreview { page, example_output } = preview;
    let card = page.card;
    let name = card.name.clone();
    let crumbs = vec![
        Crumb::link("Workflows", routes::gallery(workspace)),
        Crumb::here(name.clone()).named(),
    ];
    let (nodes, edges) = (diagram_nodes(&card.workflow), diagram_edges(&card.workflow));
    let disabled = RwSignal::new(card.disabled.clone());
    let offered = StoredValue::new(card.clone());
    let actions = move || {
        let card = offered.get_value();
        view! { <Actions workspace=workspace card=card disabled=disabled on_change=on_change /> }
    };
    let tags = card.tags.clone();
    view! {
        <Title text=name.clone() />
        <Breadcrumb crumbs=crumbs />
        <PageHeader title=name.clone() is_name=true lead=card.description.clone() actions=actions />
        {(!tags.is_empty()).then(|| view! { <TagLinks workspace=workspace tags=tags /> })}
        <SwitchedOffNotice disabled=disabled />
        <div class="card preview__stage">
            <Diagram label=format!("Steps of {name}") nodes=nodes edges=edges />
        </div>
        <div class="preview__columns">
            <div class="stack">
                <Example workflow=card.workflow.clone() output=example_output />
                <Steps workflow=card.workflow.clone() />
            </div>
            <Facts
                category=category_word(&card.category)
                version=page.version
                workflow=card.workflow
                stats=card.stats
            />
        </div>
    }
}

/// What can be done with the template; one of one's own has the menu of the gallery, too.
#[component]
fn Actions(
    workspace: WorkspaceId,
    card: TemplateCard,
    disabled: RwSignal<Option<Disabled>>,
    on_change: Callback<()>,
) -> impl IntoView {
    let TemplateCard { id, name, is_system, stats, .. } = card;
    let (may, navigate) = (may_launch(), use_navigate());
    let gone = move |()| navigate(&routes::gallery(workspace), NavigateOptions::default());
    let managing = Managing::new(workspace, on_change, Some(Callback::new(gone)));
    let menu = (!is_system).then(|| {
        view! {
            <ManageMenu
                managing=managing
                template=id
                name=name
                has_runs={stats.uses > 0}
            />
            <ManageDialogs managing=managing />
        }
    });
    let verb = launch_words(is_system);
    view! {
        {menu}
        <EnabledSwitch template=id disabled=disabled />
        <EditButtons workspace=workspace template=id is_system=is_system />
        <Show when=move || may && disabled.read().is_none()>
            <LinkButton
                href=routes::launch(workspace, id)
                look=ButtonLook::Primary
                size=ButtonSize::Large
                icon=Icon::Play
            >
                {verb}
            </LinkButton>
        </Show>
    }
}
