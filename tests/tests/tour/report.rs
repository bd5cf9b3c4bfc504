//! What the tour leaves behind: numbered screenshots and `report.md`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub struct Report {
    out: PathBuf,
    shots: u32,
    text: String,
    begun: Instant,
}

impl Report {
    pub fn new(out: &Path) -> Self {
        std::fs::create_dir_all(out).unwrap();
        Self { out: out.to_owned(), shots: 0, text: String::from("# The tour\n\n"), begun: Instant::now() }
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
        writeln!(self.text, "  ![{name}]({file})").unwrap();
    }

    pub fn close(&mut self, failed: Option<&str>) {
        match failed {
            None => self.text.push_str("\nEvery step was observed.\n"),
            Some(why) => writeln!(self.text, "\n**Ended early:** {why}").unwrap(),
        }
        std::fs::write(self.out.join("report.md"), &self.text).unwrap();
    }
}
