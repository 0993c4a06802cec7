//! Why an expression could not be read or worked out.

/// Why an expression or a text with references could not be read or worked out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExprError {
    /// It is not written in the language; `at` is the byte where reading stopped.
    #[error("{message} (at character {at})")]
    Syntax {
        /// What was found and what was expected.
        message: String,
        /// Byte offset in the source.
        at: usize,
    },
    /// Longer than an expression may be.
    #[error("The text is {length} bytes; the limit is {limit}. Shorten it.")]
    TooLong {
        /// How long the text is, in bytes.
        length: usize,
        /// How long it may be, in bytes.
        limit: usize,
    },
    /// Nested deeper than allowed.
    #[error("The expression is nested deeper than {limit} levels. Split it.")]
    TooDeep {
        /// How many levels of nesting are allowed.
        limit: usize,
    },
    /// More steps than one evaluation may take.
    #[error("The expression takes more than {limit} operations. Use fewer items.")]
    TooManySteps {
        /// How many steps one evaluation may take.
        limit: u32,
    },
    /// The result would be larger than allowed.
    #[error("The result is larger than {limit} bytes. Refer to less data.")]
    TooLarge {
        /// How large the result may be, in bytes.
        limit: usize,
    },
    /// A referenced value is not there.
    #[error("{path} has no value. Check the name, or add a default: ${{{path} ?? \"…\"}}.")]
    Missing {
        /// The path as far as it was followed.
        path: String,
    },
    /// The step that would have given a referenced value was skipped.
    #[error(
        "{path} has no value: the step “{step}” was skipped. Add a default: ${{{path} ?? \"…\"}}."
    )]
    Skipped {
        /// The path as far as it was followed.
        path: String,
        /// What its author calls the step.
        step: String,
    },
    /// An operation met a value of a kind it cannot use.
    #[error("{what} needs {expected}, but got {found}.")]
    WrongType {
        /// The operator, function or field.
        what: String,
        /// The kinds of values that it takes.
        expected: String,
        /// The kind of the value that it got.
        found: String,
    },
    /// A division by zero, or a number too large to hold.
    #[error("{what} has no result: {reason}.")]
    Arithmetic {
        /// The operator, as it is written.
        what: String,
        /// What went wrong.
        reason: String,
    },
    /// The value is outside the range of the field it fills.
    #[error("{field} must be between {min} and {max}, but is {value}.")]
    OutOfRange {
        /// The field that the value fills.
        field: String,
        /// The value, as text.
        value: String,
        /// The smallest value that is allowed.
        min: String,
        /// The largest value that is allowed.
        max: String,
    },
    /// One part of several could not be worked out.
    #[error("{part}: {error}")]
    Within {
        /// The name of the part, for people.
        part: String,
        /// What is wrong with it.
        error: Box<ExprError>,
    },
}

impl ExprError {
    /// Stable machine code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "invalid_expression",
            Self::TooLong { .. } => "expression_too_long",
            Self::TooDeep { .. } => "expression_too_deep",
            Self::TooManySteps { .. } => "expression_too_many_steps",
            Self::TooLarge { .. } => "expression_too_large",
            Self::Missing { .. } | Self::Skipped { .. } => "missing_value",
            Self::WrongType { .. } => "wrong_type",
            Self::Arithmetic { .. } => "arithmetic",
            Self::OutOfRange { .. } => "value_out_of_range",
            Self::Within { error, .. } => error.code(),
        }
    }

    /// The same error, with the part of a whole in which it occurred.
    #[must_use]
    pub fn within(self, part: impl Into<String>) -> Self {
        Self::Within { part: part.into(), error: Box::new(self) }
    }

    pub(crate) fn syntax(message: impl Into<String>, at: usize) -> Self {
        Self::Syntax { message: message.into(), at }
    }
}
