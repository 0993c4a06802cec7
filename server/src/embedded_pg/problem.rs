//! What can go wrong with the private server, in words that say what to do.

use std::{io, path::PathBuf};

/// Why the private PostgreSQL cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PgError {
    /// Another process runs on the data directory.
    #[error(
        "another atelier (process {pid}) is using {}: stop it, or give this one a directory of its \
         own with ATELIER_DATA_DIR", data_dir.display()
    )]
    Locked {
        /// Who has it, as far as it said.
        pid: String,
        /// The directory.
        data_dir: PathBuf,
    },

    /// The machine has no PostgreSQL server.
    #[error(
        "no PostgreSQL server (version 15 or later) was found on this machine. Install one with \
         `{install}`, or set DATABASE_URL to a server elsewhere"
    )]
    NoBinaries {
        /// The command that installs it.
        install: String,
    },

    /// The machine has servers, but not of the version that made the cluster.
    #[error(
        "the database in {} was made by PostgreSQL {needed}, but this machine has only {found}. \
         Install the right one with `{install}`, or move the directory away to begin anew",
        cluster.display()
    )]
    WrongMajor {
        /// The version that made the cluster.
        needed: u32,
        /// What is there.
        found: String,
        /// Where the cluster lies.
        cluster: PathBuf,
        /// The command that installs the right version.
        install: String,
    },

    /// The cluster is there, but the user it runs as cannot get to it.
    #[error(
        "PostgreSQL does not run as root, and the user {user} cannot reach {}: allow it to pass \
         through the folders above (chmod o+x), or run atelier as that user", base.display()
    )]
    Unreachable {
        /// The unprivileged user.
        user: String,
        /// Where the cluster lies.
        base: PathBuf,
    },

    /// There is no user to run the server as.
    #[error(
        "PostgreSQL does not run as root, and this machine has neither a user `postgres` nor \
         `nobody`: run atelier as an ordinary user"
    )]
    NoAccount,

    /// The server did not come up.
    #[error("PostgreSQL did not start ({why}); the end of {} says:\n{tail}", log.display())]
    NotStarted {
        /// What was seen.
        why: String,
        /// Its log.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },

    /// A server has the cluster, but does not answer.
    #[error(
        "a PostgreSQL server (process {pid}) already runs on {} and does not answer: stop it, then \
         start atelier again", cluster.display()
    )]
    Stuck {
        /// Its process.
        pid: i32,
        /// Where the cluster lies.
        cluster: PathBuf,
    },

    /// Nothing runs in the data directory.
    #[error("no atelier runs on {}: start `atelier serve` first", data_dir.display())]
    NotRunning {
        /// The directory.
        data_dir: PathBuf,
    },

    /// A command that makes no database found none.
    #[error(
        "there is no database in {}: set ATELIER_DATA_DIR to the server's folder, or DATABASE_URL; \
         `atelier serve` makes a new one", data_dir.display()
    )]
    NoDatabase {
        /// The directory.
        data_dir: PathBuf,
    },

    /// The data directory says that its database lies elsewhere, and there it is not.
    #[error(
        "the database lies in {} by {}, but there is none: bring it there from where it was, or \
         delete that file to begin anew", base.display(), pointer.display()
    )]
    Lost {
        /// Where it should lie.
        base: PathBuf,
        /// What says so.
        pointer: PathBuf,
    },

    /// The data directory was copied, and its database lies elsewhere, where it was not.
    #[error(
        "{} is a copy of {}, whose database lies in {} and was not copied: start the original, or \
         restore a dump (pg_dump) in a new directory, and leave postgres.location out of the copy",
        copy.display(), original.display(), base.display()
    )]
    Copied {
        /// The data directory.
        copy: PathBuf,
        /// The one that it is a copy of, as far as that is known.
        original: PathBuf,
        /// Where the database of that one lies.
        base: PathBuf,
    },

    /// The cluster could not be made.
    #[error("PostgreSQL could not make a database in {}:\n{said}", cluster.display())]
    NotMade {
        /// Where it should lie.
        cluster: PathBuf,
        /// What initdb said.
        said: String,
    },

    /// The file system said no.
    #[error("{doing} {}: {source}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// The server runs, but the database in it cannot be used.
    #[error("the private PostgreSQL runs, but its database cannot be used")]
    Database(#[from] engine::error::EngineError),
}

/// Says what was being done to which path when the file system said no.
pub(super) trait At<T> {
    /// Names the operation and the path.
    fn at(self, doing: &'static str, path: &std::path::Path) -> Result<T, PgError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, doing: &'static str, path: &std::path::Path) -> Result<T, PgError> {
        self.map_err(|source| PgError::File { doing, path: path.to_owned(), source })
    }
}
