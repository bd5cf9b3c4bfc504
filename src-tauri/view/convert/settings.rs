//! What a clinic has decided, beside what its region says.

use super::{as_seen, id, to_hand_back};
use crate::error::ShellError;
use crate::view::*;
use mottaget_client::Anew;
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

/// What is decided for the types on the screen; what is decided for others (a region's types that this clinic has not) stays.
fn decided_days(seen: &TypeDays, types: &[CaseTypeDays]) -> Result<TypeDays, ShellError> {
    let mut decided = seen.clone();
    for one in types {
        let of: CaseTypeId = id(&one.id)?;
        match one.days {
            Some(days) => decided.insert(of, days),
            None => decided.remove(&of),
        };
    }
    Ok(decided)
}

impl From<Decisions> for ClinicSettings {
    fn from(it: Decisions) -> Self {
        let (own, region) = (it.clinic, it.region);
        let seen = to_hand_back(&own);
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
            seen,
        }
    }
}

impl TryFrom<ClinicSettings> for Anew<Decided> {
    type Error = ShellError;
    fn try_from(it: ClinicSettings) -> Result<Self, ShellError> {
        let seen: Decided = as_seen(&it.seen)?;
        let now = Decided {
            response_days: it.response_days,
            case_type_days: decided_days(&seen.case_type_days, &it.case_types)?,
            undo: it.undo.map(Into::into),
            closed_days: it.closed_days.iter().map(|day| id(day)).collect::<Result<_, _>>()?,
            eves: decided_eves(&it.eves),
            remind_assignee_hour: it.remind_assignee_hour,
            remind_receivers_hour: it.remind_receivers_hour,
            distribute_within_days: it.distribute_within_days,
            min_watchers: it.min_watchers,
            signature: it.signature,
        };
        Ok(Self { seen, now })
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
            seen: to_hand_back(&it.region),
        }
    }
}

impl TryFrom<RegionSettings> for Anew<RegionPolicy> {
    type Error = ShellError;
    fn try_from(it: RegionSettings) -> Result<Self, ShellError> {
        let seen: RegionPolicy = as_seen(&it.seen)?;
        let now = RegionPolicy {
            response_days: it.response_days,
            case_type_days: decided_days(&seen.case_type_days, &it.case_types)?,
            eves: decided_eves(&it.eves),
            undo: it.undo.into(),
        };
        Ok(Self { seen, now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mottaget_domain::clinic::Policy;

    fn case_type(name: &str) -> CaseTypeInfo {
        CaseTypeInfo {
            id: CaseTypeId::random(),
            name: name.to_owned(),
            description: String::new(),
            resident_files: true,
            response_days: None,
            questions: Vec::new(),
        }
    }

    #[test]
    fn what_the_region_decided_for_types_that_this_clinic_has_not_stays() {
        let (here, elsewhere) = (case_type("Förnya recept"), case_type("Syntolkning"));
        let region =
            RegionPolicy { case_type_days: [(here.id, 2), (elsewhere.id, 5)].into(), ..RegionPolicy::default() };
        let decisions = Decisions {
            clinic: Decided::of(&Policy::default()),
            clinic_name: String::new(),
            region: region.clone(),
            region_name: String::new(),
            case_types: vec![here.clone()],
        };
        let mut shown = RegionSettings::from(decisions);
        assert_eq!(shown.case_types.len(), 1);
        shown.case_types[0].days = None;
        let Anew { seen, now } = shown.try_into().unwrap();
        assert_eq!((seen, now.case_type_days), (region, [(elsewhere.id, 5)].into()));
    }
}
