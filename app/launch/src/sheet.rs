//! The launch form, and what happens when it is sent.

use api::{
    ApiError,
    templates::{LaunchForm, launch, load_draft_launch_form, load_launch_form},
};
use frame::{
    activity::launches::use_launches,
    layout::{
        address::{required, use_id},
        breadcrumb::{Breadcrumb, Crumb},
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
    switched_off::SwitchedOffNotice,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::{
    api::presets::{EarlierLaunch, LaunchPreset},
    id::{ExecutionId, ProjectId, TemplateId, WorkspaceId},
    launch_context::LaunchContext,
    pages::{LaunchRequest, Launched, problem_of},
    problem::FieldProblem,
};
use serde_json::{Map, Value};
use ui::{
    card::PageHeader,
    icon::{Glyph, Icon},
};
use web::{
    client::focus::focus,
    routes::{self, AGAIN, DRAFT, PROJECT},
};

use super::{
    brought::{Brought, BroughtFields, Library},
    context::{ContextFields, ContextForm},
    field::ParameterField,
    filler::{FilledNote, Filler, LastValues, Presets},
    form::{Field, Form, Group},
    options::{More, Options, Place, PlaceField},
    problems::{PROBLEMS, ProblemList, Refusal},
    saved::SavedPresets,
    summary::Summary,
};

type Sending = Action<Entries, Result<Launched, ApiError>>;

/// The checked entries of the form.
#[derive(Clone)]
struct Entries {
    parameters: Map<String, Value>,
    values: LaunchContext,
    budget: Option<u64>,
}

/// What a launch has besides its parameters.
#[derive(Clone, Copy)]
struct Beside {
    values: ContextForm,
    brought: Brought,
    options: Options,
    place: Place,
    /// The revision of the draft that is launched; none for the published version.
    draft: Option<i64>,
}

/// The form with its attempts to launch so far.
#[derive(Clone, Copy)]
struct Attempt {
    form: Form,
    values: ContextForm,
    options: Options,
    brought: Brought,
    /// Why the last attempt failed.
    refusal: RwSignal<Option<Refusal>>,
    sending: Sending,
}

impl Attempt {
    /// Checks the form and sends it; does nothing while it is being sent, or once it has launched.
    fn launch(self) {
        let sent = self.sending.value().with_untracked(|value| matches!(value, Some(Ok(_))));
        if sent || self.sending.pending().get_untracked() {
            return;
        }
        match untrack(|| self.check()) {
            Ok(entries) => {
                self.refusal.set(None);
                self.sending.dispatch(entries);
            }
            Err(errors) => refuse(self.refusal, Refusal { errors, ..Refusal::default() }),
        }
    }

    fn check(self) -> Result<Entries, Vec<FieldProblem>> {
        let missing = self.values.problems();
        match (self.form.checked(), self.options.budget(), self.brought.problem()) {
            (Ok(parameters), Ok(budget), None) if missing.is_empty() => {
                Ok(Entries { parameters, values: self.values.launch_context(), budget })
            }
            (parameters, budget, files) => Err(parameters
                .err()
                .into_iter()
                .flatten()
                .chain(missing)
                .chain(files)
                .chain(budget.err().map(|problem| *problem))
                .collect()),
        }
    }

    /// The present problem of the budget, from the first attempt on.
    fn error_of_budget(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.refusal.get()?;
            self.options.budget().err().map(|problem| problem.message)
        })
    }

    /// Why the last attempt failed, as far as that still holds: what the form found wrong goes as it
    /// is mended, what the server said stays until the next attempt.
    fn present_refusal(self) -> Memo<Option<Refusal>> {
        let present = Memo::new(move |_| {
            let refusal = self.refusal.get()?;
            if refusal.is_from_server() {
                return Some(refusal);
            }
            let errors = self.check().err()?;
            Some(Refusal { errors, ..refusal })
        });
        Effect::new(move || {
            if present.read().is_none() && self.refusal.with_untracked(Option::is_some) {
                self.refusal.set(None);
            }
        });
        present
    }

    /// Whether the last attempt failed.
    fn was_refused(self) -> Signal<bool> {
        Signal::derive(move || self.refusal.read().is_some())
    }

    /// The present problem of a field, from the first attempt on.
    fn error_of(self, parameter: &str) -> Option<String> {
        let refusal = self.refusal.get()?;
        let now = self.form.checked().err().unwrap_or_default();
        // A problem that only the server can find stays until the next attempt.
        let from_server = refusal.is_from_server();
        let server = problem_of(&refusal.errors, parameter).filter(|_| from_server);
        problem_of(&now, parameter).or(server).map(|problem| problem.message.clone())
    }

    fn is_busy(self) -> bool {
        self.sending.pending().get() || matches!(&*self.sending.value().read(), Some(Ok(_)))
    }
}

