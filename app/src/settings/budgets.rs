//! Budgets: what the workspace and its templates may spend in a month, and what is spent of it.

use api::{
    ApiError,
    budgets::{load_budgets, set_template_budget},
    overview::set_month_budget,
};
use frame::{
    action::ActionButton,
    budget::{BudgetForm, CAPPED, spent_percent, spent_words},
    dialog_form::{Editing, FormDialog},
    layout::{page_resource::load_once, session::use_session},
    sending::Sending,
};
use leptos::prelude::*;
use model::{
    id::TemplateId,
    pages::{BudgetList, TemplateName},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    card::Card,
    field::{Choice, SelectField},
    progress::ProgressBar,
    toast::{ToastKind, use_toasts},
};
use web::{routes, settings_page::SettingsPage};

use super::sheet::SettingsSheet;

type Page = Resource<Result<BudgetList, ApiError>>;

/// Whose month it is, and what it is limited to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Subject {
    /// The template; none for the whole workspace.
    template: Option<TemplateName>,
    /// The budget in millionths of a dollar; none where there is none.
    monthly: Option<i64>,
}

impl Subject {
    /// What it is called in a sentence.
    fn name(&self) -> &str {
        self.template.as_ref().map_or("the workspace", |template| &template.name)
    }
}

/// The budgets of the workspace.
#[component]
pub fn BudgetsPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_budgets());
    view! {
        <SettingsSheet
            page=SettingsPage::Budgets
            lead="Limit spending per calendar month (UTC). Atelier reserves the highest possible cost before each paid call, so a budget is never exceeded. Runs that need more pause and show why."
            loads=page
            failure="Couldn't load budgets"
            count=2
            show=move |list| view! { <Budgets list=list page=page /> }.into_any()
        />
    }
}

#[component]
fn Budgets(list: BudgetList, page: Page) -> impl IntoView {
    let editing = Editing::default();
    let month = list.month;
    let whole = Subject { template: None, monthly: month.budget_micros };
    let rows = list.templates.into_iter().map(|budget| {
        let subject =
            Subject { template: Some(budget.template), monthly: Some(budget.monthly_micros) };
        let spent = budget.spent_micros;
        view! {
            <li>
                <Budget subject=subject spent=spent editing=editing page=page />
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Card title="This workspace">
            <div data-testid="workspace-budget">
                <Budget subject=whole spent=month.cost_micros editing=editing page=page />
            </div>
        </Card>
        <Card title="Workflows">
            <p class="muted budget__note">
                "Limits the runs of one workflow and everything they launch. The workspace budget still applies."
            </p>
            <ul class="budgets" data-testid="template-budgets">{rows}</ul>
            <TemplateChoice others=list.others editing=editing />
        </Card>
        <BudgetDialog editing=editing page=page />
    }
}

/// What is spent of a budget, with the buttons that change it.
#[component]
fn Budget(subject: Subject, spent: i64, editing: Editing<Subject>, page: Page) -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    let name = match subject.template.clone() {
        Some(template) => {
            let href = workspace.map(|workspace| routes::template(workspace, template.id));
            view! { <a class="link" dir="auto" href=href>{template.name}</a> }.into_any()
        }
        None => "All runs".into_any(),
    };
    let label = format!("Spent share of the budget of {}", subject.name());
    let bar = subject.monthly.map(|monthly| {
        let percent = Signal::stored(Some(spent_percent(spent, monthly)));
        view! { <ProgressBar percent=percent label=label /> }
    });
    let of = format!(" of {}", subject.name());
    let template = subject.template.as_ref().map(|template| template.id);
    let toasts = use_toasts();
    let removed = move |()| {
        toasts.show(ToastKind::Done, "Budget removed.");
        page.refetch();
    };
    let remove = subject.monthly.map(|_| {
        view! {
            <ActionButton
                verb="Remove"
                of=format!(" the budget{of}")
                look=ButtonLook::Ghost
                send=move || save_budget(template, None)
                done=removed
            />
        }
    });
    let verb = if subject.monthly.is_some() { "Change budget" } else { "Set budget" };
    let words = spent_words(spent, subject.monthly);
    let change = move |()| editing.begin(Some(subject.clone()));
    view! {
        <div class="budget">
            <p class="budget__facts">
                <span>{name}</span>
                <span class="num">{words}</span>
            </p>
            {bar}
            <p class="settings__actions">
                <Button size=ButtonSize::Small on_press=change>
                    <span>{verb} <span class="unseen">{of}</span> "…"</span>
                </Button>
                {remove}
            </p>
        </div>
    }
}

/// Sets a monthly budget in millionths of a dollar; none removes it.
async fn save_budget(template: Option<TemplateId>, micros: Option<u64>) -> Result<(), ApiError> {
    match template {
        Some(template) => set_template_budget(template, micros).await,
        None => set_month_budget(micros).await,
    }
}

/// The published templates without a budget, of which one can get one.
#[component]
fn TemplateChoice(others: Vec<TemplateName>, editing: Editing<Subject>) -> impl IntoView {
    let first = others.first().map(|template| template.id.to_string());
    first.map(|first| {
        let chosen = RwSignal::new(first);
        let option = |template: &TemplateName| Choice::new(template.id.to_string(), &template.name);
        let options: Vec<Choice> = others.iter().map(option).collect();
        let set = move |()| {
            let chosen = chosen.get_untracked();
            let template = others.iter().find(|template| template.id.to_string() == chosen);
            if let Some(template) = template.cloned() {
                editing.begin(Some(Subject { template: Some(template), monthly: None }));
            }
        };
        view! {
            <div class="budgets__new">
                <SelectField
                    name="budget_template"
                    label="Workflow without a budget"
                    value=chosen
                    options=options
                />
                <Button on_press=set>"Set budget…"</Button>
            </div>
        }
    })
}

/// Asks what may be spent in a month.
#[component]
fn BudgetDialog(editing: Editing<Subject>, page: Page) -> impl IntoView {
    let (sending, toasts) = (Sending::default(), use_toasts());
    let subject = move || editing.known.get().unwrap_or_default();
    let title = Signal::derive(move || match subject().template {
        Some(template) => format!("Monthly budget for {}", template.name),
        None => "Monthly budget for this workspace".to_owned(),
    });
    let save = Callback::new(move |micros: Option<u64>| {
        let subject = untrack(subject);
        if micros == subject.monthly.and_then(|now| u64::try_from(now).ok()) {
            return editing.open.set(false);
        }
        let template = subject.template.map(|template| template.id);
        sending.send(save_budget(template, micros), move |()| {
            editing.open.try_set(false);
            toasts.show(ToastKind::Done, "Saved. Applies to the next call.");
            page.refetch();
        });
    });
    let form = move || {
        sending.problem.set(None);
        let now = untrack(subject).monthly;
        view! {
            <BudgetForm
                name="monthly-budget"
                help=CAPPED
                now=now
                cap=None
                refused=sending.problem
                busy=sending.busy
                on_save=save
                open=editing.open
            />
        }
    };
    view! {
        <FormDialog id="monthly-budget-dialog" title=title open=editing.open>
            {form()}
        </FormDialog>
    }
}
