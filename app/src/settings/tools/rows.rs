//! The rows of a server's form: headers that are sent to it, each with a secret of the workspace, and
//! other names for its tools: what a workflow calls a tool and its arguments.

use std::collections::BTreeMap;

use frame::{
    form::Form,
    rows::{Row, Rows},
    sending::Sending,
};
use leptos::prelude::*;
use model::{
    mcp::{
        page::SecretChoice,
        server::{SecretHeader, SecretPlace, ToolAlias},
    },
    number,
};
use serde_json::Value;
use ui::{
    button::{Button, ButtonSize, IconButton},
    field::{Choice, LongTextField, SelectField, TextField, choices},
    icon::Icon,
};

/// The headers while they are filled in.
#[derive(Clone, Copy)]
pub(super) struct Headers {
    rows: Rows<RwSignal<SecretHeader>>,
}

impl Headers {
    pub(super) fn new(known: &[SecretHeader]) -> Self {
        let headers = Self { rows: Rows::default() };
        for header in known {
            headers.add(header.clone());
        }
        headers
    }

    fn add(self, header: SecretHeader) {
        self.rows.push(|| RwSignal::new(header));
    }

    /// Rows for the keys that an API wants, where there are none and the workspace has a secret.
    pub(super) fn suggest(self, wanted: &[SecretHeader], secrets: StoredValue<Vec<SecretChoice>>) {
        let first = secrets.with_value(|secrets| secrets.first().map(|one| one.name.clone()));
        let Some(secret) = first.filter(|_| untrack(|| self.rows.get()).is_empty()) else { return };
        for header in wanted {
            self.add(SecretHeader { secret: secret.clone(), ..header.clone() });
        }
    }

    pub(super) fn filled(self) -> Vec<SecretHeader> {
        untrack(|| self.rows.get()).into_iter().map(|row| row.fields.get_untracked()).collect()
    }

    /// What the refusal says about a field of a row.
    fn wrong(self, sending: Sending, key: usize, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let place = self.rows.place(key)?;
            sending.problem.get()?.field_message(&format!("headers[{place}].{field}"))
        })
    }
}

/// The rows, and a button for one more.
#[component]
pub(super) fn HeaderRows(
    headers: Headers,
    secrets: StoredValue<Vec<SecretChoice>>,
    sending: Sending,
) -> impl IntoView {
    let has_secrets = secrets.with_value(|secrets| !secrets.is_empty());
    let help = if has_secrets {
        "An Authorization header adds “Bearer” before the secret. For basic auth, the secret is user:password. Secrets are sent only to their allowed hosts."
    } else {
        "Headers use secrets of the workspace. Add one for the server's host under Secrets first."
    };
    let add = has_secrets.then(|| {
        let first = secrets.with_value(|secrets| secrets.first().map(|one| one.name.clone()));
        let first = SecretHeader {
            name: "Authorization".to_owned(),
            secret: first.unwrap_or_default(),
            place: SecretPlace::Header,
        };
        let add = move |()| headers.add(first.clone());
        view! {
            <Button size=ButtonSize::Small icon=Icon::Plus on_press=add>
                "Add header"
            </Button>
        }
    });
    view! {
        <fieldset class="tools__rows">
            <legend>"Headers with secrets"</legend>
            <p class="muted small">{help}</p>
            <For each=move || headers.rows.get() key=|row| row.key let:row>
                <HeaderRow row=row headers=headers secrets=secrets sending=sending />
            </For>
            {add}
        </fieldset>
    }
    .into_any()
}

#[component]
fn HeaderRow(
    row: Row<RwSignal<SecretHeader>>,
    headers: Headers,
    secrets: StoredValue<Vec<SecretChoice>>,
    sending: Sending,
) -> impl IntoView {
    let Row { key, fields } = row;
    let form = Form { value: fields, sending };
    let all = SecretPlace::ALL.iter().copied();
    let places = choices(all, SecretPlace::as_str, SecretPlace::label);
    let choice = |one: &SecretChoice| {
        Choice::new(one.name.clone(), format!("{} (for {})", one.name, one.hosts.join(", ")))
    };
    let mut choices: Vec<Choice> =
        secrets.with_value(|secrets| secrets.iter().map(choice).collect());
    // One that is gone by now stays to be seen until another is chosen.
    let chosen = form.filled().secret;
    if choices.iter().all(|one| one.value != chosen) {
        choices.push(Choice::new(chosen.clone(), format!("{chosen} (deleted)")));
    }
    view! {
        <div class="tools__row">
            <TextField name=format!("header_name_{key}") label="Header"
                value=form.text("name", |header| &mut header.name)
                error=headers.wrong(sending, key, "name") />
            <SelectField name=format!("header_secret_{key}") label="Secret" options=choices
                value=form.text("secret", |header| &mut header.secret)
                error=headers.wrong(sending, key, "secret") />
            <IconButton
                icon=Icon::Trash
                label="Remove header"
                on_press=move |()| headers.rows.remove(key)
            />
            <div class="tools__row-all">
                <SelectField name=format!("header_place_{key}") label="Sent as" options=places
                    value=form.text("place", |header| &mut header.place) />
            </div>
        </div>
    }
    .into_any()
}

/// Another name while it is filled in.
#[derive(Clone, Default)]
struct AliasFields {
    name: String,
    tool: String,
    /// One `workflow's name = server's name` a line.
    arguments: String,
    /// One `server's name = value` a line.
    constants: String,
    /// What is read of the result, as a reference or JSON with references.
    result: String,
}

/// The other names while they are filled in.
#[derive(Clone, Copy)]
pub(super) struct Aliases {
    rows: Rows<RwSignal<AliasFields>>,
}

