//! Other names for tools of a server: what a workflow calls a tool and its arguments.

use std::collections::BTreeMap;

use frame::{
    rows::{Row, Rows},
    sending::Sending,
};
use leptos::prelude::*;
use model::mcp::server::ToolAlias;
use ui::{
    button::{Button, ButtonSize, IconButton},
    field::{LongTextField, TextField},
    icon::Icon,
};

/// Another name while it is filled in.
#[derive(Clone, Copy)]
struct AliasFields {
    name: RwSignal<String>,
    tool: RwSignal<String>,
    /// One `workflow's name = server's name` a line.
    arguments: RwSignal<String>,
}

/// The other names while they are filled in.
#[derive(Clone, Copy)]
pub(super) struct Aliases {
    rows: Rows<AliasFields>,
}

impl Aliases {
    pub(super) fn new(known: &BTreeMap<String, ToolAlias>) -> Self {
        let aliases = Self { rows: Rows::default() };
        for (name, alias) in known {
            aliases.add(name, alias);
        }
        aliases
    }

    fn add(self, name: &str, alias: &ToolAlias) {
        self.rows.push(|| AliasFields {
            name: RwSignal::new(name.to_owned()),
            tool: RwSignal::new(alias.tool.clone()),
            arguments: RwSignal::new(write_arguments(&alias.arguments)),
        });
    }

    /// What is filled in; of two rows of one name the latter counts.
    pub(super) fn filled(self) -> BTreeMap<String, ToolAlias> {
        let alias = |row: Row<AliasFields>| {
            let AliasFields { name, tool, arguments } = row.fields;
            let arguments = read_arguments(&arguments.get_untracked());
            let name = name.get_untracked().trim().to_owned();
            (name, ToolAlias { tool: tool.get_untracked(), arguments })
        };
        untrack(|| self.rows.get()).into_iter().map(alias).collect()
    }
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
    let nothing = ToolAlias { tool: String::new(), arguments: BTreeMap::new() };
    let add = move |()| aliases.add("", &nothing);
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
fn AliasRow(row: Row<AliasFields>, aliases: Aliases, sending: Sending) -> impl IntoView {
    let Row { key, fields } = row;
    let AliasFields { name, tool, arguments } = fields;
    let wrong = move |field: &'static str| {
        Signal::derive(move || {
            let name = name.get();
            sending.problem.get()?.field_message(&format!("aliases.{}{field}", name.trim()))
        })
    };
    view! {
        <div class="tools__row">
            <TextField
                name=format!("alias_name_{key}")
                label="Name in workflows"
                value=name
                error=wrong("")
                placeholder="getIssue"
            />
            <TextField
                name=format!("alias_tool_{key}")
                label="Name on the server"
                value=tool
                error=wrong(".tool")
                placeholder="issue_read"
            />
            <IconButton
                icon=Icon::Trash
                label="Remove alias"
                on_press=move |()| aliases.rows.remove(key)
            />
            <div class="tools__row-all">
                <LongTextField
                    name=format!("alias_arguments_{key}")
                    label="Arguments"
                    value=arguments
                    error=wrong(".arguments")
                    help="One per line: name in workflows = name on the server."
                    placeholder="number = issue_number"
                    rows=2
                />
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
    }
}
