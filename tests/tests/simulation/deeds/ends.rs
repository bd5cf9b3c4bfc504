//! Ends without warning, while somebody is at work: behind an act that was acknowledged, and in the middle of one that was not.

use super::keeping::written;
use super::writing::some_kind;
use super::{Deed, Told};
use crate::chance::Chance;
use crate::ledger::Who;
use crate::world::World;
use journeys::Mode;
use mottaget_client::ClientError;
use mottaget_client::view::DraftView;
use mottaget_domain::{CaseId, OpId};

/// Behind which acts it ends.
const AT_WORK: [(u64, Deed); 11] = [
    (20, Deed::Send),
    (10, Deed::Give),
    (10, Deed::Take),
    (10, Deed::Open),
    (10, Deed::Write),
    (8, Deed::Note),
    (6, Deed::Attach),
    (6, Deed::Withdraw),
    (4, Deed::Close),
    (4, Deed::Together),
    (3, Deed::Print),
];
/// In the middle of which.
const IN_THE_MIDDLE: [(u64, Deed); 3] = [(4, Deed::Write), (4, Deed::Send), (2, Deed::Attach)];
/// Something that is done waits for the disk at most so often.
const WAITS: u64 = 5;
/// So often others get their turn at most before the end comes: enough for a request to have gone out, and to have come back.
const TURNS: u64 = 3_000;

impl World {
    /// Somebody does something, and before it is handed over their program, or the server, is killed.
    pub(super) async fn ends_at_work(&mut self, deed: Deed, chance: &mut Chance) {
        let (act, turns, deeds) = (chance.weighted(&AT_WORK), chance.below(TURNS), chance.below(12));
        let (who, done) = self.begin_act(act, chance).await;
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        let line = format!("{deed:?} behind this:");
        if deed == Deed::KillAtWork {
            self.tell(&line);
            self.kill(who).await;
        } else if self.down_for.is_none() {
            self.tell(&line);
            self.kill_server(deeds.saturating_sub(6)).await;
        }
        self.recover(who).await;
        self.end_act(who, act, done).await;
    }

    /// A program is killed while it writes something down: what was not acknowledged is there whole, or not at all.
    pub(super) async fn ends_in_the_middle(&mut self, chance: &mut Chance) {
        let act = chance.weighted(&IN_THE_MIDDLE);
        let who = self.somebody_for(act, chance);
        if self.reachable(who) {
            self.steady(who).await;
        }
        self.touched = None;
        // without contact, so that what is in the outbox when it starts again is what there was when it ended
        let mode = self.people[who].person.line.mode();
        self.people[who].person.line.set(Mode::Cut);
        let waits = chance.below(WAITS);
        let done = match act {
            Deed::Write => self.killed_saving(who, waits, chance).await,
            Deed::Send => self.killed_sending(who, waits, chance).await,
            _ => self.killed_attaching(who, waits, chance).await,
        };
        self.people[who].person.line.set(mode);
        self.recover(who).await;
        self.tell("KillInTheMiddle of this:");
        self.end_act(who, act, done).await;
    }

    async fn killed_saving(&mut self, who: Who, waits: u64, chance: &mut Chance) -> Told {
        let case = self.case_for(who, Deed::Write, chance);
        let (kind, append) = (some_kind(chance), chance.percent(50));
        let before = self.draft_there(who, case).await?;
        let text_before = before.as_ref().map(|draft| draft.text.clone()).unwrap_or_default();
        let word = self.ledger.coin(who, case);
        let text = written(&text_before, &word, append);
        let client = self.client(who);
        let saved = self.people[who].person.begin(waits, client.save_draft(case, kind, text.clone())).await;
        drop(client);
        self.kill(who).await;
        let after = self.draft_there(who, case).await?;
        match after.as_ref().filter(|draft| draft.text == text) {
            Some(draft) => self.saved(draft, who, &text_before, append),
            None => {
                self.ledger.let_go([&word]);
                self.as_before(who, case, &before, &after, saved.as_ref().is_none_or(Result::is_err));
            }
        }
        told(saved.map(|saved| saved.map(drop)), &self.name(case))
    }

    async fn killed_attaching(&mut self, who: Who, waits: u64, chance: &mut Chance) -> Told {
        let case = self.case_for(who, Deed::Attach, chance);
        let before = self.draft_there(who, case).await?;
        let sha256 = self.ledger.coin_file(who, case, false);
        let file = &self.ledger.files[&sha256];
        let (client, name, bytes) = (self.client(who), file.name.clone(), file.bytes.clone());
        let attached = self.people[who].person.begin(waits, client.attach(case, name, bytes)).await;
        drop(client);
        self.kill(who).await;
        let after = self.draft_there(who, case).await?;
        match after.as_ref().filter(|draft| draft.files.iter().any(|file| file.sha256 == sha256)) {
            Some(draft) => self.draft_is(who, draft),
            None => {
                self.ledger.let_go([&sha256]);
                self.as_before(who, case, &before, &after, attached.as_ref().is_none_or(Result::is_err));
            }
        }
        told(attached.map(|attached| attached.map(drop)), &self.name(case))
    }

    async fn killed_sending(&mut self, who: Who, waits: u64, chance: &mut Chance) -> Told {
        let Some(case) = self.draft_to_send(who, chance) else {
            self.kill(who).await;
            return Ok("no draft".into());
        };
        let ready = match self.review(who, case).await {
            Ok(()) => self.past_the_guard(who, case).await,
            Err(error) => Err(error),
        };
        let (outbox, before) = (self.outbox(who).await, self.draft_there(who, case).await?);
        let client = self.client(who);
        let sent = match ready {
            Ok(()) => self.people[who].person.begin(waits, client.send_draft(case)).await,
            Err(error) => Some(Err(error)),
        };
        drop(client);
        self.kill(who).await;
        let new: Vec<OpId> = self.outbox(who).await.difference(&outbox).copied().collect();
        let after = self.draft_there(who, case).await?;
        match new.as_slice() {
            [] => self.as_before(who, case, &before, &after, sent.as_ref().is_none_or(Result::is_err)),
            [op] => {
                assert!(after.is_none(), "what {} sends in {} is a draft too", self.name_of(who), self.name(case));
                self.draft_went(who, case);
                let parts = before.as_ref().map(|draft| self.ledger.parts_of(draft)).unwrap_or_default();
                self.sent_with(who, case, *op, "send", parts);
            }
            more => panic!("{} has sent {} messages at once", self.name_of(who), more.len()),
        }
        told(sent.map(|sent| sent.map(drop)), &self.name(case))
    }

    /// What did not come about has left everything as it was; what was acknowledged has come about.
    fn as_before(
        &self,
        who: Who,
        case: CaseId,
        before: &Option<DraftView>,
        after: &Option<DraftView>,
        not_acknowledged: bool,
    ) {
        let (name, case) = (self.name_of(who), self.name(case));
        assert!(not_acknowledged, "what {name} did in {case} was acknowledged, and is not there after the end");
        let words = |draft: &Option<DraftView>| {
            let files = |draft: &DraftView| draft.files.iter().map(|file| file.sha256.clone()).collect::<Vec<_>>();
            draft.as_ref().map(|draft| (draft.text.clone(), files(draft)))
        };
        assert_eq!(words(before), words(after), "{name}'s draft in {case} is another after the end");
    }
}

fn told(done: Option<Result<(), ClientError>>, case: &str) -> Told {
    match done {
        Some(Ok(())) => Ok(format!("{case} done")),
        Some(Err(error)) => Err(error),
        None => Ok(format!("{case} let go of")),
    }
}
