//! What a clinic has decided, beside what its region says.

use super::id;
use crate::error::ShellError;
use crate::view::*;
use mottaget_client::view::{CaseTypeInfo, Decisions};
use mottaget_domain::CaseTypeId;
use mottaget_domain::calendar::{Eve, EveRule as Rule};
use mottaget_domain::clinic::{ClinicSettings as Decided, RegionPolicy, UndoWindow};
use std::collections::BTreeMap;

type Eves = BTreeMap<Eve, Rule>;
type TypeDays = BTreeMap<CaseTypeId, u8>;

impl From<UndoWindow> for ClinicUndo {
    fn from(it: UndoWindow) -> Self {
        Self {
            partial_reply: it.partial_reply_s,
            counter_question: it.counter_question_s,
            final_reply: it.final_reply_s,
        }
    }
}

impl From<ClinicUndo> for UndoWindow {
    fn from(it: ClinicUndo) -> Self {
        Self {
            partial_reply_s: it.partial_reply,
            counter_question_s: it.counter_question,
            final_reply_s: it.final_reply,
        }
    }
}

impl From<Rule> for EveRule {
    fn from(rule: Rule) -> Self {
        match rule {
            Rule::Working => Self::Working,
            Rule::Half => Self::Half,
            Rule::Off => Self::Off,
        }
    }
}

impl From<EveRule> for Rule {
    fn from(rule: EveRule) -> Self {
        match rule {
            EveRule::Working => Self::Working,
            EveRule::Half => Self::Half,
            EveRule::Off => Self::Off,
        }
    }
}

fn eves(own: &Eves, region: &Eves) -> Vec<EveSetting> {
    let eve = |eve: Eve| EveSetting {
        code: eve.code().to_owned(),
        rule: own.get(&eve).copied().map(Into::into),
        region: region.get(&eve).copied().unwrap_or(Rule::Working).into(),
    };
    Eve::ALL.into_iter().map(eve).collect()
}

fn decided_eves(eves: &[EveSetting]) -> Eves {
    let eve = |code: &str| Eve::ALL.into_iter().find(|eve| eve.code() == code);
    eves.iter().filter_map(|one| Some((eve(&one.code)?, one.rule?.into()))).collect()
}

/// Each case type with what is decided for it, and what holds otherwise.
fn case_types(all: &[CaseTypeInfo], own: &TypeDays, above: &TypeDays) -> Vec<CaseTypeDays> {
    let one = |it: &CaseTypeInfo| CaseTypeDays {
        id: it.id.to_string(),
        name: it.name.clone(),
        days: own.get(&it.id).copied(),
        otherwise: above.get(&it.id).copied().or(it.response_days),
    };
    all.iter().map(one).collect()
}

fn decided_days(types: &[CaseTypeDays]) -> Result<TypeDays, ShellError> {
    types.iter().filter_map(|one| Some((&one.id, one.days?))).map(|(it, days)| Ok((id(it)?, days))).collect()
}

impl From<Decisions> for ClinicSettings {
    fn from(it: Decisions) -> Self {
        let (own, region) = (it.clinic, it.region);
        Self {
            response_days: own.response_days,
            region_days: region.response_days,
            case_types: case_types(&it.case_types, &own.case_type_days, &region.case_type_days),
            undo: own.undo.map(Into::into),
            region_undo: region.undo.into(),
            eves: eves(&own.eves, &region.eves),
            closed_days: own.closed_days.iter().map(ToString::to_string).collect(),
            remind_assignee_hour: own.remind_assignee_hour,
            remind_receivers_hour: own.remind_receivers_hour,
            signature: own.signature,
            clinic_name: it.clinic_name,
            distribute_within_days: own.distribute_within_days,
            min_watchers: own.min_watchers,
        }
    }
}

impl TryFrom<ClinicSettings> for Decided {
    type Error = ShellError;
    fn try_from(it: ClinicSettings) -> Result<Self, ShellError> {
        Ok(Self {
            response_days: it.response_days,
            case_type_days: decided_days(&it.case_types)?,
            undo: it.undo.map(Into::into),
            closed_days: it.closed_days.iter().map(|day| id(day)).collect::<Result<_, _>>()?,
            eves: decided_eves(&it.eves),
            remind_assignee_hour: it.remind_assignee_hour,
            remind_receivers_hour: it.remind_receivers_hour,
            distribute_within_days: it.distribute_within_days,
            min_watchers: it.min_watchers,
            signature: it.signature,
        })
    }
}

impl From<Decisions> for RegionSettings {
    fn from(it: Decisions) -> Self {
        Self {
            region_name: it.region_name,
            response_days: it.region.response_days,
            undo: it.region.undo.into(),
            eves: eves(&it.region.eves, &Eves::new()),
            case_types: case_types(&it.case_types, &it.region.case_type_days, &TypeDays::new()),
        }
    }
}

impl TryFrom<RegionSettings> for RegionPolicy {
    type Error = ShellError;
    fn try_from(it: RegionSettings) -> Result<Self, ShellError> {
        Ok(Self {
            response_days: it.response_days,
            case_type_days: decided_days(&it.case_types)?,
            eves: decided_eves(&it.eves),
            undo: it.undo.into(),
        })
    }
}
