//! Staff at work. What they may not do, or what is not as they believe, is a part of it.

use super::{Deed, Told};
use crate::chance::Chance;
use crate::ledger::Who;
use crate::world::World;
use mottaget_client::view::{Delivery, Target, TargetKind};
use mottaget_domain::{CloseReason, MessageKind};

/// So many cases are remembered in which an act waits without contact.
const CLASHING: usize = 3;
/// What no person should ever be told here.
const NEVER: [&str; 10] = [
    "internal",
    "cache-corrupt",
    "cache-locked",
    "cache-newer",
    "cache-in-use",
    "disk-full",
    "folder",
    "signed-out",
    "guard-changed",
    "guarded",
];

impl World {
    /// Staff do something.
    pub(super) async fn staff_act(&mut self, deed: Deed, chance: &mut Chance) {
        let (who, done) = self.begin_act(deed, chance).await;
        self.end_act(who, deed, done).await;
    }

    pub(super) async fn begin_act(&mut self, deed: Deed, chance: &mut Chance) -> (Who, Told) {
        let who = self.somebody_for(deed, chance);
        if self.reachable(who) {
            self.steady(who).await;
        }
        self.touched = None;
        let done = self.work(deed, who, chance).await;
        (who, done)
    }

    pub(super) async fn end_act(&mut self, who: Who, deed: Deed, done: Told) {
        let told = match done {
            Ok(told) => told,
            Err(error) => {
                let code = error.code();
                assert!(!NEVER.contains(&code), "{} {deed:?}: {error}", self.name_of(who));
                self.count(&format!("refused: {code}"));
                code.to_owned()
            }
        };
        if self.touched.is_some() {
            self.handed_over(who).await;
        }
        let fate = self.fate(who).await;
        let line = format!("{} {deed:?}: {told} {fate}", self.name_of(who));
        self.tell(&line);
        if let Some(case) = self.touched.take() {
            let clinic = self.watch.documents[&case].case.clinic.clone();
            self.look_at(Some(&clinic)).await;
        }
    }

    /// What became of the acts of this deed.
    async fn fate(&mut self, who: Who) -> &'static str {
        let deed = self.deed;
        let Some(op) = self.ledger.acts.iter().find(|(_, act)| act.deed == deed).map(|(op, _)| *op) else { return "" };
        let rows = self.client(who).outbox().await.unwrap();
        let fate = match rows.into_iter().find(|row| row.op == op).map(|row| row.delivery) {
            None => "accepted",
            Some(Delivery::Stopped { .. }) => "refused there",
            Some(_) => "queued",
        };
        if fate != "accepted" {
            self.waiting.insert(who);
        }
        if fate == "queued" {
            self.clashing.push(self.ledger.acts[&op].case);
            let old = self.clashing.len().saturating_sub(CLASHING);
            self.clashing.drain(..old);
        }
        self.count(fate);
        fate
    }

    async fn work(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        match deed {
            Deed::Give => self.give(deed, who, chance).await,
            Deed::GiveWithReply => self.give_with_reply(deed, who, chance).await,
            Deed::GiveBack => self.give_back(deed, who, chance).await,
            Deed::Write => self.write(deed, who, chance).await,
            Deed::Change => self.change(who, chance).await,
            Deed::Discard => self.discard(who, chance).await,
            Deed::Attach => self.attach(deed, who, chance).await,
            Deed::Detach => self.detach(who, chance).await,
            Deed::Send => self.send(deed, who, chance).await,
            Deed::TakeDraft => self.take_draft(who, chance).await,
            Deed::Close => self.close(deed, who, chance).await,
            Deed::CloseWithWords => self.close_with_words(deed, who, chance).await,
            Deed::Note => self.note(deed, who, chance).await,
            Deed::Open => self.open(who, chance).await,
            Deed::LookAtFile => self.look_at_file(who, chance).await,
            Deed::Print | Deed::CopyToRecord => self.take_out(deed, who, chance).await,
            Deed::Together => self.together(who, chance).await,
            Deed::Search | Deed::List => self.list(deed, who, chance).await,
            Deed::Withdraw => self.withdraw(deed, who, chance).await,
            Deed::Decide => self.decide(who, chance).await,
            Deed::GoAway => self.go_away(who, chance).await,
            Deed::ComeBack => self.come_back(who, chance).await,
            _ => self.plain_act(deed, who, chance).await,
        }
    }

    /// What has a case and nothing beside it.
    async fn plain_act(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        let case = self.case_for(who, deed, chance);
        let (op, what) = match deed {
            Deed::Take => (client.take(case).await?, "take"),
            Deed::Reopen => (client.reopen_case(case).await?, "reopen"),
            Deed::WithdrawQuestion => (client.withdraw_question(case).await?, "withdraw the question"),
            Deed::MarkRecorded => {
                let version = client.read_case_again(case).await?.thread_version;
                (client.mark_recorded(case, version).await?, "mark recorded")
            }
            other => unreachable!("{other:?} is not work"),
        };
        Ok(self.sent(who, case, op, what))
    }

    async fn give(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        let case = self.case_for(who, deed, chance);
        let target = self.target(case, chance);
        let blind = chance.percent(5);
        let seen = if blind { None } else { self.seen(who, case).await? };
        let op = client.distribute(case, target, seen, false, None).await?;
        Ok(self.sent(who, case, op, "distribute"))
    }

    async fn give_with_reply(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        let case = self.case_for(who, deed, chance);
        self.save(who, case, MessageKind::PartialReply, false).await?;
        let (target, seen) = (self.target(case, chance), self.seen(who, case).await?);
        self.review(who, case).await?;
        self.past_the_guard(who, case).await?;
        let parts = self.parts_there(who, case).await?;
        let op = client.distribute(case, target, seen, true, None).await?;
        self.draft_went(who, case);
        Ok(self.sent_with(who, case, op, "distribute with a reply", parts))
    }

    async fn give_back(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let case = self.case_for(who, deed, chance);
        let clinic = self.watch.documents[&case].case.clinic.to_string();
        let seen = self.seen(who, case).await?;
        let target = Target { kind: TargetKind::Receiver, id: clinic };
        let op = self.client(who).distribute(case, target, seen, false, None).await?;
        Ok(self.sent(who, case, op, "give back"))
    }

    async fn close(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let case = self.case_for(who, deed, chance);
        let reason = chance.pick(&CloseReason::ALL).unwrap();
        let word = chance.percent(50).then(|| self.ledger.coin(who, case));
        let note = word.as_ref().map(|word| format!("Stängt {word}."));
        let closed = self.client(who).close_case(case, reason, note, false, None).await;
        if closed.is_err() {
            self.ledger.let_go(&word);
        }
        Ok(self.sent(who, case, closed?, "close"))
    }

    async fn close_with_words(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let case = self.case_for(who, deed, chance);
        self.save(who, case, MessageKind::Closure, false).await?;
        self.review(who, case).await?;
        self.past_the_guard(who, case).await?;
        let parts = self.parts_there(who, case).await?;
        let op = self.client(who).close_case(case, CloseReason::WrongClinic, None, true, None).await?;
        self.draft_went(who, case);
        Ok(self.sent_with(who, case, op, "close with words", parts))
    }

    async fn note(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let case = self.case_for(who, deed, chance);
        let word = self.ledger.coin(who, case);
        let noted = self.client(who).add_note(case, format!("Tanke {word}.")).await;
        if noted.is_err() {
            self.ledger.let_go([&word]);
        }
        Ok(self.sent(who, case, noted?, "note"))
    }
}
