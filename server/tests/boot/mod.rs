//! The binary itself: comes up from nothing, survives being killed, leaves cleanly.

#![allow(clippy::unwrap_used, reason = "tests")]

mod external;
mod running;
mod tools;

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Output},
    thread,
    time::{Duration, Instant},
};

use nix::sys::{
    resource::{Resource, getrlimit, setrlimit},
    signal::Signal,
};
use running::{Instance, PATIENCE, Running, Unheard};
use services::testing::soak::{STALL, judge, soaking};

/// About what a pipe holds.
const UNREAD: usize = 50_000;
/// The smallest workflow.
const BARE: &str = r#"{"schemaVersion": 1, "name": "bare", "nodes": [
    {"id": "start", "type": "start", "position": {"x": 0, "y": 0}, "data": {"label": "Start", "config": {}}},
    {"id": "end", "type": "end", "position": {"x": 0, "y": 200}, "data": {"label": "End", "config": {}}}],
    "edges": [{"id": "e", "source": "start", "target": "end"}]}"#;
/// Sign-ins at once: evaluated all together they would take a gigabyte.
const BURST: u8 = 60;

fn words(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (text(&output.stdout), text(&output.stderr))
}

fn is_served(data: &Path) -> bool {
    data.join("postgres/data/postmaster.pid").exists()
}

#[test]
fn a_log_that_nobody_reads_brings_nothing_to_a_halt() {
    let instance = Instance::with_database();
    let mut command = instance.command(&["serve"]);
    command.env("ATELIER_LOG", "trace");
    let server = Unheard::after(command, "Atelier is at");

    // Each of them is worth several lines.
    for _ in 0..300 {
        assert!(instance.get("/healthz").starts_with("HTTP/1.1 200"), "it does not answer");
    }

    let (success, unread) = server.end();
    assert!(success && unread >= UNREAD, "{success}, and {unread} bytes were not read");
}

#[test]
fn from_nothing_to_a_page_and_back() {
    let instance = Instance::new();
    let mut running = instance.serve();

    assert!(instance.get("/").starts_with("HTTP/1.1 200"));
    assert!(instance.get("/readyz").ends_with("ready"));
    running.send(Signal::SIGTERM);

    assert!(running.end());
    assert!(!is_served(&instance.dir.path().join("data")));
}

#[test]
fn after_kill_9_the_next_start_has_everything_and_leaves_nothing_running() {
    let instance = Instance::new();
    let mut running = instance.serve();
    assert!(instance.set_up().starts_with("HTTP/1.1 201"));
    running.send(Signal::SIGKILL);
    assert!(!running.end());
    assert!(is_served(&instance.dir.path().join("data")));

    let mut running = instance.serve();

    assert!(instance.set_up().starts_with("HTTP/1.1 409"));
    running.send(Signal::SIGINT);
    assert!(running.end());
    assert!(!is_served(&instance.dir.path().join("data")));
}

#[test]
fn other_commands_share_the_database_of_the_one_that_serves() {
    let instance = Instance::new();
    let mut running = instance.serve();
    instance.set_up();

    let (token, said) =
        words(&instance.run(&["token", "create", "--name", "ci", "--role", "viewer"]));
    let mut worker = Running::of(instance.command(&["worker"]), "the worker is ready");
    let (host, bearer) = (instance.address, &token);
    let reply = instance.ask(&format!(
        "GET /api/v1/session HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {bearer}\r\n\
         Connection: close\r\n\r\n"
    ));
    let (link, reset) = words(&instance.run(&["owner", "reset"]));
    let (other, same) = words(&instance.run(&["user", "reset", "ADA@example.org"]));
    let (_, unknown) = words(&instance.run(&["user", "reset", "nobody@example.org"]));
    let page = |link: &str| instance.get(link.strip_prefix(&format!("http://{host}")).unwrap());
    let (replaced, opened) = (page(&link), page(&other));
    worker.send(Signal::SIGTERM);
    running.send(Signal::SIGTERM);

    assert!(token.starts_with("atl_") && said.contains("won't be shown again"), "{token} {said}");
    assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("viewer"), "{reply}");
    assert!(link.contains("/reset/") && reset.contains("ada@example.org"), "{link} {reset}");
    assert!(same.contains("ada@example.org") && link != other, "{same} {other}");
    assert!(unknown.contains("no account with the email nobody@example.org"), "{unknown}");
    assert!(replaced.contains("no longer works") && opened.contains("New password"), "{opened}");
    assert!(worker.end() && running.end());
}

