//! Secrets: what steps send along as credentials, and where each may be sent.

use api::{
    ApiError,
    secrets::{delete_secret, load_secrets, set_secret},
};
use frame::{
    dialog_form::{DialogForm, Editing, FormDialog},
    form::Form,
    layout::{page_resource::load_once, session::use_session},
};
use leptos::prelude::*;
use model::{
    problem::{FieldProblem, Problem},
    secret::{SecretForm, SecretList, SecretUse, SecretView},
};
use ui::{
    badge::Tag,
    button::{ButtonLook, RowButton},
    card::{Card, Fact},
    dialog::RemovalDialog,
    empty::EmptyState,
    field::{LongTextField, PasswordField, PasswordUse, TextField},
    icon::Icon,
    relative_time::RelativeTime,
    toast::{ToastKind, use_toasts},
};
use web::{routes, settings_page::SettingsPage};

use super::sheet::{AddButton, SettingsSheet};

/// The secrets of the workspace.
#[component]
pub fn SecretsPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_secrets());
    let editing = Editing::default();
    let add = move || {
        view! { <AddButton verb="Add secret" on_press=move |()| editing.begin(None) /> }
    };
    view! {
        <SettingsSheet
            page=SettingsPage::Secrets
            lead="Keys and passwords that steps send to other services. Stored encrypted. No one can see them after you save."
            actions=add
            loads=page
            failure="Couldn't load secrets"
            count=2
            show=move |list| view! { <Secrets list=list editing=editing /> }.into_any()
        />
    }
}

#[component]
fn Secrets(list: SecretList, editing: Editing<SecretView>) -> impl IntoView {
    let list = RwSignal::new(list);
    let doomed = RwSignal::new(None::<usize>);
    let cards = move || {
        let now = list.get();
        if now.secrets.is_empty() {
            return view! {
                <EmptyState
                    icon=Icon::Lock
                    title="No secrets yet"
                    text="Add the key of a service, then choose it in HTTP request steps."
                />
            }
            .into_any();
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
        <FormDialog
            id="secret"
            title=editing.title("Add secret", |known| &known.name)
            open=editing.open
        >
            <SecretFields list=list editing=editing />
        </FormDialog>
        <Removal list=list doomed=doomed />
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
        view! { <Fact name="Updated"><RelativeTime at=secret.updated_at /></Fact> }
    });
    let who = secret.created_by.clone().map(|name| format!(" by {name}"));
    let of = format!(" {}", secret.name);
    let (name, added) = (secret.name.clone(), secret.created_at);
    let change = move |()| editing.begin(Some(secret.clone()));
    view! {
        <Card title=name>
            <dl class="facts">
                <Fact name="Allowed hosts" written=true>{hosts}</Fact>
                <Fact name="Added" written=true><RelativeTime at=added /> {who}</Fact>
                {changed}
                <Fact name="Last used">{used}</Fact>
                <Fact name="Used by steps"><Uses uses=uses /></Fact>
            </dl>
            <footer class="settings__actions settings__foot">
                <RowButton verb="Edit" of=of.clone() on_press=change />
                <RowButton verb="Delete" of=of look=ButtonLook::Ghost on_press=remove />
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

/// What is filled in.
#[derive(Clone, Default)]
struct SecretDraft {
    name: String,
    value: String,
    /// Separated by commas, blanks or new lines.
    hosts: String,
}

/// The form to send.
///
/// # Errors
/// The name of a new secret is taken.
fn checked(
    SecretDraft { name, value, hosts }: &SecretDraft,
    is_new: bool,
    list: &SecretList,
) -> Result<SecretForm, Problem> {
    if is_new && list.secrets.iter().any(|one| one.name == name.trim()) {
        let message = "A secret with this name already exists. Edit it, or choose another name.";
        let error = FieldProblem::field("name_taken", "name", message);
        return Err(Problem::invalid("The secret was not saved.", vec![error]));
    }
    let hosts = hosts.split([',', ' ', '\n']).map(str::to_owned);
    Ok(SecretForm {
        value: (is_new || !value.is_empty()).then(|| value.clone()),
        hosts: hosts.filter(|host| !host.trim().is_empty()).collect(),
    })
}

/// What is wrong with the hosts as a whole or with one of them.
fn hosts_message(problem: &Problem) -> Option<String> {
    let about =
        |error: &&FieldProblem| error.path.as_deref().is_some_and(|path| path.starts_with("hosts"));
    problem.errors.iter().find(about).map(|error| error.message.clone())
}

/// The form; the name of a known secret stays.
#[component]
fn SecretFields(list: RwSignal<SecretList>, editing: Editing<SecretView>) -> impl IntoView {
    let known = editing.known.get_untracked();
    let is_new = known.is_none();
    let draft = |SecretView { name, hosts, .. }| SecretDraft {
        name,
        hosts: hosts.join("\n"),
        value: String::new(),
    };
    let form = Form::new(known.map(draft).unwrap_or_default());
    let (sending, toasts) = (form.sending, use_toasts());
    let save = move |()| {
        let draft = form.filled();
        let secret = match list.with_untracked(|list| checked(&draft, is_new, list)) {
            Ok(secret) => secret,
            Err(taken) => return sending.problem.set(Some(taken)),
        };
        sending.send(set_secret(draft.name.trim().to_owned(), secret), move |now| {
            list.try_set(now);
            editing.open.try_set(false);
            toasts.show(ToastKind::Done, "Saved. Applies to the next step.");
        });
    };
    let name = is_new.then(|| {
        view! {
            <TextField name="secret_name" label="Name" required=true placeholder="shop_key"
                value=form.text("name", |draft| &mut draft.name)
                help="Steps use this name. Lowercase letters, digits and _." />
        }
    });
    let value_help = if is_new {
        "Stored encrypted. No one can see it after you save."
    } else {
        "Leave empty to keep the saved value. To add a host, enter it again."
    };
    let wrong_hosts =
        Signal::derive(move || sending.problem.read().as_ref().and_then(hosts_message));
    view! {
        <DialogForm open=editing.open sending=sending on_submit=save verb="Save" test_id="secret-form">
            {name}
            <PasswordField name="secret_value" label="Secret" purpose=PasswordUse::Key
                value=form.text("value", |draft| &mut draft.value) help=value_help />
            <LongTextField name="secret_hosts" label="Allowed hosts" rows=3 required=true
                value=form.text("hosts", |draft| &mut draft.hosts) error=wrong_hosts
                help="Atelier sends the secret only to these hosts. One per line: api.example.com or host:port."
                placeholder="api.example.com" />
        </DialogForm>
    }
}

/// Asks before a secret is deleted, and lists the steps that name it.
#[component]
fn Removal(list: RwSignal<SecretList>, doomed: RwSignal<Option<usize>>) -> impl IntoView {
    let name_at = move |place: usize| {
        list.with_untracked(|list| list.secrets.get(place).map(|secret| secret.name.clone()))
    };
    let title = Signal::derive(move || match doomed.get().and_then(name_at) {
        Some(name) => format!("Delete secret {name}?"),
        None => "Delete this secret?".to_owned(),
    });
    let delete = move |place: usize| async move {
        list.try_set(delete_secret(name_at(place).unwrap_or_default()).await?);
        Ok::<_, ApiError>(())
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
            said="Secret deleted."
            on_done=|_| ()
        >
            {uses}
        </RemovalDialog>
    }
}
