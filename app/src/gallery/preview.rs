//! The preview of a template: its example, steps and statistics, and the switch by which it may be
//! launched or not.

use api::{
    html::SafeHtml,
    templates::{TemplatePreview, load_template, set_template_enabled},
};
use diagram::{
    Diagram, kind_icon,
    workflow::{diagram_edges, diagram_nodes},
};
use frame::{
    action::SentAction,
    begin::{EditButtons, may_launch},
    formatted_text::FormattedText,
    layout::{
        address::{required, use_id},
        breadcrumb::{Breadcrumb, Crumb},
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
    sending::Sending,
    switched_off::SwitchedOffNotice,
    template_stats,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    access::Permission,
    api::templates::{Disabled, EnabledChange},
    id::{TemplateId, WorkspaceId},
    launch_context::REPO,
    pages::{TemplateCard, TemplateStats},
    template::example_context,
    validate::execution_order,
    value::text_of,
    workflow::{Node, Workflow},
};
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize, LinkButton},
    card::{Card, PageHeader},
    dialog::Dialog,
    failure::field_refusal,
    field::LongTextField,
    format,
    icon::{Glyph, Icon},
    toast::{ToastKind, use_toasts},
};
use web::routes;

use super::card::{ManageDialogs, ManageMenu, Managing, TagLinks, category_word, launch_words};

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

/// The button that switches a template off, after asking why, or on; only for those who may publish
/// it.
#[component]
pub(super) fn EnabledSwitch(
    template: TemplateId,
    disabled: RwSignal<Option<Disabled>>,
) -> impl IntoView {
    let may = use_session().is_some_and(|session| session.may(Permission::PublishTemplate));
    let (asking, action, toasts) = (RwSignal::new(false), SentAction::default(), use_toasts());
    let press = move |()| {
        if disabled.with_untracked(Option::is_none) {
            return asking.set(true);
        }
        let change = EnabledChange { enabled: true, reason: String::new() };
        action.send(set_template_enabled(template, change), move |state| {
            disabled.try_set(state.disabled);
            toasts.show(ToastKind::Done, "Switched on.");
        });
    };
    may.then(|| {
        view! {
            <Button size=ButtonSize::Large busy=action.busy on_press=press>
                {move || if disabled.read().is_some() { "Switch on" } else { "Switch off" }}
            </Button>
            <ReasonDialog template=template disabled=disabled open=asking />
        }
    })
}

