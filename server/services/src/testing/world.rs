//! A workspace with an owner, templates and a worker: where engine tests begin.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use backend::actor::{Actor, Credential};
use blobs::FileBlobs;
use files::sandbox::FileDecoder;
use model::{
    access::{Role, TokenScope},
    execution::{event::Event, view::ExecutionView},
    id::{ExecutionId, ProjectId, TemplateId, UserId, WorkspaceId},
    pages::LaunchRequest,
    workflow::Workflow,
};
use outside::{
    mcp::client::RmcpClient,
    outbound::{OutboundClient, OutboundPolicy},
    providers::{ProviderSettings, Providers},
};
use serde_json::{Map, Value, json};
use sqlx::{Connection, PgConnection, PgPool};
use store::{
    accounts, executions,
    templates::{self, SystemTemplateRow},
};
use tempfile::TempDir;
use uuid::Uuid;
use vault::Vault;

use super::db::{self, TestDb};
use crate::{
    Services, admin::integrity_check::check_integrity, agents::system::copy_system_agents,
    templates::system::copy_system_templates,
};
use engine::{
    deps::EngineDeps,
    exec::{
        Worker, WorkerConfig, WorkerDeps,
        advance::Advance,
        event_bus::{BusEvent, Subscription},
    },
    executors::Executors,
    limits::Limits,
};

/// How long a test waits without any news of any execution before it gives up; never what a test is
/// about.
pub const GIVE_UP: Duration = Duration::from_secs(300);

/// Tests that are not about limits meet none.
pub const ROOMY: Limits =
    Limits { running_per_workspace: 100_000, calls_per_provider: 100_000, calls_per_minute: None };

/// News of what a process committed just before it was killed never come.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A database of its own with one workspace, and the services on it.
pub struct World {
    /// The database; dropped last.
    pub db: TestDb,
    /// The product's commands.
    pub services: Services,
    /// The owner of the workspace.
    pub owner: Actor,
    blobs: TempDir,
}

/// The same services under these limits, on the same bus.
pub fn with_limits(services: &Services, limits: Limits) -> Services {
    let mut context = services.context().clone();
    context.deps.limits = limits;
    let (pool, bus) = (context.pool.clone(), context.bus.clone());
    context.advance = Arc::new(Advance::new(pool, bus, limits));
    Services::with_context(context)
}

impl World {
    /// With the sample provider, at no pace.
    pub async fn new() -> Self {
        Self::with_providers(sample()).await
    }

    /// With these providers.
    pub async fn with_providers(settings: ProviderSettings) -> Self {
        let fill = async |url: String| {
            let mut conn = PgConnection::connect(&url).await.unwrap();
            insert_workspace(&mut conn).await;
            conn.close().await.unwrap();
        };
        let db = db::filled("world", fill).await.examined_at_the_end();
        let sql = "SELECT user_id, workspace_id FROM memberships";
        let (user, workspace) = sqlx::query_as(sql).fetch_one(&db.pool).await.unwrap();
        Self::of(db, settings, Some(owner(UserId(user), WorkspaceId(workspace)))).await
    }

    /// On this database, with these providers.
    pub async fn on(db: TestDb, settings: ProviderSettings) -> Self {
        Self::of(db, settings, None).await
    }

    /// Without an owner it gets a workspace of its own.
    async fn of(db: TestDb, settings: ProviderSettings, owner: Option<Actor>) -> Self {
        let blobs = TempDir::new().unwrap();
        let services = services(db.pool.clone(), &settings, blobs.path()).await;
        let owner = match owner {
            Some(owner) => owner,
            None => workspace(&services).await,
        };
        Self { db, services, owner, blobs }
    }

    /// Where its blobs lie.
    pub fn blobs(&self) -> &Path {
        self.blobs.path()
    }

    /// The same under these limits.
    #[must_use]
    pub fn limited(mut self, limits: Limits) -> Self {
        self.services = with_limits(&self.services, limits);
        self
    }

    /// Changes what its services depend on; what was taken from them before does not change.
    pub fn change_deps(&mut self, change: impl FnOnce(&mut EngineDeps)) {
        let mut context = self.services.context().clone();
        change(&mut context.deps);
        self.services = Services::with_context(context);
    }

