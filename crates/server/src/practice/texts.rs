//! The reply texts of the practice region and its first clinic.

use super::random::fixed_id;
use mottaget_domain::{CaseTypeId, MessageKind, ReplyTemplate, ReplyTemplateId};

/// Title, text, kind, case type.
type Text = (&'static str, &'static str, Option<MessageKind>, Option<&'static str>);

const CENTRAL: [Text; 4] = [
    (
        "Vi har tagit emot ditt ärende",
        "Hej {{förnamn}}!\n\nVi har tagit emot ditt ärende och återkommer när vi har läst det.",
        Some(MessageKind::PartialReply),
        None,
    ),
    (
        "Receptet är förnyat",
        "Hej {{förnamn}}!\n\nReceptet på {{läkemedel}} är förnyat och finns på apoteket. Det räcker i ungefär {{hur länge}}.\n\nMå så gott!",
        Some(MessageKind::FinalReply),
        Some("Förnya recept"),
    ),
    (
        "Du är bokad",
        "Hej {{förnamn}}!\n\nDu har fått en tid hos oss på {{mottagning}}: {{dag och tid}}. Anmäl dig i receptionen när du kommer.\n\nKan du inte komma? Avboka senast dagen innan.",
        Some(MessageKind::FinalReply),
        None,
    ),
    (
        "Vi behöver veta mer",
        "Hej {{förnamn}}!\n\nFör att kunna hjälpa dig behöver vi veta lite mer: {{fråga}}",
        Some(MessageKind::CounterQuestion),
        None,
    ),
];

const LOCAL: [Text; 3] = [
    (
        "Provtagning på drop-in",
        "Hej {{förnamn}}!\n\nDu kan komma till provtagningen utan tid, vardagar 7.30–10.00. Du behöver {{fastande eller inte}}.\n\nHälsningar\n{{mottagning}}",
        None,
        None,
    ),
    (
        "Ring oss hellre",
        "Hej {{förnamn}}!\n\nDet du beskriver behöver vi prata om. Ring oss i dag på 08-465 004 00.",
        Some(MessageKind::FinalReply),
        None,
    ),
    (
        "Fel mottagning",
        "Hej {{förnamn}}!\n\nDet här har vi inte hand om på {{mottagning}}. Vänd dig till {{rätt mottagning}}.",
        Some(MessageKind::Closure),
        None,
    ),
];

fn made(central: bool, (title, text, kind, case_type): &Text) -> ReplyTemplate {
    ReplyTemplate {
        id: ReplyTemplateId(fixed_id(&format!("reply text: {title}"))),
        title: (*title).to_owned(),
        text: (*text).to_owned(),
        kind: *kind,
        case_type: case_type.map(|name| CaseTypeId(fixed_id(name))),
        central,
    }
}

/// The region's.
pub fn central() -> Vec<ReplyTemplate> {
    CENTRAL.iter().map(|text| made(true, text)).collect()
}

/// The first clinic's own.
pub fn local() -> Vec<ReplyTemplate> {
    LOCAL.iter().map(|text| made(false, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_can_be_kept() {
        for template in central().into_iter().chain(local()) {
            assert_eq!(template.check(), Ok(()), "{}", template.title);
        }
    }
}
