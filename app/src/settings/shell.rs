//! What is around the pages of the settings: the menu of those that the role may open, and what
//! stands in the place of one that it may not.

use api::page::answer_with;
use frame::layout::{
    error_page::NotFoundHere,
    session::{Session, use_session},
    settings_links::settings_icon,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_params_map};
use model::access::{Lacks, require};
use ui::{
    button::{ButtonLook, LinkButton},
    empty::EmptyState,
    icon::{Glyph, Icon},
    menu::{Menu, MenuLink},
};
use web::{routes, settings_page::SettingsPage};

use super::{
    account::AccountPage, agents::AgentsPage, audit::AuditPage, budgets::BudgetsPage,
    members::MembersPage, notices::NoticesPage, providers::ProvidersRoute,
    retention::RetentionPage, secrets::SecretsPage, storage::StoragePage, stuck::StuckRoute,
    tokens::TokensPage, tools::ToolsPage, workspace::WorkspacePage,
};

/// The page of the settings that the address names, beside the menu of all that are open to the
/// role. The address without a page leads to the account, which everybody has.
#[component]
pub fn SettingsRoute() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("page")));
    use_session().map(|session| {
        let page = Memo::new(move |_| slug.read().as_deref().and_then(SettingsPage::from_slug));
        let shown = move || match (slug.get(), page.get()) {
            (None, _) => {
                let account = routes::settings(session.workspace(), SettingsPage::Account);
                view! { <Redirect path=account /> }.into_any()
            }
            (Some(_), None) => view! { <NotFoundHere /> }.into_any(),
            (Some(_), Some(page)) => match require(session.read(|view| view.role), page.needed()) {
                Ok(()) => page_view(page),
                Err(lacks) => {
                    view! { <NotYours page=page session=session lacks=lacks /> }.into_any()
                }
            },
        };
        // The page may be left before its title is.
        let title = move || page.try_get().flatten().map_or("Settings", SettingsPage::title);
        view! {
            <Title text=title />
            <div class="settings-frame">
                <SettingsMenu session=session page=page />
                <div class="settings-frame__page">{shown}</div>
            </div>
        }
    })
}

/// What stands on each page.
fn page_view(page: SettingsPage) -> AnyView {
    match page {
        SettingsPage::Account => view! { <AccountPage /> }.into_any(),
        SettingsPage::Members => view! { <MembersPage /> }.into_any(),
        SettingsPage::Workspace => view! { <WorkspacePage /> }.into_any(),
        SettingsPage::Tokens => view! { <TokensPage /> }.into_any(),
        SettingsPage::Secrets => view! { <SecretsPage /> }.into_any(),
        SettingsPage::Providers => view! { <ProvidersRoute /> }.into_any(),
        SettingsPage::Agents => view! { <AgentsPage /> }.into_any(),
        SettingsPage::Tools => view! { <ToolsPage /> }.into_any(),
        SettingsPage::Notices => view! { <NoticesPage /> }.into_any(),
        SettingsPage::Budgets => view! { <BudgetsPage /> }.into_any(),
        SettingsPage::Retention => view! { <RetentionPage /> }.into_any(),
        SettingsPage::Audit => view! { <AuditPage /> }.into_any(),
        SettingsPage::Storage => view! { <StoragePage /> }.into_any(),
        SettingsPage::Stuck => view! { <StuckRoute /> }.into_any(),
    }
}

/// The pages that are open to the person here: a list beside the page, and on narrow screens a
/// button above it that opens the same list.
#[component]
fn SettingsMenu(session: Session, page: Memo<Option<SettingsPage>>) -> impl IntoView {
    let workspace = session.workspace();
    let links = SettingsPage::open_to(|needed| session.may(needed)).map(|link| {
        let current = move || (page.get() == Some(link)).then_some("page");
        view! {
            <li>
                <a
                    class="settings-menu__link"
                    href=routes::settings(workspace, link)
                    aria-current=current
                >
                    <Glyph icon=settings_icon(link) size=18 />
                    <span>{link.title()}</span>
                </a>
            </li>
        }
    });
    let links = links.collect_view();
    let choices = SettingsPage::open_to(|needed| session.may(needed)).map(|link| {
        view! {
            <MenuLink icon=settings_icon(link) href=routes::settings(workspace, link)>
                {link.title()}
            </MenuLink>
        }
    });
    let choices = choices.collect_view();
    let title = move || page.get().map_or("Settings", SettingsPage::title);
    let label = Signal::derive(move || format!("{}: all settings", title()));
    let trigger = move || {
        view! {
            <span>{title}</span>
            <Glyph icon=Icon::ChevronDown />
        }
    };
    view! {
        <nav class="settings-menu" aria-label="Settings">
            <ul class="settings-menu__list">{links}</ul>
            <div class="settings-menu__compact">
                <Menu label=label trigger=trigger>{choices}</Menu>
            </div>
        </nav>
    }
    .into_any()
}

/// Says that the page is for another role, and who can help.
#[component]
fn NotYours(page: SettingsPage, session: Session, lacks: Lacks) -> impl IntoView {
    answer_with(403);
    view! {
        <div class="page page--narrow">
            <h1 class="unseen">{page.title()}</h1>
            <EmptyState
                icon=Icon::Lock
                title="You don't have access to this page"
                text=lacks.to_string()
            >
                <LinkButton
                    href=routes::settings(session.workspace(), SettingsPage::Members)
                    look=ButtonLook::Primary
                    icon=Icon::Users
                >
                    "See members"
                </LinkButton>
            </EmptyState>
        </div>
    }
    .into_any()
}
