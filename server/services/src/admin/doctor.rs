//! Looks for what cannot go on or was lost, says it in words, and deals with what can be dealt with.
//!
//! Each repair is one transaction with its entry in the audit log. An execution that the doctor
//! ends says why (`unreadable`, `stuck`), not that a person stopped it.

use std::{collections::BTreeSet, error::Error, time::Duration};

use backend::actor::{Actor, Credential};
use blobs::Digest;
use model::{
    audit::AuditAction,
    execution::state::EndReason,
    id::{ExecutionId, WorkerId, WorkspaceId},
    nodes::NodeKind,
};
use serde_json::{Value, json};
use store::{audit, diagnostics, error::Result, instance};
use uuid::Uuid;

use super::{Admin, audit_chain::find_broken_lines, integrity_check, unread::find_unreadable};
use crate::{
    context::ServiceContext,
    uploads::blobs::{delete_unused_blob, parse_digests, read_error},
};
use engine::exec::advance::{Advance, Input, InputOutcome, compile_definition};

/// What nothing needs for so long is said.
const RECORDED: Duration = Duration::from_secs(3600);

/// One thing that is wrong, and what helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The execution it concerns and whose that is, if it is one's.
    pub execution: Option<(WorkspaceId, ExecutionId)>,
    /// What is wrong, in a sentence about that execution.
    pub words: String,
    /// What can be done about it.
    pub repair: Repair,
}

impl Diagnosis {
    /// What is wrong, and with what.
    pub fn line(&self) -> String {
        match self.execution {
            Some((_, id)) => format!("Run {id}: {}", self.words),
            None => self.words.clone(),
        }
    }
}

/// What helps against a diagnosis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// The execution is ended for this reason; what it has made stays.
    End(EndReason),
    /// The execution is ended without being read, which is impossible; what it has made stays.
    EndUnread,
    /// Another worker takes the jobs of this one over.
    TakeOver(WorkerId),
    /// The bytes are deleted.
    Delete(Digest),
    /// Nothing that a program could do; what a person can.
    Advice(&'static str),
}

impl Repair {
    /// What it does, or what a person can do, in words.
    pub fn words(&self) -> &'static str {
        match self {
            Self::End(_) | Self::EndUnread => "End it. Its results stay.",
            Self::TakeOver(_) => "Let another worker take over its jobs.",
            Self::Delete(_) => "Delete the file.",
            Self::Advice(advice) => advice,
        }
    }

    /// True when [`Admin::repair`] can do it.
    pub fn can_be_done(&self) -> bool {
        !matches!(self, Self::Advice(_))
    }
}

const DAMAGED: &str = "Restore a backup if it matters, and report this line: rows contradict each \
                       other, which is a bug in Atelier.";
const UNWRITABLE: &str = "Nothing runs until it is writable. Check its user's rights, its disk and \
                          its log; restore a backup if parts of it are missing.";
const NO_FILES: &str = "No image can be saved until it is writable. Check the rights of the folder \
                        or of the bucket's keys, and the free space.";
const TAMPERED: &str = "Someone changed the database directly. Check who can write to it, and \
                        compare the log with a backup or an exported file: its hashes show what \
                        was written.";
const LOST_BYTES: &str = "Restore the file from a backup of the file store; without one, create \
                          the image again.";

impl Admin {
    /// Everything that is wrong, in the order of how much it matters. Changes nothing that stays.
    ///
    /// # Errors
    /// The database or the blob store cannot be read.
    pub async fn diagnose(&self) -> Result<Vec<Diagnosis>> {
        let mut found = self.try_to_write().await;
        found.extend(self.stuck(None).await?);
        let stuck: BTreeSet<_> = found.iter().filter_map(|a| a.execution).map(|e| e.1).collect();
        let breaches = integrity_check::check_integrity(&self.ctx.pool).await?;
        found.extend(breaches.into_iter().filter(|f| !stuck.contains(&f.execution)).map(|f| {
            let execution = Some((f.workspace, f.execution));
            Diagnosis { execution, words: format!("{}.", f.words), repair: Repair::Advice(DAMAGED) }
        }));
        found.extend(self.outputs_without_job().await?);
        let broken = find_broken_lines(&self.ctx.pool).await?;
        found.extend(broken.iter().map(|line| Diagnosis {
            execution: None,
            words: line.words(),
            repair: Repair::Advice(TAMPERED),
        }));
        found.extend(self.blobs().await?);
        Ok(found)
    }

    /// What cannot be written: the database, or the file store.
    async fn try_to_write(&self) -> Vec<Diagnosis> {
        let database = instance::try_to_write(&self.ctx.pool).await.err().map(|error| {
            let said = error.database_said().map_or_else(|| error.to_string(), |(said, _)| said);
            let words = format!("Can't write to the database: {said}.");
            Diagnosis { execution: None, words, repair: Repair::Advice(UNWRITABLE) }
        });
        let tried = Uuid::now_v7();
        let bytes = format!("atelier doctor tries to write {tried}").into();
        let files = async {
            let digest = self.ctx.deps.blobs.put(bytes).await?;
            self.ctx.deps.blobs.delete(digest).await
        };
        let files = files.await.err().map(|error| {
            let (said, why) = (error.to_string(), error.source().map(ToString::to_string));
            let why = why.filter(|why| !said.contains(why));
            let why = why.map_or_else(String::new, |why| format!(" ({why})"));
            let words = format!("Can't write to the file store: {said}{why}.");
            Diagnosis { execution: None, words, repair: Repair::Advice(NO_FILES) }
        });
        database.into_iter().chain(files).collect()
    }

