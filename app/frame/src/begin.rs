//! Buttons that lead into the editor: with an empty workflow, a template of the workspace, or a
//! copy.

use api::{
    ApiError,
    builder::{clone_template, start_workflow},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{
    access::Permission,
    api::templates::SavedTemplate,
    id::{TemplateId, WorkspaceId},
};
use ui::{
    button::{Button, ButtonSize, LinkButton},
    icon::Icon,
    toast::{ToastKind, use_toasts},
};
use web::routes;

use crate::layout::session::use_session;

const MAY_NOT: &str = "Your role can launch workflows but not edit them.";

/// Whether the person's role may edit workflows; for hiding controls only, the server decides.
pub fn may_edit() -> bool {
    use_session().is_some_and(|session| session.may(Permission::EditTemplate))
}

/// Whether the person's role may launch; for hiding controls only, the server decides.
pub fn may_launch() -> bool {
    use_session().is_none_or(|session| session.may(Permission::LaunchTemplate))
}

/// The action of a button that makes a template and opens it in the editor.
#[derive(Clone, Copy)]
pub struct MakeAction {
    /// Whether it is being made.
    pub busy: RwSignal<bool>,
    pub press: Callback<()>,
}

fn make_action<F>(
    workspace: WorkspaceId,
    make: impl Fn() -> F + Send + Sync + 'static,
) -> MakeAction
where
    F: Future<Output = Result<SavedTemplate, ApiError>> + 'static,
{
    let (busy, toasts, navigate) = (RwSignal::new(false), use_toasts(), use_navigate());
    let press = Callback::new(move |()| {
        let (made, navigate) = (make(), navigate.clone());
        busy.set(true);
        spawn_local(async move {
            match made.await {
                Ok(saved) => navigate(&routes::builder(workspace, saved.id), Default::default()),
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            busy.try_set(false);
        });
    });
    MakeAction { busy, press }
}

/// The action that copies a template and opens the copy in the editor.
pub fn clone_action(workspace: WorkspaceId, template: TemplateId) -> MakeAction {
    make_action(workspace, move || clone_template(template))
}

/// Makes an empty workflow and opens it; not shown to those who may not edit workflows, nor on
/// phones, where the editor only shows them.
#[component]
pub fn BeginButton(
    /// The workspace of the page.
    workspace: WorkspaceId,
) -> impl IntoView {
    let MakeAction { busy, press } = make_action(workspace, start_workflow);
    may_edit().then(|| {
        view! {
            <span class="begin">
                <Button icon=Icon::Plus busy=busy on_press=press>
                    "New workflow"
                </Button>
            </span>
        }
    })
}

#[component]
pub fn EditButtons(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The template that is opened or copied.
    template: TemplateId,
    /// Whether it came with the product, so that only copies of it are changed.
    is_system: bool,
) -> impl IntoView {
    let MakeAction { busy, press } = clone_action(workspace, template);
    let may = may_edit();
    let edit = (may && !is_system).then(|| {
        view! {
            <LinkButton
                href=routes::builder(workspace, template)
                size=ButtonSize::Large
                icon=Icon::Pencil
            >
                "Edit"
            </LinkButton>
        }
    });
    let why_not = (!may).then(|| MAY_NOT.to_owned());
    // A person who may only read is not offered the button at all.
    let clone = may_launch().then(|| {
        view! {
            <Button
                size=ButtonSize::Large
                icon=Icon::Copy
                busy=busy
                why_not=MaybeProp::from(why_not)
                on_press=press
            >
                "Clone & customize"
            </Button>
        }
    });
    view! {
        {edit}
        {clone}
    }
}

/// Copies a template and opens the copy, from the template's card; not shown to those who may not
/// edit workflows.
#[component]
pub fn CloneButton(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The template that is copied.
    template: TemplateId,
    /// The template's name, for screen readers.
    name: String,
) -> impl IntoView {
    let MakeAction { busy, press } = clone_action(workspace, template);
    may_edit().then(|| {
        view! {
            <Button size=ButtonSize::Small icon=Icon::Copy busy=busy on_press=press>
                "Clone"
                <span class="unseen">{format!(" {name}")}</span>
            </Button>
        }
    })
}
