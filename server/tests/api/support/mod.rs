//! The whole server without a socket, on a database of its own.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, Response, StatusCode, header},
};
use backend::{actor::Actor, key::Key};
use blobs::FileBlobs;
use engine::{
    exec::{Worker, WorkerConfig, WorkerDeps},
    executors::Executors,
};
use files::sandbox::FileDecoder;
use model::{
    access::Role,
    id::{ExecutionId, ProjectId, UserId, WorkspaceId},
    pages::LaunchRequest,
};
use outside::outbound::{OutboundClient, OutboundPolicy};
use serde_json::{Value, json};
use server::{
    config::Config,
    deps,
    http::assets::Assets,
    public_origin::{Peer, PublicOrigin},
    recent_events::EventCache,
    router::router,
    state::AppState,
    stream_limiter::{MOST_OF_ONE, StreamLimiter},
};
use services::{
    Services,
    agents::system::copy_system_agents,
    templates::system::copy_system_templates,
    testing::{
        db::{self, TestDb},
        world::{bare_services, quick},
    },
};
use store::{accounts, sessions};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;

pub const HOST: &str = "127.0.0.1:3000";
pub const ORIGIN: &str = "http://127.0.0.1:3000";
pub const EMAIL: &str = "ada@example.org";
pub const PASSWORD: &str = "correct horse";

/// A server under test.
pub struct Server {
    pub db: TestDb,
    pub services: Services,
    pub leaving: CancellationToken,
    /// Where its files lie.
    pub files: TempDir,
    router: Router,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie as a browser sends it back.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let get = |name: &str| {
            let found = settings.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let config = Config::read(get).unwrap();
        let db = db::fresh().await.examined_at_the_end();
        let mut context = bare_services(db.pool.clone()).await.context().clone();
        let files = TempDir::new().unwrap();
        context.deps.decoder = FileDecoder::Subprocess(env!("CARGO_BIN_EXE_atelier").into());
        context.deps.blobs = Arc::new(FileBlobs::open(files.path()).unwrap());
        let allowed = OutboundPolicy::default().allow_list(&config.outbound_allow).unwrap();
        context.deps.outbound = OutboundClient::new(allowed).unwrap();
        context.deps.oidc = deps::oidc(&config).unwrap();
        let services = Services::with_context(context);
        let (assets, leaving) = (Assets::default(), CancellationToken::new());
        let state = AppState {
            services: services.clone(),
            backend: services.backend(),
            public_origin: Arc::new(PublicOrigin::new(&config)),
            leptos: assets.leptos_options(),
            streams: StreamLimiter::default(),
            event_cache: EventCache::default(),
            leaving: leaving.clone(),
        };
        Self { db, services, leaving, files, router: router(state, assets) }
    }

