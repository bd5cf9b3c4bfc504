//! Looking: at cases, lists and files. What is shown to whom is held against what they may read, at that very moment.

use super::{Deed, Told};
use crate::chance::Chance;
use crate::ledger::Who;
use crate::world::World;
use journeys::person::{everything, list};
use mottaget_client::view::{ListQuery, PreviewSource, Scope};
use mottaget_domain::{Attachment, CaseId};

impl World {
    pub(super) async fn open(&mut self, who: Who, chance: &mut Chance) -> Told {
        let case = self.case_for(who, Deed::Open, chance);
        let opened = self.client(who).open_case(case).await;
        self.is_for_them(who, case, opened.is_ok(), "opens");
        opened?;
        self.touched = Some(case);
        self.ledger.look(who, case, "read");
        self.count("opened");
        Ok(self.name(case))
    }

    pub(super) async fn list(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let scopes = [
            Scope::Inbox,
            Scope::Distributed,
            Scope::ClinicClosed,
            Scope::Mine,
            Scope::Groups,
            Scope::Covered,
            Scope::Waiting,
            Scope::Drafts,
            Scope::MyClosed,
        ];
        let scope = chance.pick(&scopes).unwrap();
        let mut words = self.ledger.words.keys().filter(|word| !self.ledger.files.contains_key(*word));
        let place = chance.below((self.ledger.words.len() - self.ledger.files.len()).max(1) as u64) as usize;
        let word = words.nth(place).cloned().unwrap_or_else(|| "forsman".into());
        let query = if deed == Deed::Search { ListQuery { search: Some(word), ..everything() } } else { list(scope) };
        let page = self.client(who).list(query).await?;
        for row in &page.rows {
            self.ledger.listed.insert((who, row.id));
            self.is_for_them(who, row.id, true, "is shown in a list");
        }
        Ok(format!("{} rows", page.rows.len()))
    }

    /// Looks at a file of the thread.
    pub(super) async fn look_at_file(&mut self, who: Who, chance: &mut Chance) -> Told {
        let ours = |world: &Self, case: CaseId| -> Vec<Attachment> {
            let messages = world.watch.documents[&case].case.messages.iter();
            let files = messages.flat_map(|message| &message.attachments);
            files.filter(|file| world.ledger.files.contains_key(&file.sha256)).cloned().collect()
        };
        let anybodys = chance.percent(25);
        let fits = |world: &Self, case: CaseId| (anybodys || world.may_see(who, case)) && !ours(world, case).is_empty();
        let case = self.any_case(chance, fits);
        let place = chance.below(8) as usize;
        let files = ours(self, case);
        let Some(file) = files.get(place % files.len().max(1)) else { return Ok("no file".into()) };
        let client = self.client(who);
        let opened = client.preview_open(PreviewSource::Case { case, file: file.id }).await;
        let refused = opened.as_ref().is_err_and(|error| error.code() == "not-found");
        self.is_for_them(who, case, !refused, "gets a file of");
        let opened = opened?;
        assert_eq!((&opened.sha256, opened.size), (&file.sha256, file.size), "{}", self.name(case));
        client.preview_page(&opened.token, 0, 200).await?;
        client.preview_close(&opened.token).await;
        self.ledger.look(who, case, "read-attachment");
        self.count("files looked at");
        Ok(format!("{} {}", self.name(case), file.file_name))
    }

    /// Takes a case out of the tool: prints it, or copies it for the patient record.
    pub(super) async fn take_out(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let case = self.case_for(who, deed, chance);
        let client = self.client(who);
        let done = if deed == Deed::Print { client.printed(case).await } else { client.copied_to_record(case).await };
        let refused = done.as_ref().is_err_and(|error| error.code() == "not-found");
        self.is_for_them(who, case, !refused, "takes out");
        done?;
        self.ledger.look(who, case, if deed == Deed::Print { "print" } else { "copy-to-record" });
        self.count("cases taken out");
        Ok(self.name(case))
    }

    /// With contact a person gets what they may read, and nothing else.
    pub(super) fn is_for_them(&self, who: Who, case: CaseId, given: bool, what: &str) {
        let may = self.may_see(who, case);
        assert!(
            !self.reachable(who) || given == may,
            "{} {what} {} ({case}): {given}, and may read it: {may}",
            self.name_of(who),
            self.name(case)
        );
    }
}
