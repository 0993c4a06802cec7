//! An agent on its page: what is saved of it, and what is filled in.

use api::agents::{archive_agent, publish_agent, save_agent};
use frame::{
    agent_form::{faults::Faults, fields::AgentFields},
    sending::Sending,
};
use leptos::prelude::*;
use model::{
    agent::{
        definition::AgentDefinition,
        library::{AgentForm, AgentPage},
    },
    agent_library::form::ArchiveChange,
    api::templates::PublishRequest,
    id::{AgentId, ImageId, WorkspaceId},
    problem::{FieldProblem, Problem},
};

/// The path of the definition in the form.
const DEFINITION: &str = "definition.";

/// Why a form is not sent: fields are marked. Problems given here are told above the form.
pub(super) fn refusal(problems: Vec<FieldProblem>) -> Problem {
    Problem::invalid("Check the marked fields.", problems)
}

/// An agent on its page.
#[derive(Clone, Copy)]
pub(super) struct AgentState {
    pub id: AgentId,
    pub workspace: WorkspaceId,
    /// What is saved.
    pub page: RwSignal<AgentPage>,
    pub name: RwSignal<String>,
    /// The image that is picked, if one is.
    pub picture: RwSignal<Vec<String>>,
    pub fields: AgentFields,
    /// What is filled in of the definition as it is now, or what cannot be read of it.
    pub filled: Memo<Result<AgentDefinition, Vec<FieldProblem>>>,
    /// Whether the person may change it: one that came with the product nobody may.
    pub may_edit: bool,
    pub sending: Sending,
    /// What cannot be read of what is filled in, since it was last sent.
    unread: RwSignal<Vec<FieldProblem>>,
}

impl AgentState {
    /// The state of a page that was just loaded, for somebody who may edit agents or not.
    pub fn new(workspace: WorkspaceId, page: AgentPage, edits: bool) -> Self {
        let picture = page.agent.picture.map(|picture| picture.to_string());
        let fields = AgentFields::new(&page.draft);
        Self {
            id: page.agent.id,
            workspace,
            name: RwSignal::new(page.agent.name.clone()),
            picture: RwSignal::new(picture.into_iter().collect()),
            fields,
            filled: Memo::new(move |_| fields.definition()),
            may_edit: edits && !page.agent.is_system && !page.agent.is_archived,
            sending: Sending::default(),
            unread: RwSignal::new(vec![]),
            page: RwSignal::new(page),
        }
    }

    /// What is wrong with the definition.
    pub fn faults(self) -> Faults {
        Faults::new(Signal::derive(move || {
            let refused = self.sending.problem.get().map(|problem| problem.errors);
            let within = |problem: FieldProblem| {
                let path = problem.path.as_deref()?.strip_prefix(DEFINITION)?.to_owned();
                Some(FieldProblem { path: Some(path), ..problem })
            };
            let refused = refused.unwrap_or_default().into_iter().filter_map(within);
            self.unread.get().into_iter().chain(refused).collect::<Vec<_>>()
        }))
    }

    /// Whether something is filled in that is not saved.
    pub fn is_changed(self) -> bool {
        let definition = self.filled.get();
        let (name, picture) = (self.name.get(), self.picked());
        self.page.with(|page| {
            definition.as_ref() != Ok(&page.draft)
                || name.trim() != page.agent.name
                || picture != page.agent.picture
        })
    }

    fn picked(self) -> Option<ImageId> {
        self.picture.with(|picked| picked.first().and_then(|id| id.parse().ok()))
    }

    /// The form to send; says what cannot be read where there is none.
    fn form(self) -> Option<AgentForm> {
        let definition = match self.filled.get_untracked() {
            Ok(definition) => definition,
            Err(problems) => {
                self.sending.problem.set(Some(refusal(vec![])));
                self.unread.set(problems);
                return None;
            }
        };
        self.unread.set(vec![]);
        Some(AgentForm {
            key: None,
            draft_revision: Some(self.page.with_untracked(|page| page.draft_revision)),
            name: self.name.get_untracked(),
            purpose: None,
            picture: untrack(|| self.picked()),
            definition,
        })
    }

    /// Saves the draft, and calls `done`.
    pub fn save(self, done: impl FnOnce() + 'static) {
        let Some(form) = self.form() else { return };
        self.sending.send(save_agent(self.id, form), move |page| {
            self.page.try_set(page);
            done();
        });
    }

    /// Saves what is changed and publishes the draft with a note; `sending` says how that went.
    pub fn publish(self, note: String, sending: Sending, done: impl FnOnce() + 'static) {
        if !untrack(|| self.is_changed()) {
            return self.publish_draft(note, sending, done);
        }
        let Some(form) = self.form() else {
            return sending.problem.set(self.sending.problem.get_untracked());
        };
        sending.send(save_agent(self.id, form), move |page| {
            self.page.try_set(page);
            self.publish_draft(note, sending, done);
        });
    }

    fn publish_draft(self, note: String, sending: Sending, done: impl FnOnce() + 'static) {
        let revision = self.page.with_untracked(|page| page.draft_revision);
        let form = PublishRequest { note, draft_revision: Some(revision) };
        sending.send(publish_agent(self.id, form), move |page| {
            self.page.try_set(page);
            done();
        });
    }

    /// Puts the agent out of sight, or back, and calls `done`.
    pub fn archive(self, archived: bool, done: impl FnOnce() + 'static) {
        self.sending.send(archive_agent(self.id, ArchiveChange { archived }), move |page| {
            self.page.try_set(page);
            done();
        });
    }
}
