use crate::bindings::pie4j::inferlet::types::{self, ErrorCode};
use std::fmt;

/// Why something failed: the engine's code, if the engine refused it, and one line for people.
#[derive(Clone, Debug)]
pub struct Error {
    code: Option<ErrorCode>,
    message: String,
}

/// What this crate's functions and programs give.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of the program's own.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            code: None,
            message: message.into(),
        }
    }

    /// The engine's code; none if the program made the error.
    pub fn code(&self) -> Option<ErrorCode> {
        self.code
    }

    /// Call, argument, limit and what was found, in one line.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<types::Error> for Error {
    fn from(refused: types::Error) -> Self {
        Self {
            code: Some(refused.code),
            message: refused.message,
        }
    }
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<Error> for String {
    fn from(failure: Error) -> Self {
        failure.message
    }
}

impl From<&str> for Error {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<std::num::ParseIntError> for Error {
    fn from(failure: std::num::ParseIntError) -> Self {
        Self::new(failure.to_string())
    }
}

impl From<std::string::FromUtf8Error> for Error {
    fn from(failure: std::string::FromUtf8Error) -> Self {
        Self::new(failure.to_string())
    }
}
