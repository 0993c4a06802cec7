//! Presence in the editor: who has a template open, and notifying them of changes to its draft.

use model::{
    access::Permission,
    id::{TemplateId, WorkspaceId},
    pages::{DraftNews, NewerDraft},
};
use uuid::Uuid;

use crate::{
    error::{Doing, EngineError, Result},
    services::{Services, actor::Actor},
    store::draft_editors::{self, OpenEditor},
};

impl Services {
    /// Notes that the actor has the template's editor open, until [`Services::close_editor`] or until
    /// it is not noted again for some time.
    ///
    /// # Errors
    /// An actor who may not edit; a template that is not there or came with the product.
    pub async fn open_editor(&self, actor: &Actor, template: TemplateId) -> Result<OpenEditor> {
        actor.require(Permission::EditTemplate)?;
        let (workspace, user) = (actor.workspace, actor.user);
        let editor = OpenEditor { id: Uuid::now_v7(), workspace, template, user };
        self.see_editor(editor).await?;
        self.tell_editors((workspace, template)).await;
        Ok(editor)
    }

    /// Notes that the editor is still open.
    ///
    /// # Errors
    /// A template that is not there any more.
    pub async fn see_editor(&self, editor: OpenEditor) -> Result<()> {
        let mut conn = self.pool.acquire().await.doing("noting an open editor")?;
        if draft_editors::note_open(&mut conn, editor).await? {
            Ok(())
        } else {
            Err(EngineError::NotFound("template"))
        }
    }

    /// Notes that the editor was closed.
    pub async fn close_editor(&self, editor: OpenEditor) -> Result<()> {
        let mut conn = self.pool.acquire().await.doing("noting a closed editor")?;
        draft_editors::close(&mut conn, editor).await?;
        drop(conn);
        self.tell_editors((editor.workspace, editor.template)).await;
        Ok(())
    }

    /// How the draft stands for this editor, and who else has it open; none when the template is gone.
    pub async fn draft_news(&self, editor: OpenEditor) -> Result<Option<DraftNews>> {
        let mut conn = self.pool.acquire().await.doing("looking at a draft")?;
        draft_editors::load_news(&mut conn, editor).await
    }

    /// The draft as it is now.
    ///
    /// # Errors
    /// An actor who may not edit; an unknown template.
    pub async fn latest_draft(&self, actor: &Actor, template: TemplateId) -> Result<NewerDraft> {
        actor.require(Permission::EditTemplate)?;
        let draft = self.draft(actor, template).await?;
        Ok(NewerDraft { draft_revision: draft.draft_revision, workflow: draft.workflow })
    }

    /// Tells who has the draft open that it, or who has it open, is different. Who does not hear of it
    /// looks by themselves a little later.
    pub(in crate::services) async fn tell_editors(&self, draft: (WorkspaceId, TemplateId)) {
        let notified = async {
            let mut conn = self.pool.acquire().await.doing("telling editors of a draft")?;
            draft_editors::notify(&mut conn, draft.0, draft.1).await
        };
        if let Err(error) = notified.await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "editors were not told of a draft; they look for themselves");
        }
    }
}
