//! How long to wait before the next try: doubling, bounded, with chance in it.

use crate::config::RetryPolicy;
use std::time::Duration;

/// The wait after `failures` failures in a row. `dice` is between 0 and 1: half of the wait is fixed, half is chance, so
/// that a thousand clients that lost their server at once do not come back at once.
#[must_use]
pub(crate) fn wait(policy: RetryPolicy, failures: u32, dice: f64) -> Duration {
    if failures == 0 {
        return Duration::ZERO;
    }
    let doublings = (failures - 1).min(20);
    let full = policy.first.saturating_mul(1 << doublings).min(policy.longest);
    full.div_f64(2.0) + full.mul_f64(dice.clamp(0.0, 1.0) / 2.0)
}

/// A number between 0 and 1 from the system's randomness.
#[must_use]
pub(crate) fn dice() -> f64 {
    let mut bytes = [0_u8; 4];
    // without randomness there is no jitter, which costs nothing but politeness
    if getrandom::fill(&mut bytes).is_err() {
        return 0.5;
    }
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_the_limit_and_keeps_within_half_and_full() {
        let policy = RetryPolicy { first: Duration::from_secs(1), longest: Duration::from_secs(60) };
        for (failures, full) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (u32::MAX, 60)] {
            let full = Duration::from_secs(full);
            assert_eq!(wait(policy, failures, 0.0), full / 2, "{failures}");
            assert_eq!(wait(policy, failures, 1.0), full, "{failures}");
            let between = wait(policy, failures, dice());
            assert!(between >= full / 2 && between <= full, "{failures}: {between:?}");
        }
        assert_eq!(wait(policy, 0, 1.0), Duration::ZERO);
    }
}
