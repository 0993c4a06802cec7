//! Every path of the app: one function each, so that a rename is a compile error and not a dead
//! link. The route table in `app.rs` spells the same paths as patterns.

use std::fmt;

use model::{
    api::{documents::ExportFormat, lineage::Subject},
    comment::{mentioned::MentionRow, subject::CommentSubject},
    id::{AgentId, DocumentId, ExecutionId, ImageId, ProjectId, TemplateId, UploadId, WorkspaceId},
    picture::PersonPicture,
};

use crate::{docs_page::DocsPage, settings_page::SettingsPage};

/// A function for each path, which puts what it is given into the path.
macro_rules! paths {
    ($($(#[$about:meta])* $name:ident($($given:ident: $kind:ty),*) = $path:literal;)*) => {$(
        #[doc = $path]
        $(#[$about])*
        pub fn $name($($given: $kind),*) -> String {
            format!($path)
        }
    )*};
}

paths! {
    /// It redirects to set-up, sign-in or the workspace.
    entry() = "/";
    set_up() = "/setup";
    /// An invitation, by what stands in its link.
    join(token: &str) = "/join/{token}";
    sign_in() = "/sign-in";
    workspaces() = "/workspaces";
    workspace(workspace: WorkspaceId) = "/workspace/{workspace}";
    gallery(workspace: WorkspaceId) = "/workspace/{workspace}/workflows";
    /// The templates in which a person decides.
    templates_with_review(workspace: WorkspaceId) = "/workspace/{workspace}/workflows?q=review";
    template(workspace: WorkspaceId, template: TemplateId) =
        "/workspace/{workspace}/workflows/{template}";
    launch(workspace: WorkspaceId, template: TemplateId) =
        "/workspace/{workspace}/workflows/{template}/launch";
    launch_into(workspace: WorkspaceId, template: TemplateId, project: ProjectId) =
        "/workspace/{workspace}/workflows/{template}/launch?{PROJECT}={project}";
    /// The launch form of a template's draft, for this once.
    launch_draft(workspace: WorkspaceId, template: TemplateId) =
        "/workspace/{workspace}/workflows/{template}/launch?{DRAFT}=1";
    builder(workspace: WorkspaceId, template: TemplateId) =
        "/workspace/{workspace}/workflows/builder/{template}";
    executions(workspace: WorkspaceId) = "/workspace/{workspace}/executions";
    /// Where the monitors of executions lie.
    monitors(workspace: WorkspaceId) = "/workspace/{workspace}/workflows/executions";
    execution(workspace: WorkspaceId, execution: ExecutionId) =
        "/workspace/{workspace}/workflows/executions/{execution}";
    projects(workspace: WorkspaceId) = "/workspace/{workspace}/projects";
    project(workspace: WorkspaceId, project: ProjectId) =
        "/workspace/{workspace}/projects/{project}";
    lineages(workspace: WorkspaceId) = "/workspace/{workspace}/lineage";
    documents(workspace: WorkspaceId) = "/workspace/{workspace}/documents";
    document(workspace: WorkspaceId, document: DocumentId) =
        "/workspace/{workspace}/documents/{document}";
    document_writing(workspace: WorkspaceId, document: DocumentId) =
        "/workspace/{workspace}/documents/{document}/edit";
    images(workspace: WorkspaceId) = "/workspace/{workspace}/images";
    /// The reviews that wait for a decision.
    reviews(workspace: WorkspaceId) = "/workspace/{workspace}/reviews";
    reviews_for_me(workspace: WorkspaceId) = "/workspace/{workspace}/reviews?show=mine";
    decisions(workspace: WorkspaceId) = "/workspace/{workspace}/reviews?show=decided";
    agent(workspace: WorkspaceId, agent: AgentId) =
        "/workspace/{workspace}/settings/agents/{agent}";

    /// The original of a picture of the library.
    image(image: ImageId) = "/api/v1/images/{image}/content";
    thumbnail(image: ImageId, side: ThumbnailSide) = "/api/v1/images/{image}/thumbnail?side={side}";
    /// A picture that a link asks to decide about, by its place among the items.
    linked_picture(link: &str, place: usize) = "/api/v1/review-links/{link}/pictures/{place}";
    /// The picture that was in its place when the step asked before.
    linked_picture_before(link: &str, place: usize) =
        "/api/v1/review-links/{link}/pictures/{place}/before";
    document_files(document: DocumentId) = "/api/v1/documents/{document}/files";
    document_file(document: DocumentId, file: UploadId) =
        "/api/v1/documents/{document}/files/{file}";
    upload(upload: UploadId) = "/api/v1/uploads/{upload}";
    /// A file that was sent with the launch of an execution.
    brought_file(execution: ExecutionId, file: UploadId) =
        "/api/v1/workflows/executions/{execution}/files/{file}";
    brought_thumbnail(execution: ExecutionId, file: UploadId, side: ThumbnailSide) =
        "/api/v1/workflows/executions/{execution}/files/{file}/thumbnail?side={side}";
    /// Everything an execution has made as a file.
    outputs_archive(execution: ExecutionId) =
        "/api/v1/workflows/executions/{execution}/outputs.zip";
}

/// The query parameter of a launch form with the execution that is launched again.
pub const AGAIN: &str = "again";
/// The query parameter of a launch form with the project.
pub const PROJECT: &str = "project";
/// The query parameter of a launch form that asks for the draft.
pub const DRAFT: &str = "draft";
/// The query parameter of a page that opens the comments on something, by the id of that.
pub const COMMENTS: &str = "comments";
/// Where files for a launch are sent.
pub const UPLOADS: &str = "/api/v1/uploads";
/// Every execution as a file for spreadsheets.
pub const EXECUTIONS_FILE: &str = "/api/v1/workflows/executions/csv";
/// The audit log as a file for spreadsheets.
pub const AUDIT_FILE: &str = "/api/v1/audit/csv";
/// Where a picture of oneself is sent.
pub const OWN_PICTURE: &str = "/api/v1/account/picture";

/// A page of the documentation.
pub fn docs(page: DocsPage) -> String {
    format!("/docs/{}", page.slug()).trim_end_matches('/').to_owned()
}

/// A page of a workspace's settings.
pub fn settings(workspace: WorkspaceId, page: SettingsPage) -> String {
    format!("/workspace/{workspace}/settings/{}", page.slug())
}

/// The sign-in page, which leads to `next` (a path of this app) afterwards.
pub fn sign_in_to(next: &str) -> String {
    format!("/sign-in?next={}", escape(next))
}

/// Where a browser goes to sign in at the provider, and to `next` (a path of this app) afterwards.
pub fn provider_sign_in(next: &str) -> String {
    format!("/api/v1/oidc/start?next={}", escape(next))
}

fn escape(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// `next` if it is a path inside this app, else the entry: never another site.
pub fn safe_next(next: &str) -> String {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|c: char| c == '\\' || c.is_control());
    if local { next.to_owned() } else { entry() }
}

/// The launch form of one template, or of its draft, filled in with what an execution was launched
/// with.
pub fn launch_again(
    workspace: WorkspaceId,
    template: TemplateId,
    draft: bool,
    execution: ExecutionId,
) -> String {
    let draft = if draft { format!("&{DRAFT}=1") } else { String::new() };
    format!("{}?{AGAIN}={execution}{draft}", launch(workspace, template))
}

/// The page of how something was made.
pub fn lineage(workspace: WorkspaceId, subject: Subject) -> String {
    let (kind, id) = match subject {
        Subject::Artifact(id) => ("artifact", id.0),
        Subject::Image(id) => ("image", id.0),
        Subject::Document(id) => ("document", id.0),
    };
    format!("{}/{kind}/{id}", lineages(workspace))
}

/// The subject in the address of a lineage page; none where there is no such kind or id.
pub fn lineage_subject(kind: &str, id: &str) -> Option<Subject> {
    match kind {
        "artifact" => id.parse().ok().map(Subject::Artifact),
        "image" => id.parse().ok().map(Subject::Image),
        "document" => id.parse().ok().map(Subject::Document),
        _ => None,
    }
}

/// Where the comment that names somebody is read, with the comments open. What was decided is in no
/// inbox any more: comments on a review are among those on its execution.
pub fn mention(workspace: WorkspaceId, row: &MentionRow) -> String {
    let (page, id) = match (&row.subject, row.execution_id) {
        (CommentSubject::Template { id, .. }, _) => (builder(workspace, *id), id.0),
        (CommentSubject::Document { id }, _) => (document(workspace, *id), id.0),
        (CommentSubject::Execution { id, .. }, _) => (execution(workspace, *id), id.0),
        (CommentSubject::Review { .. }, Some(id)) => (execution(workspace, id), id.0),
        (CommentSubject::Review { id }, None) => (reviews(workspace), id.0),
    };
    format!("{page}?{COMMENTS}={id}")
}

/// Where pictures for the library are sent: into a project, or the workspace's first.
pub fn images_of(project: Option<ProjectId>) -> String {
    const IMAGES: &str = "/api/v1/images";
    project.map_or(IMAGES.to_owned(), |project| format!("{IMAGES}?project={project}"))
}

/// The picture of a person; another picture has another address.
pub fn person_picture(picture: PersonPicture) -> String {
    format!("/api/v1/members/{}/picture?version={}", picture.user_id, picture.version)
}

/// A document with its images as a file.
pub fn document_export(document: DocumentId, format: ExportFormat) -> String {
    format!("/api/v1/documents/{document}/export?format={}", format.as_str())
}

/// The sizes thumbnails come in, by the pixels of their long side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThumbnailSide {
    /// For cards and rows.
    Small = 96,
    /// For the outputs of an execution.
    Medium = 384,
    /// For grids.
    Large = 480,
}

impl fmt::Display for ThumbnailSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", *self as u32)
    }
}

