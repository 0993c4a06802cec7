//! Servers that are processes: they are ended with all that they have started, whatever they do.

use std::{path::Path, time::Instant};

use futures::future::join_all;
use outside::mcp::port::StdioCommand;

use super::{
    Arc, Heard, McpError, McpPort, RmcpClient, ServerAddress, Transport, call, client_for, json,
    request, server, text,
};

const SCRIPT: &str = include_str!("played.sh");

/// A server that misbehaves this way, whose processes carry a mark.
fn command(way: &str, mark: &str) -> StdioCommand {
    StdioCommand {
        argv: ["/bin/sh", "-c", SCRIPT, "played", way].map(str::to_owned).into(),
        env: vec![("OWN".to_owned(), mark.to_owned())],
        memory_bytes: None,
        cpu_seconds: None,
    }
}

fn played(way: &str, mark: &str) -> ServerAddress {
    server(Transport::Stdio(Arc::new(command(way, mark))))
}

/// How many processes carry a mark in their environment, which what they fork inherits.
fn processes(mark: &str) -> usize {
    let carries = |path: &Path| {
        let environment = std::fs::read(path.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|entry| entry == format!("OWN={mark}").as_bytes())
    };
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries.filter(|entry| carries(&entry.path())).count()
}

/// How many children this process has, those that nobody has waited for among them.
fn children() -> usize {
    let own = std::process::id().to_string();
    let is_child = |path: &Path| {
        let stat = std::fs::read_to_string(path.join("stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        after_name.split_whitespace().nth(1) == Some(&own)
    };
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries.filter(|entry| is_child(&entry.path())).count()
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// What was killed is gone as soon as the system has come to it.
async fn assert_none_left(mark: &str) {
    for _ in 0..10_000 {
        if processes(mark) == 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{} processes are left", processes(mark));
}

async fn opens_and_closes(times: usize, way: &str, mark: &str) {
    let (client, server) = (client_for(&[]), played(way, mark));
    for _ in 0..times {
        let listing = client.list_tools(&server).await.unwrap();
        assert_eq!(listing.tools.len(), 1);
        client.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s12_a_thousand_opens_and_closes_leave_no_process_and_no_descriptor() {
    opens_and_closes(1, "well", "first").await;
    let before = descriptors();

    join_all((0..8).map(|_| opens_and_closes(113, "well", "opened"))).await;
    join_all((0..8).map(|_| opens_and_closes(12, "forks", "opened"))).await;

    assert_none_left("opened").await;
    assert_eq!(children(), 0);
    assert_eq!(descriptors(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s12_a_process_that_does_not_end_is_killed_in_time_and_waited_for() {
    let (client, server) = (client_for(&[]), played("deaf", "deaf"));
    client.list_tools(&server).await.unwrap();
    let begun = Instant::now();

    client.close().await;

    assert!(begun.elapsed().as_secs() < 12, "{:?}", begun.elapsed());
    assert_eq!(children(), 0);
    assert_none_left("deaf").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s12_a_process_gets_nothing_of_the_environment_but_its_own_part() {
    let client = client_for(&[]);

    let answer = call(&client, &played("env", "seen"), "do_it").await.unwrap();

    let known = ["HOME", "LANG", "OLDPWD", "OWN", "PATH", "PWD", "SHLVL", "_"];
    let names: Vec<_> = text(&answer).split_whitespace().collect();
    assert!(names.contains(&"OWN") && names.contains(&"PATH"), "{names:?}");
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s12_a_process_that_takes_too_much_ends_alone() {
    for way in ["spins", "grows"] {
        let limited = StdioCommand {
            memory_bytes: Some(64 << 20),
            cpu_seconds: Some(1),
            ..command(way, way)
        };
        let (client, server) = (client_for(&[]), server(Transport::Stdio(Arc::new(limited))));

        let failed = call(&client, &server, "do_it").await.unwrap_err();

        assert!(
            matches!(&failed, McpError::Lost(words) if words.contains("ended (")),
            "{failed:?}"
        );
        client.close().await;
        assert_none_left(way).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_loses_its_call_at_once_and_the_next_one_starts_another() {
    let (client, server) = (client_for(&[]), played("dies", "dies"));

    for _ in 0..2 {
        let failed = call(&client, &server, "do_it").await.unwrap_err();
        assert!(
            matches!(&failed, McpError::Lost(words) if words.contains("exit status: 3")),
            "{failed:?}"
        );
    }

    assert_eq!(text(&call(&client, &server, "what_was_heard").await.unwrap()), "nothing");
    client.close().await;
    assert_eq!(children(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s12_a_process_has_died_whoever_keeps_its_pipes() {
    let (client, server) = (client_for(&[]), played("lingers", "lingers"));
    let begun = Instant::now();

    let failed = call(&client, &server, "do_it").await.unwrap_err();

    assert!(
        matches!(&failed, McpError::Lost(words) if words.contains("exit status: 3")),
        "{failed:?}"
    );
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    client.close().await;
    assert_eq!(children(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_started_is_said_and_nothing_is_done() {
    let missing =
        StdioCommand { argv: vec!["/no/such/program".to_owned()], ..command("well", "x") };
    let nothing = StdioCommand { argv: vec![], ..command("well", "x") };
    let ends = StdioCommand { argv: vec!["/bin/true".to_owned()], ..command("well", "x") };
    for command in [missing, nothing, ends] {
        let (client, server) = (client_for(&[]), server(Transport::Stdio(Arc::new(command))));
        let failed = client.list_tools(&server).await.unwrap_err();
        assert!(matches!(failed, McpError::Unreachable(_)), "{failed:?}");
        client.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn noise_second_answers_and_failures_confuse_nobody() {
    let client = client_for(&[]);
    let noisy = played("noisy", "odd");
    assert_eq!(text(&call(&client, &noisy, "do_it").await.unwrap()), "done");

    let twice = played("twice", "odd");
    for _ in 0..3 {
        assert_eq!(text(&call(&client, &twice, "do_it").await.unwrap()), "first");
    }

    let failed = call(&client, &played("fails", "odd"), "do_it").await;
    assert_eq!(failed, Err(McpError::Tool("It does not work.".to_owned())));
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_a_hundred_megabytes_is_refused_in_words() {
    let (client, server) = (client_for(&[]), played("huge", "huge"));

    let failed = call(&client, &server, "do_it").await.unwrap_err();

    assert!(
        matches!(&failed, McpError::Protocol(words) if words.contains("more than")),
        "{failed:?}"
    );
    client.close().await;
    assert_none_left("huge").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_fails_in_words() {
    let (client, server) = (client_for(&[]), played("asks", "asks"));

    let failed = call(&client, &server, "do_it").await.unwrap_err();

    assert!(
        matches!(&failed, McpError::Question(words) if words.contains("Which branch?")),
        "{failed:?}"
    );
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gives_a_call_up_has_it_cancelled_and_a_late_answer_is_nobodys() {
    let (client, server, heard) = (client_for(&[]), played("never", "never"), Heard::default());
    {
        let called = client.call_tool(&server, request("do_it", json!({})), &heard);
        let told = async {
            while heard.progress.lock().unwrap().is_empty() || heard.log.lock().unwrap().is_empty()
            {
                heard.news.notified().await;
            }
        };
        tokio::select! {
            answered = called => panic!("{answered:?}"),
            () = told => {}
        }
    }
    assert_eq!(*heard.progress.lock().unwrap(), ["1/4 Begun"]);
    assert_eq!(*heard.log.lock().unwrap(), ["info: It has begun"]);

    assert_hears_the_cancellation(&client, &server).await;
    client.close().await;
}

async fn assert_hears_the_cancellation(client: &RmcpClient, server: &ServerAddress) {
    for _ in 0..1_000 {
        let answer = call(client, server, "what_was_heard").await.unwrap();
        if text(&answer) == "cancelled" {
            return;
        }
    }
    panic!("the server does not hear that its call is cancelled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_without_an_answer_ends_with_its_time_and_the_next_one_starts_another_process() {
    let (client, server) = (client_for(&[]), played("never", "late"));
    let mut short = request("do_it", json!({}));
    short.time_limit = std::time::Duration::from_secs(1);

    let failed = client.call_tool(&server, short, &Heard::default()).await.unwrap_err();

    assert!(matches!(failed, McpError::TimedOut(_)), "{failed:?}");
    assert_eq!(text(&call(&client, &server, "what_was_heard").await.unwrap()), "nothing");
    client.close().await;
    assert_none_left("late").await;
}
