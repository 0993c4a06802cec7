//! A way to PostgreSQL that is cut right after it has done something: it has happened, and nobody is
//! told.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// The statement that writes plans, alone where it is a commit of its own.
const STEPS: &str = include_str!("../../store/sql/apply_steps.sql");
/// With this PostgreSQL says that it is done, and in no transaction.
const IDLE: &[u8] = b"Z\0\0\0\x05I";
/// Said before it when a statement wrote what it should.
const DONE: [&[u8]; 2] = [b"COMMIT\0", b"SELECT 1\0"];

/// What PostgreSQL was asked to make lasting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// A transaction.
    Commit,
    /// Plans that are written in one statement without a transaction around it.
    Steps,
}

/// Listens until it is dropped with its runtime.
pub struct Proxy {
    /// The database, by way of the proxy.
    pub url: String,
    cuts: Arc<AtomicUsize>,
}

impl Proxy {
    /// Cuts after every so many of these.
    pub async fn start(database: &str, what: Lasting, every: usize) -> Self {
        let mut url = Url::parse(database).unwrap();
        let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(here.port())).unwrap();
        url.query_pairs_mut().append_pair("sslmode", "disable");
        let (cuts, asked) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counted = cuts.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&target).await.unwrap();
                let (cuts, asked) = (counted.clone(), asked.clone());
                tokio::spawn(async move {
                    let is_cut = |lasting| {
                        lasting == what
                            && (asked.fetch_add(1, Ordering::SeqCst) + 1).is_multiple_of(every)
                    };
                    if relay(client, server, is_cut).await == End::Cut {
                        cuts.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        Self { url: url.into(), cuts }
    }

    /// How many connections were cut after it had happened.
    pub fn cuts(&self) -> usize {
        self.cuts.load(Ordering::SeqCst)
    }
}

#[derive(PartialEq)]
enum End {
    Cut,
    Closed,
}

async fn relay(
    mut client: TcpStream,
    mut server: TcpStream,
    is_cut: impl Fn(Lasting) -> bool,
) -> End {
    let (mut asked, mut answered) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    let mut ear = Ear::default();
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(count @ 1..) = read else { return End::Closed };
                if server.write_all(&asked[..count]).await.is_err() {
                    return End::Closed;
                }
                if ear.hear(&asked[..count]).is_some_and(&is_cut) {
                    return if is_done(server).await { End::Cut } else { End::Closed };
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

/// Hears the whole answer, which goes no further: whether it means that it is done.
async fn is_done(mut server: TcpStream) -> bool {
    let mut answer = vec![];
    while !answer.ends_with(IDLE) {
        let Ok(1..) = server.read_buf(&mut answer).await else { return false };
    }
    DONE.iter().any(|words| answer.windows(words.len()).any(|window| window == *words))
}

/// Follows what the driver says on a connection.
#[derive(Default)]
struct Ear {
    unheard: Vec<u8>,
    is_greeted: bool,
    /// The names of prepared statements that write plans.
    steps: BTreeSet<Vec<u8>>,
    in_transaction: bool,
    is_writing: bool,
}

impl Ear {
    /// Takes in what was said; what it asks to make lasting, once all of that has been said.
    fn hear(&mut self, said: &[u8]) -> Option<Lasting> {
        self.unheard.extend(said);
        let mut lasting = None;
        while let Some((kind, body)) = self.next() {
            lasting = self.message(kind, &body).or(lasting);
        }
        lasting
    }

    /// The next whole message. The first of a connection has no kind.
    fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let head = usize::from(self.is_greeted);
        let length = self.unheard.get(head..head + 4)?;
        let end = head + u32::from_be_bytes(length.try_into().ok()?) as usize;
        if self.unheard.len() < end {
            return None;
        }
        let rest = self.unheard.split_off(end);
        let message = std::mem::replace(&mut self.unheard, rest);
        let kind = if self.is_greeted { message[0] } else { 0 };
        self.is_greeted = true;
        Some((kind, message[head + 4..].to_vec()))
    }

    fn message(&mut self, kind: u8, body: &[u8]) -> Option<Lasting> {
        let mut words = body.split(|byte| *byte == 0);
        let (first, second) = (words.next()?, words.next());
        match kind {
            b'Q' if first.starts_with(b"BEGIN") => self.in_transaction = true,
            b'Q' if first == b"COMMIT" => {
                self.in_transaction = false;
                return Some(Lasting::Commit);
            }
            b'Q' if first == b"ROLLBACK" => self.in_transaction = false,
            // Parse: the name of a statement, and the statement.
            b'P' if second == Some(STEPS.as_bytes()) => {
                self.steps.insert(first.to_vec());
            }
            // Bind: where to, and which statement.
            b'B' if !self.in_transaction => {
                self.is_writing = second.is_some_and(|name| self.steps.contains(name));
            }
            // Sync: it is all said, and without a transaction it lasts.
            b'S' if std::mem::take(&mut self.is_writing) => return Some(Lasting::Steps),
            _ => {}
        }
        None
    }
}
