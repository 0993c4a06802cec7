//! A real S3 server on this machine, with a bucket in a folder.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use hyper::{Method, Request, Response, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{
    Body,
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;
use vault::secret::Secret;

use crate::{S3Keys, S3Settings};

const BUCKET: &str = "atelier";
const KEY_ID: &str = "AKIATELIERTEST";
/// What nobody but the server and its clients may ever see.
pub const SECRET_KEY: &str = "s3-canary-0123456789abcdef";

/// What it says instead of working.
#[derive(Debug, Clone, Copy)]
struct InjectedError {
    method: &'static str,
    status: u16,
    code: &'static str,
}

/// A server with one bucket; it goes with the test.
pub struct S3Server {
    pub endpoint: Url,
    root: TempDir,
    faults: Arc<Mutex<VecDeque<InjectedError>>>,
    serving: JoinHandle<()>,
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl S3Server {
    /// Starts a server with an empty bucket, on a free port.
    pub async fn start() -> Self {
        let root = TempDir::new().unwrap();
        std::fs::create_dir(root.path().join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY_ID, SECRET_KEY));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let faults = Arc::default();
        let serving = tokio::spawn(serve(listener, service.build(), Arc::clone(&faults)));
        Self { endpoint, root, faults, serving }
    }

    /// How it is reached, under this prefix.
    pub fn settings(&self, prefix: &str) -> S3Settings {
        S3Settings {
            endpoint: Some(self.endpoint.clone()),
            region: "us-east-1".to_owned(),
            bucket: BUCKET.to_owned(),
            prefix: prefix.to_owned(),
            path_style: true,
            keys: Some(S3Keys { id: KEY_ID.to_owned(), secret: Secret::new(SECRET_KEY) }),
        }
    }

    /// The same for a process of its own.
    pub fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("S3_ENDPOINT", self.endpoint.to_string()),
            ("S3_BUCKET", BUCKET.to_owned()),
            ("S3_ACCESS_KEY_ID", KEY_ID.to_owned()),
            ("S3_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
        ]
    }

    /// Where the objects of its bucket lie.
    pub fn bucket(&self) -> PathBuf {
        self.root.path().join(BUCKET)
    }

    /// The next so many requests by this method fail.
    pub fn fail(&self, times: usize, method: &'static str, status: u16, code: &'static str) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.extend(std::iter::repeat_n(InjectedError { method, status, code }, times));
    }

    /// How many of those have not come yet.
    pub fn faults_left(&self) -> usize {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

async fn serve(listener: TcpListener, s3: S3Service, faults: Arc<Mutex<VecDeque<InjectedError>>>) {
    while let Ok((socket, _)) = listener.accept().await {
        let (s3, faults) = (s3.clone(), Arc::clone(&faults));
        let service = service_fn(move |request: Request<Incoming>| {
            let (s3, fault) = (s3.clone(), due(&faults, request.method()));
            async move {
                match fault {
                    Some(fault) => Ok(failed(fault, request).await),
                    None => hyper::service::Service::call(&s3, request).await,
                }
            }
        });
        tokio::spawn(async move {
            let server = Builder::new(TokioExecutor::new());
            // A client that goes away is no failure of the test.
            server.serve_connection(TokioIo::new(socket), service).await.ok();
        });
    }
}

fn due(faults: &Mutex<VecDeque<InjectedError>>, method: &Method) -> Option<InjectedError> {
    let mut faults = faults.lock().unwrap_or_else(PoisonError::into_inner);
    let is_due = faults.front().is_some_and(|fault| fault.method == method.as_str());
    if is_due { faults.pop_front() } else { None }
}

async fn failed(fault: InjectedError, request: Request<Incoming>) -> Response<Body> {
    Body::from(request.into_body()).store_all_limited(64 << 20).await.ok();
    let code = fault.code;
    let said = format!("<Error><Code>{code}</Code><Message>as the test says</Message></Error>");
    Response::builder().status(fault.status).body(Body::from(said)).unwrap()
}
