//! Saving drafts, beginning new ones, and reading what is pasted or lies in a file.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::templates::{DraftChange, NewTemplate, SavedTemplate},
    edit::{self, Command},
    id::TemplateId,
    pages::{DraftSaved, DraftToSave, ImportedWorkflow},
    problem::Problem,
    template::{TemplateCategory, blank_workflow},
    transfer::{
        self,
        steps::{Order, type_inputs},
    },
    validate::validate,
    workflow::Workflow,
};
use sqlx::PgConnection;
use store::{
    authoring,
    error::{EngineError, Result},
};

use super::Drafts;
use crate::{
    templates::definition::to_definition,
    tools::{Tools, argument_shape},
};

const BLANK_NAME: &str = "Untitled workflow";
const MOST_BLANKS: usize = 99;

/// The change of a draft to this workflow, whether it can run or not; all else stays.
fn workflow_change(draft_revision: i64, workflow: &Workflow) -> Result<DraftChange> {
    Ok(DraftChange {
        draft_revision: Some(draft_revision),
        definition: Some(to_definition(workflow)?),
        name: None,
        description: None,
        category: None,
        example_output: None,
        tags: None,
        unfinished: true,
    })
}

impl Drafts {
    /// Saves a draft, whether it can run or not. Saving the same content again changes nothing, so
    /// a save whose answer was lost may be repeated.
    ///
    /// # Errors
    /// An unknown template, a system template, a taken name.
    pub async fn keep_draft(&self, actor: &Actor, sent: DraftToSave) -> Result<DraftSaved> {
        let change = workflow_change(sent.draft_revision, &sent.workflow)?;
        match self.templates.save_draft(actor, sent.template_id, change).await {
            Ok(saved) => Ok(DraftSaved::Saved { draft_revision: saved.draft_revision }),
            Err(EngineError::Refused(problem)) if problem.code == "stale_draft" => {
                let newer = self.latest_draft(actor, sent.template_id).await?;
                if newer.workflow == sent.workflow {
                    return Ok(DraftSaved::Saved { draft_revision: newer.draft_revision });
                }
                Ok(DraftSaved::Behind(Box::new(newer)))
            }
            Err(EngineError::Refused(problem)) if problem.code == "name_taken" => {
                self.keep_renamed(actor, sent, problem).await
            }
            Err(error) => Err(error),
        }
    }

    /// Saves a draft whose name is taken under the first free name. The name of a published
    /// template is not changed: that save is refused with the problem `taken`.
    async fn keep_renamed(
        &self,
        actor: &Actor,
        sent: DraftToSave,
        taken: Problem,
    ) -> Result<DraftSaved> {
        let id = sent.template_id;
        if self.templates.draft(actor, id).await?.version.is_some() {
            return Err(taken.into());
        }
        let name = self.templates.importable_name(actor, id, &sent.workflow.name).await?;
        let workflow = Workflow { name: name.clone(), ..sent.workflow };
        let change = workflow_change(sent.draft_revision, &workflow)?;
        let draft_revision = self.templates.save_draft(actor, id, change).await?.draft_revision;
        Ok(DraftSaved::Renamed { draft_revision, name })
    }

    /// Makes a published version the draft again.
    ///
    /// # Errors
    /// An unknown version; a draft that has moved on since; a system template.
    pub async fn restore_version(
        &self,
        actor: &Actor,
        id: TemplateId,
        version: i32,
        draft_revision: i64,
    ) -> Result<SavedTemplate> {
        let found = self.templates.template_version(actor, id, version).await?;
        let change = workflow_change(draft_revision, &found.workflow)?;
        self.templates.save_draft(actor, id, change).await
    }

    /// Makes an empty workflow under a name that is still free.
    pub async fn start_workflow(&self, actor: &Actor) -> Result<SavedTemplate> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::EditTemplate, "looking for a free name").await?;
        let name = free_blank_name(&mut conn, actor).await?;
        drop(conn);
        let form = NewTemplate {
            definition: to_definition(&blank_workflow(&name))?,
            name: Some(name),
            description: None,
            category: TemplateCategory::Other,
            example_output: String::new(),
            unfinished: true,
            rename: false,
        };
        self.templates.create_template(actor, form).await
    }
}

async fn free_blank_name(conn: &mut PgConnection, actor: &Actor) -> Result<String> {
    let name = |number: usize| match number {
        1 => BLANK_NAME.to_owned(),
        number => format!("{BLANK_NAME} {number}"),
    };
    let names: Vec<String> = (1..=MOST_BLANKS).map(name).collect();
    let taken = authoring::taken_names(conn, actor.workspace, &names).await?;
    let free = names.into_iter().find(|name| !taken.contains(name));
    free.ok_or_else(|| {
        let words = "There are too many untitled workflows. Name some of them first.";
        Problem::conflict("name_taken", words).into()
    })
}

impl Drafts {
    /// Reads a workflow of any format, for the draft of a template where one is named; nothing is kept.
    ///
    /// # Errors
    /// The text is no workflow: a problem that says what is wrong with it.
    pub async fn read_workflow(
        &self,
        actor: &Actor,
        text: &str,
        order: Order,
        template: Option<TemplateId>,
    ) -> Result<ImportedWorkflow> {
        actor.require(Permission::EditTemplate)?;
        let read = transfer::import_in(text, order);
        let read = read.map_err(|errors| {
            Problem::invalid("This file isn't a workflow that Atelier can read.", errors)
        })?;
        let transfer::Imported { mut workflow, mut notes, takes_any_input } = read;
        if takes_any_input {
            let servers = Tools { ctx: self.ctx.clone() }.list_servers(actor).await?;
            type_inputs(&mut workflow, |tool, argument| argument_shape(&servers, tool, argument));
        }
        let wrong = |why: String| Problem::invalid(why, vec![]);
        if workflow.nodes.is_empty() {
            return Err(wrong("This file has no steps.".to_owned()).into());
        }
        let name = workflow.name.trim().to_owned();
        if let Some(id) = template.filter(|_| !name.is_empty()) {
            let free = self.templates.importable_name(actor, id, &name).await?;
            if free != name {
                notes
                    .push(format!("“{name}” already exists, so this workflow is called “{free}”."));
                workflow.name = free;
            }
        }
        let taken = Command::Replace(Box::new(workflow.clone()));
        let blank = &mut blank_workflow(&workflow.name);
        edit::apply(blank, taken).map_err(|why| wrong(why.to_string()))?;
        let issues = validate(&workflow);
        Ok(ImportedWorkflow { workflow, notes, issues })
    }
}
