//! What the command palette offers on every page: the pages of the workspace, and commands that
//! work anywhere.

use api::{ApiError, builder::start_workflow, documents::create_document};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{access::Permission, api::documents::NewDocument};
use ui::{
    combobox::{Choice, ChoiceGroup},
    icon::Icon,
    toast::{ToastKind, use_toasts},
};
use web::{client::keys::keys_here, routes};

use super::{admin::admin_pages, session::Session, sidebar::SECTIONS, theme::Theme};
use crate::palette::{COMMANDS, Offer, PAGES, Palette};

const NEW_WORKFLOW: &str = "new-workflow";
const NEW_DOCUMENT: &str = "new-document";
const UNDER_WAY: &str = "under-way";
/// What the key of a theme begins with.
const THEME: &str = "theme-";

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
        _ => match theme_of(&key) {
            Some(chosen) => chosen.choose(theme),
            None => go.run(key),
        },
    };
    let list = move |()| vec![pages(session), commands(session)];
    let (list, choose) = (Callback::new(list), Callback::new(choose));
    palette.offer(Offer { id: "frame", list, choose });
}

fn theme_of(key: &str) -> Option<Theme> {
    let key = key.strip_prefix(THEME)?;
    Theme::ALL.into_iter().find(|theme| theme.key() == key)
}

fn pages(session: Session) -> ChoiceGroup {
    let here = session.workspace();
    let sections = SECTIONS.into_iter().map(|one| (one.label, one.icon, (one.path)(here)));
    let beside = [
        ("Images", Icon::Images, routes::images(here)),
        ("Projects", Icon::Folder, routes::projects(here)),
    ];
    let admin = admin_pages(session.view().role);
    let admin = admin.map(|page| (page.label, page.icon, (page.path)(here)));
    let all = sections.chain(beside).chain(admin);
    let choices = all.map(|(name, icon, path)| Choice::new(path, icon, name)).collect();
    ChoiceGroup { title: PAGES, choices }
}

fn commands(session: Session) -> ChoiceGroup {
    let new = [
        (NEW_WORKFLOW, "New workflow", Permission::EditTemplate),
        (NEW_DOCUMENT, "New document", Permission::EditDocument),
    ];
    let new = new.into_iter().filter(|(_, _, needed)| session.may(*needed));
    let new = new.map(|(key, name, _)| Choice::new(key, Icon::Plus, name));
    let under_way = Choice {
        aside: keys_here("Ctrl ⇧ E"),
        ..Choice::new(UNDER_WAY, Icon::Activity, "Show what is under way")
    };
    let theme = |theme: Theme| {
        let name = match theme {
            Theme::System => "Theme as the system has it",
            Theme::Light => "Light theme",
            Theme::Dark => "Dark theme",
        };
        Choice::new(format!("{THEME}{}", theme.key()), theme.icon(), name)
    };
    let themes = Theme::ALL.into_iter().map(theme);
    ChoiceGroup { title: COMMANDS, choices: new.chain([under_way]).chain(themes).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_theme_is_chosen_by_its_key() {
        assert_eq!(theme_of("theme-dark"), Some(Theme::Dark));
        assert_eq!(theme_of("/theme-dark"), None);
    }
}
