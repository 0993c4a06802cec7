//! A reader that has the editor of a template open: it counts as one of its editors while it reads, and
//! is told of the others and of newer drafts.

use engine::{
    error::EngineError,
    exec::hub::{DraftChanged, News},
    services::{Services, actor::Actor},
    store::draft_editors::OpenEditor,
};
use model::{id::TemplateId, pages::DraftNews};

/// One open editor, and what it was told last.
pub(super) struct Drafting {
    editor: OpenEditor,
    told: Option<DraftNews>,
}

impl Drafting {
    pub(super) async fn begin(
        services: &Services,
        actor: &Actor,
        template: TemplateId,
    ) -> Result<Self, EngineError> {
        let editor = services.open_editor(actor, template).await?;
        Ok(Self { editor, told: None })
    }

    /// Whether the news may be about its draft.
    pub(super) fn is_concerned(&self, news: &News) -> bool {
        match news {
            News::Draft(DraftChanged { workspace, template }) => {
                (*workspace, *template) == (self.editor.workspace, self.editor.template)
            }
            News::Missed => true,
            News::Advanced(_) | News::Text(_) => false,
        }
    }

    /// Is there still: its template may be gone, which ends nothing.
    pub(super) async fn stay(&self, services: &Services) -> Result<(), EngineError> {
        match services.see_editor(self.editor).await {
            Err(EngineError::NotFound(_)) => Ok(()),
            seen => seen,
        }
    }

    /// What is to be told, in so far as it is different from what was told before.
    pub(super) async fn news(
        &mut self,
        services: &Services,
    ) -> Result<Option<DraftNews>, EngineError> {
        let news = services.draft_news(self.editor).await?;
        let is_new = news.is_some() && news != self.told;
        self.told.clone_from(&news);
        Ok(news.filter(|_| is_new))
    }

    pub(super) async fn end(self, services: &Services) {
        if let Err(error) = services.close_editor(self.editor).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "an editor that was closed is still shown for a moment");
        }
    }
}
