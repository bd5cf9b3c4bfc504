//! What stands under a message to a resident (R68, R69, W38): the person's own words, or the clinic's.

use crate::lifecycle::MAX_SIGNATURE;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// In whose name a message is signed. Who wrote it is always told beside it (R69).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SignAs {
    /// The writer's own.
    #[default]
    Person,
    /// The clinic's.
    Clinic,
}

/// Whom a signature can name.
#[derive(Clone, Copy, Debug)]
pub struct Signers<'a> {
    /// What the writer has chosen to sign with; empty: name and title.
    pub own: &'a str,
    /// The writer's name.
    pub name: &'a str,
    /// The writer's title; may be empty.
    pub title: &'a str,
    /// What the clinic has decided to sign with; empty: its name.
    pub of_clinic: &'a str,
    /// The clinic's name.
    pub clinic: &'a str,
}

/// The signature, ready to stand under the text.
#[must_use]
pub fn signature(of: SignAs, who: Signers<'_>) -> String {
    let chosen = |words: &str| Some(words.trim().to_owned()).filter(|words| !words.is_empty());
    let clinic = || chosen(who.of_clinic).or_else(|| chosen(who.clinic));
    let person = || {
        let plain = format!("{}\n{}", who.name.trim(), who.title.trim());
        chosen(who.own).unwrap_or_else(|| plain.trim().to_owned())
    };
    match of {
        SignAs::Person => person(),
        // a clinic that is not known yet can't sign
        SignAs::Clinic => clinic().unwrap_or_else(person),
    }
}

/// May this stand under a message?
///
/// # Errors
/// [`Refusal::TextTooLong`].
pub fn check_signature(signature: &str) -> Result<(), Refusal> {
    if signature.chars().count() > MAX_SIGNATURE {
        return Err(Refusal::TextTooLong { limit: MAX_SIGNATURE });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SARA: Signers<'_> = Signers {
        own: "",
        name: "Sara Lindqvist",
        title: "Distriktssköterska",
        of_clinic: "",
        clinic: "Björkens vårdcentral",
    };

    #[test]
    fn without_a_choice_it_is_name_and_title_or_the_clinics_name() {
        assert_eq!(signature(SignAs::Person, SARA), "Sara Lindqvist\nDistriktssköterska");
        assert_eq!(signature(SignAs::Person, Signers { title: " ", ..SARA }), "Sara Lindqvist");
        assert_eq!(signature(SignAs::Clinic, SARA), "Björkens vårdcentral");
    }

    #[test]
    fn words_of_ones_own_go_before() {
        let chosen = Signers { own: "Hälsningar\nSara ", of_clinic: " Teamet på Björken\n", ..SARA };
        assert_eq!(signature(SignAs::Person, chosen), "Hälsningar\nSara");
        assert_eq!(signature(SignAs::Clinic, chosen), "Teamet på Björken");
    }

    #[test]
    fn a_clinic_that_nobody_knows_yet_leaves_the_message_to_its_writer() {
        assert_eq!(signature(SignAs::Clinic, Signers { clinic: "", ..SARA }), "Sara Lindqvist\nDistriktssköterska");
    }

    #[test]
    fn it_has_a_limit() {
        assert_eq!(check_signature(&"ö".repeat(MAX_SIGNATURE)), Ok(()));
        assert_eq!(check_signature(&"ö".repeat(MAX_SIGNATURE + 1)), Err(Refusal::TextTooLong { limit: MAX_SIGNATURE }));
    }
}
