//! Which server has which tools.

use std::sync::LazyLock;

use crate::{deploy, github, observability, server::SampleServer, tool::SampleTool};

static GITHUB: LazyLock<Vec<SampleTool>> = LazyLock::new(github::tools);
static DEPLOY: LazyLock<Vec<SampleTool>> = LazyLock::new(deploy::tools);
static OBSERVABILITY: LazyLock<Vec<SampleTool>> = LazyLock::new(observability::tools);

/// The tools of a server.
pub fn tools(server: SampleServer) -> &'static [SampleTool] {
    match server {
        SampleServer::Github => &GITHUB,
        SampleServer::Deploy => &DEPLOY,
        SampleServer::Observability => &OBSERVABILITY,
    }
}

/// The tool of that name.
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
    use crate::{numbers::Numbers, tool::Call};

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
        let call = Call { idempotency_key: None, numbers: &numbers };
        for (server, name, more) in calls() {
            let tool = find(server, name).unwrap();
            let arguments = arguments(server, more);

            let result = tool.answer(arguments.clone(), &call);

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
        let call = Call { idempotency_key: None, numbers: &numbers };
        let tool = find(SampleServer::Github, "getIssue").unwrap();
        let cases = [
            (json!({}), "missing field `number`"),
            (json!({"number": "42"}), "invalid type"),
            (json!({"number": 42, "token": "x"}), "unknown field `token`"),
            (json!({"number": 0}), "numbered from 1"),
        ];
        for (more, words) in cases {
            let result = tool.answer(arguments(SampleServer::Github, more), &call);

            let told = serde_json::to_string(&result.content).unwrap();
            assert_eq!(result.is_error, Some(true));
            assert!(told.contains(words), "{told}");
        }
    }

    #[test]
    fn status_and_logs_of_a_service_tell_the_same_story() {
        let numbers = Numbers::default();
        let call = Call { idempotency_key: None, numbers: &numbers };
        let answer = |server, name: &str, arguments: Value| {
            let arguments = arguments.as_object().unwrap().clone();
            find(server, name).unwrap().answer(arguments, &call).structured_content.unwrap()
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
}
