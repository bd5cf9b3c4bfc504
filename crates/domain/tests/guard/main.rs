//! How well the guard finds what belongs to somebody else, on an invented corpus. The figures are printed by
//! `cargo run -p mottaget-domain --example guard`; here they have a floor.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod corpus;
mod figures;

use mottaget_domain::guard::FindingKind;

/// Kind, lowest precision, lowest recall.
const FLOORS: [(FindingKind, f64, f64); 5] = [
    (FindingKind::IdentityNumber, 0.92, 1.0),
    (FindingKind::CoordinationNumber, 0.90, 1.0),
    (FindingKind::ReserveNumber, 0.95, 1.0),
    (FindingKind::BirthDate, 0.95, 0.95),
    (FindingKind::PersonName, 0.97, 0.90),
];

#[test]
fn precision_and_recall_stay_above_their_floors() {
    let figures = figures::measure(6_000);
    for (kind, precision, recall) in FLOORS {
        let count = figures.kinds[&kind];
        assert!(count.right + count.missed > 200, "{kind:?}: too few to say anything, {count:?}");
        assert!(count.precision() >= precision, "{kind:?}: precision {:.3}, {count:?}", count.precision());
        assert!(count.recall() >= recall, "{kind:?}: recall {:.3}, {count:?}", count.recall());
    }
}

#[test]
fn the_same_number_gives_the_same_reply_and_replies_differ() {
    let text = |n| corpus::reply(n).text;
    assert_eq!(text(7), text(7));
    assert!((0..100).all(|n| text(n) != text(n + 1)));
}
