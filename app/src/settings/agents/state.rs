//! An agent on its page: what is filled in, which is saved while it is edited.

use api::agents::{archive_agent, load_agent, publish_agent, save_agent};
use frame::{
    agent_form::{faults::Faults, fields::AgentFields},
    sending::Sending,
};
use leptos::{prelude::*, task::spawn_local};
use model::{
    agent::{
        definition::AgentDefinition,
        library::{AgentForm, AgentPage},
    },
    agent_library::form::ArchiveChange,
    api::templates::PublishRequest,
    autosave::{Autosave, Newer, Progress, Step, Whose},
    id::{AgentId, WorkspaceId},
    problem::{FieldProblem, Problem},
};
use web::client::{autosave_triggers, upload::send_at_leaving};

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
    /// What is filled in, as far as it could be read.
    written: Memo<AgentForm>,
    autosave: RwSignal<Autosave<AgentForm>>,
    /// In how many milliseconds from when this was set it is sent; none when nothing is to be.
    wait: RwSignal<Option<u32>>,
    /// What is published as soon as everything is saved.
    publishing: RwSignal<Option<Publishing>>,
}

/// A version that is to be published.
#[derive(Clone)]
struct Publishing {
    note: String,
    /// Says how it went.
    sending: Sending,
    done: Callback<()>,
}

/// The arguments of the server function that saves an agent.
#[derive(serde::Serialize)]
struct AgentSave {
    id: AgentId,
    form: AgentForm,
}

impl AgentState {
    /// The state of a page that was just loaded, for somebody who may edit agents or not.
    pub fn new(workspace: WorkspaceId, page: AgentPage, edits: bool) -> Self {
        let picture = page.agent.picture.map(|picture| picture.to_string());
        let fields = AgentFields::new(&page.draft);
        let name = RwSignal::new(page.agent.name.clone());
        let picture = RwSignal::new(picture.into_iter().collect::<Vec<_>>());
        let filled = Memo::new(move |_| fields.definition());
        let draft = page.draft.clone();
        let written = Memo::new(move |before: Option<&AgentForm>| {
            let before = before.map_or(&draft, |before| &before.definition);
            AgentForm {
                key: None,
                draft_revision: None,
                name: name.get(),
                purpose: None,
                picture: picture.with(|picked| picked.first().and_then(|id| id.parse().ok())),
                definition: filled.get().unwrap_or_else(|_| before.clone()),
            }
        });
        let saved = Autosave::new(written.get_untracked(), page.draft_revision);
        let state = Self {
            id: page.agent.id,
            workspace,
            name,
            picture,
            fields,
            filled,
            may_edit: edits && !page.agent.is_system && !page.agent.is_archived,
            sending: Sending::default(),
            written,
            autosave: RwSignal::new(saved),
            wait: RwSignal::new(None),
            publishing: RwSignal::new(None),
            page: RwSignal::new(page),
        };
        if state.may_edit {
            state.watch();
        }
        state
    }

    /// Whether what is filled in is saved; what cannot be read is not.
    pub fn progress(self) -> Progress<()> {
        if self.filled.with(Result::is_err) {
            return Progress::Refused(refusal(vec![]));
        }
        self.autosave.with(|autosave| autosave.progress().plain())
    }

    /// What is wrong with the definition.
    pub fn faults(self) -> Faults {
        Faults::new(Signal::derive(move || {
            let refused = self.autosave.with(|autosave| match autosave.progress() {
                Progress::Refused(problem) => problem.errors.clone(),
                _ => vec![],
            });
            let within = |problem: FieldProblem| {
                let path = problem.path.as_deref()?.strip_prefix(DEFINITION)?.to_owned();
                Some(FieldProblem { path: Some(path), ..problem })
            };
            let refused = refused.into_iter().filter_map(within);
            let unread = self.filled.get().err().unwrap_or_default();
            unread.into_iter().chain(refused).collect::<Vec<_>>()
        }))
    }

