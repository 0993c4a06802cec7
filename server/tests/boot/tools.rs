//! Tool servers that the operator sets up, and the sample for other programs.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::{
    running::{Instance, Running},
    words,
};

/// Asks the API as a program does; gives the whole answer.
fn api(instance: &Instance, token: &str, line: &str, body: &Value) -> String {
    let (host, body) = (instance.address, body.to_string());
    let (method, path) = line.split_once(' ').unwrap();
    instance.ask(&format!(
        "{method} /api/v1{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    ))
}

#[test]
fn rel_s12_a_program_of_the_operators_file_starts_only_to_be_called() {
    let instance = Instance::with_database();
    let folder = instance.dir.path();
    let (file, marker) = (folder.join("tools.toml"), folder.join("started"));
    let with_file = |arguments: &[&str]| {
        let mut command = instance.command(arguments);
        command.env("ATELIER_MCP_CONFIG", &file);
        command
    };
    let command = format!("command = [\"/usr/bin/touch\", \"{}\"]", marker.display());
    fs::write(&file, format!("[servers.probe]\n{command}\n")).unwrap();

    let mut running = Running::of(with_file(&["serve"]), "Atelier is at");
    assert!(instance.set_up().starts_with("HTTP/1.1 201"));
    let (token, _) = words(
        &with_file(&["token", "create", "--name", "ci", "--role", "editor"]).output().unwrap(),
    );
    let steps =
        json!({"name": "probe", "steps": [{"name": "run", "tool": "probe.run", "params": {}}]});
    let draft = json!({ "definition": steps, "unfinished": true });
    let ask = |line: &str, body: &Value| api(&instance, &token, line, body);
    let servers = ask("GET /mcp-servers", &Value::Null);
    let made = ask("POST /workflows/templates", &draft);
    let seen = ["GET /tools", "GET /workflows/templates", "GET /nodes/types"]
        .map(|line| ask(line, &Value::Null));
    let judged = ask("POST /nodes/validate", &json!({ "definition": steps }));
    let doctor = with_file(&["doctor"]).output().unwrap();
    fs::write(&file, format!("[servers.probe]\n{command}\nshell = \"sk-canary\"\n")).unwrap();
    let refused = with_file(&["doctor"]).output().unwrap();
    running.send(Signal::SIGTERM);

    assert!(running.end() && doctor.status.success(), "{doctor:?}");
    assert!(servers.starts_with("HTTP/1.1 200") && servers.contains("probe"), "{servers}");
    assert!(made.starts_with("HTTP/1.1 201"), "{made}");
    assert!(seen.iter().all(|answer| answer.starts_with("HTTP/1.1 200")), "{seen:?}");
    assert!(!judged.starts_with("HTTP/1.1 5"), "{judged}");
    let (told, _) = words(&doctor);
    assert!(told.starts_with("The tool server probe: starts /usr/bin/touch."), "{told}");
    let (_, why) = words(&refused);
    assert!(why.contains("tools.toml, line 3: unknown field `shell`"), "{why}");
    assert!(!why.contains("canary") && !refused.status.success(), "{why}");
    assert!(!marker.exists(), "the program was started");
}

#[test]
fn a_file_is_launched_from_the_command_line_with_its_input_and_context() {
    let instance = Instance::with_database();
    let mut running = instance.serve();
    assert!(instance.set_up().starts_with("HTTP/1.1 201"));
    let file = instance.dir.path().join("issue_to_pr.json");
    fs::write(&file, include_str!("../api/issue_to_pr.json")).unwrap();
    let run = |context: &str| {
        let file = file.to_str().unwrap();
        let input = r#"{"issue_number": 42}"#;
        instance.run(&["run", file, "--input", input, "--context", context])
    };

    let bare = run("{}");
    let no_object = run("[]");
    let beside = |option: &str, values: &str| {
        let input = r#"{"issue_number": 42}"#;
        instance.run(&["run", file.to_str().unwrap(), "--input", input, option, values])
    };
    let yaml = instance.dir.path().join("issue_to_pr.yaml");
    fs::write(&yaml, "name: issue_to_pr\nsteps: []\n").unwrap();
    let yaml = instance.run(&["run", yaml.to_str().unwrap()]);
    let variables = beside("--variables", r#"{"two words": 1}"#);
    let env = beside("--env", r#"{"STAGE": 1}"#);
    let launched = run(r#"{"repo": {"owner": "acme", "name": "shop", "default_branch": "main"}}"#);
    running.send(Signal::SIGTERM);

    assert!(running.end() && launched.status.success(), "{launched:?}");
    assert!(!bare.status.success() && !no_object.status.success());
    assert!(words(&yaml).1.contains("This is YAML. Atelier imports"), "{yaml:?}");
    assert!(words(&variables).1.contains("variables.two words: "), "{variables:?}");
    assert!(words(&env).1.contains("env.STAGE: STAGE must be text"), "{env:?}");
    let (_, why) = words(&bare);
    assert!(why.contains(".data.config.params.owner: ") && why.contains("repo.owner"), "{why}");
    let (id, _) = words(&launched);
    assert_eq!(id.len(), 36, "{id}");
}

#[test]
fn the_sample_answers_another_program_on_standard_input_and_output() {
    let instance = Instance::new();
    let mut command = instance.command(&["mcp-sample", "--server", "deploy"]);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = pipes.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let client = json!({"protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"}});
    let mut ask = |id: u8, method: &str, params: &Value| -> Value {
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        writeln!(input, "{request}").unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        if method == "initialize" {
            let done = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
            writeln!(input, "{done}").unwrap();
        }
        serde_json::from_str(&answer).unwrap()
    };

    let greeted = ask(1, "initialize", &client);
    let listed = ask(2, "tools/list", &json!({}));
    drop(input);

    assert_eq!(greeted["result"]["protocolVersion"], "2025-11-25");
    let tools = listed["result"]["tools"].as_array().unwrap().iter();
    let names: Vec<_> = tools.map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["getServiceStatus", "rollbackService"]);
    assert!(child.wait().unwrap().success());
    assert!(!instance.dir.path().join("data").exists(), "it needs no database");
}

#[test]
fn the_sample_has_to_know_as_which_server_it_answers() {
    let instance = Instance::new();

    let nothing = instance.run(&["mcp-sample"]);
    let unknown = instance.run(&["mcp-sample", "--server", "gitlab"]);

    assert!(words(&nothing).1.contains("--server"), "{nothing:?}");
    assert!(words(&unknown).1.contains("github, deploy, observability"), "{unknown:?}");
    assert!(!nothing.status.success() && !unknown.status.success());
}
