//! Taking back what was sent, and deciding about what waits in the outbox.

use super::{Deed, Told};
use crate::chance::Chance;
use crate::ledger::{Sent, Who};
use crate::world::{STAFF, World};
use mottaget_client::ClientError;
use mottaget_client::view::{Delivery, OutboxRow};
use mottaget_domain::CaseId;

impl World {
    /// Takes back what the server holds, or what still waits here.
    pub(super) async fn withdraw(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        let case = self.case_for(who, deed, chance);
        let view = client.read_case_again(case).await?;
        let waits = |delivery: &Delivery| !matches!(delivery, Delivery::Sent { .. });
        let here = view.messages.iter().rev().find(|message| message.from_staff && waits(&message.delivery));
        let last = here.or_else(|| view.messages.iter().rev().find(|message| message.from_staff));
        let Some(message) = last else { return Ok("nothing to take back".into()) };
        client.withdraw_message(case, message.id).await?;
        self.touched = Some(case);
        self.count("taken back");
        if let Delivery::Here { op } | Delivery::Stopped { op, .. } = message.delivery
            && !self.outbox(who).await.contains(&op)
        {
            self.ledger.acts.remove(&op);
        }
        let files = message.attachments.iter().map(|file| file.file.sha256.clone());
        let parts: Vec<String> = self.ledger.words_in(&message.text).into_iter().chain(files).collect();
        let whole = message.mine && message.attachments.iter().all(|file| file.cached);
        self.handed_over(who).await;
        let asked = client.outbox().await?.iter().any(|row| row.case == case && row.what == "withdrawMessage");
        if !whole {
            self.is_given_back(case, &message.sender_name, !asked, &parts).await?;
        } else if self.reachable(who) && !asked {
            // The outbox is empty as soon as the mirror says so; the words come back right behind it. Whoever writes in
            // between writes over them, so the next deed waits.
            self.comes_back(who, case, &parts).await?;
        }
        self.draft_came(who, case).await?;
        Ok(self.name(case))
    }

    /// A message that was taken back where the whole of it is not lies at the server; its author gets it from there when they
    /// can. Otherwise it stays there, on no machine, and is not followed any further.
    async fn is_given_back(
        &mut self,
        case: CaseId,
        author: &str,
        done: bool,
        parts: &[String],
    ) -> Result<(), ClientError> {
        let author = (0..STAFF.len()).find(|who| self.name_of(*who) == author);
        if let Some(author) = author.filter(|author| done && self.reachable(*author) && self.may_see(*author, case)) {
            self.steady(author).await;
            let lying =
                self.client(author).case_drafts(case).await?.into_iter().find(|head| head.mine && head.came_back);
            if let Some(lying) = lying {
                self.client(author).take_draft(case, lying.author, lying.machine).await?;
                self.comes_back(author, case, parts).await?;
                self.count("given back to its author");
                return self.draft_came(author, case).await;
            }
        }
        self.ledger.let_go(parts);
        Ok(())
    }

    /// What was stopped is tried again: the same act under an id that is still in the outbox, or came to effect meanwhile.
    async fn goes_under_another_id(
        &mut self,
        who: Who,
        rows: &[OutboxRow],
        row: &OutboxRow,
    ) -> Result<(), ClientError> {
        let Some(act) = self.ledger.acts.remove(&row.op) else { return Ok(()) };
        let now = self.client(who).outbox().await?;
        let here = now.into_iter().map(|now| now.op).find(|op| !rows.iter().any(|row| row.op == *op));
        self.look().await;
        let history = self.watch.documents[&row.case].case.history.iter().rev();
        let there = history.filter_map(|entry| entry.op).find(|op| !self.ledger.acts.contains_key(op));
        let op = here.or(there).unwrap_or_else(|| {
            panic!("what {} tries again in {} is neither on its way nor done", self.name_of(who), self.name(row.case))
        });
        self.ledger.acts.insert(op, Sent { deed: self.deed, ..act });
        Ok(())
    }

    /// Decides about something in the outbox.
    pub(super) async fn decide(&mut self, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        let rows = client.outbox().await?;
        if rows.is_empty() {
            self.waiting.remove(&who);
        }
        let any = chance.percent(40);
        let stopped: Vec<usize> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| any || matches!(row.delivery, Delivery::Stopped { .. }))
            .map(|(place, _)| place)
            .collect();
        let (how, place) = (chance.below(100), chance.pick(&stopped));
        let Some(row) = place.map(|place| rows[place].clone()) else { return Ok("nothing to decide".into()) };
        // whatever is decided, what was behind it may go now
        self.touched = Some(row.case);
        if how < 30 {
            client.outbox_retry(row.op).await?;
            if matches!(row.delivery, Delivery::Stopped { .. }) {
                self.goes_under_another_id(who, &rows, &row).await?;
            }
            return Ok(format!("{} once more", self.name(row.case)));
        }
        match &row.note {
            Some(_) if how < 65 => {
                client.outbox_to_draft(row.op).await?;
                self.ledger.acts.remove(&row.op);
                Ok(format!("{} a note again to be written", self.name(row.case)))
            }
            Some(note) => {
                client.outbox_discard_note(row.op).await?;
                let words = self.ledger.words_in(note);
                self.ledger.let_go(&words);
                self.ledger.acts.remove(&row.op);
                Ok(format!("{} thrown away", self.name(row.case)))
            }
            None => {
                client.outbox_to_draft(row.op).await?;
                self.ledger.acts.remove(&row.op);
                self.draft_came(who, row.case).await?;
                Ok(format!("{} given up", self.name(row.case)))
            }
        }
    }
}
