//! Staff: who they are, where they work, what they chose.

use super::{DbError, Result, from_json, parsed, to_json};
use mottaget_domain::clinic::Group;
use mottaget_domain::signature::SignAs;
use mottaget_domain::{GroupId, HsaId, Role};
use mottaget_protocol::session::{Assignment, Preferences, Staff};
use sqlx::AnyConnection;
use std::collections::{BTreeMap, BTreeSet};

/// A member of staff as kept.
#[derive(Clone, Debug)]
pub struct Person {
    /// What colleagues may know.
    pub staff: Staff,
    /// Is the HSA-id active (W9)?
    pub active: bool,
}

type Row = (String, String, String, Option<String>, Option<String>, i64, i64);

fn person((id, name, title, email, phone, protected, active): Row) -> Result<Person> {
    Ok(Person {
        staff: Staff { hsa_id: parsed(&id, "staff")?, name, title, email, phone, protected_identity: protected == 1 },
        active: active == 1,
    })
}

/// Adds somebody.
///
/// # Errors
/// When the engine fails.
pub async fn add(conn: &mut AnyConnection, person: &Person) -> Result<()> {
    sqlx::query(
        "INSERT INTO staff (hsa_id, name, title, email, phone, protected, active) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(person.staff.hsa_id.as_str().to_owned())
    .bind(person.staff.name.clone())
    .bind(person.staff.title.clone())
    .bind(person.staff.email.clone())
    .bind(person.staff.phone.clone())
    .bind(i64::from(person.staff.protected_identity))
    .bind(i64::from(person.active))
    .execute(conn)
    .await?;
    Ok(())
}

/// Somebody by HSA-id.
///
/// # Errors
/// When the engine fails.
pub async fn find(conn: &mut AnyConnection, hsa_id: &HsaId) -> Result<Option<Person>> {
    let row: Option<Row> =
        sqlx::query_as("SELECT hsa_id, name, title, email, phone, protected, active FROM staff WHERE hsa_id = $1")
            .bind(hsa_id.as_str().to_owned())
            .fetch_optional(conn)
            .await?;
    row.map(person).transpose()
}

/// Everybody, by name.
///
/// # Errors
/// When the engine fails.
pub async fn all(conn: &mut AnyConnection) -> Result<Vec<Person>> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT hsa_id, name, title, email, phone, protected, active FROM staff ORDER BY name, hsa_id")
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(person).collect()
}

/// Is the HSA-id active or not from now on? False if there is no such person. The first statement of its transaction.
///
/// # Errors
/// When the engine fails.
pub async fn set_active(conn: &mut AnyConnection, hsa_id: &HsaId, active: bool) -> Result<bool> {
    let done = sqlx::query("UPDATE staff SET active = $1 WHERE hsa_id = $2")
        .bind(i64::from(active))
        .bind(hsa_id.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The roles of somebody at a clinic, all of them, from now on. The first statement of its transaction.
///
/// # Errors
/// When the engine fails.
pub async fn set_roles(conn: &mut AnyConnection, hsa_id: &HsaId, clinic: &HsaId, roles: &BTreeSet<Role>) -> Result<()> {
    sqlx::query("DELETE FROM role_grant WHERE staff = $1 AND clinic = $2")
        .bind(hsa_id.as_str().to_owned())
        .bind(clinic.as_str().to_owned())
        .execute(&mut *conn)
        .await?;
    for role in roles {
        sqlx::query("INSERT INTO role_grant (staff, clinic, role) VALUES ($1, $2, $3)")
            .bind(hsa_id.as_str().to_owned())
            .bind(clinic.as_str().to_owned())
            .bind(role.as_str())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Adds an empty group to a clinic.
///
/// # Errors
/// When the engine fails.
pub async fn add_group(conn: &mut AnyConnection, clinic: &HsaId, id: GroupId, name: &str) -> Result<()> {
    sqlx::query("INSERT INTO staff_group (id, clinic, name) VALUES ($1, $2, $3)")
        .bind(id.to_string())
        .bind(clinic.as_str().to_owned())
        .bind(name.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// The members of a group, all of them, from now on. The first statement of its transaction.
///
/// # Errors
/// When the engine fails.
pub async fn set_members(conn: &mut AnyConnection, group: GroupId, members: &BTreeSet<HsaId>) -> Result<()> {
    sqlx::query("DELETE FROM group_member WHERE group_id = $1").bind(group.to_string()).execute(&mut *conn).await?;
    for member in members {
        sqlx::query("INSERT INTO group_member (group_id, staff) VALUES ($1, $2)")
            .bind(group.to_string())
            .bind(member.as_str().to_owned())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Where somebody works, by the clinic's name.
///
/// # Errors
/// When the engine fails.
pub async fn assignments(conn: &mut AnyConnection, hsa_id: &HsaId) -> Result<Vec<Assignment>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT c.hsa_id, c.name, g.role FROM role_grant g JOIN clinic c ON c.hsa_id = g.clinic \
         WHERE g.staff = $1 ORDER BY c.name, c.hsa_id",
    )
    .bind(hsa_id.as_str().to_owned())
    .fetch_all(&mut *conn)
    .await?;
    let mut names: Vec<(HsaId, String)> = Vec::new();
    let mut roles: BTreeMap<HsaId, BTreeSet<Role>> = BTreeMap::new();
    for (id, name, role) in rows {
        let clinic: HsaId = parsed(&id, "clinic")?;
        let role = Role::from_name(&role).ok_or(DbError::Content("role"))?;
        roles.entry(clinic.clone()).or_default().insert(role);
        if names.last().is_none_or(|(last, _)| *last != clinic) {
            names.push((clinic, name));
        }
    }
    let mut assignments = Vec::new();
    for (clinic, clinic_name) in names {
        let groups = super::clinics::groups_of(&mut *conn, &clinic).await?;
        let mut groups: Vec<Group> = groups.into_values().filter(|group| group.members.contains(hsa_id)).collect();
        groups.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        let roles = roles.remove(&clinic).unwrap_or_default();
        assignments.push(Assignment { clinic, clinic_name, roles, groups });
    }
    Ok(assignments)
}

/// What somebody chose; without a choice, everything is notified and the signature is name and title (W38).
///
/// # Errors
/// When the engine fails.
pub async fn preferences(conn: &mut AnyConnection, staff: &Staff) -> Result<Preferences> {
    let row: Option<(String,)> = sqlx::query_as("SELECT doc FROM preferences WHERE staff = $1")
        .bind(staff.hsa_id.as_str().to_owned())
        .fetch_optional(conn)
        .await?;
    match row {
        Some((doc,)) => from_json(&doc, "preferences"),
        None => Ok(Preferences {
            signature: format!("{}\n{}", staff.name, staff.title),
            sign_as: SignAs::Person,
            notify_new_case: true,
            notify_assigned: true,
            notify_answered: true,
            notify_mentioned: true,
            views: Vec::new(),
        }),
    }
}

/// Remembers what somebody chose.
///
/// # Errors
/// When the engine fails.
pub async fn set_preferences(conn: &mut AnyConnection, hsa_id: &HsaId, preferences: &Preferences) -> Result<()> {
    sqlx::query(
        "INSERT INTO preferences (staff, doc) VALUES ($1, $2) ON CONFLICT (staff) DO UPDATE SET doc = excluded.doc",
    )
    .bind(hsa_id.as_str().to_owned())
    .bind(to_json(preferences, "preferences")?)
    .execute(conn)
    .await?;
    Ok(())
}
