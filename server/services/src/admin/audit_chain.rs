//! Checks the audit log: is every line in its chain, and as it was written?
//!
//! Whoever can write to the database can also write a whole chain anew; the hashes in an exported
//! file, in the server's log and in calls of webhooks then tell the two apart.

use model::id::WorkspaceId;
use sqlx::PgPool;
use store::{
    audit::{self, ChainHead, CheckedLink},
    error::{Doing, Result},
};

use super::Admin;

const DOING: &str = "checking the audit log";
/// Links that one statement compares: a long log is checked in pieces.
const ROUND: i64 = 5_000;

/// The first line of a chain that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BrokenLine {
    /// The workspace whose log it is in; none for what belongs to no workspace.
    pub workspace: Option<WorkspaceId>,
    /// Its number.
    pub line: i64,
    /// What is wrong with it.
    pub fault: AuditLineDefect,
}

/// What is wrong with a line of the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AuditLineDefect {
    /// It says something else than when it was written.
    Changed,
    /// It is not there any more.
    Gone,
    /// Lines before it are not there any more.
    Gap,
    /// It is in no chain: something wrote it past the log.
    Unchained,
}

impl BrokenLine {
    /// What is wrong, in a sentence.
    pub fn words(&self) -> String {
        let log = self.workspace.map_or_else(
            || "the server's audit log".to_owned(),
            |workspace| format!("the audit log of workspace {workspace}"),
        );
        let line = self.line;
        match self.fault {
            AuditLineDefect::Changed => {
                format!("Line {line} of {log} was changed after it was written.")
            }
            AuditLineDefect::Gone => format!("Line {line} of {log} was deleted."),
            AuditLineDefect::Gap => format!("Lines before line {line} of {log} were deleted."),
            AuditLineDefect::Unchained => {
                format!("Line {line} of {log} was not written by Atelier.")
            }
        }
    }
}

impl Admin {
    /// Logs the head of each chain that has grown within the hour: whoever cuts the end of a log in
    /// the database does not cut it there. Returns 0, as nothing is changed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn log_audit_heads(&self) -> Result<usize> {
        let mut conn = self.ctx.connect(DOING).await?;
        for ChainHead { workspace, line, hash } in audit::list_heads(&mut conn, None).await? {
            tracing::info!(%workspace, line, hash, "the audit log ends with this line");
        }
        Ok(0)
    }
}

/// The first broken line of each chain.
///
/// # Errors
/// The database cannot be read.
pub(super) async fn find_broken_lines(pool: &PgPool) -> Result<Vec<BrokenLine>> {
    let mut conn = pool.acquire().await.doing(DOING)?;
    let workspaces = audit::list_chains(&mut conn).await?;
    let unchained = audit::find_unchained(&mut conn).await?;
    drop(conn);
    let mut broken = vec![];
    for chain in std::iter::once(None).chain(workspaces.into_iter().map(Some)) {
        broken.extend(find_broken(pool, chain).await?);
    }
    let unchained = unchained.map(|(workspace, line)| BrokenLine {
        workspace,
        line,
        fault: AuditLineDefect::Unchained,
    });
    broken.extend(unchained);
    Ok(broken)
}

async fn find_broken(pool: &PgPool, workspace: Option<WorkspaceId>) -> Result<Option<BrokenLine>> {
    let (mut after, mut hash) = (0, vec![]);
    loop {
        let mut conn = pool.acquire().await.doing(DOING)?;
        let links = audit::check_links(&mut conn, workspace, after, &hash, ROUND).await?;
        drop(conn);
        let broken = links.iter().find_map(|link| Some((link.line, fault(link)?)));
        if let Some((line, fault)) = broken {
            return Ok(Some(BrokenLine { workspace, line, fault }));
        }
        let Some(last) = links.into_iter().next_back() else { return Ok(None) };
        (after, hash) = (last.seq, last.hash);
    }
}

fn fault(link: &CheckedLink) -> Option<AuditLineDefect> {
    if link.is_gap {
        Some(AuditLineDefect::Gap)
    } else if link.is_gone {
        Some(AuditLineDefect::Gone)
    } else if link.is_changed {
        Some(AuditLineDefect::Changed)
    } else {
        None
    }
}
