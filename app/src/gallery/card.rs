//! A workflow as a card, and the menu of one of one's own: edit, details, clone, archive, delete.

use api::{
    ApiError,
    templates::{archive_template, delete_template},
};
use diagram::Miniature;
use frame::{
    begin::{CloneButton, clone_action, may_edit, may_launch},
    template_stats,
};
use leptos::{ev::MouseEvent, prelude::*, task::spawn_local};
use model::{
    agent_library::form::ArchiveChange,
    api::templates::{Disabled, Removal},
    id::{TemplateId, WorkspaceId},
    pages::TemplateCard,
};
use ui::{
    badge::Tag,
    button::{ButtonSize, LinkButton},
    dialog::RemovalDialog,
    format,
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction, MenuLink},
    toast::{ToastKind, Toasts, use_toasts},
};
use web::routes;

use super::{details::DetailsDialog, filter::Filter};

pub use super::filter::word_of as category_word;

/// A workflow: the card leads to its preview, its button to its launch form. One that came with
/// Atelier can be cloned, one of one's own has a menu.
#[component]
pub fn TemplateTile(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The workflow that is shown.
    card: TemplateCard,
    /// What the menus of the page share; without it there is no menu.
    #[prop(optional_no_strip)]
    managing: Option<Managing>,
    /// Shows the preview on this page; without it the card leads to the preview's own page.
    #[prop(optional_no_strip)]
    on_peek: Option<Callback<TemplateCard>>,
) -> impl IntoView {
    let preview = routes::template(workspace, card.id);
    let steps = format::pluralize(card.workflow.nodes.len() as u64, "step", "steps");
    let (name, tags) = (card.name.clone(), card.tags.clone());
    let category = category_word(&card.category);
    let off = card.disabled.clone().map(|Disabled { reason, .. }| {
        let words = format!("Off: {reason}");
        view! {
            <p class="template-tile__off clip-two" dir="auto" title=reason>
                <Glyph icon=Icon::TriangleAlert size=14 />
                {words}
            </p>
        }
    });
    let peeked = on_peek.map(|on_peek| (on_peek, StoredValue::new(card.clone())));
    let peek = move |event: MouseEvent| {
        if let Some((on_peek, card)) = peeked.filter(|_| is_plain(&event)) {
            event.prevent_default();
            on_peek.run(card.get_value());
        }
    };
    view! {
        <article class="card card--link template-tile">
            <div class="template-tile__picture">
                <Miniature workflow=card.workflow.clone() />
            </div>
            <div class="template-tile__words">
                <div class="row">
                    <Tag>{category}</Tag>
                    <span class="subtle small num">{steps}</span>
                </div>
                <h3 class="template-tile__name clip-two" title=name>
                    <a class="card__cover" href=preview dir="auto" translate="no" on:click=peek>
                        {name.clone()}
                    </a>
                </h3>
                <p class="template-tile__purpose muted">{card.description.clone()}</p>
                {(!tags.is_empty()).then(|| view! { <TagLinks workspace=workspace tags=tags /> })}
                {off}
            </div>
            <Foot workspace=workspace card=card managing=managing />
        </article>
    }
}

/// Whether a press on a link is one that opens it here, and not in another tab.
fn is_plain(event: &MouseEvent) -> bool {
    let with_key = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    event.button() == 0 && !with_key
}

/// The statistics of a workflow, and what can be done with it.
#[component]
fn Foot(workspace: WorkspaceId, card: TemplateCard, managing: Option<Managing>) -> impl IntoView {
    let TemplateCard { id, name, is_system, stats, disabled, .. } = card;
    let launches = may_launch() && disabled.is_none();
    let launch = launches.then(|| {
        let name = name.clone();
        view! {
            <LinkButton
                href=routes::launch(workspace, id)
                size=ButtonSize::Small
                icon=Icon::Play
            >
                {launch_verb(is_system)}
                <span class="unseen">{format!(" {name}")}</span>
            </LinkButton>
        }
    });
    let other = if is_system {
        Some(view! { <CloneButton workspace=workspace template=id name=name /> }.into_any())
    } else {
        managing.map(|managing| {
            view! {
                <ManageMenu
                    managing=managing
                    template=id
                    name=name
                    has_runs={stats.uses > 0}
                />
            }
            .into_any()
        })
    };
    view! {
        <footer class="template-tile__foot">
            <span class="template-tile__stats subtle small num">
                {template_stats::line(&stats)}
            </span>
            {other}
            {launch}
        </footer>
    }
}

/// The word of the button that leads to the launch form.
pub fn launch_verb(is_system: bool) -> &'static str {
    if is_system { "Use" } else { "Launch" }
}

/// The same word where there is room for what is launched.
pub fn launch_words(is_system: bool) -> &'static str {
    if is_system { "Use template" } else { launch_verb(is_system) }
}

