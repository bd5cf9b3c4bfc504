//! What the tour leaves behind: numbered screenshots and `report.md`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The pictures of README.md, by the name of the tour's picture.
const SHOWN: [(&str, &str); 4] = [
    ("start-receiver", "start"),
    ("preview-pdf", "preview"),
    ("composer-in-the-dark", "composer"),
    ("offline-waits", "offline"),
];

/// Set, as for all generated files, when those pictures are to be written anew.
const UPDATE: &str = "MOTTAGET_UPDATE";

pub struct Report {
    out: PathBuf,
    shots: u32,
    text: String,
    shown: Vec<(&'static str, PathBuf)>,
    begun: Instant,
}

impl Report {
    pub fn new(out: &Path) -> Self {
        std::fs::create_dir_all(out).unwrap();
        Self {
            out: out.to_owned(),
            shots: 0,
            text: String::from("# The tour\n\n"),
            shown: Vec::new(),
            begun: Instant::now(),
        }
    }

    /// Something was seen to be so.
    pub fn saw(&mut self, what: &str) {
        let at = self.begun.elapsed().as_secs_f32();
        println!("{at:6.1} s  {what}");
        writeln!(self.text, "- {at:.1} s: {what}").unwrap();
    }

    /// Keeps a picture of the window.
    pub fn picture(&mut self, name: &str, png: &[u8]) {
        self.shots += 1;
        let file = format!("{:02}-{name}.png", self.shots);
        std::fs::write(self.out.join(&file), png).unwrap();
        let here = SHOWN.iter().filter(|(shot, _)| *shot == name);
        self.shown.extend(here.map(|(_, picture)| (*picture, self.out.join(&file))));
        writeln!(self.text, "  ![{name}]({file})").unwrap();
    }

    pub fn close(&mut self, failed: Option<&str>) {
        match failed {
            None => {
                self.text.push_str("\nEvery step was observed.\n");
                self.renew_pictures();
            }
            Some(why) => writeln!(self.text, "\n**Ended early:** {why}").unwrap(),
        }
        std::fs::write(self.out.join("report.md"), &self.text).unwrap();
    }

    /// The pictures that README.md shows are the tour's own.
    fn renew_pictures(&self) {
        if std::env::var_os(UPDATE).is_none() {
            return;
        }
        for (picture, shot) in &self.shown {
            let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/img").join(format!("{picture}.png"));
            std::fs::copy(shot, place).unwrap();
        }
    }
}
