//! `atelier run`: launches the file of a workflow from the machine of the server.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, anyhow};
use model::{
    number::read_json,
    pages::LaunchRequest,
    problem::{FieldProblem, Problem},
    transfer::parse,
};
use serde_json::{Map, Value, json};
use services::Services;
use store::error::EngineError;

/// What is launched, and with what.
#[derive(Debug, clap::Args)]
pub struct FileLaunch {
    /// Workflow file: steps, a React Flow graph, or an exported workflow
    file: PathBuf,
    /// Inputs by name, as a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = read_object)]
    input: Map<String, Value>,
    /// Launch context by name, as a JSON object; missing values come from the defaults of the
    /// project
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = read_object)]
    context: Map<String, Value>,
    /// Variables by name, as a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = read_object)]
    variables: Map<String, Value>,
    /// Environment by name, as a JSON object of texts; only names that an admin allows
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = read_object)]
    env: Map<String, Value>,
}

/// Launches the file as the owner and prints the id of the execution, which the servers and workers of
/// the database carry out. Each problem of a launch that is refused is printed.
pub async fn launch(services: &Services, asked: FileLaunch) -> Result<()> {
    let FileLaunch { file, input, context, variables, env } = asked;
    let read = fs::read_to_string(&file).map_err(anyhow::Error::from);
    let definition = read.and_then(|text| parse(&text).map_err(|wrong| anyhow!(words(&wrong))));
    let definition = definition.with_context(|| format!("can't read {}", file.display()))?;
    let owner = services.accounts.owner().await?;
    let body = json!({
        "definition": definition, "input": input, "context": context, "variables": variables, "env": env,
    });
    let request = LaunchRequest::read(body).map_err(EngineError::from)?;
    let launched = services.executions.launch(&owner, request).await.inspect_err(|error| {
        if let EngineError::Refused(problem) = error {
            tell(problem);
        }
    })?;
    launched.warnings.iter().for_each(|warning| eprintln!("{warning}"));
    println!("{}", launched.execution_id);
    Ok(())
}

/// What is wrong with a text, and what to do about it.
fn words(problems: &[FieldProblem]) -> String {
    let told = problems.iter().flat_map(|wrong| [Some(&wrong.message), wrong.fix.as_ref()]);
    told.flatten().map(String::as_str).collect::<Vec<&str>>().join(" ")
}

/// Prints each thing that is wrong with its place, and what to do about it.
fn tell(problem: &Problem) {
    for wrong in &problem.errors {
        let path = wrong.path.as_deref().unwrap_or_default();
        let fix = wrong.fix.as_deref().unwrap_or_default();
        eprintln!("{path}: {} {fix}", wrong.message);
    }
}

fn read_object(text: &str) -> Result<Map<String, Value>, String> {
    match read_json(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("write a JSON object, like {\"name\": \"value\"}".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
