//! Writing: drafts with their files, sending them, taking over what a colleague writes.

use super::choosing::tries;
use super::{Deed, Told};
use crate::chance::Chance;
use crate::ledger::Who;
use crate::world::{PACE, PATIENCE, STAFF, World};
use mottaget_client::view::CaseDraft;
use mottaget_client::{Client, ClientError};
use mottaget_domain::{CaseId, HsaId, MessageKind};
use std::time::Instant;

/// With more files than this nobody attaches another one.
const ENOUGH: usize = 3;

pub(super) fn some_kind(chance: &mut Chance) -> MessageKind {
    chance.weighted(&[
        (35, MessageKind::PartialReply),
        (30, MessageKind::CounterQuestion),
        (35, MessageKind::FinalReply),
    ])
}

impl World {
    pub(super) async fn write(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let case = self.case_for(who, deed, chance);
        self.save(who, case, some_kind(chance), chance.percent(50)).await?;
        Ok(self.name(case))
    }

    pub(super) async fn change(&mut self, who: Who, chance: &mut Chance) -> Told {
        let Some(case) = self.draft_for(who, chance) else { return Ok("no draft".into()) };
        self.save(who, case, some_kind(chance), chance.percent(50)).await?;
        Ok(self.name(case))
    }

    pub(super) async fn discard(&mut self, who: Who, chance: &mut Chance) -> Told {
        let Some(case) = self.draft_for(who, chance) else { return Ok("no draft".into()) };
        let parts = self.parts_there(who, case).await?;
        self.client(who).discard_draft(case).await?;
        self.ledger.let_go(&parts);
        self.ledger.drafts.remove(&(who, case));
        Ok(self.name(case))
    }

    /// Attaches a file to what is written somewhere, or begins with it; now and then one that is none.
    pub(super) async fn attach(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let (begun, to_begun) = (self.draft_for(who, chance), chance.percent(60));
        let (letter, wrong) = (chance.percent(10), chance.percent(8));
        let case = match begun.filter(|_| to_begun) {
            Some(case) => case,
            None => self.case_for(who, deed, chance),
        };
        let before = self.draft_there(who, case).await?;
        if before.as_ref().is_some_and(|draft| draft.files.len() >= ENOUGH) {
            return Ok("enough files".into());
        }
        let client = self.client(who);
        if wrong {
            let refused = client.attach(case, "brev.pdf".into(), b"Detta \xc3\xa4r bara text.".to_vec()).await?;
            assert_eq!(refused.refused.len(), 1, "a text is no PDF");
            let now = self.draft_there(who, case).await?;
            assert_eq!(now.map(|draft| draft.files), before.map(|draft| draft.files), "nothing was attached");
            return Ok(format!("{} no file", self.name(case)));
        }
        let sha256 = self.ledger.coin_file(who, case, letter);
        let file = &self.ledger.files[&sha256];
        match client.attach(case, file.name.clone(), file.bytes.clone()).await {
            Ok(attached) => {
                assert_eq!(attached.refused, [], "what may be attached is attached");
                self.draft_is(who, &attached.draft);
                self.count("attached");
                Ok(self.name(case))
            }
            Err(error) => {
                self.ledger.let_go([&sha256]);
                Err(error)
            }
        }
    }

    /// Takes a file out of a draft.
    pub(super) async fn detach(&mut self, who: Who, chance: &mut Chance) -> Told {
        let with_files = |case: &&CaseId| {
            let parts = self.ledger.drafts.get(&(who, **case));
            parts.is_some_and(|parts| parts.iter().any(|part| self.ledger.files.contains_key(part)))
        };
        let drafts: Vec<CaseId> = self.watch.order.iter().filter(with_files).copied().collect();
        let Some(case) = chance.pick(&drafts) else { return Ok("no file".into()) };
        let files = self.draft_there(who, case).await?.map(|draft| draft.files).unwrap_or_default();
        let Some(file) = files.first() else { return Ok("no file".into()) };
        let draft = self.client(who).remove_attachment(case, file.id).await?;
        self.ledger.let_go([&file.sha256]);
        if self.draft_there(who, case).await?.is_some() {
            self.draft_is(who, &draft);
        } else {
            self.ledger.drafts.remove(&(who, case));
        }
        Ok(self.name(case))
    }

