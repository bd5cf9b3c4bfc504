//! Several cases at once: what would happen is asked, then it is done to all of them, and sometimes taken back together.

use super::Told;
use crate::chance::Chance;
use crate::ledger::Who;
use crate::world::World;
use mottaget_client::view::{BulkPick, BulkWish};
use mottaget_domain::{Act, CaseId, CloseReason};

/// Among so many of the newest cases they are chosen.
const NEW: usize = 48;

#[derive(Clone, Copy)]
enum Wish {
    Give,
    Take,
    Close,
}

impl World {
    pub(super) async fn together(&mut self, who: Who, chance: &mut Chance) -> Told {
        let wish = chance.weighted(&[(5, Wish::Give), (3, Wish::Take), (2, Wish::Close)]);
        let (acts, what): (&[Act], _) = match wish {
            Wish::Give => (&[Act::Distribute, Act::Redistribute], "distribute together"),
            Wish::Take => (&[Act::Take, Act::TakeOver], "take together"),
            Wish::Close => (&[Act::Close], "close together"),
        };
        let (many, blind, undoes) = (2 + chance.below(4) as usize, chance.percent(20), chance.percent(25));
        let first = self.any_case(chance, |world, case| world.may(who, acts, case));
        let clinic = self.watch.documents[&first].case.clinic.clone();
        let newest = self.watch.order.iter().rev().take(NEW).copied();
        let others = newest.filter(|case| *case != first && self.watch.documents[case].case.clinic == clinic);
        let fitting: Vec<CaseId> = others.filter(|case| blind || self.may(who, acts, *case)).collect();
        let cases: Vec<CaseId> = [first].into_iter().chain(fitting).take(many).collect();
        let wish = match wish {
            Wish::Give => BulkWish::Give { to: self.target(first, chance) },
            Wish::Take => BulkWish::Take,
            Wish::Close => BulkWish::Close { reason: CloseReason::HandledByPhone, note: None },
        };
        let client = self.client(who);
        let rows = client.bulk_preview(cases.clone(), wish.clone()).await?;
        assert_eq!(rows.iter().map(|row| row.case).collect::<Vec<_>>(), cases, "all that was asked about is told");
        for row in &rows {
            self.is_for_them(who, row.case, row.seen.is_some(), "is told in a preview of");
        }
        let would: Vec<CaseId> = rows.iter().filter(|row| row.why.is_none()).map(|row| row.case).collect();
        let picks = rows.into_iter().filter_map(|row| Some(BulkPick { case: row.case, seen: row.seen? })).collect();
        let done = client.bulk(picks, wish).await?;
        assert_eq!(done.cases, would, "what was said to happen is what is done");
        if undoes {
            let back = client.bulk_undo(done.ops.clone()).await?;
            assert_eq!(back, done.ops.len(), "nothing had left yet");
            self.ledger.undone.extend(done.ops);
            self.count("undone together");
            return Ok(format!("{what}: {back} taken back"));
        }
        for (op, case) in done.ops.iter().zip(&done.cases) {
            self.sent(who, *case, *op, what);
            self.count(what);
        }
        Ok(format!("{what}: {} of {}", done.ops.len(), cases.len()))
    }
}
