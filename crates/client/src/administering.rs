//! What administrators keep: settings and reply texts of a clinic or its region; the texts everybody is offered with what is
//! known filled in. Reading is from this machine; keeping needs contact.

use crate::client::{Answer, Client};
use crate::error::ClientError;
use crate::live::Live;
use crate::plan::Wanted;
use crate::reading::found;
use crate::rules::Rules;
use crate::view::{ClinicTexts, Decisions, ReplyText, StartCardKind};
use crate::work::sync::refresh_directory;
use mottaget_domain::clinic::{ClinicSettings, RegionPolicy};
use mottaget_domain::permission::{Action, Permission, decides_for_region, keeps_central_templates, permission};
use mottaget_domain::reply_template::{Facts, fill};
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{CaseId, HsaId, MessageKind, Refusal, ReplyTemplate, ReplyTemplateId, Role};
use mottaget_protocol::{Anew, Me, ReplyTemplateAnew, ReplyTemplateText};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The cards of what somebody administers, at whichever of their clinics (R55, R58, R60): each leads to a page that has a
/// clinic of theirs to choose. A card whose page is not built yet is none.
pub(crate) fn administered(me: &Me) -> Vec<StartCardKind> {
    let may = |card: &StartCardKind| me.assignments.iter().any(|at| card_is_for(*card, &at.roles));
    StartCardKind::ADMINISTRATION.into_iter().filter(may).collect()
}

fn card_is_for(card: StartCardKind, roles: &BTreeSet<Role>) -> bool {
    let may = |action| roles.iter().any(|role| permission(*role, action) == Permission::Yes);
    match card {
        StartCardKind::Staff => may(Action::GrantReceiverHandler),
        StartCardKind::ClinicSettings => may(Action::ClinicSettings),
        StartCardKind::ClinicTexts => may(Action::EditLocalTemplate),
        StartCardKind::RegionSettings => decides_for_region(roles),
        StartCardKind::RegionTexts => keeps_central_templates(roles),
        _ => false,
    }
}

