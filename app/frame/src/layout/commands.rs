//! What the command palette offers on every page: the pages of the workspace, and commands that
//! work anywhere.

use api::{ApiError, builder::start_workflow, documents::create_document};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{access::Permission, api::documents::NewDocument, id::WorkspaceId, preferences::Theme};
use ui::{
    combobox::{Choice, ChoiceGroup},
    icon::Icon,
    toast::{ToastKind, use_toasts},
};
use web::{
    client::{
        keys::keys_here,
        media::{PHONE, use_media},
    },
    docs_page::DocsPage,
    routes,
    settings_page::SettingsPage,
};

use super::{
    session::Session,
    settings_links::settings_icon,
    sidebar::SECTIONS,
    switching::use_switch,
    theme::{choose_theme, theme_icon},
};
use crate::palette::{COMMANDS, Offer, PAGES, Palette};

const NEW_WORKFLOW: &str = "new-workflow";
const NEW_DOCUMENT: &str = "new-document";
const UNDER_WAY: &str = "under-way";
/// What the key of a theme begins with.
const THEME: &str = "theme-";
/// What the key of another workspace begins with.
const WORKSPACE: &str = "workspace-";

/// Adds the pages and commands to the palette while the frame is shown. The key of a page is its
/// address.
pub(super) fn offer_commands(
    palette: Palette,
    session: Session,
    activity_open: RwSignal<bool>,
    theme: RwSignal<Theme>,
) {
    let (workspace, navigate, toasts) = (session.workspace(), use_navigate(), use_toasts());
    let go = Callback::new(move |path: String| navigate(&path, Default::default()));
    let open_created = move |created: Result<String, ApiError>| match created {
        Ok(path) => drop(go.try_run(path)),
        Err(error) => toasts.show(ToastKind::Failed, error.0),
    };
    let switch = use_switch();
    let choose = move |key: String| match key.as_str() {
        NEW_WORKFLOW => spawn_local(async move {
            let saved = start_workflow().await;
            open_created(saved.map(|saved| routes::builder(workspace, saved.id)));
        }),
        NEW_DOCUMENT => spawn_local(async move {
            let id = create_document(NewDocument::default()).await;
            open_created(id.map(|id| routes::document_writing(workspace, id)));
        }),
        UNDER_WAY => activity_open.set(true),
        _ => match (theme_of(&key), workspace_of(&key)) {
            (Some(chosen), _) => choose_theme(chosen, theme),
            (None, Some(other)) => switch(other, routes::workspace(other)),
            (None, None) => go.run(key),
        },
    };
    let phone = use_media(PHONE);
    let list = move |()| vec![pages(session), commands(session, phone.get_untracked())];
    let (list, choose) = (Callback::new(list), Callback::new(choose));
    palette.offer(Offer { id: "frame", list, choose });
}

fn theme_of(key: &str) -> Option<Theme> {
    Theme::from_key(key.strip_prefix(THEME)?)
}

fn workspace_of(key: &str) -> Option<WorkspaceId> {
    key.strip_prefix(WORKSPACE)?.parse().ok()
}

fn pages(session: Session) -> ChoiceGroup {
    let here = session.workspace();
    let sections = SECTIONS.into_iter().map(|one| (one.label, one.icon, (one.path)(here)));
    let beside = [
        ("Images", Icon::Images, routes::images(here)),
        ("Projects", Icon::Folder, routes::projects(here)),
    ];
    let is_section = |path: &String| SECTIONS.iter().any(|one| (one.path)(here) == *path);
    let settings = SettingsPage::open_to(|needed| session.may(needed))
        .map(|page| (page.title(), settings_icon(page), routes::settings(here, page)))
        .filter(|(_, _, path)| !is_section(path));
    let docs = [DocsPage::Overview, DocsPage::Steps, DocsPage::ToolServers, DocsPage::Tables];
    let docs = docs.map(|page| (page.title(), Icon::BookOpen, routes::docs(page)));
    let all = sections.chain(beside).chain(settings).chain(docs);
    let choices = all.map(|(name, icon, path)| Choice::new(path, icon, name)).collect();
    ChoiceGroup { title: PAGES, choices }
}

/// The commands; on a phone none makes a workflow, because none is edited there.
fn commands(session: Session, on_phone: bool) -> ChoiceGroup {
    let new = [
        (NEW_WORKFLOW, "New workflow", Permission::EditTemplate),
        (NEW_DOCUMENT, "New document", Permission::EditDocument),
    ];
    let offered = |key: &str| !on_phone || key != NEW_WORKFLOW;
    let new = new.into_iter().filter(|&(key, _, needed)| session.may(needed) && offered(key));
    let new = new.map(|(key, name, _)| Choice::new(key, Icon::Plus, name));
    let under_way = Choice {
        aside: keys_here("Ctrl ⇧ E"),
        ..Choice::new(UNDER_WAY, Icon::Activity, "Show activity")
    };
    let theme = |theme: Theme| {
        let name = match theme {
            Theme::System => "System theme",
            Theme::Light => "Light theme",
            Theme::Dark => "Dark theme",
        };
        Choice::new(format!("{THEME}{}", theme.key()), theme_icon(theme), name)
    };
    let themes = Theme::ALL.into_iter().map(theme);
    let another = Choice::new(routes::workspaces(), Icon::Plus, "New workspace");
    let choices = new.chain([another, under_way]).chain(switches(session)).chain(themes);
    ChoiceGroup { title: COMMANDS, choices: choices.collect() }
}

/// A choice for each other workspace of the person.
fn switches(session: Session) -> impl Iterator<Item = Choice> {
    session.other_workspaces().into_iter().map(|row| Choice {
        aside: if row.archived { "Archived".to_owned() } else { String::new() },
        ..Choice::new(
            format!("{WORKSPACE}{}", row.id),
            Icon::ArrowRight,
            format!("Switch to {}", row.name),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_theme_is_chosen_by_its_key() {
        assert_eq!(theme_of("theme-dark"), Some(Theme::Dark));
        assert_eq!(theme_of("/theme-dark"), None);
    }

    #[test]
    fn another_workspace_is_chosen_by_its_key() {
        let id = "01890000-0000-7000-8000-000000000000";

        assert_eq!(workspace_of(&format!("workspace-{id}")), id.parse().ok());
        assert_eq!(workspace_of(&format!("/workspace/{id}")), None);
    }
}
