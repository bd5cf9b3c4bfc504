//! Clinics, their case types, and what the rules must know of them.

use super::{DbError, Result, absences, from_json, parsed, signed, to_json};
use jiff::civil::Date;
use mottaget_domain::absence::cover;
use mottaget_domain::case::CaseTypeRef;
use mottaget_domain::clinic::{ClinicFacts, Group, Policy, RegionPolicy, StaffFacts};
use mottaget_domain::{CaseTypeId, GroupId, HsaId, Role, StaffActor};
use mottaget_protocol::feed::{CaseTypeInfo, OpenCases};
use sqlx::AnyConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Adds a region.
///
/// # Errors
/// When the engine fails.
pub async fn add_region(conn: &mut AnyConnection, code: &str, name: &str, policy: &RegionPolicy) -> Result<()> {
    sqlx::query("INSERT INTO region (code, name, policy) VALUES ($1, $2, $3)")
        .bind(code.to_owned())
        .bind(name.to_owned())
        .bind(to_json(policy, "region's policy")?)
        .execute(conn)
        .await?;
    Ok(())
}

/// Decides anew what holds in a region, and gives its clinics; none for a region that is not there.
///
/// # Errors
/// When the engine fails.
pub async fn set_region_policy(conn: &mut AnyConnection, region: &str, policy: &RegionPolicy) -> Result<Vec<HsaId>> {
    sqlx::query("UPDATE region SET policy = $1 WHERE code = $2")
        .bind(to_json(policy, "region's policy")?)
        .bind(region.to_owned())
        .execute(&mut *conn)
        .await?;
    in_region(conn, region).await
}

/// The clinics of a region.
///
/// # Errors
/// When the engine fails.
pub async fn in_region(conn: &mut AnyConnection, region: &str) -> Result<Vec<HsaId>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT hsa_id FROM clinic WHERE region = $1 ORDER BY hsa_id")
        .bind(region.to_owned())
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(|(id,)| parsed(&id, "clinic")).collect()
}

/// Code and name of the region that a clinic belongs to.
///
/// # Errors
/// When the database fails.
pub async fn region_of(conn: &mut AnyConnection, clinic: &HsaId) -> Result<Option<(String, String)>> {
    let row =
        sqlx::query_as("SELECT r.code, r.name FROM region r JOIN clinic c ON c.region = r.code WHERE c.hsa_id = $1")
            .bind(clinic.as_str().to_owned())
            .fetch_optional(conn)
            .await?;
    Ok(row)
}

/// What a region has decided; `None` for one that is not there.
///
/// # Errors
/// When the database fails.
pub async fn region_policy(conn: &mut AnyConnection, region: &str) -> Result<Option<RegionPolicy>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT policy FROM region WHERE code = $1")
        .bind(region.to_owned())
        .fetch_optional(conn)
        .await?;
    row.map(|(policy,)| from_json(&policy, "region's policy")).transpose()
}

/// Adds a clinic to a region.
///
/// # Errors
/// When the engine fails.
pub async fn add(conn: &mut AnyConnection, region: &str, hsa_id: &HsaId, name: &str, policy: &Policy) -> Result<()> {
    sqlx::query("INSERT INTO clinic (hsa_id, region, name, policy, seq) VALUES ($1, $2, $3, $4, 0)")
        .bind(hsa_id.as_str().to_owned())
        .bind(region.to_owned())
        .bind(name.to_owned())
        .bind(to_json(policy, "policy")?)
        .execute(conn)
        .await?;
    Ok(())
}

