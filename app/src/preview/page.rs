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
use model::id::{TemplateId, WorkspaceId};
use ui::{
    button::{ButtonLook, ButtonSize, LinkButton},
    card::PageHeader,
    icon::Icon,
};
use web::routes;

use super::{enabled::EnabledSwitch, example::Example, facts::Facts, steps::Steps};
use crate::gallery::card::category_word;

/// The template in the address.
#[component]
pub fn PreviewPage() -> impl IntoView {
    let id = use_id::<TemplateId>("template");
    let load = |id: Option<TemplateId>| async move { load_template(required(id)?).await };
    let template = load_once(move || id.get(), load);
    let workspace = use_session().map(|session| session.workspace());
    let show = move |preview: TemplatePreview| {
        workspace
            .map(|workspace| view! { <Preview workspace=workspace preview=preview /> })
            .into_any()
    };
    view! {
        <div class="page preview">
            <ResourceView page=template failure="The template could not be loaded" count=8 show=show />
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
) -> impl IntoView {
    let TemplatePreview { page, example_output } = preview;
    let card = page.card;
    let (name, launch) = (card.name.clone(), routes::launch(workspace, card.id));
    let crumbs =
        vec![Crumb::link("Workflows", routes::gallery(workspace)), Crumb::here(name.clone())];
    let (nodes, edges) = (diagram_nodes(&card.workflow), diagram_edges(&card.workflow));
    let (id, is_system) = (card.id, card.is_system);
    let disabled = RwSignal::new(card.disabled);
    let may = may_launch();
    let launch = StoredValue::new(launch);
    let use_it = move || {
        view! {
            <EnabledSwitch template=id disabled=disabled />
            <EditButtons workspace=workspace template=id is_system=is_system />
            <Show when=move || may && disabled.read().is_none()>
                <LinkButton
                    href=launch.get_value()
                    look=ButtonLook::Primary
                    size=ButtonSize::Large
                    icon=Icon::Play
                >
                    "Use template"
                </LinkButton>
            </Show>
        }
    };
    view! {
        <Title text=name.clone() />
        <Breadcrumb crumbs=crumbs />
        <PageHeader title=name.clone() lead=card.description.clone() actions=use_it />
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
