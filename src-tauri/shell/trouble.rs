//! Why the last session does not go on, and what can be done: told where it belongs, once for the whole machine on a
//! page of its own, or on the sign-in page where somebody else may still sign in.

use super::{KEYCHAIN_PATIENCE, Shell, Stage};
use crate::error::ShellError;
use crate::view::Problem;
use mottaget_client::{ClientError, ProfileId};
use std::sync::PoisonError;

/// The fact that names the profile with which one may start anew.
const START_ANEW: &str = "startAnew";
/// The fact that names the folder below which the files are set aside.
const FOLDER: &str = "folder";

/// What hinders the last session.
#[derive(Clone)]
pub struct Trouble {
    problem: Problem,
    /// Nobody can work, whoever signs in.
    of_machine: bool,
}

impl Trouble {
    /// Nobody can work until it is over.
    pub fn of_machine(error: ShellError) -> Self {
        tracing::warn!(%error, "the app can't work");
        Self { problem: error.into(), of_machine: true }
    }
}

fn is_of_machine(error: &ShellError) -> bool {
    matches!(
        error,
        ShellError::KeychainMissing(_)
            | ShellError::KeychainLocked(_)
            | ShellError::Client(ClientError::DiskFull | ClientError::Folder(_))
    )
}

/// Nothing opens these files any more. A newer program's files do open: in that program.
fn is_hopeless(error: &ShellError) -> bool {
    matches!(
        error,
        ShellError::KeychainChanged | ShellError::KeysGone | ShellError::Client(ClientError::CacheLocked { .. })
    )
}

impl Shell {
    /// What keeps this profile from opening, as the screen is told: where nothing else helps, with the leave to start
    /// anew. A damaged file has been replaced by now; one that is damaged again at once can't be helped either.
    pub(super) fn way_forward(&self, profile: &ProfileId, error: ShellError) -> Problem {
        tracing::warn!(%error, "a profile does not open");
        let hopeless = is_hopeless(&error);
        let mut problem = Problem::from(error);
        let mut last = self.last_damage.lock().unwrap_or_else(PoisonError::into_inner);
        let damage = (problem.code == "cache-corrupt").then(|| (profile.clone(), problem.facts.get("file").cloned()));
        let again = damage.is_some() && *last == damage;
        *last = damage;
        drop(last);
        if hopeless || again {
            self.hopeless.lock().unwrap_or_else(PoisonError::into_inner).insert(profile.clone());
            problem.facts.insert(START_ANEW.to_owned(), profile.to_string());
            problem.facts.insert(FOLDER.to_owned(), self.cache().display().to_string());
        }
        problem
    }

    /// What keeps the last session from going on.
    pub(super) fn trouble_with(&self, profile: &ProfileId, error: ShellError) -> Trouble {
        if is_of_machine(&error) {
            return Trouble::of_machine(error);
        }
        if matches!(&error, ShellError::Client(ClientError::SessionExpired | ClientError::SignedOut)) {
            // Only signing in helps: nothing to go on with at the next start.
            self.session_ended();
        }
        Trouble { problem: self.way_forward(profile, error), of_machine: false }
    }

    pub(super) fn set_trouble(&self, trouble: Option<Trouble>) {
        if trouble.is_none() {
            *self.last_damage.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// For the screen: what blocks the app, and what is told on the sign-in page.
    pub(super) fn trouble_to_tell(&self, signed_in: bool) -> (Option<Problem>, Option<Problem>) {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match trouble.filter(|_| !signed_in) {
            Some(Trouble { problem, of_machine: true }) => (Some(problem), None),
            other => (None, other.map(|trouble| trouble.problem)),
        }
    }

    /// Somebody may have unlocked or installed the keychain since, or made room: ask again, unless it is being asked
    /// right now. What is wrong with one profile is tried again when a person says so.
    pub(super) async fn look_again(&self) {
        let of_machine = self.trouble_to_tell(false).0.is_some();
        let Ok(_turn) = self.resuming.try_lock() else { return };
        if of_machine {
            self.try_to_resume().await;
        }
    }

    /// A person asks for it: goes on with the last session after all, or says anew why not.
    pub async fn resume_again(&self) {
        let _turn = self.resuming.lock().await;
        self.try_to_resume().await;
    }

    async fn try_to_resume(&self) {
        let stage = self.stage.borrow().clone();
        let Stage::Ready(client) = stage else { return };
        if client.session().is_some() {
            return;
        }
        let again = tokio::time::timeout(KEYCHAIN_PATIENCE, self.resume(&client)).await;
        self.set_trouble(match again {
            Ok(outcome) => outcome.err(),
            Err(_) => Some(Trouble::of_machine(ShellError::KeychainLocked("no answer".into()))),
        });
    }
}
