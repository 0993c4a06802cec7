//! The command line.

use std::{error::Error, net::SocketAddr, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand, builder::PossibleValuesParser};
use engine::executors::SERVED;
use files::sandbox::DecodeJob;
use mcp_sample::SampleServer;
use model::{
    access::{Role, TokenScope},
    account::TokenForm,
};
use services::{Services, accounts::Accounts};
use store::error::database_said;

use crate::{
    blobs::moving::{self, Target},
    boot,
    config::{self, Config},
    database::Database,
    doctor::{self, RepairMode},
    http::assets::Embedded,
    log,
    run_file::{self, FileLaunch},
    sample_tools, sandbox_child,
};

/// The exit code of a command that leaves something wrong, or files not copied.
const UNSOUND: u8 = 2;
const UNREAD: &str = "can't read the file";

/// Draw an AI workflow, launch it from a form, watch it run live, keep every version of its
/// results.
#[derive(Debug, Parser)]
#[command(name = "atelier", version, about, after_help = config::help())]
pub struct Cli {
    /// Command to run; `serve` by default
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pages and API and run jobs, with a private database unless DATABASE_URL is set
    Serve,
    /// Run jobs for servers that share the database
    Worker {
        /// Node types to serve, e.g. generate_image; all by default
        #[arg(long, value_delimiter = ',', value_parser = node_types())]
        only: Option<Vec<String>>,
    },
    /// Migrate the database to this release and exit
    Migrate,
    /// Look for stuck runs and lost data; exits with 2 if there are problems
    Doctor {
        /// Show how to repair each problem
        #[arg(long)]
        repair: bool,
        /// Carry out the repairs that --repair shows
        #[arg(long, requires = "repair")]
        yes: bool,
    },
    /// Read a file from standard input; started by the server for each one
    #[command(name = files::sandbox::COMMAND, hide = true)]
    ReadFile {
        /// What the file is decoded for: pdf, picture or thumbnail-SIDE
        job: DecodeJob,
    },
    /// Launch a workflow file as the owner and print the id of the run; servers and workers carry it
    /// out
    Run(FileLaunch),
    /// Serve a sample tool server (MCP) to other programs: on standard input and output, or over
    /// HTTP
    McpSample {
        /// Serve over HTTP, each sample at its own path
        #[arg(
            long,
            value_name = "ADDRESS",
            num_args = 0..=1,
            default_missing_value = sample_tools::ADDRESS
        )]
        http: Option<SocketAddr>,
        /// Sample to serve: github, deploy or observability; over HTTP, all by default
        #[arg(long, required_unless_present = "http")]
        server: Option<SampleServer>,
    },
    /// Manage the stored files
    #[command(subcommand)]
    Blobs(BlobsCommand),
    /// Manage API tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Manage the owner's account
    #[command(subcommand)]
    Owner(OwnerCommand),
    /// Manage any account
    #[command(subcommand)]
    User(UserCommand),
}

#[derive(Debug, Subcommand)]
enum BlobsCommand {
    /// Copy all files to another store and verify each; works while servers run and deletes nothing;
    /// exits with 2 if files are left
    Move {
        /// Target: files (the data directory), s3 (the configured bucket), or s3://bucket/prefix
        #[arg(long)]
        to: Target,
    },
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Create a token for the owner's workspace and print it once
    Create {
        /// Name of the token
        #[arg(long)]
        name: String,
        /// Role: owner, admin, editor, runner or viewer
        #[arg(long, default_value = "runner")]
        role: Role,
        /// Scope within the role: read, launch or full
        #[arg(long, default_value = "full")]
        scope: TokenScope,
        /// Days until it expires; never by default
        #[arg(long)]
        days: Option<u32>,
    },
}

#[derive(Debug, Subcommand)]
enum OwnerCommand {
    /// Print a link to set a new password for the owner; works once, for 24 hours
    Reset,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Print a link to set a new password for an account; works once, for 24 hours
    Reset {
        /// Email of the account
        address: String,
    },
}

