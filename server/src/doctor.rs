//! `atelier doctor`: says what is wrong, and deals with it where that is asked for.

use engine::{error::EngineError, services::Services};

/// What the doctor may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Look and say.
    Examine,
    /// Say what a repair would do.
    Plan,
    /// Repair.
    Repair,
}

/// Examines the services' database and blob store; how many ailments are left.
pub async fn visit(services: &Services, care: Care) -> Result<usize, EngineError> {
    let ailments = services.diagnose().await?;
    let mut left = 0;
    for ailment in &ailments {
        println!("{}", ailment.line());
        let cure = ailment.cure.words();
        match care {
            Care::Repair if services.cure(ailment).await? => println!("  Done: {cure}"),
            Care::Plan if ailment.cure.can_be_done() => {
                left += 1;
                println!("  Would be done: {cure}");
            }
            _ => {
                left += 1;
                println!("  {cure}");
            }
        }
    }
    match (ailments.len(), left) {
        (0, _) => println!("Nothing is wrong."),
        (all, 0) => println!("{all} found, all repaired."),
        (all, left) => println!("{all} found, {left} left.{}", hint(care)),
    }
    Ok(left)
}

fn hint(care: Care) -> &'static str {
    match care {
        Care::Examine => " `atelier doctor --repair` says what can be done.",
        Care::Plan => " Nothing was changed: `atelier doctor --repair --yes` does it.",
        Care::Repair => "",
    }
}
