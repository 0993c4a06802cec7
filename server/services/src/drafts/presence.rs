//! Presence in the editor: who has a template open, and notifying them of changes to its draft.

use backend::actor::Actor;
use model::{
    access::Permission,
    id::TemplateId,
    pages::{DraftNews, NewerDraft},
};
use store::{
    draft_editors::{self, OpenEditor},
    error::Result,
};
use uuid::Uuid;

use super::Drafts;
use crate::{context::OrNotFound, templates::editors::tell_editors};

impl Drafts {
    /// Notes that the actor has the template's editor open, until [`Drafts::close_editor`] or until
    /// it is not noted again for some time.
    ///
    /// # Errors
    /// An actor who may not edit; a template that is not there or came with the product.
    pub async fn open_editor(&self, actor: &Actor, template: TemplateId) -> Result<OpenEditor> {
        actor.require(Permission::EditTemplate)?;
        let (workspace, user) = (actor.workspace, actor.user);
        let editor = OpenEditor { id: Uuid::now_v7(), workspace, template, user };
        self.see_editor(editor).await?;
        tell_editors(&self.ctx, workspace, template).await;
        Ok(editor)
    }

    /// Notes that the editor is still open.
    ///
    /// # Errors
    /// A template that is not there any more.
    pub async fn see_editor(&self, editor: OpenEditor) -> Result<()> {
        let mut conn = self.ctx.connect("noting an open editor").await?;
        draft_editors::note_open(&mut conn, editor).await?.or_not_found("template")
    }

    pub async fn close_editor(&self, editor: OpenEditor) -> Result<()> {
        let mut conn = self.ctx.connect("noting a closed editor").await?;
        draft_editors::close(&mut conn, editor).await?;
        drop(conn);
        tell_editors(&self.ctx, editor.workspace, editor.template).await;
        Ok(())
    }

    /// How the draft stands for this editor, and who else has it open; none when the template is gone.
    pub async fn draft_news(&self, editor: OpenEditor) -> Result<Option<DraftNews>> {
        let mut conn = self.ctx.connect("looking at a draft").await?;
        draft_editors::load_news(&mut conn, editor).await
    }

    /// The draft as it is now.
    ///
    /// # Errors
    /// An actor who may not edit; an unknown template.
    pub async fn latest_draft(&self, actor: &Actor, template: TemplateId) -> Result<NewerDraft> {
        actor.require(Permission::EditTemplate)?;
        let draft = self.templates.draft(actor, template).await?;
        Ok(NewerDraft { draft_revision: draft.draft_revision, workflow: draft.workflow })
    }
}