impl Aliases {
    pub(super) fn new(known: Option<&BTreeMap<String, ToolAlias>>) -> Self {
        let aliases = Self { rows: Rows::default() };
        for (name, alias) in known.into_iter().flatten() {
            let fixed =
                alias.constants.iter().map(|(name, value)| (name.clone(), write_json(value)));
            aliases.add(AliasFields {
                name: name.clone(),
                tool: alias.tool.clone(),
                arguments: write_arguments(&alias.arguments),
                constants: write_arguments(&fixed.collect()),
                result: alias.result.as_ref().map(write_json).unwrap_or_default(),
            });
        }
        aliases
    }

    fn add(self, alias: AliasFields) {
        self.rows.push(|| RwSignal::new(alias));
    }

    /// What is filled in; of two rows of one name the latter counts.
    pub(super) fn filled(self) -> BTreeMap<String, ToolAlias> {
        let alias = |row: Row<RwSignal<AliasFields>>| {
            let AliasFields { name, tool, arguments, constants, result } =
                row.fields.get_untracked();
            let fixed = read_arguments(&constants).into_iter();
            let alias = ToolAlias {
                tool,
                arguments: read_arguments(&arguments),
                constants: fixed.map(|(name, text)| (name, read_json(&text))).collect(),
                result: (!result.trim().is_empty()).then(|| read_json(&result)),
            };
            (name.trim().to_owned(), alias)
        };
        untrack(|| self.rows.get()).into_iter().map(alias).collect()
    }
}

/// A value as people write it: a text as it is, unless that would be read as another value.
fn write_json(value: &Value) -> String {
    match value {
        Value::String(text) if read_json(text) == *value => text.clone(),
        value => value.to_string(),
    }
}

fn read_json(text: &str) -> Value {
    number::read_json(text).unwrap_or_else(|_| text.trim().into())
}

fn write_arguments(arguments: &BTreeMap<String, String>) -> String {
    let lines: Vec<String> =
        arguments.iter().map(|(here, there)| format!("{here} = {there}")).collect();
    lines.join("\n")
}

/// The names on each line; a line without `=` is an argument without a name at the server, which is
/// refused where it is saved.
fn read_arguments(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let pair = |line: &str| {
        let (here, there) = line.split_once('=').unwrap_or((line, ""));
        (here.trim().to_owned(), there.trim().to_owned())
    };
    lines.map(pair).collect()
}

/// The rows, and a button for one more.
#[component]
pub(super) fn AliasRows(aliases: Aliases, sending: Sending) -> impl IntoView {
    let add = move |()| aliases.add(AliasFields::default());
    view! {
        <fieldset class="tools__rows">
            <legend>"Tool aliases"</legend>
            <p class="muted small">
                "For tools or arguments that your workflows and the server name differently. getIssue and get_issue already match."
            </p>
            <For each=move || aliases.rows.get() key=|row| row.key let:row>
                <AliasRow row=row aliases=aliases sending=sending />
            </For>
            <Button size=ButtonSize::Small icon=Icon::Plus on_press=add>
                "Add alias"
            </Button>
        </fieldset>
    }
    .into_any()
}

#[component]
fn AliasRow(row: Row<RwSignal<AliasFields>>, aliases: Aliases, sending: Sending) -> impl IntoView {
    let Row { key, fields } = row;
    let form = Form { value: fields, sending };
    let wrong = move |field: &'static str| {
        Signal::derive(move || {
            let path = fields.with(|alias| format!("aliases.{}{field}", alias.name.trim()));
            sending.problem.get()?.field_message(&path)
        })
    };
    view! {
        <div class="tools__row">
            <TextField name=format!("alias_name_{key}") label="Name in workflows" error=wrong("")
                value=form.text("name", |alias| &mut alias.name) placeholder="getIssue" />
            <TextField name=format!("alias_tool_{key}") label="Name on the server" error=wrong(".tool")
                value=form.text("tool", |alias| &mut alias.tool) placeholder="issue_read" />
            <IconButton
                icon=Icon::Trash
                label="Remove alias"
                on_press=move |()| aliases.rows.remove(key)
            />
            <div class="tools__row-all">
                <LongTextField name=format!("alias_arguments_{key}") label="Arguments" rows=2
                    value=form.text("arguments", |alias| &mut alias.arguments)
                    error=wrong(".arguments") placeholder="number = issue_number"
                    help="One per line: name in workflows = name on the server." />
                <LongTextField name=format!("alias_constants_{key}") label="Fixed arguments" rows=2
                    value=form.text("constants", |alias| &mut alias.constants)
                    error=wrong(".constants") placeholder="method = get"
                    help="One per line: name on the server = JSON or text. null leaves an argument out; ${input.owner} refers to an argument of the step." />
                <TextField name=format!("alias_result_{key}") label="Result"
                    value=form.text("result", |alias| &mut alias.result)
                    error=wrong(".result") placeholder="${result.jobs}"
                    help="What later steps read instead of the whole result." />
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_one_in_a_line() {
        let read = read_arguments(" number = issue_number\n\n body=text \nlost");

        let pairs = [("body", "text"), ("lost", ""), ("number", "issue_number")];
        let expected: BTreeMap<String, String> =
            pairs.map(|(here, there)| (here.to_owned(), there.to_owned())).into();
        assert_eq!(read, expected);
        assert_eq!(read_arguments(&write_arguments(&read)), read);
        for value in
            [Value::Null, true.into(), 7.into(), "get".into(), "7".into(), "${input.x}".into()]
        {
            assert_eq!(read_json(&write_json(&value)), value);
        }
    }
}
