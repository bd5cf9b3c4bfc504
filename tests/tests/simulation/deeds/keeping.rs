//! Doing, and writing it down.

use crate::ledger::{Sent, Who};
use crate::world::{PACE, PATIENCE, World};
use mottaget_client::ClientError;
use mottaget_client::view::{AssigneeName, DraftView, PreviewSource, Target, TargetKind};
use mottaget_domain::{CaseId, MessageKind, OpId};
use std::collections::BTreeSet;
use std::time::Instant;

impl World {
    /// Who has the case as this person sees it.
    pub(super) async fn seen(&self, who: Who, case: CaseId) -> Result<Option<Target>, ClientError> {
        let view = self.client(who).read_case_again(case).await?;
        Ok(view.row.assignee.map(|assignee| match assignee {
            AssigneeName::Person { hsa_id, .. } => Target { kind: TargetKind::Person, id: hsa_id.to_string() },
            AssigneeName::Group { id, .. } => Target { kind: TargetKind::Group, id: id.to_string() },
        }))
    }

    /// What somebody has written there, also when the case has left.
    pub(super) async fn draft_there(&self, who: Who, case: CaseId) -> Result<Option<DraftView>, ClientError> {
        match self.client(who).read_case_again(case).await {
            Ok(view) => Ok(view.draft),
            Err(error) if error.code() == "not-found" => {
                let strays = self.client(who).stray_drafts().await?;
                Ok(strays.into_iter().find(|draft| draft.case == case))
            }
            Err(error) => Err(error),
        }
    }

    /// Its living words and files.
    pub(super) async fn parts_there(&self, who: Who, case: CaseId) -> Result<Vec<String>, ClientError> {
        let there = self.draft_there(who, case).await?;
        Ok(there.map(|draft| self.ledger.parts_of(&draft)).unwrap_or_default())
    }

    /// Writes a new word there, after what is there or over it.
    pub(super) async fn save(
        &mut self,
        who: Who,
        case: CaseId,
        kind: MessageKind,
        append: bool,
    ) -> Result<(), ClientError> {
        let before = self.draft_there(who, case).await?.map(|draft| draft.text).unwrap_or_default();
        let word = self.ledger.coin(who, case);
        let text = written(&before, &word, append);
        match self.client(who).save_draft(case, kind, text.clone()).await {
            Ok(draft) => {
                assert_eq!(draft.text, text, "what was saved is what is there");
                self.saved(&draft, who, &before, append);
                Ok(())
            }
            Err(error) => {
                self.ledger.let_go([&word]);
                Err(error)
            }
        }
    }

    /// A draft was saved; in it was this before.
    pub(super) fn saved(&mut self, draft: &DraftView, who: Who, before: &str, append: bool) {
        if !append {
            let over = self.ledger.words_in(before);
            self.ledger.let_go(&over);
        }
        self.draft_is(who, draft);
        self.count("saved");
    }

    /// This is what somebody has written now.
    pub(super) fn draft_is(&mut self, who: Who, draft: &DraftView) {
        let parts = self.ledger.parts_of(draft).into_iter().collect();
        self.ledger.drafts.insert((who, draft.case), parts);
    }

    /// The draft has become a message.
    pub(super) fn draft_went(&mut self, who: Who, case: CaseId) {
        self.ledger.drafts.remove(&(who, case));
    }

    /// A message has become a draft, or a part of one.
    pub(super) async fn draft_came(&mut self, who: Who, case: CaseId) -> Result<(), ClientError> {
        if let Some(draft) = self.draft_there(who, case).await? {
            self.draft_is(who, &draft);
        }
        Ok(())
    }

    /// Waits until what was taken back is in the draft.
    pub(super) async fn comes_back(&self, who: Who, case: CaseId, parts: &[String]) -> Result<(), ClientError> {
        let parts: BTreeSet<&String> = parts.iter().filter(|part| self.ledger.lives(part)).collect();
        let end = Instant::now() + PATIENCE;
        let mut beat = tokio::time::interval(PACE);
        loop {
            let there = self.parts_there(who, case).await?;
            if parts.is_subset(&there.iter().collect()) {
                return Ok(());
            }
            assert!(
                Instant::now() < end,
                "what {} has taken back in {} does not come to the draft: {parts:?}",
                self.name_of(who),
                self.name(case)
            );
            beat.tick().await;
        }
    }

    /// Looks at every file of the draft that has not been looked at.
    pub(super) async fn review(&self, who: Who, case: CaseId) -> Result<(), ClientError> {
        let client = self.client(who);
        let draft = client.read_case_again(case).await?.draft;
        let files = draft.map(|draft| draft.files).unwrap_or_default();
        for file in files.iter().filter(|file| !file.reviewed) {
            let opened = client.preview_open(PreviewSource::Draft { case, file: file.id }).await?;
            assert_eq!(opened.sha256, file.sha256, "what is shown is what was attached");
            client.preview_seen(&opened.token).await?;
            client.preview_close(&opened.token).await;
        }
        Ok(())
    }

    /// What the guard finds is looked at and confirmed, with the proof that it asks for.
    pub(super) async fn past_the_guard(&self, who: Who, case: CaseId) -> Result<(), ClientError> {
        let client = self.client(who);
        let told = client.guard_draft(case).await?;
        if told.stops {
            let number = client.read_case_again(case).await?.resident.personal_id;
            let typed = told.proof.map(|_| number.chars().skip(number.chars().count() - 4).collect());
            client.confirm_findings(case, &told.fingerprint, typed).await?;
        }
        Ok(())
    }

    /// An act is in the outbox.
    pub(super) fn sent(&mut self, who: Who, case: CaseId, op: OpId, what: &'static str) -> String {
        self.sent_with(who, case, op, what, Vec::new())
    }

    /// The same with a message that has these words and files.
    pub(super) fn sent_with(
        &mut self,
        who: Who,
        case: CaseId,
        op: OpId,
        what: &'static str,
        parts: Vec<String>,
    ) -> String {
        self.ledger.acts.insert(op, Sent { who, case, what, deed: self.deed, parts });
        self.touched = Some(case);
        format!("{} {what}", self.name(case))
    }

    pub(super) async fn outbox(&self, who: Who) -> BTreeSet<OpId> {
        self.client(who).outbox().await.unwrap().iter().map(|row| row.op).collect()
    }
}

/// A text with a new word in it.
pub(super) fn written(before: &str, word: &str, append: bool) -> String {
    if append { format!("{before} Och {word}.") } else { format!("Vi svarar {word}.") }
}
