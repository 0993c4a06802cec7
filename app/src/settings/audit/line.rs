//! One line of the audit log, as a sentence.

use leptos::prelude::*;
use model::{api::audit::AuditRow, audit::AuditSubject, id::WorkspaceId};
use ui::{
    avatar::Avatar,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
};
use web::{routes, settings_page::SettingsPage};

use super::audit_query::AuditQuery;

/// Who did what to what; below it when, and from where.
#[component]
pub(super) fn Line(workspace: WorkspaceId, row: AuditRow) -> impl IntoView {
    let who = row.who();
    let person = match row.user_id {
        Some(user) => {
            let query = AuditQuery { person: user.to_string(), ..AuditQuery::default() };
            view! {
                <a class="audit__who" dir="auto" href=query.path(workspace)>
                    {who.clone()}
                </a>
            }
            .into_any()
        }
        None => view! { <span class="audit__who">{who.clone()}</span> }.into_any(),
    };
    let more =
        row.more().map(|more| view! { <span class="muted" dir="auto">" (" {more} ")"</span> });
    let ip = row.source.ip.clone();
    let source = [row.source.words(), ip.unwrap_or_default()];
    let source = source.into_iter().filter(|part| !part.is_empty());
    let source: String = source.map(|part| format!(" · {part}")).collect();
    view! {
        <li class="audit__line">
            <Avatar name=who />
            <div class="audit__words">
                <p>{person} " " {row.what()} " " {subject(workspace, &row)} {more}</p>
                <p class="small subtle">
                    <RelativeTime at=row.at />
                    <span dir="auto">{source}</span>
                </p>
            </div>
            {narrower(workspace, &row)}
        </li>
    }
    .into_any()
}

/// The name of what it was done to, as a link where there is a page of it.
fn subject(workspace: WorkspaceId, row: &AuditRow) -> Option<AnyView> {
    let name = row.whom().map(str::to_owned).or_else(|| plain_subject(row))?;
    let name = format!("“{name}”");
    Some(match address(workspace, row) {
        Some(href) => view! { <a class="link" dir="auto" href=href>{name}</a> }.into_any(),
        None => view! { <span dir="auto">{name}</span> }.into_any(),
    })
}

/// What is called by its name has no id: a secret, a model, a provider.
fn plain_subject(row: &AuditRow) -> Option<String> {
    let about = row.known_action()?.about();
    let is_named = matches!(about, AuditSubject::Secrets | AuditSubject::Providers);
    row.subject_id.clone().filter(|_| is_named)
}

fn address(workspace: WorkspaceId, row: &AuditRow) -> Option<String> {
    let id = row.subject_id.as_deref().unwrap_or_default();
    let page = |page: SettingsPage| Some(routes::settings(workspace, page));
    match row.known_action()?.about() {
        AuditSubject::Template => id.parse().ok().map(|id| routes::template(workspace, id)),
        AuditSubject::Execution => id.parse().ok().map(|id| routes::execution(workspace, id)),
        AuditSubject::Document => id.parse().ok().map(|id| routes::document(workspace, id)),
        AuditSubject::Project => id.parse().ok().map(|id| routes::project(workspace, id)),
        AuditSubject::Images => Some(routes::images(workspace)),
        AuditSubject::Members => page(SettingsPage::Members),
        AuditSubject::Workspace => page(SettingsPage::Workspace),
        AuditSubject::Tokens => page(SettingsPage::Tokens),
        AuditSubject::Secrets => page(SettingsPage::Secrets),
        AuditSubject::Providers => page(SettingsPage::Providers),
        AuditSubject::Budgets => page(SettingsPage::Budgets),
        AuditSubject::Notices => page(SettingsPage::Notices),
        AuditSubject::Tools => page(SettingsPage::Tools),
        AuditSubject::Agent => id.parse().ok().map(|id| routes::agent(workspace, id)),
        AuditSubject::Retention => page(SettingsPage::Retention),
        // The account of another person has no page here.
        AuditSubject::Account | AuditSubject::Other => None,
    }
}

/// The way to all that was done to the same thing.
fn narrower(workspace: WorkspaceId, row: &AuditRow) -> Option<AnyView> {
    let subject = row.subject_id.clone()?;
    let name = row.subject.clone().unwrap_or_else(|| "this".to_owned());
    let label = format!("Show all entries for {name}");
    let query = AuditQuery { subject, ..AuditQuery::default() };
    let view = view! {
        <a
            class="icon-button"
            href=query.path(workspace)
            aria-label=label.clone()
            data-tip=label
        >
            <Glyph icon=Icon::Funnel size=18 />
        </a>
    };
    Some(view.into_any())
}
