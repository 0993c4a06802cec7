//! Tools: the servers whose tools steps call, what has changed in tools since workflows pinned them,
//! and how well-known servers are connected.

mod alias_rows;
mod connect;
mod controls;
mod drifts;
mod form;
mod header_rows;
mod server_card;
mod tool_list;

use api::tools::{delete_tool_server, load_tools_page};
use frame::{
    dialog_form::Editing,
    layout::{
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
};
use leptos::prelude::*;
use model::{
    access::Permission,
    id::McpServerId,
    mcp::page::{SecretChoice, ToolsPage as Loaded},
};
use ui::{
    button::{Button, ButtonLook},
    card::PageHeader,
    dialog::RemovalDialog,
    empty::EmptyState,
    field::SearchField,
    icon::Icon,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::settings_page::SettingsPage;

use self::{
    connect::Connect, controls::Controls, drifts::Drifts, form::ServerDialog,
    server_card::ServerCard,
};

/// The servers whose tools steps call.
#[component]
pub fn ToolsPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_tools_page());
    let may_manage = use_session().is_some_and(|session| session.may(Permission::ManageTools));
    let controls = Controls {
        may_manage,
        editing: Editing::default(),
        doomed: RwSignal::new(None),
        words: RwSignal::new(String::new()),
        reload: Callback::new(move |()| page.refetch()),
    };
    let add = move || {
        may_manage.then(|| {
            view! {
                <Button
                    look=ButtonLook::Primary
                    icon=Icon::Plus
                    on_press=move |()| controls.editing.begin(None)
                >
                    "Connect server"
                </Button>
            }
        })
    };
    let show =
        move |loaded: Loaded| view! { <Content loaded=loaded controls=controls /> }.into_any();
    view! {
        <div class="page page--narrow settings">
            <PageHeader
                title=SettingsPage::Tools.title()
                lead="Servers whose tools your steps can call over the Model Context Protocol (MCP)."
                actions=add
            />
            <ResourceView
                page=page
                failure="Couldn't load tool servers"
                shape=SkeletonShape::Cards
                count=4
                show=show
            />
        </div>
        <Removal doomed=controls.doomed on_done=controls.reload />
    }
}

#[component]
fn Content(loaded: Loaded, controls: Controls) -> impl IntoView {
    let Loaded { servers, drifts, secrets } = loaded;
    let words = controls.words;
    let servers = StoredValue::new(servers);
    let cards = move || {
        let typed = words.get();
        let found = servers.get_value().into_iter();
        let found: Vec<_> = found.filter_map(|server| server.with_matching_tools(&typed)).collect();
        if found.is_empty() {
            return view! {
                <EmptyState
                    icon=Icon::Search
                    title="No tools match"
                    text="Change your search, or check the servers again for new tools."
                />
            }
            .into_any();
        }
        let is_search = !typed.trim().is_empty();
        let cards = found.into_iter().map(|server| {
            view! { <ServerCard server=server controls=controls is_search=is_search /> }
        });
        cards.collect_view().into_any()
    };
    view! {
        <Drifts drifts=drifts controls=controls />
        <div class="tools__search">
            <SearchField
                name="tool_search"
                label="Search tools"
                value=words
                on_input=move |typed: String| words.set(typed)
            />
        </div>
        {cards}
        <Connect />
        <ServerDialogOf secrets=secrets controls=controls />
    }
}

/// The dialog with the secrets that it offers.
#[component]
fn ServerDialogOf(secrets: Vec<SecretChoice>, controls: Controls) -> impl IntoView {
    controls.may_manage.then(|| {
        view! {
            <ServerDialog
                editing=controls.editing
                secrets=secrets
                on_saved=controls.reload
            />
        }
    })
}

/// Asks before a server is deleted.
#[component]
fn Removal(doomed: RwSignal<Option<McpServerId>>, on_done: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let delete = |id| async move { delete_tool_server(id).await.map_err(|error| error.0) };
    let done = move |_: McpServerId| {
        toasts.show(ToastKind::Done, "Tool server deleted.");
        on_done.run(());
    };
    view! {
        <RemovalDialog
            id="delete-tool-server"
            title="Delete this tool server?"
            text="Steps that call its tools will fail. If a sample server has the same name, the sample answers again."
            verb="Delete tool server"
            doomed=doomed
            delete=delete
            on_done=done
        />
    }
}
