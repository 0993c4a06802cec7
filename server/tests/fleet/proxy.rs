//! A way to PostgreSQL that is cut right after a commit: it has happened, and nobody is told.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// A commit as the driver sends it.
const COMMIT: &[u8] = b"COMMIT\0";

/// Listens until it is dropped with its runtime.
pub struct Proxy {
    /// The database, by way of the proxy.
    pub url: String,
    cuts: Arc<AtomicUsize>,
}

impl Proxy {
    /// Cuts every so many commits.
    pub async fn start(database: &str, every: usize) -> Self {
        let mut url = Url::parse(database).unwrap();
        let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(here.port())).unwrap();
        url.query_pairs_mut().append_pair("sslmode", "disable");
        let (cuts, commits) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counted = cuts.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&target).await.unwrap();
                let (cuts, commits) = (counted.clone(), commits.clone());
                tokio::spawn(async move {
                    let is_cut =
                        || (commits.fetch_add(1, Ordering::SeqCst) + 1).is_multiple_of(every);
                    if relay(client, server, is_cut).await == End::Cut {
                        cuts.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        Self { url: url.into(), cuts }
    }

    /// How many connections were cut after a commit.
    pub fn cuts(&self) -> usize {
        self.cuts.load(Ordering::SeqCst)
    }
}

#[derive(PartialEq)]
enum End {
    Cut,
    Closed,
}

async fn relay(mut client: TcpStream, mut server: TcpStream, is_cut: impl Fn() -> bool) -> End {
    let (mut asked, mut answered) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(count @ 1..) = read else { return End::Closed };
                if server.write_all(&asked[..count]).await.is_err() {
                    return End::Closed;
                }
                if asked[..count].ends_with(COMMIT) && is_cut() {
                    // The answer means that it is done; it goes no further.
                    let Ok(1..) = server.read(&mut answered).await else { return End::Closed };
                    return End::Cut;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(count @ 1..) = read else { return End::Closed };
                if client.write_all(&answered[..count]).await.is_err() {
                    return End::Closed;
                }
            }
        }
    }
}