/// The tags of a workflow, each a link to all that have it.
#[component]
pub(crate) fn TagLinks(workspace: WorkspaceId, tags: Vec<String>) -> impl IntoView {
    let link = move |tag: String| {
        let href = Filter { tag: tag.clone(), ..Filter::default() }.path(workspace);
        view! {
            <li>
                <a class="tag-link" href=href dir="auto" translate="no">
                    {format!("#{tag}")}
                </a>
            </li>
        }
    };
    view! {
        <ul class="tag-links" aria-label="Tags">
            {tags.into_iter().map(link).collect_view()}
        </ul>
    }
}

/// What the menus of a page's workflows share: the dialogs they open, and who is told what they did.
#[derive(Clone, Copy)]
pub struct Managing {
    workspace: WorkspaceId,
    /// The workflow whose details are edited.
    details: RwSignal<Option<TemplateId>>,
    /// The workflow that may be deleted.
    doomed: RwSignal<Option<TemplateId>>,
    toasts: Toasts,
    on_change: Callback<()>,
    /// What follows when a workflow is out of sight; none where the page stays, as a list does.
    on_gone: Option<Callback<()>>,
}

impl Managing {
    /// Shares dialogs among the menus below; `on_change` is called when a workflow is different, and
    /// when it is gone unless `on_gone` says what follows.
    pub fn new(
        workspace: WorkspaceId,
        on_change: Callback<()>,
        on_gone: Option<Callback<()>>,
    ) -> Self {
        let (details, doomed) = (RwSignal::new(None), RwSignal::new(None));
        Self { workspace, details, doomed, toasts: use_toasts(), on_change, on_gone }
    }

    /// Archives a workflow, with a way back in the toast of a list, or restores it.
    pub(super) fn set_archived(self, template: TemplateId, archived: bool) {
        spawn_local(async move {
            match archive_template(template, ArchiveChange { archived }).await {
                Ok(()) if archived => self.tell_archived(template),
                Ok(()) => {
                    self.toasts.show(ToastKind::Done, "Workflow restored.");
                    self.on_change.try_run(());
                }
                Err(ApiError(problem)) => self.toasts.show(ToastKind::Failed, problem),
            }
        });
    }

    fn tell_archived(self, template: TemplateId) {
        let words = "Workflow archived.";
        if self.on_gone.is_none() {
            let undo = move |()| self.set_archived(template, false);
            self.toasts.offer(ToastKind::Done, words, "Undo", undo);
        } else {
            self.toasts.show(ToastKind::Done, words);
        }
        self.tell_gone();
    }

    fn tell_gone(self) {
        self.on_gone.unwrap_or(self.on_change).try_run(());
    }
}

/// The menu of a workflow, for those who may edit it.
#[component]
pub(crate) fn ManageMenu(
    managing: Managing,
    /// The workflow; not one that came with Atelier.
    template: TemplateId,
    /// The workflow's name, for screen readers.
    name: String,
    /// Whether it has runs that need it: it can be archived, and not deleted.
    has_runs: bool,
) -> impl IntoView {
    may_edit().then(|| {
        let clone = clone_action(managing.workspace, template);
        let delete = (!has_runs).then(|| {
            view! {
                <MenuAction
                    icon=Icon::Trash
                    on_press=move |()| managing.doomed.set(Some(template))
                >
                    "Delete…"
                </MenuAction>
            }
        });
        view! {
            <Menu
                label=format!("More for {name}")
                trigger=|| view! { <Glyph icon=Icon::Ellipsis /> }
            >
                <MenuLink href=routes::builder(managing.workspace, template) icon=Icon::Pencil>
                    "Edit"
                </MenuLink>
                <MenuAction
                    icon=Icon::Settings
                    on_press=move |()| managing.details.set(Some(template))
                >
                    "Name and details…"
                </MenuAction>
                <MenuAction icon=Icon::Copy on_press=clone.press>
                    "Clone"
                </MenuAction>
                <MenuAction
                    icon=Icon::Archive
                    on_press=move |()| managing.set_archived(template, true)
                >
                    "Archive"
                </MenuAction>
                {delete}
            </Menu>
        }
    })
}

/// The dialogs of the menus; once on the page.
#[component]
pub(crate) fn ManageDialogs(managing: Managing) -> impl IntoView {
    let delete = move |template: TemplateId| async move {
        let said = match delete_template(template).await? {
            Removal::Deleted => "Workflow deleted.",
            Removal::Archived => "Workflow archived because it has runs.",
        };
        managing.toasts.show(ToastKind::Done, said);
        Ok::<(), ApiError>(())
    };
    view! {
        <DetailsDialog template=managing.details on_saved=managing.on_change />
        <RemovalDialog
            id="delete-workflow"
            title="Delete this workflow?"
            text="The workflow, its draft and all its versions are deleted. This cannot be undone. A \
                  workflow with test runs is archived instead, so that they stay readable."
            verb="Delete workflow"
            doomed=managing.doomed
            delete=delete
            on_done=move |_: TemplateId| managing.tell_gone()
        />
    }
    .into_any()
}