    /// Sends what is written somewhere; if nothing is, writes first.
    pub(super) async fn send(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        let (reads_news, kind, reviews) = (chance.percent(70), some_kind(chance), chance.percent(92));
        let case = match self.draft_to_send(who, chance).filter(|_| chance.percent(85)) {
            Some(case) => case,
            None => {
                let case = self.case_for(who, deed, chance);
                self.save(who, case, kind, false).await?;
                case
            }
        };
        if reviews {
            self.review(who, case).await?;
        }
        self.past_the_guard(who, case).await?;
        let parts = self.parts_there(who, case).await?;
        let mut sent = client.send_draft(case).await;
        if reads_news && sent.as_ref().is_err_and(|error| error.code() == "thread-moved") {
            let news = client.read_case_again(case).await?.news;
            if let Some(news) = news {
                client.acknowledge_news(case, news.version).await?;
                sent = client.send_draft(case).await;
            }
        }
        let op = sent?;
        self.draft_went(who, case);
        Ok(self.sent_with(who, case, op, "send", parts))
    }

    /// Takes over what a colleague writes, mostly where the rules let them, and writes on.
    pub(super) async fn take_draft(&mut self, who: Who, chance: &mut Chance) -> Told {
        let anybodys = chance.percent(10);
        let may = |case: CaseId| anybodys || self.may(who, tries(Deed::TakeDraft), case);
        let theirs = |case: &CaseId| -> Vec<(Who, CaseId)> {
            let written = (0..STAFF.len()).filter(|author| self.ledger.drafts.contains_key(&(*author, *case)));
            written.filter(|author| *author != who && may(*case)).map(|author| (author, *case)).collect()
        };
        let drafts: Vec<(Who, CaseId)> = self.watch.order.iter().flat_map(theirs).collect();
        let Some((author, case)) = chance.pick(&drafts) else { return Ok("no draft".into()) };
        let (client, their_id) = (self.client(who), self.people[author].person.hsa_id.clone());
        // Whoever has contact writes on just now: then it is known what there is to be taken over.
        let both = [who, author].iter().all(|one| self.reachable(*one) && self.may_see(*one, case));
        let nothing_waits = client.outbox().await?.iter().all(|row| row.case != case);
        let mut theirs = Vec::new();
        let head = if both && nothing_waits && self.watch.documents[&case].case.state.is_open() {
            self.steady(author).await;
            // what is written in the second in which a message of theirs came in counts as that message
            self.pass(1);
            self.follow_the_day().await;
            self.save(author, case, some_kind(chance), true).await?;
            let draft = self.draft_there(author, case).await?.expect("it was written just now");
            theirs = self.ledger.parts_of(&draft);
            let (characters, files) = (draft.text.chars().count() as u64, draft.files.len());
            let newest = |head: &CaseDraft| head.characters == characters && head.files as usize == files;
            Some(self.told_of(&client, case, &their_id, newest).await?)
        } else {
            client.case_drafts(case).await?.into_iter().find(|head| head.author == their_id)
        };
        let Some(head) = head else { return Ok(format!("{} nothing to take over", self.name(case))) };
        let mine = self.parts_there(who, case).await?;
        let came = client.take_draft(case, head.author, head.machine).await?;
        assert!(self.may_see(who, case), "{} takes over in {} and may not read it", self.name_of(who), self.name(case));
        let parts = self.ledger.parts_of(&came.draft);
        for part in mine.iter().chain(&theirs) {
            assert!(parts.contains(part), "{part} is not in what was taken over in {}", self.name(case));
        }
        self.ledger.copied(&mine, &parts);
        self.draft_is(who, &came.draft);
        self.touched = Some(case);
        self.count("drafts taken over");
        self.save(who, case, came.draft.kind, true).await?;
        Ok(format!("{} from {}", self.name(case), self.name_of(author)))
    }

    /// Waits until the server tells of somebody's draft as it is now.
    async fn told_of(
        &self,
        client: &Client,
        case: CaseId,
        author: &HsaId,
        newest: impl Fn(&CaseDraft) -> bool,
    ) -> Result<CaseDraft, ClientError> {
        let end = Instant::now() + PATIENCE;
        let mut beat = tokio::time::interval(PACE);
        loop {
            let heads = client.case_drafts(case).await?;
            assert!(Instant::now() < end, "what {author} writes in {} does not come: {heads:?}", self.name(case));
            if let Some(head) = heads.into_iter().find(|head| head.author == *author && newest(head)) {
                return Ok(head);
            }
            beat.tick().await;
        }
    }
}
