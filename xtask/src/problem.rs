//! What went wrong, told to the person at the keyboard: one sentence on what, one on what to do about it.

use std::fmt;
use std::io;

/// A failure with, where there is any, a piece of advice.
#[derive(Debug)]
pub struct Problem {
    what: String,
    advice: Option<String>,
}

impl Problem {
    /// A failure that needs no advice, because the output above it says enough.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), advice: None }
    }

    /// The same failure with a sentence on what to do next.
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// What happened, without the advice.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to do next, if anything is known.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.what)?;
        match &self.advice {
            Some(advice) => write!(out, "\n  What to do: {advice}"),
            None => Ok(()),
        }
    }
}

/// The result of everything in this program.
pub type Outcome<T = ()> = Result<T, Problem>;

/// Turns an I/O error into a [`Problem`] that says what was being done.
pub trait While<T> {
    /// `doing` completes the sentence "Could not …".
    fn could_not(self, doing: impl fmt::Display) -> Outcome<T>;
}

impl<T> While<T> for io::Result<T> {
    fn could_not(self, doing: impl fmt::Display) -> Outcome<T> {
        self.map_err(|error| {
            let problem = Problem::new(format!("Could not {doing}: {error}."));
            match error.kind() {
                io::ErrorKind::StorageFull => problem.advise("free some space on the disk and start again."),
                io::ErrorKind::PermissionDenied => {
                    problem.advise("check who owns the file; an earlier start as root may have made it.")
                }
                _ => problem,
            }
        })
    }
}
