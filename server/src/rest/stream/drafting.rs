//! A reader that has the editor of a template open: it counts as one of the template's editors
//! while it reads, and is sent the other editors and newer drafts.

use backend::actor::Actor;
use engine::exec::event_bus::{BusEvent, DraftChanged};
use model::{id::TemplateId, pages::DraftNews};
use services::drafts::Drafts;
use store::{draft_editors::OpenEditor, error::EngineError};

/// One open editor, and the state of the draft that it was sent last.
pub(super) struct Drafting {
    editor: OpenEditor,
    sent: Option<DraftNews>,
}

impl Drafting {
    pub(super) async fn begin(
        drafts: &Drafts,
        actor: &Actor,
        template: TemplateId,
    ) -> Result<Self, EngineError> {
        let editor = drafts.open_editor(actor, template).await?;
        Ok(Self { editor, sent: None })
    }

    pub(super) fn is_concerned(&self, news: &BusEvent) -> bool {
        match news {
            BusEvent::Draft(DraftChanged { workspace, template }) => {
                (*workspace, *template) == (self.editor.workspace, self.editor.template)
            }
            BusEvent::Missed => true,
            BusEvent::Advanced(_) | BusEvent::Text(_) | BusEvent::Comments(_) => false,
        }
    }

    /// Renews the editor's presence. A template that was deleted does not end the stream.
    pub(super) async fn renew(&self, drafts: &Drafts) -> Result<(), EngineError> {
        match drafts.see_editor(self.editor).await {
            Err(EngineError::NotFound(_)) => Ok(()),
            seen => seen,
        }
    }

    /// The present state of the draft; none where it is the same as was sent before.
    pub(super) async fn news(&mut self, drafts: &Drafts) -> Result<Option<DraftNews>, EngineError> {
        let news = drafts.draft_news(self.editor).await?;
        let is_new = news.is_some() && news != self.sent;
        self.sent.clone_from(&news);
        Ok(news.filter(|_| is_new))
    }

    pub(super) async fn end(self, drafts: &Drafts) {
        if let Err(error) = drafts.close_editor(self.editor).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "an editor that was closed is still shown for a moment");
        }
    }
}
