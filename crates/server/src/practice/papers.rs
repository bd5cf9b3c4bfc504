//! The practice clinic's files: drawn and written by the program itself, in all four formats.

mod canvas;
mod gif;
mod jpeg;
mod pdf;
mod pictures;
mod png;

use mottaget_domain::FileKind;
use std::collections::BTreeMap;

/// One of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Paper {
    /// Photograph-like picture of a box of pills.
    PillBox,
    /// Drawing of a weekly pill organiser.
    Organiser,
    /// Photograph-like picture of a rash on an arm.
    Rash,
    /// Chart of blood pressure over two weeks.
    BloodPressure,
    /// Moving drawing of an exercise for the shoulder.
    Exercise,
    /// Still GIF: a drawing of where it hurts.
    WhereItHurts,
    /// List of medicines, one page.
    MedicineList,
    /// Letter of three pages.
    Letter,
    /// Advice for self-care, one page.
    Advice,
    /// Certificate, one page.
    Certificate,
}

impl Paper {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::PillBox,
        Self::Organiser,
        Self::Rash,
        Self::BloodPressure,
        Self::Exercise,
        Self::WhereItHurts,
        Self::MedicineList,
        Self::Letter,
        Self::Advice,
        Self::Certificate,
    ];

    /// What its sender called it.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::PillBox => "Läkemedelsförpackning.jpg",
            Self::Organiser => "dosett vecka.png",
            Self::Rash => "utslag arm.jpeg",
            Self::BloodPressure => "Blodtryck två veckor.png",
            Self::Exercise => "Övning för axeln.gif",
            Self::WhereItHurts => "var det gör ont.gif",
            Self::MedicineList => "Läkemedelslista.pdf",
            Self::Letter => "Kallelse och information inför besöket.pdf",
            Self::Advice => "Egenvårdsråd.pdf",
            Self::Certificate => "Intyg.pdf",
        }
    }

    fn make(self) -> (FileKind, Vec<u8>) {
        match self {
            Self::PillBox => (FileKind::Jpeg, jpeg::encode(&pictures::pill_box())),
            Self::Organiser => (FileKind::Png, png::encode(&pictures::organiser())),
            Self::Rash => (FileKind::Jpeg, jpeg::encode(&pictures::rash())),
            Self::BloodPressure => (FileKind::Png, png::encode(&pictures::blood_pressure())),
            Self::Exercise => (FileKind::Gif, gif::encode(&pictures::exercise(), 40)),
            Self::WhereItHurts => (FileKind::Gif, gif::encode(&[pictures::where_it_hurts()], 0)),
            Self::MedicineList => (FileKind::Pdf, pdf::medicine_list()),
            Self::Letter => (FileKind::Pdf, pdf::letter()),
            Self::Advice => (FileKind::Pdf, pdf::advice()),
            Self::Certificate => (FileKind::Pdf, pdf::certificate()),
        }
    }
}

/// Every file with what it is.
pub fn all() -> BTreeMap<Paper, (FileKind, Vec<u8>)> {
    Paper::ALL.into_iter().map(|paper| (paper, paper.make())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mottaget_domain::attachment::inspect;

    #[test]
    fn every_file_is_what_its_name_says() {
        let papers = all();
        assert_eq!(papers.len(), Paper::ALL.len());
        for (paper, (kind, bytes)) in papers {
            assert_eq!(inspect(paper.file_name(), &bytes), Ok(kind), "{paper:?}");
            assert!(bytes.len() < 600_000, "{paper:?} has {} bytes", bytes.len());
        }
    }

    /// For a look with one's own eyes: `MOTTAGET_PAPERS=folder` writes them there.
    #[test]
    fn the_same_files_every_time() {
        let (first, second) = (all(), all());
        assert_eq!(first, second);
        if let Some(folder) = std::env::var_os("MOTTAGET_PAPERS") {
            for (paper, (_, bytes)) in first {
                std::fs::write(std::path::Path::new(&folder).join(paper.file_name()), bytes).unwrap();
            }
        }
    }
}
