//! Who may do what by role: the permission matrix of domain.md (c), row by row.
//!
//! The matrix answers by role alone; what it calls "own" is then settled by [`crate::visibility`] for the case at hand.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A role at one clinic (R20, R21); the last four have no clinic of their own in the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Ärendemottagare, ÄM: receives and distributes (R24).
    Receiver,
    /// Ärendehanterare, ÄH: answers assigned cases (R32).
    Handler,
    /// Lokal administratör, ADM (R39).
    LocalAdmin,
    /// Behörighetsadministratör, BEH (R49).
    PermissionAdmin,
    /// Granskare, GR (R52).
    Auditor,
    /// Regional administratör (R126).
    RegionAdmin,
    /// Nationell administratör, support.
    NationalAdmin,
    /// Invånare.
    Resident,
    /// Vårdnadshavare acting for a child under 13 (W67).
    Proxy,
}

impl Role {
    /// All roles, in the matrix's column order.
    pub const ALL: [Self; 9] = [
        Self::Receiver,
        Self::Handler,
        Self::LocalAdmin,
        Self::PermissionAdmin,
        Self::Auditor,
        Self::RegionAdmin,
        Self::NationalAdmin,
        Self::Resident,
        Self::Proxy,
    ];

    /// The short name used between rooms and in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receiver => "receiver",
            Self::Handler => "handler",
            Self::LocalAdmin => "localAdmin",
            Self::PermissionAdmin => "permissionAdmin",
            Self::Auditor => "auditor",
            Self::RegionAdmin => "regionAdmin",
            Self::NationalAdmin => "nationalAdmin",
            Self::Resident => "resident",
            Self::Proxy => "proxy",
        }
    }

    /// Whether whoever has it belongs to the clinic's own staff. Administrators of the region (R126) and of the country
    /// look into many clinics and work at none of them.
    #[must_use]
    pub const fn is_of_clinic(self) -> bool {
        matches!(self, Self::Receiver | Self::Handler | Self::LocalAdmin | Self::PermissionAdmin | Self::Auditor)
    }

    /// Reads [`Self::as_str`] back.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// What the matrix says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Allowed.
    Yes,
    /// Allowed for cases that are the person's own: assigned to them or their group, or their own as a resident.
    Own,
    /// Allowed when the clinic or region switched it on.
    Configured,
    /// May look but not change.
    View,
    /// Not allowed.
    No,
}

/// The forty rows of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each row's meaning is its name; the numbers are those of domain.md (c)")]
pub enum Action {
    ListClinicCases,
    ReadCase,
    Distribute,
    RedistributeAny,
    RedistributeOwn,
    AssignToSelf,
    TakeFromGroup,
    PartialReply,
    CounterQuestion,
    FinalReply,
    CloseOrReopen,
    Attach,
    InternalNote,
    PrintOrSaveToRecord,
    StartOutboundCase,
    BulkDispatch,
    ResidentsCard,
    GrantReceiverHandler,
    GrantAdministrators,
    EditGroups,
    ClinicNotificationSettings,
    ClinicSettings,
    EditLocalCaseType,
    ActivateCentralCaseType,
    EditCentralCaseType,
    EditLocalTemplate,
    EditCentralTemplate,
    LogFollowUp,
    ReadContentAsAuditor,
    ClinicStatistics,
    RegionStatistics,
    ArchiveExport,
    ReactivateStaff,
    AddOrRenameClinic,
    ComplaintsClinics,
    SetPatientBoard,
    CorrectComplaintClinic,
    OwnSettings,
    CreateCaseOrAnswer,
    SeeMedicineList,
}

