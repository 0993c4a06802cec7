//! The dialog in which a server is connected or changed.

use std::collections::BTreeMap;

use api::tools::{change_tool_server, register_tool_server};
use frame::{
    dialog_form::{DialogForm, Editing, FormDialog},
    form::Form,
};
use leptos::prelude::*;
use model::mcp::{
    alias_set::AliasSet,
    auth::AuthMethod,
    form::ServerChange,
    page::SecretChoice,
    server::{ServerForm, ServerKind, ServerView},
};
use ui::{
    dialog::DialogSize,
    field::{Choice, LongTextField, SelectField, SwitchField, TextField, TextKind, choices},
    toast::{ToastKind, use_toasts},
};

use super::api_fields::ApiFields;
use super::rows::{AliasRows, Aliases, HeaderRows, Headers};

/// Connects a server or changes one.
#[component]
pub(super) fn ServerDialog(
    editing: Editing<ServerView>,
    /// What can be sent along.
    secrets: Vec<SecretChoice>,
    /// Called when there is something new to show.
    on_saved: Callback<()>,
) -> impl IntoView {
    let title = editing.title("Connect tool server", |known| &known.name);
    let secrets = StoredValue::new(secrets);
    view! {
        <FormDialog id="tool-server" title=title open=editing.open size=DialogSize::Wide>
            <ServerFields editing=editing secrets=secrets on_saved=on_saved />
        </FormDialog>
    }
}

/// What is filled in at first; headers and other names are rows of their own.
fn begin(known: Option<&ServerView>) -> ServerForm {
    ServerForm {
        name: known.map(|known| known.name.clone()).unwrap_or_default(),
        kind: known.map_or(ServerKind::Http, |known| known.kind),
        url: known.and_then(|known| known.url.clone()).unwrap_or_default(),
        document: known.and_then(|known| known.document.clone()),
        operations: known.map(|known| known.operations.clone()).unwrap_or_default(),
        headers: vec![],
        auth: known.map(|known| known.auth.clone()).unwrap_or_default(),
        aliases: BTreeMap::new(),
        enabled: known.is_none_or(|known| known.enabled),
        alias_set: known.map(|known| known.alias_set).unwrap_or_default(),
        allowed: known.map(|known| known.allowed.clone()).unwrap_or_default(),
        calls_per_minute: known.map_or(0, |known| known.calls_per_minute),
    }
}

/// What the URL of an HTTP API is.
const OF_AN_API: &str = "The API's base URL. Leave it empty to use the document's.";

/// A change to all that the form says.
fn change_to(form: ServerForm) -> ServerChange {
    ServerChange {
        name: Some(form.name),
        kind: Some(form.kind),
        url: Some(form.url),
        document: form.document,
        operations: Some(form.operations),
        headers: Some(form.headers),
        auth: Some(form.auth),
        aliases: Some(form.aliases),
        enabled: Some(form.enabled),
        alias_set: Some(form.alias_set),
        allowed: Some(form.allowed),
        calls_per_minute: Some(form.calls_per_minute),
    }
}

