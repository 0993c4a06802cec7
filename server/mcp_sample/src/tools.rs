//! Which server has which tools.

use std::sync::LazyLock;

use crate::{
    deploy, github, observability,
    server::SampleServer,
    tool::{Fixture, SampleTool},
};

static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| serde_json::from_str(include_str!("tools.json")).unwrap_or_default());
static GITHUB: LazyLock<Vec<SampleTool>> =
    LazyLock::new(|| FIXTURE.tools("github", github::answer));
static DEPLOY: LazyLock<Vec<SampleTool>> =
    LazyLock::new(|| FIXTURE.tools("deploy", deploy::answer));
static OBSERVABILITY: LazyLock<Vec<SampleTool>> =
    LazyLock::new(|| FIXTURE.tools("observability", observability::answer));

/// What a server says of itself to those who connect.
pub fn instructions(server: SampleServer) -> &'static str {
    FIXTURE.instructions(server.name())
}

pub fn tools(server: SampleServer) -> &'static [SampleTool] {
    match server {
        SampleServer::Github => &GITHUB,
        SampleServer::Deploy => &DEPLOY,
        SampleServer::Observability => &OBSERVABILITY,
    }
}

pub fn find(server: SampleServer, name: &str) -> Option<&'static SampleTool> {
    tools(server).iter().find(|tool| tool.definition.name == name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use rmcp::model::JsonObject;
    use serde_json::{Value, json};

    use super::*;
    use crate::numbers::Numbers;

    /// Each tool with arguments as the engineering templates send them, besides owner and repository.
    fn calls() -> Vec<(SampleServer, &'static str, Value)> {
        use SampleServer::{Deploy, Github, Observability};
        let service = json!({"cluster": "production", "service": "api-service"});
        let back = json!({"cluster": "production", "service": "api-service", "targetRevision": "api-service:7"});
        let logs = json!({"logGroup": "/ecs/production/api-service", "startTime": "2026-11-28T20:00:00Z", "limit": 100});
        vec![
            (Github, "getIssue", json!({"number": 42})),
            (
                Github,
                "createIssue",
                json!({"title": "It breaks", "body": "Now", "labels": ["bug"]}),
            ),
            (Github, "updateIssue", json!({"issueNumber": 42, "milestone": "Next release"})),
            (
                Github,
                "updateIssue",
                json!({"issueNumber": 42, "milestone": null, "state": "closed"}),
            ),
            (Github, "addLabels", json!({"issueNumber": 42, "labels": ["bug", "checkout"]})),
            (Github, "createIssueComment", json!({"issueNumber": 42, "body": "Triage"})),
            (Github, "addIssueComment", json!({"issueNumber": 42, "body": "Triage"})),
            (Github, "createBranch", json!({"branch": "fix/42", "from": "main"})),
            (
                Github,
                "createPullRequest",
                json!({"title": "Fix", "body": "It", "head": "fix/42", "base": "main", "labels": ["ci"]}),
            ),
            (Github, "getPullRequest", json!({"number": 7})),
            (Github, "getPRDiff", json!({"number": 7})),
            (Github, "getPRFiles", json!({"number": 7})),
            (
                Github,
                "createReviewComment",
                json!({"number": 7, "body": "Good", "event": "COMMENT"}),
            ),
            (Github, "getWorkflowRun", json!({"runId": 9001})),
            (Github, "getWorkflowJobs", json!({"runId": 9001, "filter": "failed"})),
            (Github, "getJobLogs", json!({"jobId": 90012})),
            (Github, "triggerWorkflow", json!({"workflow": "test.yml", "ref": "chore/x"})),
            (Deploy, "getServiceStatus", service),
            (Deploy, "rollbackService", back),
            (Observability, "getServiceLogs", logs),
        ]
    }

    fn arguments(server: SampleServer, more: Value) -> JsonObject {
        let mut arguments = more.as_object().unwrap().clone();
        if server == SampleServer::Github {
            arguments.insert("owner".to_owned(), json!("acme"));
            arguments.insert("repo".to_owned(), json!("shop"));
        }
        arguments
    }

    fn fits(schema: &Arc<JsonObject>, value: &Value) -> bool {
        let schema = Value::Object(schema.as_ref().clone());
        jsonschema::validator_for(&schema).unwrap().is_valid(value)
    }

    #[test]
    fn every_tool_answers_what_the_templates_send_as_its_schemas_say() {
        let numbers = Numbers::default();
        for (server, name, more) in calls() {
            let tool = find(server, name).unwrap();
            let arguments = arguments(server, more);

            let result = tool.answer(arguments.clone(), None, &numbers);

            assert!(fits(&tool.definition.input_schema, &Value::Object(arguments)), "{name}");
            assert_eq!(result.is_error, Some(false), "{name}: {result:?}");
            match (&tool.definition.output_schema, &result.structured_content) {
                (Some(schema), Some(value)) => assert!(fits(schema, value), "{name}: {value}"),
                (None, None) => {}
                (schema, value) => panic!("{name} has {schema:?} and {value:?}"),
            }
        }
    }

    #[test]
    fn each_server_lists_its_own_tools_and_says_what_they_do() {
        for server in SampleServer::ALL {
            for tool in tools(server) {
                let definition = &tool.definition;
                let named = |(of, name, _): &(SampleServer, &str, Value)| {
                    *of == server && *name == definition.name
                };
                assert!(calls().iter().any(named), "{} is not called", definition.name);
                let annotations = definition.annotations.as_ref().unwrap();
                let reads = definition.name.starts_with("get");
                assert_eq!(annotations.read_only_hint, Some(reads), "{}", definition.name);
                assert!(!definition.input_schema.is_empty());
            }
        }
        assert_eq!(SampleServer::ALL.map(|server| tools(server).len()), [16, 2, 1]);
    }

    #[test]
    fn arguments_that_do_not_fit_are_refused_in_words() {
        let numbers = Numbers::default();
        let tool = find(SampleServer::Github, "getIssue").unwrap();
        let cases = [
            (json!({}), "missing field `number`"),
            (json!({"number": "42"}), "invalid type"),
            (json!({"number": 42, "token": "x"}), "unknown field `token`"),
            (json!({"number": 0}), "Not Found: acme/shop has no issue 0."),
        ];
        for (more, words) in cases {
            let result = tool.answer(arguments(SampleServer::Github, more), None, &numbers);

            let told = serde_json::to_string(&result.content).unwrap();
            assert_eq!(result.is_error, Some(true));
            assert!(told.contains(words), "{told}");
        }
    }

    #[test]
    fn status_and_logs_of_a_service_tell_the_same_story() {
        let numbers = Numbers::default();
        let answer = |server, name: &str, arguments: Value| {
            let arguments = arguments.as_object().unwrap().clone();
            find(server, name)
                .unwrap()
                .answer(arguments, None, &numbers)
                .structured_content
                .unwrap()
        };
        let service = json!({"cluster": "production", "service": "api-service"});
        let query = json!({"logGroup": "/ecs/production/api-service", "limit": 4,
            "startTime": "2026-11-28T20:00:00Z", "filterPattern": "ERROR"});

        let status = answer(SampleServer::Deploy, "getServiceStatus", service);
        let logs = answer(SampleServer::Observability, "getServiceLogs", query);

        assert_eq!(status["status"], "failed");
        assert_ne!(status["revision"], status["previous_revision"]);
        assert_eq!(logs["events"].as_array().unwrap().len(), 4);
        assert_eq!(logs["truncated"], true);
        assert_eq!(logs["events"][0]["timestamp"], "2026-11-28T20:00:04Z");
        assert!(logs["events"][0]["message"].as_str().unwrap().contains("DATABASE_URL"));
    }

    fn github(name: &str, more: Value, numbers: &Numbers, key: Option<&str>) -> Value {
        let tool = find(SampleServer::Github, name).unwrap();
        let answer = tool.answer(arguments(SampleServer::Github, more), key, numbers);
        let text = || json!(answer.content[0].as_text().unwrap().text);
        answer.structured_content.clone().unwrap_or_else(text)
    }

    #[test]
    fn a_number_is_an_issue_and_always_the_same() {
        let get = |number: u64| {
            github("getIssue", json!({ "number": number }), &Numbers::default(), None)
        };

        assert_eq!(get(42)["title"], "Checkout shows the price without tax");
        assert_eq!(get(42), get(42));
        assert_ne!(get(42), get(47));
        assert!(get(9_999).is_object() && get(10_000).is_string());
    }

    #[test]
    fn new_issues_count_up_and_a_repeated_call_gets_the_same_one() {
        let numbers = Numbers::default();
        let create = |key| {
            let new = json!({ "title": "It breaks" });
            github("createIssue", new, &numbers, key)["number"].as_u64().unwrap()
        };

        let (first, second, again) = (create(Some("a")), create(None), create(Some("a")));

        assert_eq!((second, again), (first + 1, first));
    }

    #[test]
    fn a_label_that_is_there_is_not_added_twice() {
        let more = json!({ "issueNumber": 42, "labels": ["bug", "checkout"] });

        let all = github("addLabels", more, &Numbers::default(), None);

        assert_eq!(all, json!([{ "name": "bug" }, { "name": "checkout" }]));
    }

    #[test]
    fn a_diff_has_the_files_and_lines_that_are_counted() {
        for number in 1..=3 {
            let get = |name| github(name, json!({ "number": number }), &Numbers::default(), None);
            let (pull, files, diff) = (get("getPullRequest"), get("getPRFiles"), get("getPRDiff"));
            let (files, diff) = (files.as_array().unwrap(), diff.as_str().unwrap());

            let added = diff.lines().filter(|line| line.starts_with('+')).count();
            assert_eq!(pull["changed_files"], files.len());
            // Each file has one line more that begins so: its name.
            assert_eq!(pull["additions"], added - files.len());
            assert!(files.iter().all(|file| diff.contains(file["patch"].as_str().unwrap())));
        }
    }

    #[test]
    fn a_branch_is_not_merged_into_itself() {
        let new = json!({ "title": "Fix", "head": "main", "base": "main" });

        let told = github("createPullRequest", new, &Numbers::default(), None);

        assert!(told.as_str().unwrap().contains("main"), "{told}");
    }

    #[test]
    fn every_run_has_one_failed_job_whose_log_says_why() {
        for run in [0, 1, 2, 9001, u64::MAX / 100] {
            let ask = |name, more| github(name, more, &Numbers::default(), None);

            let failed = ask("getWorkflowJobs", json!({ "runId": run, "filter": "failed" }));
            let log = ask("getJobLogs", json!({ "jobId": failed[0]["id"] }));

            let (log, name) = (log.as_str().unwrap(), failed[0]["name"].as_str().unwrap());
            assert_eq!(failed.as_array().unwrap().len(), 1, "{run}");
            assert!(log.contains("##[error]") && log.contains(name), "{log}");
        }
    }
}
