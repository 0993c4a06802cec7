//! The dialog before a test run: its scope, its parameters and the outputs of the nodes before.

use api::builder::{load_test_page, test_run};
use launch::{
    Brought, BroughtFields, ContextFields, ContextForm, Form, Group, Library, PROBLEMS,
    ParameterField, Presets, ProblemList, Refusal, cost,
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{
    estimate::{Tariff, estimate},
    execution::run_scope::{RunScope, asking_for},
    id::NodeId,
    launch_context::LaunchContext,
    pages::{LaunchRequest, TestPage, TestRequest, problem_of},
    problem::{FieldProblem, Problem},
    template::example_context,
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    dialog::{Dialog, DialogSize},
    failure::ErrorCard,
    field::{Choice, FieldInput, FormField},
    icon::Icon,
    skeleton::{Skeleton, SkeletonShape},
};
use web::client::focus::focus;

use super::given::{GivenField, GivenFields, collect_given, given_fields};
use crate::store::{Editor, TestRun};

/// The state of the form.
#[derive(Clone, Copy)]
struct Filled {
    editor: Editor,
    form: Form,
    page: StoredValue<TestPage>,
    /// The node that a partial scope is about.
    node: StoredValue<Option<NodeId>>,
    /// `whole`, `from`, `to` or `only`.
    what: RwSignal<String>,
    given: RwSignal<Vec<GivenField>>,
    values: ContextForm,
    brought: Brought,
    auto_run: RwSignal<bool>,
    refusal: RwSignal<Option<Refusal>>,
    busy: RwSignal<bool>,
    open: RwSignal<bool>,
}

impl Filled {
    fn part(self) -> RunScope {
        let what = self.what.get();
        match (self.node.get_value(), what.as_str()) {
            (Some(node), "from") => RunScope::From(node),
            (Some(node), "to") => RunScope::UpTo(node),
            (Some(node), "only") => RunScope::Only(node),
            _ => RunScope::Whole,
        }
    }

    /// The words of the scope for the list of test runs: "Only “Write”".
    fn words(self) -> String {
        let title = |node: &NodeId| self.editor.title(node);
        match untrack(|| self.part()) {
            RunScope::Whole => "Whole workflow".to_owned(),
            RunScope::From(node) => format!("From “{}”", title(&node)),
            RunScope::UpTo(node) => format!("Up to “{}”", title(&node)),
            RunScope::Only(node) => format!("Only “{}”", title(&node)),
        }
    }

    /// The part of the workflow that runs, with the parameters that it asks for.
    fn asking(self) -> Workflow {
        let part = self.part();
        self.page.with_value(|page| asking_for(&page.form.template.card.workflow, &part))
    }

    /// The errors of the parameters as they are now; none before the first attempt to send.
    fn wrong(self, asking: &Workflow) -> Vec<FieldProblem> {
        let Some(Refusal { detail, errors, .. }) = self.refusal.get() else { return vec![] };
        let now = self.form.checked_for(asking).err().unwrap_or_default();
        // Errors that only the server finds stay until the next attempt.
        let from_server = if detail.is_empty() { vec![] } else { errors };
        now.into_iter().chain(from_server).collect()
    }

    fn refuse(self, refusal: Refusal) {
        if self.refusal.try_set(Some(refusal)).is_none() {
            request_animation_frame(|| focus(PROBLEMS));
        }
    }

    fn request(self) -> Result<TestRequest, Vec<FieldProblem>> {
        let parameters = self.form.checked_for(&self.asking())?;
        self.editor.test_run.parameters.set_value(Some(parameters.clone()));
        let form = self.page.with_value(|page| page.form.draft_revision);
        let breakpoints = self.editor.test_run.breakpoints.get().into_iter();
        let there = |id: &NodeId| self.editor.document.workflow.with(|now| now.node(id).is_some());
        let LaunchContext { context, env, .. } = self.values.launch_context();
        let launch = LaunchRequest {
            parameters,
            context,
            env,
            document_ids: self.brought.documents(),
            upload_ids: self.brought.uploads(),
            draft_revision: form,
            auto_run: self.auto_run.get(),
            breakpoints: breakpoints.filter(there).collect(),
            ..LaunchRequest::for_template(self.editor.document.template)
        };
        let part = self.part();
        Ok(TestRequest { launch, part, given: self.given.with(|given| collect_given(given)) })
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let request = match untrack(|| self.request()) {
            Ok(request) => request,
            Err(errors) => return self.refuse(Refusal { errors, ..Refusal::default() }),
        };
        self.busy.set(true);
        self.refusal.set(None);
        let what = self.words();
        spawn_local(async move {
            match begin(self.editor, request, what).await {
                Ok(()) => drop(self.open.try_set(false)),
                Err(problem) => self.refuse(problem.into()),
            }
            self.busy.try_set(false);
        });
    }
}

/// Starts a test run and shows it on the canvas.
async fn begin(editor: Editor, request: TestRequest, what: String) -> Result<(), Problem> {
    let id = test_run(request).await.map_err(|error| error.0)?.execution_id;
    let number = editor.test_run.show(id).await?;
    editor.test_run.past.try_update(|past| past.insert(0, TestRun { id, number, what }));
    editor.notices.news.try_set(format!("Started test run #{number}"));
    Ok(())
}

/// The form of the dialog.
#[component]
pub(super) fn TestForm(
    editor: Editor,
    page: TestPage,
    part: RunScope,
    open: RwSignal<bool>,
) -> impl IntoView {
    let workflow = page.form.template.card.workflow.clone();
    let library = Library::new(&page.form.documents, &page.form.images);
    let documents = library.documents.clone();
    let form = Form::new(workflow.clone());
    form.fill(&form.examples());
    let projects = &page.form.projects;
    let values = ContextForm::new(&workflow, projects, projects.first().map(|first| first.id));
    let context = example_context(&workflow);
    values.fill_empty(&LaunchContext { context, ..LaunchContext::default() });
    if let Some(parameters) = editor.test_run.parameters.get_value() {
        form.fill(&parameters);
    }
    let selected = editor.view.selected_node();
    let node = part.node().cloned().or(selected).filter(|id| workflow.node(id).is_some());
    let what = match part {
        RunScope::Whole => "whole",
        RunScope::From(_) => "from",
        RunScope::UpTo(_) => "to",
        RunScope::Only(_) => "only",
    };
    let filled = Filled {
        editor,
        form,
        page: StoredValue::new(page),
        node: StoredValue::new(node.clone()),
        what: RwSignal::new(what.to_owned()),
        given: RwSignal::new(vec![]),
        values,
        brought: Brought::default(),
        auto_run: RwSignal::new(true),
        refusal: RwSignal::new(None),
        busy: RwSignal::new(false),
        open,
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        filled.send();
    };
    view! {
        <form class="test-form" novalidate="" on:submit=submit>
            <ProblemList refusal=filled.refusal />
            {node.map(|node| view! { <PartField filled=filled title=editor.title(&node) /> })}
            <ParameterFields filled=filled library=library />
            <ContextFields form=filled.values checked=false />
            <BroughtFields brought=filled.brought documents=documents />
            <Given filled=filled />
            <Pauses filled=filled />
            <footer class="dialog__footer">
                <Cost filled=filled />
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button
                    look=ButtonLook::Primary
                    icon=Icon::FlaskConical
                    role=ButtonRole::Submit
                    busy=filled.busy
                >
                    "Run test"
                </Button>
            </footer>
        </form>
    }
    .into_any()
}

#[component]
fn PartField(filled: Filled, title: String) -> impl IntoView {
    let options = Choice::list([
        ("whole", "Whole workflow"),
        ("from", &format!("From “{title}” on")),
        ("to", &format!("Up to “{title}”")),
        ("only", &format!("Only “{title}”")),
    ]);
    FormField::choice("test-part", "Steps to run", filled.what, options).view()
}

/// The parameters; which of them are required depends on the scope.
#[component]
fn ParameterFields(filled: Filled, library: Library) -> impl IntoView {
    let form = filled.form;
    if form.groups().is_empty() {
        return view! { <p class="muted small">"This workflow has no fields."</p> }.into_any();
    }
    let asking = Memo::new(move |_| filled.asking());
    let wrong = Memo::new(move |_| filled.wrong(&asking.read()));
    let group = move |Group { title, fields }: Group| {
        let fields = fields.into_iter().map(|mut field| {
            let name = field.parameter.name.clone();
            let asked = |part: &Workflow| part.parameter(&name).is_some_and(|one| one.required);
            field.parameter.required = asking.with(asked);
            let error =
                move || wrong.with(|wrong| problem_of(wrong, &name).map(|one| one.message.clone()));
            let error = Signal::derive(error);
            view! { <ParameterField field=field error=error library=library.clone() /> }
        });
        view! {
            <fieldset class="test-form__group">
                <legend class="config__heading">{title}</legend>
                <div class="form">{fields.collect_view()}</div>
            </fieldset>
        }
    };
    let groups = move || form.groups().into_iter().map(&group).collect_view();
    view! {
        <Presets form=form context=filled.values />
        {groups}
    }
    .into_any()
}

/// The outputs of the steps before the scope; another scope has other steps before it.
#[component]
fn Given(filled: Filled) -> impl IntoView {
    move || {
        let part = filled.part();
        let given = filled.page.with_value(|page| {
            given_fields(&page.form.template.card.workflow, &part, &page.recorded)
        });
        filled.given.set(given.clone());
        view! { <GivenFields fields=given /> }
    }
}

/// The switch between running through and pausing at each step, and the breakpoints.
#[component]
fn Pauses(filled: Filled) -> impl IntoView {
    let editor = filled.editor;
    let before = move || {
        let all = editor.test_run.breakpoints.get();
        let titles = all.iter().map(|id| editor.title(id)).filter(|title| !title.is_empty());
        let titles: Vec<_> = titles.collect();
        (!titles.is_empty()).then(|| format!("Pauses before {}.", titles.join(", ")))
    };
    view! {
        {FormField::new("test-auto-run", "Run steps automatically", FieldInput::switch(filled.auto_run))
            .help("When off, each step waits for you.")}
        {move || before().map(|words| view! { <p class="small test-form__pauses">{words}</p> })}
    }
}

/// The estimated cost of the scope.
#[component]
fn Cost(filled: Filled) -> impl IntoView {
    let asking = Memo::new(move |_| filled.asking());
    let words = move || {
        let (values, _) = filled.form.parameters();
        filled.page.with_value(|page| {
            let tariffs: &Vec<Tariff> = &page.form.tariffs;
            asking.with(|part| cost(&estimate(part, &values, tariffs)))
        })
    };
    view! { <p class="test-form__cost small muted">"Cost " <b class="num">{words}</b></p> }
}

/// What the dialog shows.
#[derive(Clone)]
enum DialogContent {
    /// The form is being loaded.
    Loading,
    /// The form can be filled in; the scope is preselected.
    Ready(Box<TestPage>, RunScope),
    /// The form could not be loaded.
    Failed(Problem),
}

/// Asks for the scope and the parameters once a test run is requested, and starts it.
#[component]
pub fn TestDialog(
    /// The editor whose draft is tested.
    editor: Editor,
    /// Saves the draft and then runs the callback.
    keep: Callback<Callback<()>>,
) -> impl IntoView {
    let test_run = editor.test_run;
    let (open, content) = (RwSignal::new(false), RwSignal::new(None::<DialogContent>));
    let wanted = StoredValue::new(RunScope::Whole);
    let load = Callback::new(move |()| {
        let part = wanted.get_value();
        content.set(Some(DialogContent::Loading));
        open.set(true);
        spawn_local(async move {
            let answer = match load_test_page(editor.document.template).await {
                Ok(page) => DialogContent::Ready(Box::new(page), part),
                Err(error) => DialogContent::Failed(error.0),
            };
            content.try_set(Some(answer));
        });
    });
    Effect::new(move || {
        if let Some(part) = test_run.requested.get() {
            test_run.requested.set(None);
            // Whoever tests wants to know what is wrong.
            untrack(|| editor.reveal_issues());
            wanted.set_value(part);
            keep.run(load);
        }
    });
    Effect::new(move || {
        if !open.get() {
            content.set(None);
        }
    });
    let body = move || match content.get() {
        None => ().into_any(),
        Some(DialogContent::Loading) => {
            view! { <Skeleton shape=SkeletonShape::Lines count=4 /> }.into_any()
        }
        Some(DialogContent::Ready(page, part)) => {
            view! { <TestForm editor=editor page=*page part=part open=open /> }.into_any()
        }
        Some(DialogContent::Failed(problem)) => {
            view! { <ErrorCard title="Couldn't prepare the test run" problem=problem /> }.into_any()
        }
    };
    view! {
        <Dialog id="test-run" title="Test run" open=open size=DialogSize::Wide>
            {body}
        </Dialog>
    }
    .into_any()
}
