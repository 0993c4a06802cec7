//! A mail server that speaks SMTP, and takes mails, refuses them, or keeps its visitors waiting.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
};

/// How the server treats its visitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It takes every mail.
    Take,
    /// It knows no receiver.
    Refuse,
    /// It takes nothing for now.
    Later,
    /// It says nothing until the test lets the visitor go.
    Hold,
}

/// A mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The receiver on the envelope.
    pub to: String,
    /// Headers and body, with plain line breaks.
    pub text: String,
}

impl Arrived {
    /// The value of a header, unfolded.
    pub fn header(&self, name: &str) -> String {
        let (headers, _) = self.text.split_once("\n\n").unwrap();
        let unfolded = headers.replace("\n ", " ");
        let line = unfolded.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_default().to_owned()
    }

    /// The text with soft line breaks of quoted-printable taken out.
    pub fn words(&self) -> String {
        self.text.replace("=\n", "").replace("=3D", "=")
    }

    /// The address behind `Verb: ` in the plain text.
    pub fn link(&self, verb: &str) -> String {
        let words = self.words();
        let line = words.lines().find_map(|line| line.strip_prefix(&format!("{verb}: ")));
        line.unwrap_or_else(|| panic!("no link to {verb} in {words}")).to_owned()
    }
}

/// A mail server on loopback.
pub struct MailServer {
    /// Where it listens.
    pub address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    mails: mpsc::UnboundedReceiver<Arrived>,
    held: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
}

impl MailServer {
    /// Starts one that takes every mail.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let manner = Arc::new(Mutex::new(Manner::Take));
        let (taken, mails) = mpsc::unbounded_channel();
        let (waiting, held) = mpsc::unbounded_channel();
        let manner_now = manner.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let manner = *manner_now.lock().unwrap();
                let (taken, waiting) = (taken.clone(), waiting.clone());
                tokio::spawn(async move {
                    if manner == Manner::Hold {
                        let (go, gone) = oneshot::channel();
                        waiting.send(go).ok();
                        gone.await.ok();
                        return;
                    }
                    // A visitor may leave at any word.
                    talk(socket, manner, &taken).await.ok();
                });
            }
        });
        Self { address, manner, mails, held }
    }

    /// Treats visitors so from now on.
    pub fn set(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// A mail that has arrived by now; none if there is none.
    pub fn taken(&mut self) -> Option<Arrived> {
        self.mails.try_recv().ok()
    }

    /// A visitor who is kept waiting; dropping it lets them go.
    pub async fn held(&mut self) -> oneshot::Sender<()> {
        self.held.recv().await.unwrap()
    }
}

async fn talk(
    socket: TcpStream,
    manner: Manner,
    taken: &mpsc::UnboundedSender<Arrived>,
) -> std::io::Result<()> {
    let mut socket = BufReader::new(socket);
    let mut to = String::new();
    socket.write_all(b"220 mail.test ESMTP\r\n").await?;
    loop {
        let mut line = String::new();
        if socket.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let word = line.split([' ', ':']).next().unwrap_or_default().trim().to_ascii_uppercase();
        let answer: &[u8] = match word.as_str() {
            "EHLO" => b"250-mail.test\r\n250 8BITMIME\r\n",
            "RCPT" if manner == Manner::Refuse => b"550 5.1.1 Nobody of this name is here\r\n",
            "RCPT" if manner == Manner::Later => b"451 4.7.1 Come back later\r\n",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                b"250 OK\r\n"
            }
            "DATA" => {
                socket.write_all(b"354 Go on\r\n").await?;
                let text = read_mail(&mut socket).await?;
                // Noted before it is said: whoever hears that it was taken finds it here.
                taken.send(Arrived { to: to.clone(), text }).ok();
                b"250 OK\r\n"
            }
            "QUIT" => {
                socket.write_all(b"221 Bye\r\n").await?;
                return Ok(());
            }
            "MAIL" | "RSET" | "NOOP" => b"250 OK\r\n",
            _ => b"500 What?\r\n",
        };
        socket.write_all(answer).await?;
    }
}

/// What comes before the line that is a dot; a dot that begins a line was doubled.
async fn read_mail(socket: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if socket.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        let line = line.trim_end_matches("\r\n");
        text.push_str(line.strip_prefix('.').unwrap_or(line));
        text.push('\n');
    }
}
