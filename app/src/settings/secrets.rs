//! Secrets: what steps send along as credentials, and where each may be sent.

use api::secrets::{delete_secret, load_secrets, set_secret};
use frame::{
    dialog_form::{DialogForm, Editing},
    layout::{
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
    sending::Sending,
};
use leptos::prelude::*;
use model::{
    problem::{FieldProblem, Problem},
    secret::{SecretForm, SecretList, SecretUse, SecretView},
};
use ui::{
    badge::Tag,
    button::{Button, ButtonLook, ButtonSize},
    card::{Card, PageHeader},
    dialog::{Dialog, RemovalDialog},
    empty::EmptyState,
    field::{LongTextField, PasswordField, PasswordUse, TextField},
    icon::Icon,
    relative_time::RelativeTime,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::{routes, settings_page::SettingsPage};

/// The secrets of the workspace.
#[component]
pub fn SecretsPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_secrets());
    let editing = Editing::default();
    let add = move || {
        view! {
            <Button
                look=ButtonLook::Primary
                icon=Icon::Plus
                on_press=move |()| editing.begin(None)
            >
                "Add secret"
            </Button>
        }
    };
    view! {
        <div class="page page--narrow settings">
            <PageHeader
                title=SettingsPage::Secrets.title()
                lead="Keys and passwords that steps send to other services. Stored encrypted. No one can see them after you save."
                actions=add
            />
            <ResourceView
                page=page
                failure="Couldn't load secrets"
                shape=SkeletonShape::Cards
                count=2
                show=move |list| view! { <Secrets list=list editing=editing /> }.into_any()
            />
        </div>
    }
}

#[component]
fn Secrets(list: SecretList, editing: Editing<SecretView>) -> impl IntoView {
    let list = RwSignal::new(list);
    let doomed = RwSignal::new(None::<usize>);
    let cards = move || {
        let now = list.get();
        if now.secrets.is_empty() {
            return nothing().into_any();
        }
        let cards = now.secrets.iter().enumerate().map(|(place, secret)| {
            let uses: Vec<_> = now.uses_of(&secret.name).cloned().collect();
            let remove = Callback::new(move |()| doomed.set(Some(place)));
            view! { <SecretCard secret=secret.clone() uses=uses editing=editing remove=remove /> }
        });
        cards.collect_view().into_any()
    };
    view! {
        {cards}
        <SecretDialog list=list editing=editing />
        <Removal list=list doomed=doomed />
    }
}

fn nothing() -> impl IntoView {
    view! {
        <EmptyState
            icon=Icon::Lock
            title="No secrets yet"
            text="Add the key of a service, then choose it in HTTP request steps."
        />
    }
}

/// A secret: where it may go, who added it, when it was used, and by which steps.
#[component]
fn SecretCard(
    secret: SecretView,
    uses: Vec<SecretUse>,
    editing: Editing<SecretView>,
    remove: Callback<()>,
) -> impl IntoView {
    let hosts = secret.hosts.iter().cloned().map(|host| view! { <Tag>{host}</Tag> " " });
    let hosts = hosts.collect_view();
    let used = match secret.last_used_at {
        Some(at) => view! { <RelativeTime at=at /> }.into_any(),
        None => "Never".into_any(),
    };
    let changed = (secret.updated_at != secret.created_at).then(|| {
        view! {
            <div class="facts__row">
                <dt>"Updated"</dt>
                <dd><RelativeTime at=secret.updated_at /></dd>
            </div>
        }
    });
    let who = secret.created_by.clone().map(|name| format!(" by {name}"));
    let of = format!(" {}", secret.name);
    let doomed = of.clone();
    let (name, added) = (secret.name.clone(), secret.created_at);
    let change = move |()| editing.begin(Some(secret.clone()));
    view! {
        <Card title=name>
            <dl class="facts">
                <div class="facts__row">
                    <dt>"Allowed hosts"</dt>
                    <dd dir="auto">{hosts}</dd>
                </div>
                <div class="facts__row">
                    <dt>"Added"</dt>
                    <dd dir="auto"><RelativeTime at=added /> {who}</dd>
                </div>
                {changed}
                <div class="facts__row">
                    <dt>"Last used"</dt>
                    <dd>{used}</dd>
                </div>
                <div class="facts__row">
                    <dt>"Used by steps"</dt>
                    <dd><Uses uses=uses /></dd>
                </div>
            </dl>
            <footer class="settings__actions settings__foot">
                <Button size=ButtonSize::Small on_press=change>
                    "Edit" <span class="unseen">{of}</span>
                </Button>
                <Button size=ButtonSize::Small look=ButtonLook::Ghost on_press=remove>
                    "Delete" <span class="unseen">{doomed}</span>
                </Button>
            </footer>
        </Card>
    }
}

/// The steps that name a secret, each with a link to its template.
#[component]
fn Uses(uses: Vec<SecretUse>) -> impl IntoView {
    if uses.is_empty() {
        return "None".into_any();
    }
    let workspace = use_session().map(|session| session.workspace());
    let rows = uses.into_iter().map(|step| {
        let href = workspace.map(|workspace| routes::builder(workspace, step.template_id));
        view! {
            <li dir="auto">
                <a class="link" href=href>{step.template}</a>
                " · "
                {step.step}
            </li>
        }
    });
    view! { <ul class="settings__uses">{rows.collect_view()}</ul> }.into_any()
}

/// Adds a secret or changes one.
#[component]
fn SecretDialog(list: RwSignal<SecretList>, editing: Editing<SecretView>) -> impl IntoView {
    let title = Signal::derive(move || match editing.known.read().as_ref() {
        Some(known) => format!("Edit {}", known.name),
        None => "Add secret".to_owned(),
    });
    let form = move || view! { <SecretFields list=list editing=editing /> };
    view! {
        <Dialog id="secret" title=title open=editing.open>
            {move || editing.open.get().then(form)}
        </Dialog>
    }
}

