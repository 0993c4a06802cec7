//! Deleting documents that nothing needs.

use model::{
    access::Permission,
    id::DocumentId,
    problem::{FieldProblem, Problem},
};

use super::writing::locked;
use crate::{
    error::{Doing, Result},
    services::{Services, accounts::entry, actor::Actor},
    store::{
        audit,
        library::writing::{self, DocumentUse},
    },
};

/// Users of a document that are named at most, of each kind.
const NAMED: i64 = 20;

impl Services {
    /// Deletes a document with its versions; the images on it stay in the library.
    ///
    /// # Errors
    /// An unknown document; a conflict with the list of the templates and executions that need it.
    pub async fn delete_document(&self, actor: &Actor, id: DocumentId) -> Result<()> {
        actor.require(Permission::EditDocument)?;
        let mut tx = self.pool.begin().await.doing("deleting a document")?;
        locked(&mut tx, actor, id).await?;
        let uses = writing::uses(&mut tx, actor.workspace, id, NAMED).await?;
        if !uses.is_empty() {
            return Err(in_use(&uses).into());
        }
        writing::delete(&mut tx, actor.workspace, id).await?;
        let note = entry(actor, "document.deleted", Some(id.to_string()));
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing("deleting a document")
    }
}

fn in_use(uses: &[DocumentUse]) -> Problem {
    let user = |used: &DocumentUse| {
        let (path, message, fix) = match used {
            DocumentUse::Template(id, name) => (
                format!("templates.{id}"),
                format!("The template “{name}” uses it."),
                "Choose another document in its nodes, and publish it.",
            ),
            DocumentUse::Execution(id, name) => (
                format!("executions.{id}"),
                format!("The execution “{name}” uses it and is not over."),
                "Wait until it is over, or stop it.",
            ),
        };
        let problem = FieldProblem::field("document_in_use", path, message);
        FieldProblem { fix: Some(fix.to_owned()), ..problem }
    };
    let detail = "The document is in use and was not deleted.";
    let errors = uses.iter().map(user).collect();
    Problem { errors, ..Problem::conflict("document_in_use", detail) }
}
