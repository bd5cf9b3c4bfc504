//! Everything that has to be on the machine before a build: system packages, pdfium, the built screen.
//!
//! Each part looks first and does only what is missing, so a second start costs well under a second.

mod apt;
mod front_end;
mod other_os;
mod pdfium;

use crate::problem::Outcome;
use crate::repo::Repo;

/// How much has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What it takes to build the app and open it on the person's own display.
    Build,
    /// That, and the private display with its bus, keychain and notification daemon.
    Everything,
}

/// Makes the machine ready, or says what is missing and how to get it.
pub fn setup(repo: &Repo, scope: Scope) -> Outcome {
    front_end::check_node()?;
    if apt::is_at_home() {
        let mut sets = vec![apt::BUILD];
        if scope == Scope::Everything {
            sets.push(apt::DISPLAY);
        }
        if pdfium::wants_pip(repo)? {
            sets.push(apt::PIP);
        }
        apt::install_missing(&sets)?;
    } else {
        other_os::check()?;
    }
    pdfium::fetch_if_missing(repo)?;
    front_end::install_and_build(repo)
}

/// What `cargo xtask bench` needs beyond [`Scope::Everything`].
pub fn setup_measuring() -> Outcome {
    if apt::is_at_home() { apt::install_missing(&[apt::MEASURE]) } else { Ok(()) }
}

/// What `cargo xtask session` needs, and no more: the display and its companions.
pub fn setup_session() -> Outcome {
    if apt::is_at_home() { apt::install_missing(&[apt::DISPLAY]) } else { Ok(()) }
}
