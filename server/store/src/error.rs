//! Everything the engine can refuse or fail to do, and what of it a person gets to read.

use blobs::BlobError;
use model::problem::{Problem, ProblemKind};

use crate::read_only::{self, READ_ONLY};

/// Result of whatever the engine does.
pub type Result<T, E = EngineError> = std::result::Result<T, E>;

/// Everything the engine can refuse or fail to do; the variants say who must act.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The caller named something that is not there, or not theirs to see.
    #[error("this {0} doesn't exist")]
    NotFound(&'static str),

    /// The request is sound but does not fit the present state.
    #[error("{detail}")]
    Conflict {
        /// Stable machine code.
        code: &'static str,
        /// One sentence for a person.
        detail: String,
    },

    /// The caller has to change something; the problem says what.
    #[error(transparent)]
    Refused(#[from] Problem),

    /// The database was migrated by a later release than this one.
    #[error(
        "the database is at migration {found}, but this release only knows migrations up to \
         {known}. Start the release that migrated it, or a later one"
    )]
    NewerDatabase {
        /// The newest migration in the database.
        found: i64,
        /// The newest migration in this binary.
        known: i64,
    },

    /// The database lets nobody write.
    #[error("the database is read-only: it is a standby, or was set to read-only")]
    ReadOnly,

    /// Our side failed at the database. The source is for the log, never for the caller.
    #[error("the database failed while {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// What the driver said.
        #[source]
        source: sqlx::Error,
    },

    /// Our side failed elsewhere. The source is for the log, never for the caller.
    #[error("failed while {doing}")]
    Internal {
        /// What was being done.
        doing: &'static str,
        /// The error that it failed with.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl EngineError {
    /// A failure of ours that is not the database's.
    pub fn internal(
        doing: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Internal { doing, source: source.into() }
    }

    /// A frozen definition that is none this release knows; the cause is logged here.
    pub fn unreadable(cause: impl std::fmt::Display) -> Self {
        tracing::warn!(%cause, "a frozen definition cannot be read");
        let detail = "This release can't read the run's workflow. Its results are kept: see its \
                      outputs and the documents in the library.";
        Self::Conflict { code: "definition_unreadable", detail: detail.to_owned() }
    }

    /// True when the same may work a moment later: the database is away, restarting or full of
    /// rivals, not refusing what was asked.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Database { source, .. } => passes(source),
            Self::ReadOnly => true,
            Self::NotFound(_)
            | Self::Conflict { .. }
            | Self::Refused(_)
            | Self::NewerDatabase { .. }
            | Self::Internal { .. } => false,
        }
    }

    /// True when the database has no room to write.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Database { source, .. } if lacks_room(source))
    }

    /// True when a statement found rows that were not as it expected, or lost against a rival.
    pub fn is_overtaken(&self) -> bool {
        let Self::Database { source: sqlx::Error::Database(error), .. } = self else {
            return false;
        };
        // Ours, a unique key, a conflict of transactions, a deadlock.
        error.code().is_some_and(|c| ["AT001", "23505", "40001", "40P01"].contains(&c.as_ref()))
    }

    /// What the database, or the way to it, said, and what an operator can do about it, where it was
    /// the database that failed.
    pub fn database_said(&self) -> Option<(String, &'static str)> {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(self);
        while let Some(error) = cause {
            if let Some(source) = error.downcast_ref::<sqlx::Error>() {
                return Some((database_said(source)?, advice(source)));
            }
            cause = error.source();
        }
        None
    }

    /// The problem that the caller may read; an internal cause is logged here, once.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::NotFound(what) => Problem::not_found(what),
            Self::Conflict { code, detail } => Problem::conflict(code, detail),
            Self::Refused(problem) => problem,
            Self::ReadOnly => read_only_problem(),
            Self::Database { doing, source } => database_problem(doing, &source),
            other => {
                tracing::error!(error = &other as &dyn std::error::Error, "{other}");
                other.storage_problem().unwrap_or_else(Problem::internal)
            }
        }
    }

    /// The problem of a failed blob store, with what a person can do; none for other errors.
    fn storage_problem(&self) -> Option<Problem> {
        let Self::Internal { source, .. } = self else { return None };
        let (code, detail, retry_after_s) = match source.downcast_ref()? {
            BlobError::Full(_) => {
                let detail =
                    "The server's disk is full. Ask its operator to free up space, then try again.";
                ("storage_full", detail, None)
            }
            BlobError::Denied(_) => {
                let detail = "The server has no access to its file store. Ask its operator to \
                              restore access, then try again.";
                ("storage_denied", detail, None)
            }
            BlobError::Io { .. } => {
                let detail = "The server can't reach its file store right now. Nothing was \
                              changed. Try again in a few seconds.";
                ("storage_unavailable", detail, Some(5))
            }
            BlobError::Missing(_) | BlobError::Damaged(_) => return None,
        };
        let mut problem = Problem::new(ProblemKind::Unavailable, code, detail);
        problem.retry_after_s = retry_after_s;
        Some(problem)
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        error.into_problem()
    }
}

