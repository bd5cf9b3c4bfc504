//! What a resident has at home, by what people did and by the undo windows, said in other words than the server's: it never
//! looks at what the server notes of a message's release.

use crate::ledger::Who;
use crate::world::{STAFF, World};
use mottaget_domain::case::Happening;
use mottaget_domain::clinic::UndoWindow;
use mottaget_domain::{CaseId, MessageKind};
use serde_json::Value;
use std::collections::BTreeMap;

/// Words and files, and how often each is there.
pub type Parts = BTreeMap<String, u32>;

/// Seconds for which a message can be taken back, and for which nobody at home knows of it.
fn window(kind: MessageKind) -> i64 {
    let windows = UndoWindow::PRESET;
    i64::from(match kind {
        MessageKind::PartialReply => windows.partial_reply_s,
        MessageKind::CounterQuestion => windows.counter_question_s,
        MessageKind::FinalReply | MessageKind::Closure => windows.final_reply_s,
        MessageKind::Submission | MessageKind::ResidentReply => 0,
    })
}

impl World {
    /// What is to be at home of a case: what the resident wrote, and what staff have sent and not taken back within its time,
    /// as it stood before them when they sent it.
    pub fn released(&self, case: CaseId) -> Parts {
        let mut parts = Parts::new();
        for (word, about) in &self.ledger.words {
            if about.who >= STAFF.len() && about.case == case && !about.gone {
                *parts.entry(word.clone()).or_default() += 1;
            }
        }
        let history = &self.watch.documents[&case].case.history;
        for entry in history.iter().filter(|entry| entry.at > self.began) {
            let Happening::MessageHeld { message: held, kind, .. } = &entry.what else { continue };
            let taken_back = history
                .iter()
                .any(|later| matches!(&later.what, Happening::MessageWithdrawn { message, .. } if message == held));
            if taken_back || self.now.as_second() < entry.at.as_second() + window(*kind) {
                continue;
            }
            let act = entry.op.and_then(|op| self.ledger.acts.get(&op));
            let act = act.unwrap_or_else(|| panic!("nobody has sent a message of {}: {entry:?}", self.name(case)));
            assert_eq!(act.case, case, "what {} sent in another case", self.name_of(act.who));
            for part in &act.parts {
                *parts.entry(part.clone()).or_default() += 1;
            }
        }
        parts
    }

    /// The words and files of ours in what a resident is told, wherever they stand in it.
    fn parts_told(&self, told: &Value) -> Parts {
        fn look(at: &Value, found: &mut impl FnMut(&str)) {
            match at {
                Value::String(text) => text.split(|c: char| !c.is_alphanumeric()).for_each(found),
                Value::Array(all) => all.iter().for_each(|one| look(one, found)),
                Value::Object(all) => all.values().for_each(|one| look(one, found)),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        let mut parts = Parts::new();
        look(told, &mut |word| {
            if self.ledger.words.contains_key(word) {
                *parts.entry(word.to_owned()).or_default() += 1;
            }
        });
        parts
    }

    /// A resident has of their case what is released there, each word and each file once for each time that it was sent, and
    /// nothing else: nothing that is held, no note, nothing that somebody still writes, nothing of another case.
    pub fn has_what_is_released(&self, resident: Who, case: CaseId, told: &Value) {
        let (has, released) = (self.parts_told(told), self.released(case));
        let (name, there) = (&self.residents[resident].name, self.name(case));
        for part in has.keys().chain(released.keys()) {
            let count = |parts: &Parts| parts.get(part).copied().unwrap_or(0);
            assert_eq!(
                count(&has),
                count(&released),
                "{name} has «{part}» of {there} ({case}) so often, and it was released so often"
            );
        }
    }
}