impl Action {
    /// All rows, in the matrix's order.
    pub const ALL: [Self; 40] = [
        Self::ListClinicCases,
        Self::ReadCase,
        Self::Distribute,
        Self::RedistributeAny,
        Self::RedistributeOwn,
        Self::AssignToSelf,
        Self::TakeFromGroup,
        Self::PartialReply,
        Self::CounterQuestion,
        Self::FinalReply,
        Self::CloseOrReopen,
        Self::Attach,
        Self::InternalNote,
        Self::PrintOrSaveToRecord,
        Self::StartOutboundCase,
        Self::BulkDispatch,
        Self::ResidentsCard,
        Self::GrantReceiverHandler,
        Self::GrantAdministrators,
        Self::EditGroups,
        Self::ClinicNotificationSettings,
        Self::ClinicSettings,
        Self::EditLocalCaseType,
        Self::ActivateCentralCaseType,
        Self::EditCentralCaseType,
        Self::EditLocalTemplate,
        Self::EditCentralTemplate,
        Self::LogFollowUp,
        Self::ReadContentAsAuditor,
        Self::ClinicStatistics,
        Self::RegionStatistics,
        Self::ArchiveExport,
        Self::ReactivateStaff,
        Self::AddOrRenameClinic,
        Self::ComplaintsClinics,
        Self::SetPatientBoard,
        Self::CorrectComplaintClinic,
        Self::OwnSettings,
        Self::CreateCaseOrAnswer,
        Self::SeeMedicineList,
    ];
}

/// The matrix: what `role` may do about `action`.
///
/// Where design.md 11 widens the table (ÄM may close and reopen; "take" and "return to receiver" for ÄH), its word holds.
#[must_use]
pub fn permission(role: Role, action: Action) -> Permission {
    use Permission::{Configured as C, No as N, Own as O, View as V, Yes as Y};
    // columns:        ÄM ÄH ADM BEH GR REG NAT RES PRX
    let row: [Permission; 9] = match action {
        Action::ListClinicCases => [Y, N, N, N, N, N, N, N, N],
        Action::ReadCase => [Y, O, N, N, N, N, N, O, O],
        Action::Distribute | Action::RedistributeAny => [Y, N, N, N, N, N, N, N, N],
        Action::RedistributeOwn => [N, C, N, N, N, N, N, N, N],
        // only somebody who is both ÄM and ÄH: settled by the target check, which asks for an active handler
        Action::AssignToSelf => [Y, N, N, N, N, N, N, N, N],
        Action::TakeFromGroup => [N, O, N, N, N, N, N, N, N],
        Action::PartialReply => [C, O, N, N, N, N, N, N, N],
        Action::CounterQuestion | Action::FinalReply => [N, O, N, N, N, N, N, N, N],
        Action::CloseOrReopen => [C, O, N, N, N, N, N, N, N],
        Action::Attach => [Y, O, N, N, N, N, N, C, C],
        Action::InternalNote | Action::PrintOrSaveToRecord => [Y, O, N, N, N, N, N, N, N],
        Action::StartOutboundCase | Action::BulkDispatch => [C, Y, N, N, N, N, N, N, N],
        Action::ResidentsCard => [Y, Y, Y, N, N, N, N, N, N],
        Action::GrantReceiverHandler => [N, N, Y, Y, N, N, N, N, N],
        Action::GrantAdministrators => [N, N, Y, N, N, C, Y, N, N],
        Action::EditGroups => [N, N, Y, C, N, N, N, N, N],
        Action::ClinicNotificationSettings | Action::ClinicSettings => [N, N, Y, N, N, V, N, N, N],
        Action::EditLocalCaseType => [N, N, C, N, N, N, N, N, N],
        Action::ActivateCentralCaseType | Action::EditLocalTemplate => [N, N, Y, N, N, N, N, N, N],
        Action::EditCentralCaseType => [N, N, N, N, N, Y, Y, N, N],
        Action::EditCentralTemplate => [N, N, N, N, N, C, C, N, N],
        Action::LogFollowUp => [N, N, C, N, Y, N, N, N, N],
        Action::ReadContentAsAuditor | Action::CorrectComplaintClinic => [N; 9],
        Action::ClinicStatistics => [C, N, Y, N, N, N, N, N, N],
        Action::RegionStatistics | Action::AddOrRenameClinic => [N, N, N, N, N, Y, N, N, N],
        Action::ArchiveExport => [N, N, Y, N, N, N, N, N, N],
        Action::ReactivateStaff => [N, N, Y, N, N, Y, N, N, N],
        Action::ComplaintsClinics => [N, N, N, N, N, Y, Y, N, N],
        Action::SetPatientBoard => [N, N, N, N, N, V, Y, N, N],
        Action::OwnSettings => [Y, Y, Y, Y, Y, Y, Y, Y, O],
        Action::CreateCaseOrAnswer => [N, N, N, N, N, N, N, Y, C],
        Action::SeeMedicineList => [N, N, N, N, N, N, N, C, N],
    };
    Role::ALL.into_iter().zip(row).find_map(|(column, says)| (column == role).then_some(says)).unwrap_or(Permission::No)
}

