//! What a clinic has decided, beside what its region says.

use super::id;
use crate::error::ShellError;
use crate::view::*;
use mottaget_domain::calendar::{Eve, EveRule as Rule};
use mottaget_domain::clinic::{ClinicSettings as Decided, RegionPolicy, UndoWindow};

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

impl From<(Decided, RegionPolicy)> for ClinicSettings {
    fn from((own, region): (Decided, RegionPolicy)) -> Self {
        let eve = |eve: Eve| EveSetting {
            code: eve.code().to_owned(),
            rule: own.eves.get(&eve).copied().map(Into::into),
            region: region.eves.get(&eve).copied().unwrap_or(Rule::Working).into(),
        };
        Self {
            response_days: own.response_days,
            region_days: region.response_days,
            undo: own.undo.map(Into::into),
            region_undo: region.undo.into(),
            eves: Eve::ALL.into_iter().map(eve).collect(),
            closed_days: own.closed_days.iter().map(ToString::to_string).collect(),
            remind_assignee_hour: own.remind_assignee_hour,
            remind_receivers_hour: own.remind_receivers_hour,
            distribute_within_days: own.distribute_within_days,
            min_watchers: own.min_watchers,
        }
    }
}

impl TryFrom<ClinicSettings> for Decided {
    type Error = ShellError;
    fn try_from(it: ClinicSettings) -> Result<Self, ShellError> {
        let eve = |code: &str| Eve::ALL.into_iter().find(|eve| eve.code() == code);
        let own = it.eves.iter().filter_map(|one| Some((eve(&one.code)?, one.rule?.into())));
        Ok(Self {
            response_days: it.response_days,
            undo: it.undo.map(Into::into),
            closed_days: it.closed_days.iter().map(|day| id(day)).collect::<Result<_, _>>()?,
            eves: own.collect(),
            remind_assignee_hour: it.remind_assignee_hour,
            remind_receivers_hour: it.remind_receivers_hour,
            distribute_within_days: it.distribute_within_days,
            min_watchers: it.min_watchers,
        })
    }
}
