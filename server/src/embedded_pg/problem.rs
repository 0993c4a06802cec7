//! What can go wrong with the private server, in words that say what to do.

use std::{io, path::PathBuf};

/// A result of this module.
pub(super) type Result<T, E = PgError> = std::result::Result<T, E>;

/// Why the private PostgreSQL cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PgError {
    /// Another process runs on the data directory.
    #[error(
        "another atelier (process {pid}) is using {}. Stop it, or set ATELIER_DATA_DIR to another \
         directory", data_dir.display()
    )]
    Locked {
        /// The id of that process, as its lock file says; may be empty.
        pid: String,
        /// The data directory that both want.
        data_dir: PathBuf,
    },

    /// The machine has no PostgreSQL server.
    #[error(
        "no PostgreSQL server (version 15 or later) found on this machine. Install one with \
         `{install}`, or set DATABASE_URL to a server elsewhere"
    )]
    NoBinaries {
        /// The command that installs it.
        install: String,
    },

    /// The machine has servers, but not of the version that made the cluster.
    #[error(
        "the database in {} was created by PostgreSQL {needed}, but this machine has only {found}. \
         Install the right version with `{install}`, or move the directory away to start over",
        cluster.display()
    )]
    WrongMajor {
        /// The version that made the cluster.
        needed: u32,
        /// The versions that the machine has, in words.
        found: String,
        /// Where the cluster lies.
        cluster: PathBuf,
        /// The command that installs the right version.
        install: String,
    },

    /// The cluster is there, but the user it runs as cannot get to it.
    #[error(
        "PostgreSQL doesn't run as root, and the user {user} can't access {}. Allow access to its \
         parent folders (chmod o+x), or run atelier as that user", base.display()
    )]
    Unreachable {
        /// The unprivileged user.
        user: String,
        /// Where the cluster lies.
        base: PathBuf,
    },

    /// There is no user to run the server as.
    #[error(
        "PostgreSQL doesn't run as root, and this machine has neither a user `postgres` nor \
         `nobody`. Run atelier as a regular user"
    )]
    NoAccount,

    /// The server did not come up.
    #[error("PostgreSQL didn't start ({why}). The last lines of {}:\n{tail}", log.display())]
    NotStarted {
        /// How the process ended.
        why: String,
        /// The file that the server logs to.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },

    /// A server runs on the cluster, but does not answer.
    #[error(
        "a PostgreSQL server (process {pid}) is already running on {} but doesn't answer. Stop it, \
         then start atelier again", cluster.display()
    )]
    Stuck {
        /// The process id of that server.
        pid: i32,
        /// Where the cluster lies.
        cluster: PathBuf,
    },

    /// Nothing runs in the data directory.
    #[error("no atelier is running on {}. Start `atelier serve` first", data_dir.display())]
    NotRunning {
        /// The data directory that was looked in.
        data_dir: PathBuf,
    },

    /// A command that makes no database found none.
    #[error(
        "no database found in {}. Set ATELIER_DATA_DIR to the server's folder, or set \
         DATABASE_URL; `atelier serve` creates a new database", data_dir.display()
    )]
    NoDatabase {
        /// The data directory that has no database.
        data_dir: PathBuf,
    },

    /// The data directory says that its database is in another folder, and it is not there.
    #[error(
        "the database should be in {} according to {}, but isn't. Move it back there, or delete \
         that file to start over", base.display(), pointer.display()
    )]
    Lost {
        /// The folder in which the database should be.
        base: PathBuf,
        /// The file that names that folder.
        pointer: PathBuf,
    },

    /// The data directory was copied, but not its database, which is in another folder.
    #[error(
        "{} is a copy of {}, but its database in {} was not copied. Start the original, or restore \
         a dump (pg_dump) in a new directory, and leave postgres.location out of the copy",
        copy.display(), original.display(), base.display()
    )]
    Copied {
        /// The data directory that was copied to.
        copy: PathBuf,
        /// The data directory that it is a copy of, as far as that is known.
        original: PathBuf,
        /// The folder of the original's database.
        base: PathBuf,
    },

    /// The cluster could not be made.
    #[error("PostgreSQL couldn't create a database in {}:\n{said}", cluster.display())]
    NotMade {
        /// The folder in which it was to be made.
        cluster: PathBuf,
        /// The error output of initdb.
        said: String,
    },

    /// A file or folder could not be read, written or run.
    #[error("{doing} {}: {source}", path.display())]
    File {
        /// What could not be done, e.g. "cannot create".
        doing: &'static str,
        /// The file or folder that it could not be done to.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },

    /// The server runs, but the database in it cannot be used.
    #[error("the private PostgreSQL is running, but its database can't be used")]
    Database(#[from] store::error::EngineError),
}

/// Adds the operation and the path to an error of the file system.
pub(super) trait WithPath<T> {
    /// Makes the error one that says which operation on which path failed.
    fn with_path(self, doing: &'static str, path: &std::path::Path) -> Result<T>;
}

impl<T> WithPath<T> for io::Result<T> {
    fn with_path(self, doing: &'static str, path: &std::path::Path) -> Result<T> {
        self.map_err(|source| PgError::File { doing, path: path.to_owned(), source })
    }
}