/// Decides anew what holds at a clinic.
///
/// # Errors
/// When the engine fails.
pub async fn set_policy(conn: &mut AnyConnection, clinic: &HsaId, policy: &Policy) -> Result<()> {
    sqlx::query("UPDATE clinic SET policy = $1 WHERE hsa_id = $2")
        .bind(to_json(policy, "policy")?)
        .bind(clinic.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Sets the feed counter; only for filling a new database.
///
/// # Errors
/// When the engine fails.
pub async fn set_seq(conn: &mut AnyConnection, clinic: &HsaId, seq: u64) -> Result<()> {
    sqlx::query("UPDATE clinic SET seq = $1 WHERE hsa_id = $2")
        .bind(signed(seq))
        .bind(clinic.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// All clinics, by name.
///
/// # Errors
/// When the engine fails.
pub async fn all(conn: &mut AnyConnection) -> Result<Vec<(HsaId, String)>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT hsa_id, name FROM clinic ORDER BY name, hsa_id").fetch_all(conn).await?;
    rows.into_iter().map(|(id, name)| Ok((parsed(&id, "clinic")?, name))).collect()
}

/// Somebody as they act at the clinic on that Swedish day (without a signature), and the clinic's feed counter: in few
/// questions, since every page of a feed asks it. `None` if there is no such clinic, or the person has no role there.
///
/// # Errors
/// When the engine fails.
pub async fn viewer(
    conn: &mut AnyConnection,
    clinic: &HsaId,
    hsa_id: &HsaId,
    day: Date,
) -> Result<Option<(StaffActor, u64)>> {
    let rows: Vec<(i64, String, String, i64, String)> = sqlx::query_as(
        "SELECT c.seq, s.name, s.title, 0, g.role FROM clinic c \
         JOIN role_grant g ON g.clinic = c.hsa_id JOIN staff s ON s.hsa_id = g.staff \
         WHERE c.hsa_id = $1 AND g.staff = $2 AND s.active = 1 \
         UNION ALL \
         SELECT c.seq, s.name, s.title, 1, m.group_id FROM clinic c \
         JOIN staff_group g ON g.clinic = c.hsa_id JOIN group_member m ON m.group_id = g.id \
         JOIN staff s ON s.hsa_id = m.staff \
         WHERE c.hsa_id = $1 AND m.staff = $2 AND s.active = 1",
    )
    .bind(clinic.as_str().to_owned())
    .bind(hsa_id.as_str().to_owned())
    .fetch_all(&mut *conn)
    .await?;
    let mut found: Option<(StaffActor, u64)> = None;
    for (seq, name, title, is_group, value) in rows {
        let seq = super::number(seq, "seq")?;
        let (actor, _) = found.get_or_insert_with(|| {
            let actor = StaffActor {
                hsa_id: hsa_id.clone(),
                name,
                title,
                signature: String::new(),
                clinic: clinic.clone(),
                roles: BTreeSet::new(),
                groups: BTreeSet::new(),
                stands_in_for: BTreeSet::new(),
            };
            (actor, seq)
        });
        if is_group == 1 {
            actor.groups.insert(parsed(&value, "group")?);
        } else {
            actor.roles.insert(Role::from_name(&value).ok_or(DbError::Content("role"))?);
        }
    }
    let mut found = found.filter(|(actor, _)| !actor.roles.is_empty());
    if let Some((actor, _)) = found.as_mut().filter(|(actor, _)| actor.has(Role::Handler)) {
        actor.stands_in_for = covered_by(conn, clinic, hsa_id, day).await?;
    }
    Ok(found)
}

/// Whom this handler covers at the clinic on that day.
async fn covered_by(conn: &mut AnyConnection, clinic: &HsaId, hsa_id: &HsaId, day: Date) -> Result<BTreeSet<HsaId>> {
    let away = absences::away(&mut *conn, clinic, day).await?;
    if away.values().all(Option::is_none) {
        return Ok(BTreeSet::new());
    }
    let handlers = absences::handlers(conn, clinic).await?;
    let cover = cover(&away, |who| handlers.contains(who)).into_iter();
    Ok(cover.filter(|(_, substitute)| substitute == hsa_id).map(|(absent, _)| absent).collect())
}

/// What the rules must know of the clinic; `None` if there is no such clinic.
///
/// # Errors
/// When the engine fails.
pub async fn facts(conn: &mut AnyConnection, clinic: &HsaId) -> Result<Option<ClinicFacts>> {
    let row: Option<(String, String, String)> = sqlx::query_as(
        "SELECT c.name, c.policy, r.policy FROM clinic c JOIN region r ON r.code = c.region WHERE c.hsa_id = $1",
    )
    .bind(clinic.as_str().to_owned())
    .fetch_optional(&mut *conn)
    .await?;
    let Some((name, policy, region)) = row else { return Ok(None) };
    let region = from_json(&region, "region's policy")?;
    Ok(Some(ClinicFacts {
        hsa_id: clinic.clone(),
        name,
        policy: Policy { region, ..from_json(&policy, "policy")? },
        staff: staff_of(&mut *conn, clinic).await?,
        groups: groups_of(conn, clinic).await?,
    }))
}

async fn staff_of(conn: &mut AnyConnection, clinic: &HsaId) -> Result<BTreeMap<HsaId, StaffFacts>> {
    let rows: Vec<(String, String, String, i64, String)> = sqlx::query_as(
        "SELECT s.hsa_id, s.name, s.title, s.active, g.role FROM role_grant g JOIN staff s ON s.hsa_id = g.staff \
         WHERE g.clinic = $1",
    )
    .bind(clinic.as_str().to_owned())
    .fetch_all(&mut *conn)
    .await?;
    let mut away = absences::at(conn, clinic).await?;
    let mut staff = BTreeMap::new();
    for (id, name, title, active, role) in rows {
        let hsa_id: HsaId = parsed(&id, "staff")?;
        let role = Role::from_name(&role).ok_or(DbError::Content("role"))?;
        staff
            .entry(hsa_id.clone())
            .or_insert_with(|| StaffFacts {
                absences: away.remove(&hsa_id).unwrap_or_default(),
                hsa_id,
                name,
                title,
                active: active == 1,
                roles: BTreeSet::new(),
            })
            .roles
            .insert(role);
    }
    Ok(staff)
}

/// The clinic's groups with their members.
///
/// # Errors
/// When the engine fails.
pub async fn groups_of(conn: &mut AnyConnection, clinic: &HsaId) -> Result<BTreeMap<GroupId, Group>> {
    let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "SELECT g.id, g.name, m.staff FROM staff_group g LEFT JOIN group_member m ON m.group_id = g.id \
         WHERE g.clinic = $1",
    )
    .bind(clinic.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    let mut groups = BTreeMap::new();
    for (id, name, member) in rows {
        let id: GroupId = parsed(&id, "group")?;
        let group = groups.entry(id).or_insert_with(|| Group { id, name, members: BTreeSet::new() });
        if let Some(member) = member {
            group.members.insert(parsed(&member, "member")?);
        }
    }
    Ok(groups)
}

/// How many open cases each handler and group has.
///
/// # Errors
/// When the engine fails.
pub async fn open_cases(conn: &mut AnyConnection, clinic: &HsaId) -> Result<Vec<OpenCases>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT assignee_key, COUNT(*) FROM case_doc WHERE clinic = $1 AND open = 1 AND assignee_key <> '' \
         GROUP BY assignee_key ORDER BY assignee_key",
    )
    .bind(clinic.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    let open = |(key, count)| OpenCases { key, count: u32::try_from(count).unwrap_or(u32::MAX) };
    Ok(rows.into_iter().map(open).collect())
}

/// A case type as kept.
#[derive(Clone, Debug)]
pub struct CaseType {
    /// What everybody may know.
    pub about: CaseTypeInfo,
    /// Begränsat urval: only residents to whom it was granted know of it.
    pub restricted: bool,
}

impl CaseType {
    /// As a case keeps it.
    #[must_use]
    pub fn reference(&self) -> CaseTypeRef {
        CaseTypeRef {
            id: self.about.id,
            name: self.about.name.clone(),
            resident_files: self.about.resident_files,
            response_days: self.about.response_days,
        }
    }
}

/// Adds a case type.
///
/// # Errors
/// When the engine fails.
pub async fn add_case_type(conn: &mut AnyConnection, case_type: &CaseType) -> Result<()> {
    sqlx::query(
        "INSERT INTO case_type (id, name, description, resident_files, response_days, questions, restricted) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(case_type.about.id.to_string())
    .bind(case_type.about.name.clone())
    .bind(case_type.about.description.clone())
    .bind(i64::from(case_type.about.resident_files))
    .bind(case_type.about.response_days.map(i64::from))
    .bind(to_json(&case_type.about.questions, "questions")?)
    .bind(i64::from(case_type.restricted))
    .execute(conn)
    .await?;
    Ok(())
}

/// Shows a case type to the clinic's residents.
///
/// # Errors
/// When the engine fails.
pub async fn activate_case_type(
    conn: &mut AnyConnection,
    clinic: &HsaId,
    case_type: CaseTypeId,
    position: u16,
) -> Result<()> {
    sqlx::query("INSERT INTO clinic_case_type (clinic, case_type, active, position) VALUES ($1, $2, 1, $3)")
        .bind(clinic.as_str().to_owned())
        .bind(case_type.to_string())
        .bind(i64::from(position))
        .execute(conn)
        .await?;
    Ok(())
}

/// Id, name, description, may files be attached, own response days, questions, restricted audience.
type CaseTypeRow = (String, String, String, i64, Option<i64>, String, i64);

/// The clinic's active case types, in the order in which they are shown.
///
/// # Errors
/// When the engine fails.
pub async fn case_types(conn: &mut AnyConnection, clinic: &HsaId) -> Result<Vec<CaseType>> {
    let rows: Vec<CaseTypeRow> = sqlx::query_as(
        "SELECT t.id, t.name, t.description, t.resident_files, t.response_days, t.questions, t.restricted \
         FROM clinic_case_type c JOIN case_type t ON t.id = c.case_type \
         WHERE c.clinic = $1 AND c.active = 1 ORDER BY c.position, t.name",
    )
    .bind(clinic.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(id, name, description, files, days, questions, restricted)| {
            Ok(CaseType {
                about: CaseTypeInfo {
                    id: parsed(&id, "case type")?,
                    name,
                    description,
                    resident_files: files == 1,
                    questions: from_json(&questions, "questions")?,
                    response_days: days.map(u8::try_from).transpose().map_err(|_| DbError::Content("response days"))?,
                },
                restricted: restricted == 1,
            })
        })
        .collect()
}
