//! The choice of a tool: a name that is typed, or one of the tools of connected servers.

use frame::agent_form::tool_choice::{ToolChoice, ToolOption};
use leptos::prelude::*;
use model::mcp::{arguments::plain_text, tool::ToolDefinition};
use ui::{
    badge::{Tag, Tone},
    field::FieldInput,
};
use web::client::focus::focus;

use crate::{
    catalogue::{OfferedServer, OfferedTool, ToolCatalogue, use_catalogue},
    panel::{
        field::labels::{FieldLabels, mend_button},
        field_binding::{FieldBinding, bind_text},
        searched_list::SearchedList,
    },
};

/// The name of a tool, what its server says of it, and the list of all tools.
pub(in crate::panel::field) fn tool(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let binding = binding.or_empty();
    let text = bind_text(binding);
    let catalogue = use_catalogue();
    let choose = Callback::new(move |key: String| {
        text.set(key);
        binding.subject.on_settle.run(());
        // The list is closed: the focus moves to the name that was chosen.
        focus(&binding.id());
    });
    let near = Memo::new(move |_| catalogue.nearest(text.read().trim()));
    let mend =
        move |near: String| mend_button(format!("Use {near}"), move || choose.run(near.clone()));
    let name = binding.field(labels, FieldInput::line(text));
    view! {
        {binding.settled(name.placeholder("github.getIssue"))}
        {move || near.get().map(mend)}
        <Chosen catalogue=catalogue tool=text />
        <ToolList catalogue=catalogue on_choose=choose />
    }
    .into_any()
}

/// What the server says of the tool that is chosen; nothing of one that no server has.
#[component]
fn Chosen(catalogue: ToolCatalogue, tool: RwSignal<String>) -> impl IntoView {
    let known = Memo::new(move |_| catalogue.definition(tool.read().trim()));
    move || {
        let definition = known.get()?;
        let sample = catalogue.is_sample(tool.read().trim());
        Some(view! {
            <div class="tool-about">
                <p class="row">
                    {sample.then(|| view! { <Tag tone=Tone::Accent>"Sample"</Tag> })}
                    {effect(&definition).map(|words| view! { <Tag>{words}</Tag> })}
                </p>
                <p class="small muted" dir="auto">
                    {plain_text(&definition.description)}
                </p>
            </div>
        })
    }
}

/// What a tool does to the world, as far as its server says.
fn effect(definition: &ToolDefinition) -> Option<&'static str> {
    let says = definition.annotations;
    if says.read_only == Some(true) {
        Some("Only reads")
    } else if says.destructive == Some(true) {
        Some("Can delete")
    } else {
        None
    }
}

/// All tools by server, to be searched and chosen from.
#[component]
fn ToolList(catalogue: ToolCatalogue, on_choose: Callback<String>) -> impl IntoView {
    let open = RwSignal::new(false);
    let count = Memo::new(move |_| catalogue.count());
    let choose = Callback::new(move |key: String| {
        open.set(false);
        on_choose.run(key);
    });
    let servers = move |words: &str| {
        let found = catalogue.search(words);
        if found.is_empty() {
            return view! { <p class="muted small">"No matching tools."</p> }.into_any();
        }
        let server = |server: OfferedServer| view! { <Server server=server on_choose=choose /> };
        found.into_iter().map(server).collect_view().into_any()
    };
    view! {
        <SearchedList
            name="tool-search"
            label="Search tools"
            open=open
            one="tool"
            many="tools"
            count=count
            rows=servers
        />
    }
}

#[component]
fn Server(server: OfferedServer, on_choose: Callback<String>) -> impl IntoView {
    let OfferedServer { name, is_sample, tools } = server;
    let row = move |tool: OfferedTool| {
        let choice = ToolChoice { tool: tool.key, about: tool.about };
        view! { <ToolOption choice=choice on_choose=on_choose /> }
    };
    let label = name.clone();
    view! {
        <section aria-label=label>
            <h4 class="tool-list__name">
                {name} {is_sample.then(|| view! { " " <Tag tone=Tone::Accent>"Sample"</Tag> })}
            </h4>
            <ul>{tools.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}
