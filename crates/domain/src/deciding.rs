//! Deciding anew what several people may decide: each decision is made on what was seen, and none wins in silence (ADR 17).

use crate::refusal::Refusal;

/// Somebody saw it as `seen` and wants it to be `now`; it is as it is `there`. A second try of what stands already is no
/// conflict.
///
/// # Errors
/// [`Refusal::DecidedMeanwhile`].
pub fn decide_anew<T: PartialEq>(seen: &T, now: &T, there: &T) -> Result<(), Refusal> {
    if there == seen || there == now { Ok(()) } else { Err(Refusal::DecidedMeanwhile) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_may_be_changed_and_what_became_something_else_may_not() {
        assert_eq!(decide_anew(&1, &2, &1), Ok(()));
        assert_eq!(decide_anew(&1, &2, &2), Ok(()), "the answer to the first try was lost");
        assert_eq!(decide_anew(&1, &2, &3), Err(Refusal::DecidedMeanwhile));
        assert_eq!(decide_anew(&1, &1, &3), Err(Refusal::DecidedMeanwhile), "to leave it as it was is a decision too");
    }
}