fn refuse(shown: RwSignal<Option<Refusal>>, refusal: Refusal) {
    shown.set(Some(refusal));
    request_animation_frame(|| focus(PROBLEMS));
}

const LAUNCHED_UNHEARD: &str = "This form already started a run with its earlier values, but the \
                                server's answer was lost. Check your latest run. Press Launch \
                                again to start another run with these values.";

fn attempt(
    workspace: WorkspaceId,
    template: TemplateId,
    form: Form,
    context: Beside,
    name: String,
    key: String,
) -> Attempt {
    let (refusal, launches) = (RwSignal::new(None), use_launches());
    // How often the server has told that this form had launched before with other values: the
    // answer to that launch was lost, and the form was changed afterwards.
    let unheard = StoredValue::new(0);
    let send = move |entries: &Entries| {
        let times = unheard.get_value();
        let key = if times == 0 { key.clone() } else { format!("{key}-{times}") };
        let request = LaunchRequest {
            parameters: entries.parameters.clone(),
            context: entries.values.context.clone(),
            env: entries.values.env.clone(),
            budget: entries.budget,
            document_ids: untrack(|| context.brought.documents()),
            upload_ids: untrack(|| context.brought.uploads()),
            project_id: untrack(|| context.place.project()),
            idempotency_key: Some(key),
            auto_run: context.options.auto_run.get_untracked(),
            draft_revision: context.draft,
            ..LaunchRequest::for_template(template)
        };
        let begun = launches.map(|launches| (launches, launches.begin(&name)));
        async move {
            let answer = launch(request).await;
            if let Some((launches, key)) = begun {
                launches.settle(key, &answer);
            }
            match &answer {
                Ok(launched) => {
                    let path = routes::execution(workspace, launched.execution_id);
                    use_navigate()(&path, Default::default());
                }
                Err(ApiError(problem)) => {
                    let mut refused = Refusal::from(problem.clone());
                    if problem.code == "key_used" {
                        unheard.set_value(times + 1);
                        LAUNCHED_UNHEARD.clone_into(&mut refused.detail);
                    }
                    refuse(refusal, refused);
                }
            }
            answer
        }
    };
    let Beside { values, options, brought, .. } = context;
    Attempt { form, values, options, brought, refusal, sending: Action::new(send) }
}

#[component]
pub fn LaunchSheet(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The template and the key of this form.
    form: LaunchForm,
    /// The project that the address names.
    #[prop(optional_no_strip)]
    project: Option<ProjectId>,
) -> impl IntoView {
    let LaunchForm { page, idempotency_key, again } = form;
    let card = page.template.card.clone();
    let own = card.workflow.settings.budget;
    let place = Place::new(&page.projects, project);
    let values = ContextForm::new(&card.workflow, &page.projects, untrack(|| place.project()));
    Effect::new(move || values.set_project(place.project()));
    let form = Form::new(card.workflow);
    let brought = Brought::default();
    let options = Options::new();
    let (draft, version) = (page.draft_revision, page.template.version);
    let context = Beside { values, brought, options, place, draft };
    let named = (card.name.clone(), idempotency_key);
    let attempt = attempt(workspace, card.id, form, context, named.0, named.1);
    let ready = RwSignal::new(false);
    // Before hydration the browser would send the form by itself, to nowhere.
    Effect::new(move || ready.set(true));
    let crumbs = crumbs(workspace, card.id, card.name.clone(), draft);
    let library = Library::new(&page.documents, &page.images);
    let documents = library.documents.clone();
    let filler = Filler::new(form, values, brought, place, library.clone());
    if let Some(again) = &again {
        filler.fill_from(again);
    }
    let (last, kept) = (page.last.clone(), page.presets.clone());
    let beginnings = move || {
        let (last, kept) = (last.clone(), kept.clone());
        view! { <Beginnings filler=filler template=card.id last=last kept=kept /> }
    };
    let groups = form.groups().into_iter().map(|group| {
        view! { <FieldGroup group=group attempt=attempt library=library.clone() /> }
    });
    let groups = groups.collect_view();
    let projects = page.projects.clone();
    view! {
        <Title text=format!("Launch {}", card.name) />
        <Breadcrumb crumbs=crumbs />
        <PageHeader
            title=format!("Launch {}", card.name)
            lead=card.description
            actions=beginnings
        />
        <SwitchedOffNotice disabled=Signal::stored(card.disabled) />
        <FilledNote filler=filler />
        {draft.map(|_| view! { <DraftNote workspace=workspace template=card.id version=version /> })}
        <form
            class="launch__columns"
            novalidate=""
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                attempt.launch();
            }
        >
            <div class="stack launch__fields">
                <ProblemList refusal=attempt.present_refusal() />
                {groups}
                <ContextFields form=values checked=attempt.was_refused() />
                <PlaceField place=place projects=projects />
                <BroughtFields brought=brought documents=documents />
                <More options=options own=own error=attempt.error_of_budget() />
            </div>
            <Summary
                form=form
                options=options
                page=page
                ready=Signal::derive(move || ready.get() && !brought.files.is_busy())
                busy=Signal::derive(move || attempt.is_busy())
            />
        </form>
    }
}