/// The fields of the form; the value is gone from the page as soon as it is closed.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    value: RwSignal<String>,
    hosts: RwSignal<String>,
    is_new: bool,
}

impl Fields {
    fn new(known: Option<&SecretView>) -> Self {
        Self {
            name: RwSignal::new(known.map(|known| known.name.clone()).unwrap_or_default()),
            value: RwSignal::new(String::new()),
            hosts: RwSignal::new(known.map(|known| known.hosts.join("\n")).unwrap_or_default()),
            is_new: known.is_none(),
        }
    }

    /// The name and the form as it was filled in.
    ///
    /// # Errors
    /// The name of a new secret is taken.
    fn filled(self, list: RwSignal<SecretList>) -> Result<(String, SecretForm), Problem> {
        let name = self.name.get_untracked().trim().to_owned();
        let taken = list.with_untracked(|list| list.secrets.iter().any(|one| one.name == name));
        if self.is_new && taken {
            let message =
                "A secret with this name already exists. Edit it, or choose another name.";
            let error = FieldProblem::field("name_taken", "name", message);
            return Err(Problem::invalid("The secret was not saved.", vec![error]));
        }
        let value = self.value.get_untracked();
        let hosts = self.hosts.get_untracked();
        let hosts = hosts.split([',', ' ', '\n']).map(str::to_owned);
        let form = SecretForm {
            value: (self.is_new || !value.is_empty()).then_some(value),
            hosts: hosts.filter(|host| !host.trim().is_empty()).collect(),
        };
        Ok((name, form))
    }
}

/// What is wrong with the hosts as a whole or with one of them.
fn hosts_message(problem: &Problem) -> Option<String> {
    let about =
        |error: &&FieldProblem| error.path.as_deref().is_some_and(|path| path.starts_with("hosts"));
    problem.errors.iter().find(about).map(|error| error.message.clone())
}

#[component]
fn SecretFields(list: RwSignal<SecretList>, editing: Editing<SecretView>) -> impl IntoView {
    let fields = Fields::new(editing.known.get_untracked().as_ref());
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |()| {
        let (name, form) = match fields.filled(list) {
            Ok(filled) => filled,
            Err(taken) => return sending.problem.set(Some(taken)),
        };
        sending.send(set_secret(name, form), move |now| {
            list.try_set(now);
            editing.open.try_set(false);
            toasts.show(ToastKind::Done, "Saved. Applies to the next step.");
        });
    };
    view! {
        <DialogForm
            open=editing.open
            sending=sending
            on_submit=save
            verb="Save"
            test_id="secret-form"
        >
            <Inputs fields=fields sending=sending />
        </DialogForm>
    }
}

/// The inputs of the form, with the problems of each. The name of a known secret stays.
#[component]
fn Inputs(fields: Fields, sending: Sending) -> impl IntoView {
    let name = fields.is_new.then(|| {
        view! {
            <TextField
                name="secret_name"
                label="Name"
                value=fields.name
                error=sending.wrong("name")
                help="Steps use this name. Lowercase letters, digits and _."
                placeholder="shop_key"
                required=true
            />
        }
    });
    let value_help = if fields.is_new {
        "Stored encrypted. No one can see it after you save."
    } else {
        "Leave empty to keep the saved value. To add a host, enter it again."
    };
    let hosts_error =
        Signal::derive(move || sending.problem.read().as_ref().and_then(hosts_message));
    view! {
        {name}
        <PasswordField
            name="secret_value"
            label="Secret"
            purpose=PasswordUse::Key
            value=fields.value
            error=sending.wrong("value")
            help=value_help
        />
        <LongTextField
            name="secret_hosts"
            label="Allowed hosts"
            value=fields.hosts
            error=hosts_error
            help="Atelier sends the secret only to these hosts. One per line: api.example.com or host:port."
            placeholder="api.example.com"
            rows=3
            required=true
        />
    }
}

/// Asks before a secret is deleted, and lists the steps that name it.
#[component]
fn Removal(list: RwSignal<SecretList>, doomed: RwSignal<Option<usize>>) -> impl IntoView {
    let toasts = use_toasts();
    let name_at = move |place: usize| {
        list.with_untracked(|list| list.secrets.get(place).map(|secret| secret.name.clone()))
    };
    let title = Signal::derive(move || match doomed.get().and_then(name_at) {
        Some(name) => format!("Delete secret {name}?"),
        None => "Delete this secret?".to_owned(),
    });
    let delete = move |place: usize| async move {
        let now = delete_secret(name_at(place).unwrap_or_default()).await;
        list.try_set(now.map_err(|error| error.0)?);
        Ok::<_, Problem>(())
    };
    let uses = move || {
        let name = doomed.get().and_then(name_at)?;
        let uses: Vec<_> = list.with_untracked(|list| list.uses_of(&name).cloned().collect());
        let words = match uses.len() {
            0 => "No workflow uses it.",
            _ => "Used by these steps:",
        };
        Some(view! {
            <div>
                <p>{words}</p>
                {(!uses.is_empty()).then(|| view! { <Uses uses=uses /> })}
            </div>
        })
    };
    view! {
        <RemovalDialog
            id="remove-secret"
            title=title
            text="This can't be undone. Steps that use it will fail."
            verb="Delete secret"
            doomed=doomed
            delete=delete
            on_done=move |_| toasts.show(ToastKind::Done, "Secret deleted.")
        >
            {uses}
        </RemovalDialog>
    }
}
