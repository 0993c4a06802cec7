//! Reading what is pasted or lies in a file.

use backend::actor::Actor;
use model::{
    access::Permission,
    edit::{self, Command},
    id::TemplateId,
    pages::ImportedWorkflow,
    problem::Problem,
    template::blank_workflow,
    transfer::{self, steps::Order},
    validate::validate,
};
use store::error::Result;

use super::Drafts;

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
        let transfer::Imported { mut workflow, mut notes } = read;
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
