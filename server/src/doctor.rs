//! `atelier doctor`: prints what is wrong with the data, and repairs it where that is asked for.

use outside::{mcp::operator::OperatorServers, oidc::Oidc};
use services::admin::Admin;
use store::error::EngineError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepairMode {
    /// Prints what is wrong and what would help.
    Examine,
    /// Also prints what a repair would do (`--repair`); changes nothing.
    Plan,
    /// Repairs what a program can repair (`--repair --yes`).
    Repair,
}

pub fn print_tool_servers(servers: &OperatorServers) {
    for (name, server) in servers.iter() {
        println!("The tool server {name}: {}.", server.describe());
    }
}

/// Asks the sign-in provider, where there is one, who it is, and prints what is wrong with it. Returns
/// how many problems that leaves.
pub async fn print_sign_in(provider: Option<&Oidc>) -> usize {
    let Some(provider) = provider else { return 0 };
    let name = &provider.settings().name;
    match provider.probe().await {
        Ok(()) => {
            println!("The sign-in provider {name} answers.");
            0
        }
        Err(error) => {
            println!("The sign-in provider {name} can't be used: {error}.");
            1
        }
    }
}

/// Examines the database and the blob store, prints every diagnosis and acts by `mode`.
/// Returns how many diagnoses are left.
pub async fn run(admin: &Admin, mode: RepairMode) -> Result<usize, EngineError> {
    let diagnoses = admin.diagnose().await?;
    let mut left = 0;
    for diagnosis in &diagnoses {
        println!("{}", diagnosis.line());
        let repair = diagnosis.repair.words();
        match mode {
            RepairMode::Repair if admin.repair(diagnosis).await? => println!("  Done: {repair}"),
            RepairMode::Plan if diagnosis.repair.can_be_done() => {
                left += 1;
                println!("  Repair: {repair}");
            }
            _ => {
                left += 1;
                println!("  {repair}");
            }
        }
    }
    match (diagnoses.len(), left) {
        (0, _) => println!("No problems found."),
        (all, 0) => println!("{all} found, all repaired."),
        (all, left) => println!("{all} found, {left} left.{}", hint(mode)),
    }
    Ok(left)
}

fn hint(mode: RepairMode) -> &'static str {
    match mode {
        RepairMode::Examine => " Run `atelier doctor --repair` to see the repairs.",
        RepairMode::Plan => {
            " Nothing was changed. Run `atelier doctor --repair --yes` to repair it."
        }
        RepairMode::Repair => "",
    }
}
