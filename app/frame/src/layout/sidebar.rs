//! The sidebar: the sections of a workspace. On a phone it is the bar at the bottom.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::id::WorkspaceId;
use ui::{
    badge::Count,
    icon::{Glyph, Icon},
};
use web::{client::cookie, routes, settings_page::SettingsPage};

use crate::activity::attention::use_attention;

const COOKIE: &str = "rail";

/// One section of a workspace.
pub(super) struct Section {
    pub(super) label: &'static str,
    pub(super) icon: Icon,
    pub(super) path: fn(WorkspaceId) -> String,
    /// Whether the bar of a phone, which has room for five, has it too.
    on_phones: bool,
}

impl Section {
    const fn new(label: &'static str, icon: Icon, path: fn(WorkspaceId) -> String) -> Self {
        Self { label, icon, path, on_phones: true }
    }

    /// A page of the settings that is as much of everyday work as the sections are.
    const fn of_settings(label: &'static str, icon: Icon, path: fn(WorkspaceId) -> String) -> Self {
        Self { label, icon, path, on_phones: false }
    }
}

const REVIEWS: &str = "Reviews";
const DOCUMENTS: &str = "Documents";
const RUNS: &str = "Runs";
/// Pages that do not lie below the section that is the current one on them.
struct Elsewhere {
    /// The label of that section.
    section: &'static str,
    /// Where the pages lie.
    path: fn(WorkspaceId) -> String,
}

const ELSEWHERE: [Elsewhere; 4] = [
    Elsewhere { section: DOCUMENTS, path: routes::projects },
    Elsewhere { section: DOCUMENTS, path: routes::images },
    Elsewhere { section: DOCUMENTS, path: routes::lineages },
    Elsewhere { section: RUNS, path: routes::monitors },
];

/// The sections, in the order in which they are shown.
pub(super) const SECTIONS: [Section; 7] = [
    Section::new("Home", Icon::House, routes::workspace),
    Section::new("Workflows", Icon::Workflow, routes::gallery),
    Section::new(RUNS, Icon::List, routes::executions),
    Section::new(REVIEWS, Icon::UserCheck, routes::reviews),
    Section::new(DOCUMENTS, Icon::FileText, routes::documents),
    Section::of_settings("Agents", Icon::Bot, |here| routes::settings(here, SettingsPage::Agents)),
    Section::of_settings("Tools", Icon::Plug, |here| routes::settings(here, SettingsPage::Tools)),
];

/// Whether the sidebar shows words beside its icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SidebarWidth {
    /// Only icons are shown; the names are tooltips.
    Narrow,
    /// Icons are shown with the names of the sections beside them.
    Wide,
}

impl SidebarWidth {
    /// The width this person chose, from the cookie of this request or page; narrow without one.
    pub fn from_cookie() -> Self {
        match cookie::preference(COOKIE).as_deref() {
            Some("wide") => Self::Wide,
            _ => Self::Narrow,
        }
    }

    /// The value of `data-rail` on the frame.
    pub fn key(self) -> &'static str {
        match self {
            Self::Narrow => "narrow",
            Self::Wide => "wide",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Narrow => Self::Wide,
            Self::Wide => Self::Narrow,
        }
    }
}

/// Whether `path` is the section at `section` or a page below it.
fn is_within(path: &str, section: &str) -> bool {
    path.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the section is the current one on the page at `path`.
fn is_current(section: &Section, path: &str, workspace: WorkspaceId) -> bool {
    let (own, home) = ((section.path)(workspace), routes::workspace(workspace));
    match ELSEWHERE.iter().find(|place| is_within(path, &(place.path)(workspace))) {
        Some(place) => section.label == place.section,
        // Every page lies below home.
        None if own == home => path.trim_end_matches('/') == own,
        None => is_within(path, &own),
    }
}

/// The sections of a workspace as links, the current one marked.
#[component]
pub fn Sidebar(
    /// The workspace that the links lead into.
    workspace: WorkspaceId,
    /// The width, both ways.
    width: RwSignal<SidebarWidth>,
) -> impl IntoView {
    let path = use_location().pathname;
    let attention = use_attention();
    let links = SECTIONS.into_iter().map(|section| {
        let href = (section.path)(workspace);
        let asked = attention.filter(|_| section.label == REVIEWS);
        let count = Signal::derive(move || asked.map_or(0, |asked| asked.waiting.get()));
        let name = move || match count.get() {
            0 => section.label.to_owned(),
            count => format!("{}, {count} waiting for you", section.label),
        };
        let (label, icon, wide_only) = (section.label, section.icon, !section.on_phones);
        let current = move || is_current(&section, &path.read(), workspace).then_some("page");
        view! {
            <li data-wide-only=wide_only.then_some("")>
                <a
                    class="rail__link"
                    href=href
                    aria-label=name
                    aria-current=current
                    data-tip=label
                    data-tip-side="right"
                >
                    <Glyph icon=icon size=20 />
                    <span class="rail__label">{label}</span>
                    <Count value=count />
                </a>
            </li>
        }
    });
    view! {
        <nav class="rail" aria-label="Sections" id="sections">
            <ul class="rail__list">{links.collect_view()}</ul>
            <WidthButton width=width />
        </nav>
    }
    .into_any()
}

#[component]
fn WidthButton(width: RwSignal<SidebarWidth>) -> impl IntoView {
    let wide = move || width.get() == SidebarWidth::Wide;
    let label = move || if wide() { "Collapse sidebar" } else { "Expand sidebar" };
    let press = move |_| {
        width.update(|width| *width = width.other());
        cookie::remember(COOKIE, width.get_untracked().key());
    };
    view! {
        <button
            type="button"
            class="rail__link rail__toggle"
            aria-label=label
            aria-expanded=move || if wide() { "true" } else { "false" }
            data-tip=label
            data-tip-side="right"
            on:click=press
        >
            <Glyph icon=Icon::PanelLeft size=20 />
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn one_section_is_current_on_a_page_wherever_its_address_lies() {
        let here = WorkspaceId(Uuid::nil());
        let lit = |path: String| -> Vec<&str> {
            let lit = SECTIONS.iter().filter(|section| is_current(section, &path, here));
            lit.map(|section| section.label).collect()
        };

        assert_eq!(lit(routes::workspace(here)), ["Home"]);
        assert_eq!(lit(format!("{}/1", routes::gallery(here))), ["Workflows"]);
        assert_eq!(lit(format!("{}/1", routes::monitors(here))), ["Runs"]);
        assert_eq!(lit(routes::executions(here)), ["Runs"]);
        assert_eq!(lit(format!("{}/document/1", routes::lineages(here))), ["Documents"]);
        assert_eq!(lit(routes::images(here)), ["Documents"]);
        assert_eq!(lit(format!("{}/1", routes::settings(here, SettingsPage::Agents))), ["Agents"]);
        assert_eq!(lit(routes::settings(here, SettingsPage::Tools)), ["Tools"]);
        assert!(lit(routes::settings(here, SettingsPage::Members)).is_empty());
    }

    #[test]
    fn a_section_is_current_on_its_pages_and_not_on_its_namesakes() {
        assert!(is_within("/w/1/documents", "/w/1/documents"));
        assert!(is_within("/w/1/documents/7", "/w/1/documents"));
        assert!(!is_within("/w/1/documents-old", "/w/1/documents"));
    }
}