/// May somebody with these roles decide what holds at all clinics of a region, where they do not say otherwise: response
/// targets, eves, undo windows (F1)? The matrix has no row of its own for it.
#[must_use]
pub fn decides_for_region(roles: &BTreeSet<Role>) -> bool {
    roles.contains(&Role::RegionAdmin)
}

/// May somebody with these roles keep the region's reply texts? The matrix leaves it to configuration (row «edit central
/// template»), which nobody can switch off yet.
#[must_use]
pub fn keeps_central_templates(roles: &BTreeSet<Role>) -> bool {
    roles.iter().any(|role| permission(*role, Action::EditCentralTemplate) == Permission::Configured)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrators_never_reach_case_content_by_role_alone() {
        for role in [Role::LocalAdmin, Role::PermissionAdmin, Role::Auditor, Role::RegionAdmin, Role::NationalAdmin] {
            for action in [
                Action::ListClinicCases,
                Action::ReadCase,
                Action::Distribute,
                Action::RedistributeAny,
                Action::RedistributeOwn,
                Action::TakeFromGroup,
                Action::PartialReply,
                Action::CounterQuestion,
                Action::FinalReply,
                Action::CloseOrReopen,
                Action::Attach,
                Action::InternalNote,
                Action::ReadContentAsAuditor,
            ] {
                assert_eq!(permission(role, action), Permission::No, "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn every_row_but_the_patient_boards_own_is_somebodys() {
        for action in Action::ALL {
            let anybody = Role::ALL.into_iter().any(|role| permission(role, action) != Permission::No);
            let nobody = matches!(action, Action::ReadContentAsAuditor | Action::CorrectComplaintClinic);
            assert_eq!(anybody, !nobody, "{action:?}");
        }
    }

    /// The table of domain.md (c) in its own letters: `Y`, `own`, `C` (a switch, or a condition of the case type or the
    /// person's age), `view`, `-`. Columns: ÄM ÄH ADM BEH GR REG NAT RES PRX.
    ///
    /// Where design.md 11 decides or the table leaves a condition to the rules, it is noted beside the row.
    const TABLE: &str = "
        ListClinicCases             Y    -    -    -    -    -    -    -    -
        ReadCase                    Y    own  -    -    -    -    -    own  own
        Distribute                  Y    -    -    -    -    -    -    -    -
        RedistributeAny             Y    -    -    -    -    -    -    -    -
        RedistributeOwn             -    C    -    -    -    -    -    -    -      F7: a switch of the clinic
        AssignToSelf                Y    -    -    -    -    -    -    -    -      by distributing, which is the receiver's
        TakeFromGroup               -    own  -    -    -    -    -    -    -      of an own group
        PartialReply                C    own  -    -    -    -    -    -    -      F9: at distribution, or alone by a switch
        CounterQuestion             -    own  -    -    -    -    -    -    -
        FinalReply                  -    own  -    -    -    -    -    -    -
        CloseOrReopen               C    own  -    -    -    -    -    -    -      design.md 11: the receiver by a switch
        Attach                      Y    own  -    -    -    -    -    C    C
        InternalNote                Y    own  -    -    -    -    -    -    -
        PrintOrSaveToRecord         Y    own  -    -    -    -    -    -    -
        StartOutboundCase           C    Y    -    -    -    -    -    -    -
        BulkDispatch                C    Y    -    -    -    -    -    -    -
        ResidentsCard               Y    Y    Y    -    -    -    -    -    -
        GrantReceiverHandler        -    -    Y    Y    -    -    -    -    -
        GrantAdministrators         -    -    Y    -    -    C    Y    -    -      the region: ADM only
        EditGroups                  -    -    Y    C    -    -    -    -    -
        ClinicNotificationSettings  -    -    Y    -    -    view -    -    -
        ClinicSettings              -    -    Y    -    -    view -    -    -
        EditLocalCaseType           -    -    C    -    -    -    -    -    -
        ActivateCentralCaseType     -    -    Y    -    -    -    -    -    -
        EditCentralCaseType         -    -    -    -    -    Y    Y    -    -
        EditLocalTemplate           -    -    Y    -    -    -    -    -    -
        EditCentralTemplate         -    -    -    -    -    C    C    -    -
        LogFollowUp                 -    -    C    -    Y    -    -    -    -
        ReadContentAsAuditor        -    -    -    -    -    -    -    -    -
        ClinicStatistics            C    -    Y    -    -    -    -    -    -
        RegionStatistics            -    -    -    -    -    Y    -    -    -
        ArchiveExport               -    -    Y    -    -    -    -    -    -
        ReactivateStaff             -    -    Y    -    -    Y    -    -    -
        AddOrRenameClinic           -    -    -    -    -    Y    -    -    -
        ComplaintsClinics           -    -    -    -    -    Y    Y    -    -
        SetPatientBoard             -    -    -    -    -    view Y    -    -
        CorrectComplaintClinic      -    -    -    -    -    -    -    -    -
        OwnSettings                 Y    Y    Y    Y    Y    Y    Y    Y    own
        CreateCaseOrAnswer          -    -    -    -    -    -    -    Y    C      the guardian: under 13
        SeeMedicineList             -    -    -    -    -    -    -    C    -      from 16";

    #[test]
    fn the_matrix_is_the_written_table_for_every_role_and_row() {
        let rows: Vec<Vec<&str>> = TABLE.trim().lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows.len(), Action::ALL.len());
        for (action, row) in Action::ALL.into_iter().zip(rows) {
            assert_eq!(row[0], format!("{action:?}"), "the rows stand in the table's order");
            for (role, cell) in Role::ALL.into_iter().zip(&row[1..]) {
                let written = match *cell {
                    "Y" => Permission::Yes,
                    "own" => Permission::Own,
                    "C" => Permission::Configured,
                    "view" => Permission::View,
                    "-" => Permission::No,
                    other => panic!("{other} is no word of the table"),
                };
                assert_eq!(permission(role, action), written, "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn for_a_region_its_own_administrators_alone_decide() {
        let decide = |role| decides_for_region(&BTreeSet::from([role]));
        let keep = |role| keeps_central_templates(&BTreeSet::from([role]));
        let who = |may: &dyn Fn(Role) -> bool| Role::ALL.into_iter().filter(|role| may(*role)).collect::<Vec<_>>();
        assert_eq!(who(&decide), [Role::RegionAdmin]);
        assert_eq!(who(&keep), [Role::RegionAdmin, Role::NationalAdmin]);
        assert!(!decides_for_region(&BTreeSet::new()));
    }

    #[test]
    fn names_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.as_str()), Some(role));
        }
        assert_eq!(Role::from_name("boss"), None);
    }
}