    /// An answer whose body is still to come.
    pub async fn open(&self, mut request: Request<Body>) -> Response<Body> {
        let peer: SocketAddr = "192.0.2.1:5000".parse().unwrap();
        request.extensions_mut().insert(Peer(peer));
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let (parts, body) = self.open(request).await.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Only how the answer begins: it may be a stream without end.
    pub async fn status(&self, request: Request<Body>) -> StatusCode {
        self.router.clone().oneshot(request).await.unwrap().status()
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Reply {
        self.send(from_page(Method::GET, path, cookie).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, cookie: &str, body: &Value) -> Reply {
        self.json(Method::POST, path, cookie, body).await
    }

    pub async fn json(&self, method: Method, path: &str, cookie: &str, body: &Value) -> Reply {
        let request = from_page(method, path, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.send(request.unwrap()).await
    }

    /// Creates the owner and returns their cookie.
    pub async fn set_up(&self) -> String {
        let reply = self.post("/api/v1/set-up", "", &set_up_body()).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{:?}", reply.json());
        reply.cookie()
    }

    /// A person of that role, signed in; their cookie.
    pub async fn member(&self, workspace: WorkspaceId, role: Role) -> String {
        let user = UserId(Uuid::now_v7());
        let mut conn = self.db.pool.acquire().await.unwrap();
        let email = format!("{user}@example.org");
        let new = accounts::NewUser { id: user, email: &email, name: "Member", password_hash: "x" };
        accounts::insert_user(&mut conn, new).await.unwrap();
        accounts::insert_membership(&mut conn, workspace, user, role).await.unwrap();
        drop(conn);
        self.session(user, workspace).await
    }

    /// The owner of another workspace, as complete as the first; their cookie.
    pub async fn neighbour(&self) -> String {
        let workspace = WorkspaceId(Uuid::now_v7());
        let mut conn = self.db.pool.acquire().await.unwrap();
        accounts::insert_workspace(&mut conn, workspace, "Elsewhere").await.unwrap();
        let project = ProjectId(Uuid::now_v7());
        accounts::insert_project(&mut conn, workspace, project, "Project").await.unwrap();
        copy_system_templates(&mut conn, workspace).await.unwrap();
        copy_system_agents(&mut conn, workspace).await.unwrap();
        drop(conn);
        self.member(workspace, Role::Owner).await
    }

    /// One more browser of somebody; its cookie.
    pub async fn session(&self, user: UserId, workspace: WorkspaceId) -> String {
        let key = Key::session();
        let mut conn = self.db.pool.acquire().await.unwrap();
        let session = sessions::NewSession {
            id: Uuid::now_v7(),
            key_hash: &key.hash(),
            user,
            workspace: Some(workspace),
            user_agent: "Test browser",
        };
        sessions::insert(&mut conn, session).await.unwrap();
        format!("atelier_sid={}", key.reveal())
    }

    /// As many browsers of other members like somebody as so many readers of the stream need; their
    /// cookies.
    pub async fn browsers(&self, person: &Actor, readers: usize) -> Vec<String> {
        let mut cookies = vec![];
        for _ in 0..readers.div_ceil(MOST_OF_ONE) {
            cookies.push(self.member(person.workspace, person.role).await);
        }
        cookies
    }

    /// A worker of this process on the server's database.
    pub fn worker(&self) -> Worker {
        self.worker_with(Executors::standard(&self.services.context().deps))
    }

    /// The same, with other executors.
    pub fn worker_with(&self, executors: Executors) -> Worker {
        self.worker_of(&self.services, executors, quick())
    }

    /// A worker of whatever process has these services, on the server's database.
    pub fn worker_of(
        &self,
        services: &Services,
        executors: Executors,
        config: WorkerConfig,
    ) -> Worker {
        let deps = WorkerDeps {
            pool: services.context().pool.clone(),
            options: store::connect_options(&self.db.url, "atelier test worker").unwrap(),
            executors,
            advance: services.context().advance.clone(),
        };
        Worker::start(deps, config).unwrap()
    }

    /// Launches as many, and gives their ids.
    pub async fn launch_several(&self, owner: &Actor, count: usize) -> Vec<String> {
        let mut ids = vec![];
        for _ in 0..count {
            ids.push(self.launch(owner).await.to_string());
        }
        ids
    }

    /// Launches the campaign with many texts.
    pub async fn launch(&self, owner: &Actor) -> ExecutionId {
        let request = self.campaign(owner).await;
        self.services.executions.launch(owner, request).await.unwrap().execution_id
    }

    /// What launches the campaign with many texts.
    pub async fn campaign(&self, owner: &Actor) -> LaunchRequest {
        let gallery = self.services.templates.gallery(owner).await.unwrap();
        let campaign = gallery.into_iter().find(|card| card.name == "Facebook Ads Campaign");
        let parameters = json!({
            "product_description": "A bottle with a filter.",
            "target_audience": "Commuters",
            "key_benefit": "Good water anywhere",
            "copies": 20,
        });
        LaunchRequest {
            parameters: parameters.as_object().cloned().unwrap(),
            ..LaunchRequest::for_template(campaign.unwrap().id)
        }
    }

    /// Works on an execution until it is over.
    pub async fn work_until_over(&self, actor: &Actor, id: ExecutionId) {
        let mut news = self.services.context().bus.subscribe();
        let worker = self.worker();
        while !self.services.executions.pulse(actor, id).await.unwrap().status.is_over() {
            news.next().await.unwrap();
        }
        worker.stop().await;
    }

    pub async fn actor(&self, cookie: &str) -> Option<Actor> {
        let key = cookie.split_once('=').unwrap().1;
        self.services.accounts.actor_of_session(key).await.unwrap()
    }
}

/// A request as one of our own pages sends it.
pub fn from_page(method: Method, path: &str, cookie: &str) -> axum::http::request::Builder {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, HOST)
        .header(header::ORIGIN, ORIGIN)
        .header("sec-fetch-site", "same-origin")
        .header(header::USER_AGENT, "Test browser");
    if cookie.is_empty() { request } else { request.header(header::COOKIE, cookie) }
}

/// A request as a program sends it.
pub fn by_program(method: Method, path: &str, token: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, HOST)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
}

/// The address of a route, with ids that nothing has in its places.
pub fn somewhere(path: &str) -> String {
    let part = |part: &str| match part {
        "{version}" => "1".to_owned(),
        "{name}" => "a_name".to_owned(),
        "{node}" => "a_node".to_owned(),
        "{provider}" => "openai".to_owned(),
        part if part.starts_with('{') => Uuid::now_v7().to_string(),
        part => part.to_owned(),
    };
    format!("/api/v1{}", path.split('/').map(part).collect::<Vec<_>>().join("/"))
}

pub fn set_up_body() -> Value {
    json!({"name": "Ada", "email": EMAIL, "password": PASSWORD, "workspace": "Studio"})
}

pub fn sign_in_body() -> Value {
    json!({"email": EMAIL, "password": PASSWORD})
}
