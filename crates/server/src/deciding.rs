//! What administrators decide anew: settings and reply texts of a clinic or its region. Each decision is checked, under the
//! lock, against what whoever decides saw (ADR 17).

use crate::app::App;
use crate::db::clinics;
use crate::db::templates::{self, Owner};
use crate::error::{Result, ServerError};
use crate::people::People;
use mottaget_domain::clinic::{ClinicSettings, RegionPolicy};
use mottaget_domain::deciding::decide_anew;
use mottaget_domain::reply_template::MAX_TEMPLATES;
use mottaget_domain::{HsaId, MessageKind, Refusal, ReplyTemplate, ReplyTemplateId};
use mottaget_protocol::{Anew, ReplyTemplateAnew, ReplyTemplateText};

/// What holds at a clinic. Its staff's apps are told.
///
/// # Errors
/// [`ServerError::NotFound`] for an unknown clinic; what [`ClinicSettings::check`] and [`decide_anew`] say; when the database
/// fails.
pub async fn clinic(app: &App, clinic: &HsaId, settings: Anew<ClinicSettings>) -> Result<ClinicSettings> {
    settings.now.check()?;
    let (mut tx, seq) = app.db.write_clinic(clinic).await?.ok_or(ServerError::NotFound)?;
    let policy = clinics::facts(tx.conn(), clinic).await?.ok_or(ServerError::NotFound)?.policy;
    decide_anew(&settings.seen, &settings.now, &ClinicSettings::of(&policy))?;
    clinics::set_policy(tx.conn(), clinic, &settings.now.clone().applied_to(policy)).await?;
    tx.commit().await?;
    app.moved(clinic, seq);
    People::new(app.clone()).tell_staff_of(clinic).await?;
    Ok(settings.now)
}

/// What holds in a region, wherever its clinics do not say otherwise. The apps of all its clinics' staff are told.
///
/// # Errors
/// [`ServerError::NotFound`] for a region that is not there; what [`RegionPolicy::check`] and [`decide_anew`] say; when the
/// database fails.
pub async fn region(app: &App, region: &str, policy: Anew<RegionPolicy>) -> Result<RegionPolicy> {
    policy.now.check()?;
    let mut tx = app.db.write().await?;
    let there = clinics::region_policy(tx.conn(), region).await?.ok_or(ServerError::NotFound)?;
    decide_anew(&policy.seen, &policy.now, &there)?;
    clinics::set_region_policy(tx.conn(), region, &policy.now).await?;
    tx.commit().await?;
    People::new(app.clone()).tell_staff_in(region).await?;
    Ok(policy.now)
}

/// A reply text: kept in the place of the owner's own of that id, or removed. Whoever reads it is told.
///
/// # Errors
/// [`ServerError::NotFound`] if another's text has this id; what [`ReplyTemplate::check`] and [`decide_anew`] say;
/// [`Refusal::TooManyViews`]; when the database fails.
pub async fn template(
    app: &App,
    owner: &Owner,
    id: ReplyTemplateId,
    text: ReplyTemplateAnew,
) -> Result<Option<ReplyTemplate>> {
    let now = text.now.map(|now| template_of(owner, id, now));
    if let Some(template) = &now {
        template.check()?;
    }
    let mut tx = app.db.write().await?;
    let there = templates::of(tx.conn(), owner, id).await?;
    decide_anew(&text.seen, &now.clone().map(Into::into), &there.map(Into::into))?;
    match &now {
        Some(template) => {
            if !templates::put(tx.conn(), owner, template).await? {
                return Err(ServerError::NotFound);
            }
            if templates::count(tx.conn(), owner).await? > MAX_TEMPLATES {
                return Err(Refusal::TooManyViews { limit: MAX_TEMPLATES }.into());
            }
        }
        None => templates::remove(tx.conn(), owner, id).await?,
    }
    tx.commit().await?;
    let people = People::new(app.clone());
    match owner {
        Owner::Clinic(clinic) => people.tell_staff_of(clinic).await?,
        Owner::Region(region) => people.tell_staff_in(region).await?,
    }
    Ok(now)
}

fn template_of(owner: &Owner, id: ReplyTemplateId, text: ReplyTemplateText) -> ReplyTemplate {
    ReplyTemplate {
        id,
        title: text.title.trim().to_owned(),
        text: text.text,
        kind: text.kind.filter(|kind| *kind != MessageKind::Submission && *kind != MessageKind::ResidentReply),
        case_type: text.case_type,
        central: matches!(owner, Owner::Region(_)),
    }
}
