//! The provider's key goes to the provider and nowhere else: the whole output of a real process.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};
use services::testing::db;
use tempfile::TempDir;
use url::Url;

/// With characters that are written differently in JSON, in addresses and in base64.
const KEY: &str = "sk-canary/9+f7\"q\"Zx81==";
const PATIENCE: Duration = Duration::from_secs(300);

/// A provider that repeats the whole request it is sent, the key included: with a passing error
/// first, then with a refusal. What it was sent is kept.
struct Telltale {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Telltale {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, heard) = (listener.local_addr().unwrap(), Arc::default());
        let hearing: Arc<Mutex<Vec<String>>> = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &hearing);
            }
        });
        Self { address, heard }
    }
}

fn answer(mut stream: TcpStream, heard: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    while reader.read_line(&mut head).unwrap() > 2 {
        let line = head.lines().last().unwrap().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    let mut heard = heard.lock().unwrap();
    let status = if heard.is_empty() { "503 Busy" } else { "401 Refused" };
    let body = json!({"error": {"message": format!("You sent {head} and {KEY}.")}}).to_string();
    heard.push(head);
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nRetry-After: 0\r\n\
         X-Key: {}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}",
        KEY.replace('"', "")
    );
    stream.write_all(reply.as_bytes()).unwrap();
}

/// `atelier serve` that logs everything it can, and all it has written.
struct Process {
    child: Child,
    address: SocketAddr,
    output: Vec<thread::JoinHandle<Vec<u8>>>,
}

impl Process {
    fn start(database: &str, data: &TempDir, provider: SocketAddr) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_atelier"))
            .arg("serve")
            .env("DATABASE_URL", database)
            .env("LEPTOS_SITE_ROOT", data.path())
            .env("ATELIER_DATA_DIR", data.path())
            .env("ATELIER_LISTEN", address.to_string())
            .env("ATELIER_LOG", "trace")
            .env("ATELIER_LOG_FORMAT", "json")
            .env("ATELIER_OPENAI_BASE_URL", format!("http://{provider}/v1"))
            .env("ATELIER_OPENAI_API_KEY", KEY)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (out, log) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        // From the beginning: the process would stand still at a full pipe.
        let out = thread::spawn(move || all(out));
        let mut log = BufReader::new(log);
        let mut begun = vec![];
        while !String::from_utf8_lossy(&begun).contains("Atelier is at") {
            assert!(log.read_until(b'\n', &mut begun).unwrap() > 0, "the process has ended");
        }
        let rest = move || {
            log.read_to_end(&mut begun).unwrap();
            begun
        };
        let output = vec![thread::spawn(rest), out];
        Self { child, address, output }
    }

    fn ask(&self, method: &str, path: &str, cookie: &str, body: &Value) -> TcpStream {
        let (host, body) = (self.address, body.to_string());
        let length = body.len();
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
             Cookie: {cookie}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    /// The answer's head and its JSON.
    fn call(&self, method: &str, path: &str, cookie: &str, body: &Value) -> (String, Value) {
        let reply = String::from_utf8(all(self.ask(method, path, cookie, body))).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// Everything a stream says until a word has come.
    fn read_until(&self, path: &str, cookie: &str, word: &str) -> String {
        let mut reader = BufReader::new(self.ask("GET", path, cookie, &Value::Null));
        let mut said = String::new();
        while !said.contains(word) {
            assert!(reader.read_line(&mut said).unwrap() > 0, "{said}");
        }
        said
    }

    /// Stops it and returns everything it ever wrote.
    fn stop(mut self) -> String {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), Signal::SIGTERM).unwrap();
        assert!(self.child.wait().unwrap().success());
        let written = self.output.drain(..).flat_map(|reading| reading.join().unwrap());
        String::from_utf8_lossy(&written.collect::<Vec<_>>()).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn all(mut from: impl Read) -> Vec<u8> {
    let mut bytes = vec![];
    from.read_to_end(&mut bytes).unwrap();
    bytes
}

/// Launches the campaign as a new owner and follows it until the refused key pauses it.
fn fail_for_the_key(process: &Process) -> String {
    let owner = json!({
        "name": "Ada", "email": "ada@example.org", "password": "correct horse",
        "workspace": "Studio",
    });
    let (head, _) = process.call("POST", "/set-up", "", &owner);
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let (_, gallery) = process.call("GET", "/workflows/templates", cookie, &Value::Null);
    let named = |item: &&Value| item["name"] == "Facebook Ads Campaign";
    let template = gallery["items"].as_array().unwrap().iter().find(named).unwrap();
    let launch = json!({
        "template_id": template["id"],
        "parameters": {
            "product_description": "A bottle with a filter.",
            "target_audience": "Commuters",
            "key_benefit": "Good water anywhere",
        },
    });
    let (_, launched) = process.call("POST", "/workflows/executions", cookie, &launch);
    let id = launched["execution_id"].as_str().unwrap();
    let stream = format!("/stream?executions={id}");
    let said = process.read_until(&stream, cookie, "execution.paused");
    let (_, page) =
        process.call("GET", &format!("/workflows/executions/{id}"), cookie, &Value::Null);
    said + &page.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_s10_nothing_a_process_writes_or_answers_has_the_key_at_any_level_of_logging() {
    let db = db::fresh().await.examined_at_the_end();
    let (data, provider) = (TempDir::new().unwrap(), Telltale::start());
    let mut url = Url::parse(&db.url).unwrap();
    // A server that trusts everybody on this machine does not look at it.
    let password = url.password().unwrap_or("canary-of-the-database").to_owned();
    url.set_password(Some(&password)).unwrap();
    let process = Process::start(url.as_str(), &data, provider.address);

    let answered = fail_for_the_key(&process);
    let written = process.stop();

    let heard = provider.heard.lock().unwrap();
    assert!(heard.iter().any(|head| head.contains(KEY)), "the provider is given the key");
    assert!(
        written.contains(r#""level":"TRACE""#) && written.contains("execution"),
        "all is logged"
    );
    for hidden in forms(KEY).into_iter().chain([password]) {
        assert!(!answered.contains(&hidden), "an answer has {hidden}");
        let line = written.lines().find(|line| line.contains(&hidden));
        assert!(line.is_none(), "the log has {hidden}: {line:?}");
    }
}

/// The ways in which a secret may be written.
fn forms(secret: &str) -> Vec<String> {
    let quoted = Value::from(secret).to_string();
    let twice = Value::from(quoted.clone()).to_string();
    let mut url = Url::parse("http://localhost").unwrap();
    url.query_pairs_mut().append_pair("key", secret);
    let bytes = format!("{:?}", secret.as_bytes());
    vec![
        secret.to_owned(),
        quoted.trim_matches('"').to_owned(),
        twice.trim_matches('"').trim_matches('\\').to_owned(),
        url.query().unwrap().trim_start_matches("key=").to_owned(),
        hex::encode(secret),
        bytes.trim_matches(['[', ']']).to_owned(),
        "canary/9".to_owned(),
    ]
}