/// Asks why, and switches the template off.
#[component]
fn ReasonDialog(
    template: TemplateId,
    disabled: RwSignal<Option<Disabled>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (reason, sending) = (RwSignal::new(String::new()), Sending::default());
    Effect::new(move || {
        if open.get() {
            sending.problem.set(None);
        }
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let change = EnabledChange { enabled: false, reason: reason.get_untracked() };
        sending.send(set_template_enabled(template, change), move |state| {
            open.try_set(false);
            reason.try_set(String::new());
            disabled.try_set(state.disabled);
        });
    };
    let (detail, signed_out) = field_refusal(sending.problem);
    let wrong = sending.wrong("reason");
    let error = Signal::derive(move || wrong.get().or_else(|| detail.get()));
    view! {
        <Dialog id="switch-off" title="Switch this workflow off" open=open>
            <form class="form" novalidate="" on:submit=send>
                <p>
                    "Nobody can launch it until you switch it on again: not by hand, not over the API, \
                     not from another workflow. Runs in progress continue."
                </p>
                <LongTextField
                    name="switch-off-reason"
                    label="Reason"
                    value=reason
                    help="Shown to everyone who opens it or tries to launch it."
                    error=error
                    signed_out=signed_out
                    required=true
                    max_length=500_usize
                    rows=2
                />
                <footer class="dialog__footer">
                    <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                    <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=sending.busy>
                        "Switch off"
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}

/// Example values of the parameters and an example of the result; nothing where there are none.
#[component]
pub fn Example(
    /// The workflow whose parameters have the examples.
    workflow: Workflow,
    /// The example of what a run gives.
    output: SafeHtml,
) -> impl IntoView {
    let rows: Vec<(String, String)> = workflow
        .parameters
        .iter()
        .filter_map(|parameter| {
            let value = parameter.example.as_ref().or(parameter.default.as_ref())?;
            Some((parameter.title().to_owned(), text_of(value)))
        })
        .filter(|(_, value)| !value.is_empty())
        .chain(repository(&workflow))
        .collect();
    if rows.is_empty() && output.is_empty() {
        return ().into_any();
    }
    let asks = !rows.is_empty();
    let inputs = rows.into_iter().map(|(name, value)| {
        view! {
            <div class="example__row">
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    });
    let inputs = asks.then(|| {
        view! {
            <div class="example__side">
                <h3 class="example__title">"You enter"</h3>
                <dl class="example__list">{inputs.collect_view()}</dl>
            </div>
        }
    });
    let arrow = asks.then(|| {
        view! {
            <span class="example__arrow">
                <Glyph icon=Icon::ArrowRight size=18 />
            </span>
        }
    });
    let output = (!output.is_empty()).then(|| {
        view! {
            {arrow}
            <div class="example__side example__side--out">
                <h3 class="example__title">"You get"</h3>
                <FormattedText html=output />
            </div>
        }
    });
    view! {
        <Card title="Example">
            <div class="example" data-sides=if asks { "two" } else { "one" }>
                {inputs}
                {output}
            </div>
        </Card>
    }
    .into_any()
}

/// The repository that an example is about, where the workflow reads one.
fn repository(workflow: &Workflow) -> Option<(String, String)> {
    let context = example_context(workflow);
    let repo = context.get(REPO)?;
    let field = |name: &str| repo[name].as_str().unwrap_or_default();
    let words = format!("{}/{}, branch {}", field("owner"), field("name"), field("default_branch"));
    Some(("Repository".to_owned(), words))
}

/// The lists "About" and "Stats". What is not known yet says so, and is never shown as zero.
#[component]
pub(super) fn Facts(
    category: String,
    version: i32,
    workflow: Workflow,
    stats: TemplateStats,
) -> impl IntoView {
    let steps = format::grouped(workflow.nodes.len() as u64);
    let inputs = format::pluralize(workflow.parameters.len() as u64, "field", "fields");
    let about = vec![
        ("Category", category),
        ("Steps", steps),
        ("Form", inputs),
        ("Version", format!("v{version}")),
    ];
    let none = || "No data yet".to_owned();
    let how = vec![
        ("Runs", runs(&stats)),
        ("Success rate", template_stats::success(&stats).unwrap_or_else(none)),
        ("Typical time", template_stats::usual_time(&stats).unwrap_or_else(none)),
        ("Typical cost", template_stats::usual_cost(&stats).unwrap_or_else(none)),
    ];
    let note = (stats.sample_uses > 0).then(|| {
        let runs =
            format::pluralize(u64::try_from(stats.sample_uses).unwrap_or_default(), "run", "runs");
        view! {
            <p class="facts__note subtle small">
                {format!("Rate, time and cost leave out {runs} with the sample provider.")}
            </p>
        }
    });
    view! {
        <aside class="stack preview__facts">
            <Card title="About">
                <FactList facts=about />
            </Card>
            <Card title="Stats">
                <FactList facts=how />
                {note}
            </Card>
        </aside>
    }
}

fn runs(stats: &TemplateStats) -> String {
    match u64::try_from(stats.uses) {
        Ok(uses @ 1..) => format::grouped(uses),
        _ => "None yet".to_owned(),
    }
}

#[component]
fn FactList(facts: Vec<(&'static str, String)>) -> impl IntoView {
    let rows = facts.into_iter().map(|(name, value)| {
        view! {
            <div class="facts__row">
                <dt>{name}</dt>
                <dd class="num">{value}</dd>
            </div>
        }
    });
    view! { <dl class="facts">{rows.collect_view()}</dl> }
}

fn in_order(workflow: &Workflow) -> Vec<&Node> {
    match execution_order(workflow) {
        Ok(order) => order.iter().filter_map(|id| workflow.node(id)).collect(),
        Err(_) => workflow.nodes.iter().collect(),
    }
}

/// Every step with its type and what it does.
#[component]
pub(crate) fn Steps(workflow: Workflow) -> impl IntoView {
    let cards = diagram_nodes(&workflow);
    let rows = in_order(&workflow).into_iter().map(|node| {
        let spec = node.data.config.spec();
        let card = cards.iter().find(|card| card.id == node.id.as_str());
        let lines = card.map(|card| card.summary.clone()).unwrap_or_default();
        let does = if lines.is_empty() { spec.purpose.to_owned() } else { lines.join(" · ") };
        let kind = (spec.label != node.title()).then_some(spec.label);
        view! {
            <li class="step" data-kind=node.data.config.key().to_owned()>
                <span class="step__tile">
                    <Glyph icon=kind_icon(node.data.config.key()) size=18 />
                </span>
                <div class="step__words">
                    <p class="step__name">
                        <strong>{node.title().to_owned()}</strong>
                        {kind.map(|kind| view! { <span class="subtle small">{kind}</span> })}
                    </p>
                    <p class="step__does muted small">{does}</p>
                </div>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Card title="Steps">
            <ol class="steps">{rows}</ol>
        </Card>
    }
}