#[cfg(test)]
mod tests {
    use model::{
        access::Role,
        agent::approval::ReviewKind,
        execution::state::ExecutionStatus,
        notice::{
            BudgetCrossing, BudgetThreshold,
            message::{self, NamedComment, NamedExecution, NamedReview},
        },
        time::Timestamp,
    };

    use super::*;

    #[test]
    fn sign_in_leads_back_only_into_this_app() {
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "", "/a\nb"]
        {
            assert_eq!(safe_next(elsewhere), "/", "{elsewhere}");
        }
        assert_eq!(safe_next("/workspace/1?q=a"), "/workspace/1?q=a");
    }

    #[test]
    #[allow(clippy::unwrap_used, reason = "tests")]
    fn notices_lead_to_pages_of_this_app() {
        let here: WorkspaceId = "00000000-0000-0000-0000-000000000001".parse().unwrap();
        let id: ExecutionId = "00000000-0000-0000-0000-000000000002".parse().unwrap();
        let run = NamedExecution { workspace: here, workspace_name: "", id, name: "", number: 1 };
        let crossing = BudgetCrossing {
            template: None,
            threshold: BudgetThreshold::Nearly,
            limit_micros: 1,
            spent_micros: 1,
        };
        let subject = CommentSubject::Execution { id, node_id: None };
        let execution_id = Some(id);
        let row = MentionRow {
            comment_id: "00000000-0000-0000-0000-000000000003".parse().unwrap(),
            subject: subject.clone(),
            execution_id,
            title: String::new(),
            by: None,
            excerpt: String::new(),
            at: Timestamp(0),
        };
        let comment = NamedComment {
            author: None,
            subject: &subject,
            execution: execution_id,
            title: "",
            text: "",
        };

        let review = NamedReview { step: "", kind: ReviewKind::Content, items: &[] };
        assert_eq!(message::review_waits(run, review).path, reviews(here));
        let over = message::execution_over(run, ExecutionStatus::Completed, None);
        assert_eq!(over.path, execution(here, id));
        assert_eq!(message::mention(comment, here, "").path, mention(here, &row));
        let budgets = settings(here, SettingsPage::Budgets);
        assert_eq!(message::budget(&crossing, None, here, "").path, budgets);
        let members = settings(here, SettingsPage::Members);
        assert_eq!(message::invitation(here, "", None, "", Role::Viewer).path, members);
        assert_eq!(message::webhook_test(here).path, settings(here, SettingsPage::Notices));
    }

    #[test]
    fn the_way_back_is_escaped() {
        assert_eq!(sign_in_to("/a b?c=d&e"), "/sign-in?next=/a%20b%3Fc%3Dd%26e");
    }
}
