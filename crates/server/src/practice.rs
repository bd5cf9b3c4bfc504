//! The practice clinic: two invented clinics with people, cases and files, so that the product can be tried with nothing.
//!
//! Everybody is invented; the residents have numbers that the authorities published for tests (birth numbers 980–999).
//! The same start time gives the same clinic, down to the ids. Every case has lived its life through the rules, in the
//! past, so its history is true.

mod lives;
mod papers;
mod people;
mod random;
mod stories;
mod texts;

use crate::db::blobs::{self, Found};
use crate::db::{Db, DbError, WriteTx, absences, admissions, cases, clinics, migrate, residents, staff, templates};
use crate::error::StartError;
use crate::files::{Files, sha256_hex};
use bytes::Bytes;
use jiff::Timestamp;
use lives::Life;
use mottaget_domain::clinic::ClinicFacts;
use papers::Paper;
use people::Cast;
use std::collections::BTreeMap;

/// Fills an empty database, all of it or nothing.
///
/// # Errors
/// When something can't be written, or the rules refuse a life (which is a fault in this module).
pub async fn fill(db: &Db, files: &Files, now: Timestamp) -> Result<(), StartError> {
    let cast = people::cast(now);
    let papers = papers::all();
    for (_, bytes) in papers.values() {
        let name = sha256_hex(bytes);
        files.put(&name, Bytes::from(bytes.clone())).await.map_err(StartError::Fill)?;
    }
    let lives = lives::live(&cast, &papers, now).map_err(StartError::Practice)?;
    let mut tx = db.write().await?;
    write_people(&mut tx, &cast).await?;
    write_papers(&mut tx, &papers, &lives, now).await?;
    write_lives(&mut tx, &lives).await?;
    tx.commit().await?;
    // Only now: a start that broke off before this begins again with an empty database.
    Ok(migrate::set_meta(db, "filled", "yes").await?)
}

async fn write_people(tx: &mut WriteTx, cast: &Cast) -> Result<(), DbError> {
    clinics::add_region(tx.conn(), people::REGION.0, people::REGION.1, &people::region_policy()).await?;
    for person in &cast.staff {
        staff::add(tx.conn(), person).await?;
    }
    for case_type in &cast.case_types {
        clinics::add_case_type(tx.conn(), case_type).await?;
    }
    for facts in &cast.clinics {
        clinics::add(tx.conn(), people::REGION.0, &facts.hsa_id, &facts.name, &facts.policy).await?;
        write_clinic(tx, cast, facts).await?;
    }
    for resident in &cast.residents {
        residents::put(tx.conn(), resident).await?;
        let home = cast.homes.get(&resident.personal_id);
        admissions::register(tx.conn(), &resident.personal_id, home).await?;
    }
    let region = templates::Owner::Region(people::REGION.0.to_owned());
    for template in texts::central() {
        templates::put(tx.conn(), &region, &template).await?;
    }
    for (facts, template) in
        cast.clinics.first().into_iter().flat_map(|facts| texts::local().into_iter().map(move |text| (facts, text)))
    {
        templates::put(tx.conn(), &templates::Owner::Clinic(facts.hsa_id.clone()), &template).await?;
    }
    for (clinic, resident) in &cast.approvals {
        admissions::set_approved(tx.conn(), clinic, resident, true).await?;
    }
    for (clinic, resident, case_type) in &cast.grants {
        admissions::grant(tx.conn(), clinic, resident, *case_type, None).await?;
    }
    Ok(())
}

async fn write_clinic(tx: &mut WriteTx, cast: &Cast, facts: &ClinicFacts) -> Result<(), DbError> {
    for person in facts.staff.values() {
        staff::set_roles(tx.conn(), &person.hsa_id, &facts.hsa_id, &person.roles).await?;
    }
    for group in facts.groups.values() {
        staff::add_group(tx.conn(), &facts.hsa_id, group.id, &group.name).await?;
        staff::set_members(tx.conn(), group.id, &group.members).await?;
    }
    for person in facts.staff.values() {
        absences::set(tx.conn(), &facts.hsa_id, &person.hsa_id, &person.absences).await?;
    }
    for (position, case_type) in (0_u16..).zip(&cast.case_types) {
        clinics::activate_case_type(tx.conn(), &facts.hsa_id, case_type.about.id, position).await?;
    }
    Ok(())
}

/// The bytes are known, and as brought by whoever attached them.
async fn write_papers(
    tx: &mut WriteTx,
    papers: &BTreeMap<Paper, (mottaget_domain::FileKind, Vec<u8>)>,
    lives: &[Life],
    now: Timestamp,
) -> Result<(), DbError> {
    for (kind, bytes) in papers.values() {
        let found = Found { size: bytes.len() as u64, kind: *kind };
        blobs::uploaded(tx.conn(), &sha256_hex(bytes), found, "practice", now).await?;
    }
    for life in lives {
        for message in &life.case.messages {
            let uploader = life.uploader(message);
            for file in &message.attachments {
                let found = Found { size: file.size, kind: file.kind };
                blobs::uploaded(tx.conn(), &file.sha256, found, &uploader, message.accepted_at).await?;
            }
        }
    }
    Ok(())
}

async fn write_lives(tx: &mut WriteTx, lives: &[Life]) -> Result<(), DbError> {
    let mut reached = BTreeMap::new();
    for life in lives {
        cases::write(tx.conn(), life.seq, None, &life.case).await?;
        let seq = reached.entry(life.case.clinic.clone()).or_insert(0_u64);
        *seq = (*seq).max(life.seq);
    }
    for (clinic, seq) in reached {
        clinics::set_seq(tx.conn(), &clinic, seq).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