    /// Why the name is refused.
    pub fn wrong_name(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.autosave.with(|autosave| {
                let Progress::Refused(problem) = autosave.progress() else { return None };
                let mut errors = problem.errors.iter();
                let named = errors.find(|error| error.path.as_deref() == Some("name"));
                named.map(|error| error.message.clone())
            })
        })
    }

    /// Saves when the fields change, at the autosave triggers and when the page is left.
    fn watch(self) {
        Effect::new(move |before: Option<()>| {
            let now = self.written.get();
            let changed =
                before.and_then(|()| self.autosave.try_update(|one| one.note_change(&now)));
            if let Some(wait) = changed.flatten() {
                self.wait.set(Some(wait));
            }
        });
        autosave_triggers::watch(self.wait, move || self.flush(), move || self.leave());
        on_cleanup(move || {
            if cfg!(feature = "hydrate") {
                self.leave();
            }
        });
        Effect::new(move || {
            let Some(Publishing { note, sending, done }) = self.publishing.get() else { return };
            let refused = match self.progress() {
                Progress::Changed | Progress::Saving => return,
                Progress::Saved => None,
                Progress::Refused(problem) => Some(problem),
                Progress::Offline | Progress::Conflict(_) => {
                    let words = "Your changes aren't saved yet. Save them, then publish.";
                    Some(Problem::conflict("stale_draft", words))
                }
            };
            self.publishing.set(None);
            // Its dialog was closed while the changes were saved.
            if sending.busy.try_get_untracked().is_none() {
                return;
            }
            match refused {
                Some(problem) => sending.problem.set(Some(problem)),
                None => self.publish_draft(note, sending, done),
            }
        });
    }

    /// Sends what has changed without waiting.
    pub fn flush(self) {
        self.wait.set(None);
        let Some(now) = self.written.try_get_untracked() else { return };
        let Some(form) = self.autosave.try_update(|one| one.send(&now)).flatten() else { return };
        spawn_local(async move {
            let answer = match save_agent(self.id, form).await {
                Ok(page) => {
                    let revision = page.draft_revision;
                    self.page.try_set(page);
                    Ok(revision)
                }
                Err(error) => Err(error.0),
            };
            self.take_step(|autosave, now| autosave.handle_answer(answer, now));
        });
    }

    /// Saves what is filled in over what somebody else has saved meanwhile.
    pub fn keep_mine(self) {
        self.take_step(|autosave, now| autosave.settle(Whose::Mine, now));
    }

    /// Passes an input to the autosave, and carries out the step that it answers.
    fn take_step(self, take: impl FnOnce(&mut Autosave<AgentForm>, &AgentForm) -> Step<AgentForm>) {
        let Some(now) = self.written.try_get_untracked() else { return };
        match self.autosave.try_update(|autosave| take(autosave, &now)) {
            Some(Step::Send(wait)) => self.wait.set(Some(wait)),
            Some(Step::Fetch) => self.fetch(),
            // An agent is one whole: what goes on is what is filled in.
            Some(Step::Adopt(_) | Step::Settle(_)) => self.flush(),
            Some(Step::Rest) | None => {}
        }
    }

    /// Loads the agent as the server has it now, and looks whether anything else has changed.
    fn fetch(self) {
        spawn_local(async move {
            let found = load_agent(self.id).await;
            self.take_step(|autosave, now| match found {
                Ok(page) => {
                    let writing = AgentForm {
                        name: page.agent.name.clone(),
                        picture: page.agent.picture,
                        definition: page.draft.clone(),
                        ..now.clone()
                    };
                    let revision = page.draft_revision;
                    self.page.try_set(page);
                    autosave.merge_newer(Newer { revision, writing }, now)
                }
                Err(error) => autosave.handle_failure(error.0),
            });
        });
    }

    /// Sends what is not saved yet by a beacon, which arrives although the page is left.
    fn leave(self) {
        let Some(now) = self.written.try_get_untracked() else { return };
        let form = self.autosave.try_update(|autosave| autosave.leave(&now)).flatten();
        if let Some(form) = form
            && let Ok(body) = serde_json::to_string(&AgentSave { id: self.id, form })
        {
            send_at_leaving("/api/fn/save_agent", &body);
        }
    }

    /// Saves what is changed and publishes the draft with a note; `sending` says how that went.
    pub fn publish(self, note: String, sending: Sending, done: impl Fn() + Send + Sync + 'static) {
        self.flush();
        let done = Callback::new(move |()| done());
        self.publishing.set(Some(Publishing { note, sending, done }));
    }

    fn publish_draft(self, note: String, sending: Sending, done: Callback<()>) {
        let revision = self.autosave.with_untracked(Autosave::revision);
        let form = PublishRequest { note, draft_revision: Some(revision) };
        sending.send(publish_agent(self.id, form), move |page| {
            self.page.try_set(page);
            done.run(());
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