    /// A worker of this process, with the product's executors.
    pub fn worker(&self, config: WorkerConfig) -> Worker {
        let executors = Executors::standard(&self.services.context().deps);
        self.worker_with(executors, config)
    }

    /// A worker of this process, with other executors.
    pub fn worker_with(&self, executors: Executors, config: WorkerConfig) -> Worker {
        let deps = WorkerDeps {
            pool: self.db.pool.clone(),
            options: store::connect_options(&self.db.url, "atelier test worker").unwrap(),
            executors,
            advance: self.services.context().advance.clone(),
        };
        Worker::start(deps, config).unwrap()
    }

    /// The template of that name.
    pub async fn template(&self, name: &str) -> TemplateId {
        let gallery = self.services.templates.gallery(&self.owner).await.unwrap();
        gallery.into_iter().find(|card| card.name == name).expect("a template of that name").id
    }

    /// Puts a workflow up as a template.
    pub async fn publish(&self, workflow: &Workflow) -> TemplateId {
        self.publish_for(&self.owner, workflow).await
    }

    /// Puts a workflow up as a template of another workspace.
    pub async fn publish_for(&self, actor: &Actor, workflow: &Workflow) -> TemplateId {
        let key = Uuid::now_v7().to_string();
        let row = SystemTemplateRow {
            key: &key,
            name: &key,
            description: "",
            category: "other",
            example_output: "",
            definition: serde_json::to_value(workflow).unwrap(),
        };
        let id = TemplateId(Uuid::now_v7());
        let mut conn = self.db.pool.acquire().await.unwrap();
        templates::put_system_template(&mut conn, actor.workspace, id, row).await.unwrap();
        id
    }

    /// Launches a template with its parameters' examples, overridden by `parameters`.
    pub async fn launch(&self, template_id: TemplateId, parameters: Value) -> ExecutionId {
        self.launch_in(template_id, parameters, Map::new()).await
    }

    /// The same with this launch context.
    pub async fn launch_in(
        &self,
        template_id: TemplateId,
        parameters: Value,
        context: Map<String, Value>,
    ) -> ExecutionId {
        let page = self.services.templates.template(&self.owner, template_id).await.unwrap();
        let mut complete: Map<String, Value> = page
            .card
            .workflow
            .parameters
            .iter()
            .filter_map(|p| Some((p.name.clone(), p.default.clone().or(p.example.clone())?)))
            .collect();
        complete.extend(parameters.as_object().cloned().unwrap_or_default());
        let launch = LaunchRequest::for_template(template_id);
        let request = LaunchRequest { parameters: complete, context, ..launch };
        self.services.executions.launch(&self.owner, request).await.unwrap().execution_id
    }

    /// Waits until `is` holds of the execution, and returns it. Woken by the engine's news; gives up
    /// when nothing happens to any execution any more, however long those before it take.
    pub async fn wait(
        &self,
        id: ExecutionId,
        is: impl Fn(&ExecutionView) -> bool,
    ) -> ExecutionView {
        let mut news = self.services.context().bus.subscribe();
        let mut heard_at = Instant::now();
        loop {
            let view = self.view(id).await;
            if is(&view) {
                return view;
            }
            assert!(heard_at.elapsed() < GIVE_UP, "gave up waiting; it stands at {view:#?}");
            // Its events are read again only for news of it; those of others tell that something happens.
            hear(&mut news, &mut heard_at, |execution| execution == id).await;
        }
    }

    /// Waits until the execution is over.
    pub async fn wait_over(&self, id: ExecutionId) -> ExecutionView {
        self.wait(id, |view| view.status.is_over()).await
    }

    /// Panics with every breach of an invariant in the database; nobody looks again at the end.
    pub async fn assert_sound(&self) {
        let violations = check_integrity(&self.db.pool).await.unwrap();
        assert!(violations.is_empty(), "{violations:#?}");
        self.db.leave_unexamined();
    }

    /// The execution now.
    pub async fn view(&self, id: ExecutionId) -> ExecutionView {
        ExecutionView::from_events(&self.events(id).await)
    }

    /// The place of the execution in the queue, as a poller sees it; none where it does not wait.
    pub async fn position(&self, id: ExecutionId) -> Option<u32> {
        let pulse = self.services.executions.pulse(&self.owner, id).await.unwrap();
        pulse.queued.map(|queued| queued.position)
    }