/// What a database, or the way to it, said, without where in PostgreSQL's own source it was said; none
/// of other errors.
pub fn database_said(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    Some(match error.downcast_ref::<sqlx::Error>()? {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    })
}

const TLS_ADVICE: &str = ". Check sslmode, the host's name, and that the file of sslrootcert holds the \
                          authority that has signed the server's certificate";

/// Advice for an operator whose database refuses the connection or a statement.
fn advice(source: &sqlx::Error) -> &'static str {
    let code = source.as_database_error().and_then(|error| error.code());
    match (source, code.as_deref()) {
        (_, Some("28P01" | "28000")) => {
            ". Check the user and the password; write @ / # % : ? in them as %40 %2F %23 %25 %3A \
             %3F"
        }
        (_, Some("3D000")) => ". Create it first, or correct the name",
        (_, Some("42501")) => ". Make the user its owner, or grant the missing rights",
        (_, Some(READ_ONLY)) => ". It is read-only: a standby, or set to read-only",
        (sqlx::Error::Tls(_), _) => TLS_ADVICE,
        (sqlx::Error::Io(error), _)
            if error.get_ref().is_some_and(|it| it.is::<rustls::Error>()) =>
        {
            TLS_ADVICE
        }
        (sqlx::Error::Io(_), _) => {
            ". Check the host and the port, that PostgreSQL is running there, and that the file of \
             sslrootcert is there, if one is named; write @ / # % : ? in a password as %40 %2F %23 %25 %3A %3F"
        }
        _ => "",
    }
}

fn passes(source: &sqlx::Error) -> bool {
    match source {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| PASSING.iter().any(|kind| code.starts_with(kind)))
        }
        _ => false,
    }
}

fn lacks_room(source: &sqlx::Error) -> bool {
    has_code(source, DISK_FULL)
}

fn has_code(source: &sqlx::Error, code: &str) -> bool {
    source.as_database_error().is_some_and(|said| said.code().as_deref() == Some(code))
}

fn read_only_problem() -> Problem {
    let detail = "The database is read-only right now, for example during a failover. Nothing was \
                  changed. Try again in a few seconds.";
    let mut problem = Problem::new(ProblemKind::Unavailable, "database_read_only", detail);
    problem.retry_after_s = Some(5);
    problem
}

fn database_problem(doing: &'static str, source: &sqlx::Error) -> Problem {
    let error = source as &dyn std::error::Error;
    if lacks_room(source) {
        tracing::error!(error, doing, "the database's disk is full");
        let detail = "The database's disk is full. Nothing was changed. Ask the operator of this \
                      server to free up space.";
        return Problem::new(ProblemKind::Unavailable, "database_full", detail);
    }
    if has_code(source, READ_ONLY) {
        tracing::warn!(error, doing, "the database lets nobody write");
        return read_only_problem();
    }
    if passes(source) {
        tracing::warn!(error, doing, "the database is out of reach");
        let detail = "The database is busy or can't be reached. Try again in a few seconds.";
        let mut problem = Problem::new(ProblemKind::Unavailable, "database_unavailable", detail);
        problem.retry_after_s = Some(5);
        return problem;
    }
    tracing::error!(error, doing, "the database failed");
    Problem::internal()
}

/// Codes of PostgreSQL, or how they begin, of what passes: connection, rollback, resources, operator
/// intervention, system error; a transaction in which this process was held up for too long; a
/// database that only lets read, or lets nobody in, for as long as another takes its place.
const PASSING: [&str; 8] = ["08", "40", "53", "57", "58", "25P03", READ_ONLY, "55000"];
/// SQLSTATE of PostgreSQL for a full disk.
const DISK_FULL: &str = "53100";

/// Adds what was being done to a database error.
pub trait Doing<T> {
    /// Names the operation, for the log.
    fn doing(self, doing: &'static str) -> Result<T>;
}

impl<T> Doing<T> for std::result::Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| {
            if has_code(&source, READ_ONLY) {
                read_only::doubt();
            }
            EngineError::Database { doing, source }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_internal_cause_never_reaches_the_caller() {
        let error = EngineError::internal("sealing a secret", "key 1234 is bad");

        let problem = error.into_problem();

        assert_eq!(problem, Problem::internal());
    }

    #[test]
    fn a_store_that_is_away_asks_to_come_back() {
        let away = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let error = EngineError::internal("storing a file", BlobError::io("writing", away));

        let problem = error.into_problem();

        assert_eq!((problem.status(), problem.retry_after_s), (503, Some(5)));
    }

    #[test]
    fn a_full_pool_asks_to_come_back() {
        let error = EngineError::Database { doing: "reading", source: sqlx::Error::PoolTimedOut };

        let problem = error.into_problem();

        assert_eq!((problem.status(), problem.retry_after_s), (503, Some(5)));
    }
}