#[test]
fn commands_find_the_running_server_by_the_default_folder_and_by_any_relative_one() {
    let instance = Instance::new();
    let home = instance.dir.path().join("home");
    fs::create_dir_all(home.join("elsewhere")).unwrap();
    let at = |folder: &Path, data: Option<&str>, arguments: &[&str]| {
        let mut command = instance.command(arguments);
        command.current_dir(folder).env_remove("ATELIER_DATA_DIR");
        command.envs(data.map(|data| ("ATELIER_DATA_DIR", data)));
        command
    };
    let mut running = Running::of(at(&home, None, &["serve"]), "Atelier is at");
    assert!(instance.set_up().starts_with("HTTP/1.1 201"));
    fs::write(home.join("bare.json"), BARE).unwrap();

    let commands: [&[&str]; 6] = [
        &["migrate"],
        &["doctor"],
        &["owner", "reset"],
        &["user", "reset", "ada@example.org"],
        &["token", "create", "--name", "ci"],
        &["run", "bare.json"],
    ];
    for arguments in commands {
        let done = at(&home, None, arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {:?}", words(&done));
    }
    let other = at(&home.join("elsewhere"), Some("../.atelier"), &["doctor"]).output().unwrap();
    let nothing = at(&home.join("elsewhere"), None, &["doctor"]).output().unwrap();
    let mut worker = Running::of(at(&home, None, &["worker"]), "the worker is ready");
    worker.send(Signal::SIGTERM);
    running.send(Signal::SIGTERM);

    assert!(other.status.success(), "{:?}", words(&other));
    assert!(!nothing.status.success(), "{:?}", words(&nothing));
    assert!(worker.end() && running.end());
}

#[test]
fn a_worker_for_node_types_that_nobody_knows_is_refused_with_those_that_are_known() {
    let instance = Instance::new();

    let refused = instance.run(&["worker", "--only", "generate_copy,nonsense"]);

    let (_, said) = words(&refused);
    assert!(!refused.status.success());
    assert!(said.contains("'nonsense'") && said.contains("generate_image"), "{said}");
    assert!(!instance.dir.path().join("data").exists(), "nothing was started");
}

#[test]
fn only_serve_makes_a_database_and_other_commands_start_what_is_there() {
    let instance = Instance::new();
    let data = instance.dir.path().join("data");
    let commands: [&[&str]; 7] = [
        &["migrate"],
        &["doctor"],
        &["worker"],
        &["owner", "reset"],
        &["user", "reset", "ada@example.org"],
        &["token", "create", "--name", "ci"],
        &["blobs", "move", "--to", "files"],
    ];
    for command in commands {
        let refused = instance.run(command);
        assert!(words(&refused).1.contains("no database found in"), "{command:?} {refused:?}");
        assert!(!refused.status.success() && !data.exists(), "{command:?} made something");
    }
    assert!(instance.serve_once());

    let migrated = instance.run(&["migrate"]);
    let (_, refused) = words(&instance.run(&["owner", "reset"]));

    assert!(migrated.status.success(), "{:?}", words(&migrated));
    assert!(refused.contains("There is no owner yet"), "{refused}");
    assert!(!is_served(&data));
}

#[test]
fn a_second_server_on_the_directory_names_the_first() {
    let instance = Instance::new();
    let mut running = instance.serve();
    let pid = running.child.id();

    let mut second = instance.command(&["serve"]);
    let second = second.env("ATELIER_LISTEN", "127.0.0.1:0").output().unwrap();
    let taken = instance.run(&["serve"]);
    running.send(Signal::SIGTERM);

    let (words_second, words_taken) = (words(&second).1, words(&taken).1);
    assert!(!second.status.success() && !taken.status.success());
    assert!(words_second.contains(&format!("process {pid}")), "{words_second}");
    assert!(words_taken.contains("ATELIER_LISTEN"), "{words_taken}");
    assert!(running.end());
}

#[test]
fn off_loopback_the_log_has_the_code_that_set_up_asks_for() {
    let instance = Instance::with_database();
    let mut command = instance.command(&["serve"]);
    command.env("ATELIER_PUBLIC_URL", "https://atelier.example.org");

    let mut running = Running::of(command, "with the one-time code");

    running.read_until("Atelier is at");
    assert!(instance.set_up().starts_with("HTTP/1.1 403"));
    running.send(Signal::SIGTERM);
    assert!(running.end());
}

/// Lets this process open so many files, where the system allows it; how many it may open now.
fn open_files(wanted: u64) -> u64 {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    let most = soft.max(wanted.min(hard));
    setrlimit(Resource::RLIMIT_NOFILE, most, hard).unwrap();
    most
}

#[test]
fn rel_s18_slow_and_silent_connections_do_not_keep_others_waiting() {
    let instance = Instance::with_database();
    // As on most systems: 1024 open files until a process asks for more.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -S -n 1024; exec \"$0\" serve", env!("CARGO_BIN_EXE_atelier")]);
    let mut running = Running::of(instance.with_settings(command), "Atelier is at");
    let wanted = if soaking() { 2_000 } else { 200 };
    let count = open_files(wanted + 300).saturating_sub(300).min(wanted);
    let crowd: Vec<TcpStream> =
        (0..count).map(|_| TcpStream::connect(instance.address).unwrap()).collect();
    for mut slow in crowd.iter().step_by(2) {
        slow.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    }

    let mut waits = vec![];
    for _ in 0..40 {
        let begun = Instant::now();
        assert!(instance.get("/healthz").starts_with("HTTP/1.1 200"));
        assert!(instance.get("/readyz").starts_with("HTTP/1.1 200"));
        waits.push(begun.elapsed());
    }

    // The aim is 200 ms; among other tests on a busy machine only a stall fails.
    waits.sort();
    assert!(waits[38] < Duration::from_secs(2), "{waits:?}");
    // One that stays within its first line, and one that says nothing at all.
    for mut over in &crowd[..2] {
        over.set_read_timeout(Some(PATIENCE)).unwrap();
        over.read_to_end(&mut vec![]).unwrap();
    }
    running.send(Signal::SIGTERM);
    assert!(running.end());
}

#[test]
fn rel_s4_a_burst_of_sign_ins_costs_neither_memory_nor_the_others_time() {
    let instance = Instance::with_database();
    let mut command = instance.command(&["serve"]);
    command.env("ATELIER_PROXIES", "1");
    let mut running = Running::of(command, "Atelier is at");
    let before = memory_kib(running.child.id(), "VmRSS");

    let here = &instance;
    let (replies, mut probes) = thread::scope(|scope| {
        let guesses: Vec<_> = (0..BURST).map(|n| scope.spawn(move || here.guess(n))).collect();
        let mut probes = vec![];
        while guesses.iter().any(|guess| !guess.is_finished()) {
            let begun = Instant::now();
            assert!(instance.get("/healthz").starts_with("HTTP/1.1 200"));
            probes.push(begun.elapsed());
        }
        (guesses.into_iter().map(|guess| guess.join().unwrap()).collect::<Vec<_>>(), probes)
    });

    let after = memory_kib(running.child.id(), "VmHWM");
    let answered = |how: &str| replies.iter().filter(|reply| reply.starts_with(how)).count();
    let (evaluated, busy) = (answered("HTTP/1.1 401"), answered("HTTP/1.1 503"));
    // How many are evaluated before the others are told to come back is a matter of speed.
    assert_eq!(evaluated + busy, usize::from(BURST), "{:?}", replies.first());
    assert!(evaluated > 0 && after - before < 150 * 1024, "{evaluated} {before} {after}");
    probes.sort();
    let median = i64::try_from(probes[probes.len() / 2].as_millis()).unwrap();
    judge("a probe beside that many sign-ins, the median", median, 100, STALL);
    running.send(Signal::SIGTERM);
    assert!(running.end());
}

#[test]
fn the_doctor_names_what_is_wrong_and_changes_it_only_when_told_to() {
    let instance = Instance::with_database();
    assert!(instance.serve_once());
    let sound = instance.run(&["doctor"]);
    let stray = instance.dir.path().join("data/blobs/ab").join("c".repeat(62));
    fs::create_dir_all(stray.parent().unwrap()).unwrap();
    fs::write(&stray, "left behind").unwrap();
    let old = std::time::SystemTime::now() - Duration::from_secs(2 * 24 * 3600);
    fs::File::options().append(true).open(&stray).unwrap().set_modified(old).unwrap();

    let named = instance.run(&["doctor"]);
    let planned = instance.run(&["doctor", "--repair"]);
    let before = stray.exists();
    let repaired = instance.run(&["doctor", "--repair", "--yes"]);

    assert!(sound.status.success() && words(&sound).0 == "No problems found.", "{sound:?}");
    assert!(words(&named).0.contains("not in the database"), "{named:?}");
    assert!(words(&planned).0.contains("Repair:"), "{planned:?}");
    assert_eq!((named.status.code(), planned.status.code()), (Some(2), Some(2)));
    assert!(before && !stray.exists() && repaired.status.success(), "{repaired:?}");
}

/// Kibibytes of a process, as the kernel counts them.
fn memory_kib(pid: u32, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
