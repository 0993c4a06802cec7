//! How much evaluations may take, one by one or together.

use super::{ExprError, limit};

/// Counts the steps and bytes of evaluations against a bound.
#[derive(Debug, Clone)]
pub struct Meter {
    steps: u32,
    built: usize,
    most_steps: u32,
    most_bytes: usize,
}

impl Default for Meter {
    /// The bounds of one evaluation.
    fn default() -> Self {
        Self::new(limit::STEPS, limit::OUTPUT_BYTES)
    }
}

impl Meter {
    /// A meter at zero that allows so many steps, and so many bytes to be built.
    pub fn new(most_steps: u32, most_bytes: usize) -> Self {
        Self { steps: 0, built: 0, most_steps, most_bytes }
    }

    /// Counts steps.
    ///
    /// # Errors
    /// When there are more than allowed.
    pub fn work(&mut self, steps: usize) -> Result<(), ExprError> {
        self.steps = self.steps.saturating_add(u32::try_from(steps).unwrap_or(u32::MAX));
        if self.steps > self.most_steps {
            return Err(ExprError::TooManySteps { limit: self.most_steps });
        }
        Ok(())
    }

    /// Counts bytes of what is built.
    ///
    /// # Errors
    /// When there are more than allowed.
    pub fn build(&mut self, bytes: usize) -> Result<(), ExprError> {
        self.built = self.built.saturating_add(bytes);
        if self.built > self.most_bytes {
            return Err(ExprError::TooLarge { limit: self.most_bytes });
        }
        Ok(())
    }
}