impl Client {
    /// What can be said in such a message: the region's texts and the clinic's own, for this kind and case type, as they
    /// would stand in it. Blanks that nobody but the writer can fill are left, and keep the message from being sent.
    ///
    /// # Errors
    /// As [`Client::open_case`].
    pub async fn reply_texts(&self, case: CaseId, kind: MessageKind) -> Answer<Vec<ReplyText>> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files
            .with(move |store| {
                let read = found(store, &me, case, now)?;
                let (case, resident) = (&read.document.case, &read.document.resident);
                let rules = Rules::at(store, &me, &case.clinic, now)?;
                let facts = Facts {
                    resident: resident.name.clone(),
                    case_type: case.case_type.name.clone(),
                    clinic: rules.clinic.name.clone(),
                    author: me.staff.name.clone(),
                    title: me.staff.title.clone(),
                    today: Some(swedish_day(now)),
                };
                let templates = rules.directory.map(|directory| directory.reply_templates).unwrap_or_default();
                let offered = templates.into_iter().filter(|template| template.is_for(kind, case.case_type.id));
                let texts = offered.map(|template| ReplyText {
                    id: template.id,
                    text: fill(&template.text, &facts),
                    title: template.title,
                    central: template.central,
                });
                Ok(texts.collect())
            })
            .await
    }

    /// A clinic's reply texts as they are kept, with the case types that one can be for; for those who keep them.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn clinic_texts(&self, clinic: HsaId) -> Answer<ClinicTexts> {
        let live = self.live()?;
        live.files
            .with(move |store| {
                let Some(directory) = store.directory(&clinic)? else { return Ok(ClinicTexts::default()) };
                let types = directory.case_types.into_iter().map(|one| (one.id, one.name)).collect();
                Ok(ClinicTexts { texts: directory.reply_templates, case_types: types })
            })
            .await
    }

    /// Keeps a reply text of the clinic's own (R43) or, a central one, of its region (R108), in place of the one that has its
    /// id and was seen. Needs contact: what all of a clinic's staff say is not decided by two people at once.
    ///
    /// # Errors
    /// What [`ReplyTemplate::check`] says; [`Refusal::DecidedMeanwhile`] if it is not as it was seen;
    /// [`ClientError::Offline`] and its like; another [`ClientError::Refused`] for who may not, or if it is not theirs.
    pub async fn keep_text(
        &self,
        clinic: HsaId,
        seen: Option<ReplyTemplateText>,
        template: ReplyTemplate,
    ) -> Answer<()> {
        template.check()?;
        let which = (template.id, template.central);
        self.decide_text(clinic, which, ReplyTemplateAnew { seen, now: Some(template.into()) }).await
    }

    /// Removes one of the clinic's own, or a central one of its region's.
    ///
    /// # Errors
    /// As [`Client::keep_text`].
    pub async fn remove_text(
        &self,
        clinic: HsaId,
        id: ReplyTemplateId,
        central: bool,
        seen: ReplyTemplateText,
    ) -> Answer<()> {
        self.decide_text(clinic, (id, central), ReplyTemplateAnew { seen: Some(seen), now: None }).await
    }

    async fn decide_text(&self, clinic: HsaId, which: (ReplyTemplateId, bool), text: ReplyTemplateAnew) -> Answer<()> {
        let live = self.live()?;
        let kept = live.core.wire.keep_template(&live.token, &clinic, which, &text).await;
        known_anew(&live, &clinic, kept).await
    }

    /// What a clinic and its region have decided, and of what; for those who decide it.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn decisions(&self, clinic: HsaId) -> Answer<Decisions> {
        let live = self.live()?;
        live.files
            .with(move |store| {
                let Some(directory) = store.directory(&clinic)? else { return Ok(Decisions::default()) };
                Ok(Decisions {
                    clinic: ClinicSettings::of(&directory.policy),
                    clinic_name: directory.name,
                    region: directory.policy.region,
                    region_name: directory.region,
                    case_types: directory.case_types,
                })
            })
            .await
    }

    /// Decides anew what holds at the clinic (R39). Needs contact, as [`Client::keep_text`] does.
    ///
    /// # Errors
    /// What [`ClinicSettings::check`] says; else as [`Client::keep_text`].
    pub async fn save_clinic_settings(&self, clinic: HsaId, settings: Anew<ClinicSettings>) -> Answer<()> {
        settings.now.check()?;
        let live = self.live()?;
        let saved = live.core.wire.save_clinic_settings(&live.token, &clinic, &settings).await;
        known_anew(&live, &clinic, saved).await
    }

    /// Decides anew what holds in the region of this clinic, wherever its clinics do not say otherwise (F1).
    ///
    /// # Errors
    /// What [`RegionPolicy::check`] says; else as [`Client::keep_text`].
    pub async fn save_region_settings(&self, clinic: HsaId, policy: Anew<RegionPolicy>) -> Answer<()> {
        policy.now.check()?;
        let live = self.live()?;
        let saved = live.core.wire.save_region_settings(&live.token, &clinic, &policy).await;
        known_anew(&live, &clinic, saved).await
    }
}

/// After something of a clinic was decided anew: what holds there now is fetched. Where somebody else was quicker, too, so
/// that whoever is told of it can see what. What can't be fetched at once comes with the next round: it is decided all the
/// same.
pub(crate) async fn known_anew(live: &Arc<Live>, clinic: &HsaId, decided: Answer<()>) -> Answer<()> {
    if matches!(&decided, Ok(()) | Err(ClientError::Refused(Refusal::DecidedMeanwhile))) {
        let known = refresh_directory(live, clinic).await;
        if known.is_err() {
            live.want(Wanted { me: true, all: true, ..Wanted::default() });
        }
    }
    decided
}
