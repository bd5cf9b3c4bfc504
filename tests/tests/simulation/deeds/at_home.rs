//! Residents, at home: they have no machine of ours, and no line that breaks.

use super::Deed;
use crate::chance::Chance;
use crate::ledger::Who;
use crate::world::{STAFF, World};
use mottaget_domain::CaseId;

/// A case type with which files can be sent, and one with which they can't.
const WITH_FILES: &str = "Fråga sjuksköterska";
const WITHOUT: &str = "Boka tid";

impl World {
    /// A resident does something.
    pub(super) async fn at_home(&mut self, deed: Deed, chance: &mut Chance) {
        let any = chance.below(self.residents.len() as u64) as usize;
        let curious = self.somebody_who_must_not_know_yet(chance).filter(|_| deed == Deed::ReadAtHome);
        let resident = curious.map_or(any, |(resident, _)| resident);
        let who = STAFF.len() + resident;
        let linden = chance.percent(25);
        // one in ten is a letter; most send none
        let files: Vec<bool> = (0..chance.weighted(&[(6, 0), (3, 1), (1, 3)])).map(|_| chance.percent(10)).collect();
        let case = self.any_case(chance, |world, case| {
            let case = &world.watch.documents[&case].case;
            case.resident == world.residents[resident].personal_id && case.open_question.is_some()
        });
        let case = curious.map_or(case, |(_, case)| case);
        let told = if self.down_for.is_some() {
            self.count("refused: server-down");
            "the server is down".to_owned()
        } else if deed == Deed::File {
            self.file_a_case(who, linden, &files, case).await
        } else if deed == Deed::Answer {
            self.answer(who, case, &files).await
        } else {
            self.read_at_home(resident, case).await
        };
        let line = format!("{} {deed:?}: {told}", self.name_of(who));
        self.tell(&line);
    }

    /// Mostly, if a message is held, the resident to whom it goes, and the case.
    fn somebody_who_must_not_know_yet(&self, chance: &mut Chance) -> Option<(usize, CaseId)> {
        let mostly = chance.percent(80);
        let held = |case: &&CaseId| self.watch.documents[*case].case.pending().is_some();
        let whose = |case: &CaseId| {
            let whose = &self.watch.documents[case].case.resident;
            Some((self.residents.iter().position(|resident| resident.personal_id == *whose)?, *case))
        };
        let waiting: Vec<_> = self.watch.order.iter().filter(held).filter_map(whose).collect();
        chance.pick(&waiting).filter(|_| mostly)
    }

    async fn file_a_case(&mut self, who: Who, linden: bool, files: &[bool], any: CaseId) -> String {
        let clinic = if linden { self.clinic.linden() } else { self.clinic.bjorken() };
        // which case it is becomes known only then
        let mut parts: Vec<String> = files.iter().map(|letter| self.ledger.coin_file(who, any, *letter)).collect();
        let word = self.ledger.coin(who, any);
        let of_type = if files.is_empty() { WITHOUT } else { WITH_FILES };
        let brought = self.ledger.bring(&parts);
        let resident = &self.residents[who - STAFF.len()];
        let filed = resident.file_case(&clinic, of_type, &format!("Hej {word}."), &brought).await;
        parts.push(word);
        for part in &parts {
            self.ledger.words.get_mut(part).unwrap().case = filed;
        }
        let whose = self.residents[who - STAFF.len()].personal_id.clone();
        self.ledger.residents.insert(filed, whose);
        self.look().await;
        self.count("accepted");
        format!("{} at {} with {} files", self.name(filed), if linden { "Linden" } else { "Björken" }, files.len())
    }

    async fn answer(&mut self, who: Who, case: CaseId, files: &[bool]) -> String {
        let mut parts: Vec<String> = files.iter().map(|letter| self.ledger.coin_file(who, case, *letter)).collect();
        let word = self.ledger.coin(who, case);
        let brought = self.ledger.bring(&parts);
        let resident = &self.residents[who - STAFF.len()];
        let answered = resident.try_answer_with(case, &format!("Svar {word}."), &brought).await;
        self.look().await;
        match answered {
            Ok(()) => {
                self.count("accepted");
                format!("{} answered with {} files", self.name(case), files.len())
            }
            Err(code) => {
                parts.push(word);
                self.ledger.let_go(&parts);
                self.count(&format!("refused: {code}"));
                format!("{} {code}", self.name(case))
            }
        }
    }

    /// A resident reads what is theirs; what is still held, and what is somebody else's, they do not get.
    async fn read_at_home(&mut self, resident: usize, case: CaseId) -> String {
        let theirs = self.ledger.residents[&case] == self.residents[resident].personal_id;
        loop {
            let before = self.watch.documents[&case].case.thread_version;
            let told = self.residents[resident].told(case).await;
            self.look().await;
            if self.watch.documents[&case].case.thread_version != before {
                // something came in just then
                continue;
            }
            match told {
                Ok(told) if theirs => self.has_what_is_released(resident, case, &told),
                Err(404) if !theirs => {}
                other => panic!("{} reads {}, {theirs}: {other:?}", self.residents[resident].name, self.name(case)),
            }
            break;
        }
        let document = &self.watch.documents[&case].case;
        let held = document.messages.iter().filter(|message| message.is_pending()).count();
        let kept: Vec<_> = document
            .messages
            .iter()
            .filter(|message| !theirs || message.is_pending())
            .flat_map(|message| &message.attachments)
            .collect();
        for file in kept {
            let got = self.residents[resident].try_file(case, file.id).await;
            assert!(
                got.as_ref().is_err_and(|status| *status == 404),
                "{} gets «{}» of {}, which is not for them (yet): {:?}",
                self.residents[resident].name,
                file.file_name,
                self.name(case),
                got.map(|bytes| bytes.len())
            );
        }
        if theirs {
            self.count("cases read at home");
            if held > 0 {
                self.count("read at home with a message held");
            }
        }
        format!("{} {theirs}, {held} held", self.name(case))
    }
}