/// The breadcrumb of the form, below the workflow it launches.
fn crumbs(
    workspace: WorkspaceId,
    template: TemplateId,
    name: String,
    draft: Option<i64>,
) -> Vec<Crumb> {
    let of_workflow = match draft {
        Some(_) => routes::builder(workspace, template),
        None => routes::template(workspace, template),
    };
    vec![
        Crumb::link("Workflows", routes::gallery(workspace)),
        Crumb::link(name, of_workflow).named(),
        Crumb::here("Launch"),
    ]
}

/// The buttons above the form that fill it in.
#[component]
fn Beginnings(
    filler: Filler,
    template: TemplateId,
    last: Option<EarlierLaunch>,
    kept: Vec<LaunchPreset>,
) -> impl IntoView {
    let last = last.map(|last| view! { <LastValues filler=filler last=last /> }.into_any());
    view! {
        <Presets form=filler.form context=filler.context first=last />
        <SavedPresets filler=filler template=template kept=kept />
    }
}

/// The note that a draft is launched, with a link to launch the published version.
#[component]
fn DraftNote(workspace: WorkspaceId, template: TemplateId, version: i32) -> impl IntoView {
    let published = (version > 0).then(|| {
        view! {
            <a class="link" href=routes::launch(workspace, template)>
                {format!("Launch version {version} instead")}
            </a>
        }
    });
    view! {
        <p class="launch__draft small">
            <Glyph icon=Icon::Info />
            <span>"This launches the draft. Nothing is published."</span>
            {published}
        </p>
    }
}

#[component]
fn FieldGroup(group: Group, attempt: Attempt, library: Library) -> impl IntoView {
    let field = move |field: Field| {
        let name = field.parameter.name.clone();
        let error = Signal::derive(move || attempt.error_of(&name));
        view! { <ParameterField field=field error=error library=library.clone() /> }
    };
    view! {
        <section class="card launch__group">
            <h2 class="launch__title">{group.title}</h2>
            <div class="form">{group.fields.into_iter().map(field).collect_view()}</div>
        </section>
    }
}

/// The launch form of the template in the address.
#[component]
pub fn LaunchRoute() -> impl IntoView {
    let id = use_id::<TemplateId>("template");
    let query = use_query_map();
    let draft = Memo::new(move |_| query.with(|query| query.get(DRAFT).is_some()));
    let again = Memo::new(move |_| {
        let named = query.with(|query| query.get(AGAIN));
        named.and_then(|id| id.parse::<ExecutionId>().ok())
    });
    let load = |(id, draft, again): (Option<TemplateId>, bool, Option<ExecutionId>)| async move {
        if draft {
            load_draft_launch_form(required(id)?, again).await
        } else {
            load_launch_form(required(id)?, again).await
        }
    };
    let form = load_once(move || (id.get(), draft.get(), again.get()), load);
    let workspace = use_session().map(|session| session.workspace());
    let show = move |form: LaunchForm| {
        let named = query.with_untracked(|query| query.get(PROJECT));
        let project = named.and_then(|id| id.parse::<ProjectId>().ok());
        workspace
            .map(
                |workspace| view! { <LaunchSheet workspace=workspace form=form project=project /> },
            )
            .into_any()
    };
    view! {
        <div class="page launch">
            <ResourceView page=form failure="Couldn't load launch form" count=8 show=show />
        </div>
    }
}