impl Cli {
    /// Runs the command; `client` gives the browser client that the binary carries.
    pub async fn run(self, client: fn() -> Embedded) -> Result<ExitCode> {
        if let Some(Command::ReadFile { job }) = self.command {
            sandbox_child::run(job).context(UNREAD)?;
            return Ok(ExitCode::SUCCESS);
        }
        let config = Config::from_env()?;
        let _logging = log::start(&config);
        match self.command.unwrap_or(Command::Serve) {
            Command::Serve => boot::serve(config, client()).await?,
            Command::Worker { only } => boot::worker(config, only).await?,
            Command::Migrate => migrate(&config).await?,
            Command::ReadFile { job } => sandbox_child::run(job).context(UNREAD)?,
            Command::Doctor { repair, yes } => {
                return doctor(&config, repair_mode(repair, yes)).await;
            }
            Command::Run(asked) => {
                with_services(&config, async |services| run_file::launch(services, asked).await)
                    .await?;
            }
            Command::McpSample { http, server } => sample_tools::serve(http, server).await?,
            Command::Blobs(BlobsCommand::Move { to }) => return move_blobs(&config, &to).await,
            Command::Token(TokenCommand::Create { name, role, scope, days }) => {
                let form = TokenForm { name, role, scope, expires_in_days: days };
                with_services(&config, async |services| {
                    create_token(&services.accounts, form).await
                })
                .await?;
            }
            Command::Owner(OwnerCommand::Reset) => print_password_link(&config, None).await?,
            Command::User(UserCommand::Reset { address }) => {
                print_password_link(&config, Some(&address)).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The node types that a worker can be told to serve.
fn node_types() -> PossibleValuesParser {
    SERVED.iter().map(|kind| kind.key()).collect::<Vec<_>>().into()
}

fn repair_mode(repair: bool, yes: bool) -> RepairMode {
    if !repair {
        RepairMode::Examine
    } else if yes {
        RepairMode::Repair
    } else {
        RepairMode::Plan
    }
}

/// Runs the doctor. A database that is missing, or lacks migrations of this release, is reported
/// and neither created nor changed.
async fn doctor(config: &Config, mode: RepairMode) -> Result<ExitCode> {
    let database = Database::open_existing(config).await?;
    let missing = database.missing_migrations().await;
    database.close().await;
    let missing = missing?;
    if !missing.is_empty() {
        println!("The database is missing {} migrations of this release.", missing.len());
        println!("  Back it up, then run: atelier migrate");
        return Ok(ExitCode::from(UNSOUND));
    }
    let left = with_services(config, async |services| {
        doctor::print_tool_servers(&services.context().deps.operator_servers);
        let unusable = doctor::print_sign_in(services.context().deps.oidc.as_ref()).await;
        anyhow::Ok(unusable + doctor::run(&services.admin, mode).await?)
    });
    left.await.map(sound_unless)
}

async fn move_blobs(config: &Config, to: &Target) -> Result<ExitCode> {
    let left = with_services(config, async |services| {
        let stores = moving::stores(config, to).await?;
        anyhow::Ok(moving::copy(&services.admin, &stores).await?)
    });
    left.await.map(sound_unless)
}

/// Success, unless something is `left` wrong.
fn sound_unless(left: usize) -> ExitCode {
    if left == 0 { ExitCode::SUCCESS } else { ExitCode::from(UNSOUND) }
}

async fn migrate(config: &Config) -> Result<()> {
    let database = Database::open_existing(config).await?;
    let migrated = database.migrate().await;
    database.close().await;
    migrated
}

/// Runs `work` with the services of a database that a server has made before.
async fn with_services<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Services) -> Result<T>,
) -> Result<T> {
    let database = Database::open_existing(config).await?;
    let done = work_on(&database, config, work).await;
    database.close().await;
    done
}

async fn work_on<T>(
    database: &Database,
    config: &Config,
    work: impl AsyncFnOnce(&Services) -> Result<T>,
) -> Result<T> {
    database.missing_migrations().await?;
    let services = database.services(config, "command").await?;
    let done = work(&services).await;
    services.context().deps.mcp.close().await;
    services.context().pool.close().await;
    done
}

async fn create_token(accounts: &Accounts, form: TokenForm) -> Result<()> {
    let owner = accounts.owner().await?;
    let token = accounts.create_token(&owner, form).await?;
    eprintln!("Copy this token now. It won't be shown again.");
    println!("{}", token.key.reveal());
    Ok(())
}

/// Prints a link to a new password for the account of an address, or for the first owner's.
async fn print_password_link(config: &Config, address: Option<&str>) -> Result<()> {
    with_services(config, async |services| {
        let link = services.accounts.make_password_link_by_hand(address).await?;
        let (email, until) = (link.email, link.expires_at.to_minute());
        eprintln!(
            "This link sets a new password for {email}. It works once, until {until}, and won't be \
             shown again."
        );
        if config.public_url.is_none() {
            eprintln!(
                "If browsers reach Atelier at another address, replace the beginning of the link."
            );
        }
        println!("{}{}", config.address().trim_end_matches('/'), link.path);
        anyhow::Ok(())
    })
    .await
}

/// An error and its causes in one line.
pub fn words(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = database_said(error);
        cause = if said.is_some() { None } else { error.source() };
        let more = said.unwrap_or_else(|| error.to_string());
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
    }
    text
}