#[component]
fn ServerFields(
    editing: Editing<ServerView>,
    secrets: StoredValue<Vec<SecretChoice>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let known = editing.known.get_untracked();
    let form = Form::new(begin(known.as_ref()));
    let headers = Headers::new(known.as_ref().map_or(&[][..], |known| &known.headers));
    let aliases = Aliases::new(known.as_ref().map(|known| &known.aliases));
    let id = known.and_then(|known| known.id);
    let (sending, toasts) = (form.sending, use_toasts());
    let save = move |()| {
        let (headers, aliases) = (headers.filled(), aliases.filled());
        let mut filled = ServerForm { headers, aliases, ..form.filled() };
        if filled.kind != ServerKind::OpenApi {
            (filled.document, filled.operations) = (None, vec![]);
        }
        let sent = async move {
            match id {
                Some(id) => change_tool_server(id, change_to(filled)).await,
                None => register_tool_server(filled).await,
            }
        };
        sending.send(sent, move |saved| {
            editing.open.try_set(false);
            if saved.lacks_sign_in() {
                toasts.show(ToastKind::Done, "Saved. Choose Connect to sign in to the server.");
            } else if saved.health.is_some_and(|health| health.error.is_some()) {
                let words = "Saved, but the server didn't answer. Check the URL and headers.";
                toasts.show(ToastKind::Failed, words);
            } else {
                toasts.show(ToastKind::Done, "Saved.");
            }
            on_saved.try_run(());
        });
    };
    let kinds = [ServerKind::Http, ServerKind::JsonRpc, ServerKind::OpenApi];
    let is_api = Memo::new(move |_| form.value.with(|form| form.kind == ServerKind::OpenApi));
    let base_help = Signal::derive(move || is_api.get().then(|| OF_AN_API.to_owned()));
    let api_fields = move || {
        let fields = || view! { <ApiFields form=form headers=headers secrets=secrets /> };
        is_api.get().then(fields)
    };
    view! {
        <DialogForm open=editing.open sending=sending on_submit=save verb="Save" test_id="tool-server-form">
            <TextField name="server_name" label="Name" required=true placeholder="github"
                value=form.text("name", |form| &mut form.name)
                help="Comes before each tool name, as in github.getIssue. Lowercase letters, digits and _." />
            <SelectField name="server_kind" label="Type"
                value=form.text("kind", |form| &mut form.kind)
                options=choices(kinds, ServerKind::as_str, ServerKind::label)
                help="Use JSON-RPC for servers that answer tools/list and tools/call without a handshake, and HTTP API for any other service." />
            {api_fields}
            <TextField name="server_url" label="URL" kind=TextKind::Url
                required=Signal::derive(move || !is_api.get())
                help=base_help
                value=form.text("url", |form| &mut form.url)
                placeholder="https://mcp.example.com/mcp" />
            <AuthFields form=form secrets=secrets />
            <HeaderRows headers=headers secrets=secrets sending=sending />
            <SelectField name="server_alias_set" label="Names of"
                value=form.text("alias_set", |form| &mut form.alias_set)
                options=choices(AliasSet::ALL.iter().copied(), AliasSet::as_str, AliasSet::label)
                help="Makes github.getIssue and the other names of Atelier's engineering workflows work with this server. Your own aliases come first." />
            <AliasRows aliases=aliases sending=sending />
            <LongTextField name="server_allowed" label="Only these tools" rows=2
                value=form.field("allowed", |form| form.allowed.join("\n"),
                    |form, text: String| form.allowed = text.lines().map(str::to_owned).collect())
                placeholder="get_*"
                help="One name per line, as the server writes it; * stands for any letters. Leave empty to use all, up to 128." />
            <TextField name="server_calls_per_minute" label="Calls per minute"
                value=form.text("calls_per_minute", |form| &mut form.calls_per_minute)
                help="Steps wait when the limit is reached. 0 for no limit." />
            <SwitchField name="server_enabled" label="Steps can call its tools"
                value=form.part("enabled", |form| &mut form.enabled) />
        </DialogForm>
    }
}

/// How the server lets Atelier in; for OAuth, as which client.
#[component]
fn AuthFields(form: Form<ServerForm>, secrets: StoredValue<Vec<SecretChoice>>) -> impl IntoView {
    let is_oauth =
        Memo::new(move |_| form.value.with(|form| form.auth.method != AuthMethod::Headers));
    let methods = choices(AuthMethod::ALL.iter().copied(), AuthMethod::as_str, AuthMethod::label);
    let mut known = vec![Choice::new("", "None")];
    secrets.with_value(|secrets| {
        let choice = |one: &SecretChoice| {
            Choice::new(one.name.clone(), format!("{} (for {})", one.name, one.hosts.join(", ")))
        };
        known.extend(secrets.iter().map(choice));
    });
    let known = StoredValue::new(known);
    let client = move || {
        view! {
            <TextField name="server_client_id" label="Client ID"
                value=form.text("auth.client_id", |form| &mut form.auth.client_id)
                help="Leave it empty if the server lets apps register themselves; most do." />
            <SelectField name="server_client_secret" label="Client secret"
                options=known.get_value()
                value=form.text("auth.client_secret", |form| &mut form.auth.client_secret)
                help="A secret for the host of the server's sign-in." />
            <TextField name="server_scopes" label="Scopes"
                value=form.text("auth.scopes", |form| &mut form.auth.scopes)
                help="Separate them by spaces. Leave it empty for those the server asks for." />
        }
    };
    view! {
        <SelectField name="server_auth" label="Authentication"
            value=form.text("auth.method", |form| &mut form.auth.method)
            options=methods
            help="With OAuth you sign in once, and Atelier keeps the access fresh." />
        <Show when=move || is_oauth.get()>{client()}</Show>
    }
    .into_any()
}