    /// Does what helps, in one transaction with its line of the audit log; false when there was
    /// nothing left to do.
    ///
    /// # Errors
    /// The database or the blob store cannot be written.
    pub async fn repair(&self, diagnosis: &Diagnosis) -> Result<bool> {
        self.repair_by(None, diagnosis).await
    }

    /// The same by somebody of a workspace; by nobody it is done at the command line.
    pub(super) async fn repair_by(
        &self,
        by: Option<&Actor>,
        diagnosis: &Diagnosis,
    ) -> Result<bool> {
        let at_the_machine =
            || audit::Source { credential: Some(Credential::CommandLine), origin: None };
        let source = by.map_or_else(at_the_machine, audit::Source::from);
        let line = |action, workspace, subject| audit::Entry {
            workspace,
            user: by.map(|actor| actor.user),
            action,
            subject: Some(subject),
            detail: json!({ "wrong": diagnosis.line(), "done": diagnosis.repair.words() }),
            source: source.clone(),
        };
        let input = match &diagnosis.repair {
            Repair::Advice(_) => return Ok(false),
            Repair::Delete(digest) => {
                let note = line(AuditAction::BlobRepair, None, digest.to_string());
                return delete_unused_blob(&self.ctx, *digest, Some(note)).await;
            }
            Repair::EndUnread => None,
            Repair::End(why) => Some(Input::Abandon(*why)),
            Repair::TakeOver(worker) => Some(Input::WorkerLost(*worker)),
        };
        let Some(place) = diagnosis.execution else { return Ok(false) };
        let note = line(AuditAction::ExecutionRepair, Some(place.0), place.1.to_string());
        let Some(input) = input else { return self.end_unread(place, note).await };
        // What this process remembers of an execution whose rows were damaged is not to be trusted.
        let ServiceContext { pool, deps, bus, .. } = &*self.ctx;
        let advance = Advance::new(pool.clone(), bus.clone(), deps.limits);
        let outcome = advance.command(place.1, input, note.into()).await?;
        Ok(matches!(outcome, InputOutcome::Done))
    }

    /// What does not go on by itself.
    pub(super) async fn stuck(&self, of: diagnostics::WorkspaceFilter) -> Result<Vec<Diagnosis>> {
        let mut conn = self.ctx.connect("looking for what is stuck").await?;
        let unread = find_unreadable(&mut conn, of).await?;
        let ids: Vec<Uuid> = unread.iter().map(|(_, id)| id.0).collect();
        let mut found = vec![];
        let is_such = |definition: &Value| compile_definition(definition.clone()).is_err();
        let such = diagnostics::list_open_with_definition(&mut conn, of, &ids, is_such).await?;
        for (workspace, id) in such {
            let words = "This release can't read its workflow.".to_owned();
            let execution = Some((workspace, id));
            found.push(Diagnosis { execution, words, repair: Repair::End(EndReason::Unreadable) });
        }
        for (workspace, id, worker) in diagnostics::find_jobs_of_gone_workers(&mut conn, of).await?
        {
            let words = format!("Worker {worker} is gone but still holds some of its jobs.");
            let execution = Some((workspace, id));
            found.push(Diagnosis { execution, words, repair: Repair::TakeOver(worker) });
        }
        for one in diagnostics::find_without_wake_source(&mut conn, of).await? {
            let words = "It is running, but nothing will wake it up.".to_owned();
            let execution = Some((one.workspace, one.id));
            found.push(Diagnosis { execution, words, repair: Repair::End(EndReason::Stuck) });
        }
        let known: Vec<String> = NodeKind::ALL.iter().map(|kind| kind.key().to_owned()).collect();
        for one in diagnostics::find_unknown_job_types(&mut conn, of, &known).await? {
            let words = format!("No server knows jobs of type {}.", one.about);
            let execution = Some((one.workspace, one.id));
            found.push(Diagnosis { execution, words, repair: Repair::End(EndReason::Unreadable) });
        }
        // Nothing else helps what cannot be read.
        found.retain(|one| one.execution.is_none_or(|place| !unread.contains(&place)));
        let unread = unread.into_iter().map(|place| Diagnosis {
            execution: Some(place),
            words: "Its progress can't be read, so it can't continue.".to_owned(),
            repair: Repair::EndUnread,
        });
        Ok(unread.chain(found).collect())
    }

    async fn outputs_without_job(&self) -> Result<Vec<Diagnosis>> {
        let mut conn = self.ctx.connect("looking for outputs without a job").await?;
        let found = diagnostics::find_outputs_without_job(&mut conn).await?;
        let diagnosis = found.into_iter().map(|one| Diagnosis {
            execution: Some((one.workspace, one.id)),
            words: format!("An output of {} has no job.", one.about),
            repair: Repair::Advice(DAMAGED),
        });
        Ok(diagnosis.collect())
    }

    async fn blobs(&self) -> Result<Vec<Diagnosis>> {
        let mut conn = self.ctx.connect("listing blobs").await?;
        let needed = diagnostics::list_needed_blobs(&mut conn).await?;
        drop(conn);
        let mut found = vec![];
        for digest in parse_digests(needed)? {
            if !self.ctx.deps.blobs.has(digest).await.map_err(read_error)? {
                let words = format!("The file {digest} is missing from the file store.");
                found.push(Diagnosis {
                    execution: None,
                    words,
                    repair: Repair::Advice(LOST_BYTES),
                });
            }
        }
        for digest in self.unneeded(RECORDED).await? {
            let words = format!("The file {digest} is stored but not needed.");
            found.push(Diagnosis { execution: None, words, repair: Repair::Delete(digest) });
        }
        for digest in self.off_record().await? {
            let words = format!("The file {digest} is in the file store, but not in the database.");
            found.push(Diagnosis { execution: None, words, repair: Repair::Delete(digest) });
        }
        Ok(found)
    }
}