    /// Every event of the execution.
    pub async fn events(&self, id: ExecutionId) -> Vec<Event> {
        let mut conn = self.db.pool.acquire().await.unwrap();
        executions::events_after(&mut conn, self.owner.workspace, id, 0, 100_000).await.unwrap()
    }
}

/// The sample provider at no pace, and nobody else.
pub fn sample() -> ProviderSettings {
    ProviderSettings { ollama_url: None, sample_words_per_second: 0, ..ProviderSettings::default() }
}

/// Services with these providers and their blobs under a folder.
pub async fn services(pool: PgPool, settings: &ProviderSettings, blobs: &Path) -> Services {
    let outbound = OutboundClient::new(OutboundPolicy::default()).unwrap();
    let to_providers = OutboundClient::new(settings.allow(OutboundPolicy::default())).unwrap();
    let providers = Providers::detect(settings, &to_providers).await;
    let vault = Vault::with_key(&"5e".repeat(32)).unwrap();
    let blobs = Arc::new(FileBlobs::open(blobs).unwrap());
    let mcp = Arc::new(RmcpClient::new(outbound.clone(), outbound.clone()));
    Services::new(
        pool,
        EngineDeps {
            providers,
            blobs,
            outbound,
            decoder: FileDecoder::InProcess,
            vault,
            oidc: None,
            mailer: None,
            address: "http://127.0.0.1:3000".to_owned(),
            limits: ROOMY,
            mcp,
            operator_servers: Arc::default(),
        },
    )
}

/// Services for tests that neither ask a provider nor keep a blob.
pub async fn bare_services(pool: PgPool) -> Services {
    services(pool, &sample(), &std::env::temp_dir().join("atelier-test-blobs")).await
}

/// A worker that notices everything at once, for tests that wait for it.
pub fn quick() -> WorkerConfig {
    WorkerConfig {
        lease: Duration::from_secs(2),
        heartbeat: Duration::from_millis(300),
        sweep: Duration::from_millis(100),
        grace: Duration::from_millis(300),
        drain: Duration::from_secs(2),
        ..WorkerConfig::default()
    }
}

pub(super) async fn workspace(services: &Services) -> Actor {
    let mut tx = services.context().pool.begin().await.unwrap();
    let owner = insert_workspace(&mut tx).await;
    tx.commit().await.unwrap();
    owner
}

/// A workspace as complete as one that was set up, and its owner.
async fn insert_workspace(conn: &mut PgConnection) -> Actor {
    let (user, workspace) = (UserId(Uuid::now_v7()), WorkspaceId(Uuid::now_v7()));
    let email = format!("{user}@example.org");
    let new = accounts::NewUser { id: user, email: &email, name: "Ada", password_hash: "none" };
    accounts::insert_user(conn, new).await.unwrap();
    accounts::insert_workspace(conn, workspace, "Spring studio").await.unwrap();
    accounts::insert_membership(conn, workspace, user, Role::Owner).await.unwrap();
    let project = ProjectId(Uuid::now_v7());
    accounts::insert_project(conn, workspace, project, "Project").await.unwrap();
    copy_system_templates(conn, workspace).await.unwrap();
    copy_system_agents(conn, workspace).await.unwrap();
    store::prices::seed(conn).await.unwrap();
    owner(user, workspace)
}

/// Waits for news of executions that are wanted, or for as long as nobody waits without a look. News of
/// any execution count as heard.
pub(super) async fn hear(
    news: &mut Subscription,
    heard_at: &mut Instant,
    is_wanted: impl Fn(ExecutionId) -> bool,
) {
    let heard = async {
        loop {
            let is_wanted = match news.next().await {
                Some(BusEvent::Advanced(news)) => is_wanted(news.execution),
                Some(BusEvent::Missed) => true,
                _ => continue,
            };
            *heard_at = Instant::now();
            if is_wanted {
                return;
            }
        }
    };
    tokio::time::timeout(LOOK_AGAIN, heard).await.ok();
}

/// The owner of a workspace, at the command line.
pub fn owner(user: UserId, workspace: WorkspaceId) -> Actor {
    Actor {
        user,
        workspace,
        role: Role::Owner,
        archived: false,
        credential: Credential::CommandLine,
        scope: TokenScope::Full,
        origin: None,
    }
}

/// The parameters of a launch that sets none.
pub fn none() -> Value {
    json!({})
}
