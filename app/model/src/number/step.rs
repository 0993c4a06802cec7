//! The next number up or down, as the arrow keys step a number field.

use serde_json::Number;

use super::Decimal;

/// The allowed numbers of a field.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Range {
    /// The smallest number; steps are counted from it.
    pub min: Option<f64>,
    /// The largest number.
    pub max: Option<f64>,
    /// The distance between two allowed numbers; 1 where none is set.
    pub step: Option<f64>,
}

/// Which way a number is stepped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To a larger one.
    Up,
    /// To a smaller one.
    Down,
}

/// The nearest number of the range above this one, or below it. None where there is none, or where
/// it has too many digits to be calculated.
pub fn step_number(number: &Number, direction: Direction, range: Range) -> Option<Number> {
    let at = Decimal::from_number(number)?;
    let of = |bound: f64| Decimal::from_f64(bound);
    let base = of(range.min.unwrap_or(0.0))?;
    let step = of(range.step.filter(|step| *step > 0.0).unwrap_or(1.0))?;
    let max = range.max.map(of);
    let places = [Some(&at), Some(&base), Some(&step), max.as_ref().and_then(Option::as_ref)];
    let places = places.into_iter().flatten().map(Decimal::places).max()?;
    let (at, base, step) = (at.scaled(places)?, base.scaled(places)?, step.scaled(places)?);
    let below = base + (at - base).div_euclid(step) * step;
    let next = match direction {
        Direction::Up => below + step,
        Direction::Down if below == at => at - step,
        Direction::Down => below,
    };
    let most = match max {
        Some(max) => base + (max?.scaled(places)? - base).div_euclid(step) * step,
        None => i128::MAX,
    };
    let least = if range.min.is_some() { base } else { i128::MIN };
    let next = Decimal::from_scaled(next.min(most).max(least), places);
    next.to_whole().or_else(|| Number::from_f64(next.to_f64()?))
}
