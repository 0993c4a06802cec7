//! Every path of the app: one function each, so that a rename is a compile error and not a dead
//! link. The route table in `app.rs` spells the same paths as patterns.

use model::{
    api::{documents::ExportFormat, lineage::Subject},
    comment::{mentioned::MentionRow, subject::CommentSubject},
    id::{AgentId, DocumentId, ExecutionId, ImageId, ProjectId, TemplateId, UploadId, WorkspaceId},
    picture::PersonPicture,
};

use crate::{docs_page::DocsPage, settings_page::SettingsPage};

/// The entry, which redirects to set-up, sign-in or the workspace.
pub fn entry() -> String {
    "/".to_owned()
}

/// The set-up page of the first visit.
pub fn set_up() -> String {
    "/setup".to_owned()
}

/// A page of the documentation.
pub fn docs(page: DocsPage) -> String {
    match page.slug() {
        "" => "/docs".to_owned(),
        slug => format!("/docs/{slug}"),
    }
}

/// The page of an invitation, by what stands in its link.
pub fn join(token: &str) -> String {
    format!("/join/{token}")
}

/// The sign-in page.
pub fn sign_in() -> String {
    "/sign-in".to_owned()
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

/// The person's workspaces, with the form for another one.
pub fn workspaces() -> String {
    "/workspaces".to_owned()
}

/// The dashboard of a workspace.
pub fn workspace(workspace: WorkspaceId) -> String {
    format!("/workspace/{workspace}")
}

/// The template gallery.
pub fn gallery(workspace: WorkspaceId) -> String {
    format!("/workspace/{workspace}/workflows")
}

/// The preview of one template.
pub fn template(workspace: WorkspaceId, template: TemplateId) -> String {
    format!("/workspace/{workspace}/workflows/{template}")
}

/// The launch form of one template.
pub fn launch(workspace: WorkspaceId, template: TemplateId) -> String {
    format!("/workspace/{workspace}/workflows/{template}/launch")
}

/// The launch form of one template, with a project chosen.
pub fn launch_into(workspace: WorkspaceId, template: TemplateId, project: ProjectId) -> String {
    format!("{}?{PROJECT}={project}", launch(workspace, template))
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

/// The query parameter of a launch form with the execution that is launched again.
pub const AGAIN: &str = "again";

/// The query parameter of a launch form with the project.
pub const PROJECT: &str = "project";

/// The editor of one template.
pub fn builder(workspace: WorkspaceId, template: TemplateId) -> String {
    format!("/workspace/{workspace}/workflows/builder/{template}")
}

/// Every execution of a workspace.
pub fn executions(workspace: WorkspaceId) -> String {
    format!("/workspace/{workspace}/executions")
}

/// Where the monitors of executions lie.
pub fn monitors(workspace: WorkspaceId) -> String {
    format!("{}/executions", gallery(workspace))
}

/// The monitor of one execution.
pub fn execution(workspace: WorkspaceId, execution: ExecutionId) -> String {
    format!("{}/{execution}", monitors(workspace))
}

/// Every project of a workspace.
pub fn projects(workspace: WorkspaceId) -> String {
    format!("/workspace/{workspace}/projects")
}

/// Where the pages of how something was made lie.
pub fn lineages(workspace: WorkspaceId) -> String {
    format!("/workspace/{workspace}/lineage")
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

/// The page of a project.
pub fn project(workspace: WorkspaceId, project: ProjectId) -> String {
    format!("/workspace/{workspace}/projects/{project}")
}

/// The documents of a workspace.
pub fn documents(workspace: WorkspaceId) -> String {
    format!("/workspace/{workspace}/documents")
}

/// The templates of a workspace in which a person decides.
pub fn templates_with_review(workspace: WorkspaceId) -> String {
    format!("{}?q=review", gallery(workspace))
}

/// The images of a workspace.
pub fn images(workspace: WorkspaceId) -> String {
    format!("/workspace/{workspace}/images")
}

/// The reviews of a workspace that wait for a decision.
pub fn reviews(workspace: WorkspaceId) -> String {
    format!("/workspace/{workspace}/reviews")
}

/// The reviews of a workspace that wait for the person who looks.
pub fn reviews_for_me(workspace: WorkspaceId) -> String {
    format!("{}?show=mine", reviews(workspace))
}

/// What was decided in a workspace.
pub fn decisions(workspace: WorkspaceId) -> String {
    format!("{}?show=decided", reviews(workspace))
}

/// The query parameter of a page that opens the comments on something, by the id of that.
pub const COMMENTS: &str = "comments";

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

/// The original of a picture of the library.
pub fn image(image: ImageId) -> String {
    format!("/api/v1/images/{image}/content")
}

/// A picture that a link asks to decide about, by its place among the items.
pub fn linked_picture(link: &str, place: usize) -> String {
    format!("/api/v1/review-links/{link}/pictures/{place}")
}

/// The picture that was in its place when the step asked before.
pub fn linked_picture_before(link: &str, place: usize) -> String {
    format!("/api/v1/review-links/{link}/pictures/{place}/before")
}

/// The launch form of a template's draft, for this once.
pub fn launch_draft(workspace: WorkspaceId, template: TemplateId) -> String {
    format!("{}?{DRAFT}=1", launch(workspace, template))
}

/// The query parameter of a launch form that asks for the draft.
pub const DRAFT: &str = "draft";

/// Where files for a launch are sent.
pub const UPLOADS: &str = "/api/v1/uploads";

/// Every execution as a file for spreadsheets.
pub const EXECUTIONS_FILE: &str = "/api/v1/workflows/executions/csv";

/// The audit log as a file for spreadsheets.
pub const AUDIT_FILE: &str = "/api/v1/audit/csv";

/// Where pictures for the library are sent: into a project, or the workspace's first.
pub fn images_of(project: Option<ProjectId>) -> String {
    const IMAGES: &str = "/api/v1/images";
    project.map_or(IMAGES.to_owned(), |project| format!("{IMAGES}?project={project}"))
}

/// Where files of a document are sent.
pub fn document_files(document: DocumentId) -> String {
    format!("/api/v1/documents/{document}/files")
}

/// A file of a document.
pub fn document_file(document: DocumentId, file: UploadId) -> String {
    format!("{}/{file}", document_files(document))
}

/// A file that was sent for a launch.
pub fn upload(upload: UploadId) -> String {
    format!("{UPLOADS}/{upload}")
}

/// A file that was sent with the launch of an execution.
pub fn brought_file(execution: ExecutionId, file: UploadId) -> String {
    format!("/api/v1/workflows/executions/{execution}/files/{file}")
}

/// A small copy of such a file that is a picture.
pub fn brought_thumbnail(execution: ExecutionId, file: UploadId, side: ThumbnailSide) -> String {
    format!("{}/thumbnail?side={}", brought_file(execution, file), side.pixels())
}

/// A small copy of a picture, at most `side` pixels on its long side.
pub fn thumbnail(image: ImageId, side: ThumbnailSide) -> String {
    format!("/api/v1/images/{image}/thumbnail?side={}", side.pixels())
}

/// The sizes thumbnails come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThumbnailSide {
    /// 96 pixels, for cards and rows.
    Small,
    /// 384 pixels, for the outputs of an execution.
    Medium,
    /// 480 pixels, for grids.
    Large,
}

impl ThumbnailSide {
    fn pixels(self) -> u32 {
        match self {
            Self::Small => 96,
            Self::Medium => 384,
            Self::Large => 480,
        }
    }
}

/// Where a picture of oneself is sent.
pub const OWN_PICTURE: &str = "/api/v1/account/picture";

/// The picture of a person; another picture has another address.
pub fn person_picture(picture: PersonPicture) -> String {
    format!("/api/v1/members/{}/picture?version={}", picture.user_id, picture.version)
}

/// A page of a workspace's settings.
pub fn settings(workspace: WorkspaceId, page: SettingsPage) -> String {
    format!("/workspace/{workspace}/settings/{}", page.slug())
}

/// An agent of the library.
pub fn agent(workspace: WorkspaceId, agent: AgentId) -> String {
    format!("{}/{agent}", settings(workspace, SettingsPage::Agents))
}

/// The editor of a document.
pub fn document_writing(workspace: WorkspaceId, document: DocumentId) -> String {
    format!("/workspace/{workspace}/documents/{document}/edit")
}

/// A document with its images as a file.
pub fn document_export(document: DocumentId, format: ExportFormat) -> String {
    format!("/api/v1/documents/{document}/export?format={}", format.as_str())
}

/// Everything an execution has made as a file.
pub fn outputs_archive(execution: ExecutionId) -> String {
    format!("/api/v1/workflows/executions/{execution}/outputs.zip")
}

/// The page of a document.
pub fn document(workspace: WorkspaceId, document: DocumentId) -> String {
    format!("/workspace/{workspace}/documents/{document}")
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
