//! The settings file on the disk: looked through before it is used, and whole at every moment, also on a full disk.

use crate::error::ShellError;
use crate::view::AppSettings;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The name of the setting that says where the server is.
pub const SERVER: &str = "serverAddress";
/// Noted by the program: the setting above may have stood in a file that was damaged. Its value says where that one lies.
pub const SERVER_LOST: &str = "serverLost";

/// What the file holds, for telling whether all of it can be read. A setting that nobody knows is no damage: it may be of a
/// newer program.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read only to see whether it can be read")]
struct Whole {
    screen: Option<AppSettings>,
    server_address: Option<String>,
    server_lost: Option<String>,
    last_profile: Option<String>,
    clinics: Option<BTreeMap<String, String>>,
    practice_port: Option<u16>,
}

/// Looks the file through. One that can't be read, or not all of it, is kept beside itself, and its place is answered; the
/// settings in it that are right go on being used. If the server's address may be among what was lost, that is noted in the
/// new file: no address means practice mode, and nobody is to come there by an accident.
///
/// # Errors
/// [`ShellError::SettingsUnreadable`]; those of [`ShellError::of_disk`] if a damaged file can't be kept, which then stays as
/// it is.
pub fn check(file: &Path) -> Result<Option<PathBuf>, ShellError> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ShellError::unreadable(file, error)),
    };
    if serde_json::from_slice::<Whole>(&bytes).is_ok() {
        return Ok(None);
    }
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let kept = file.with_file_name(format!("settings.damaged-{millis}.json"));
    let list = serde_json::from_slice::<Map<String, Value>>(&bytes);
    let mut lost = list.is_err();
    let mut settings = list.unwrap_or_default();
    settings.retain(|key, value| {
        let right = serde_json::from_value::<Whole>(json!({ key: value })).is_ok();
        lost |= !right && [SERVER, SERVER_LOST].contains(&key.as_str());
        right
    });
    if lost {
        settings.insert(SERVER_LOST.to_owned(), Value::from(kept.display().to_string()));
    }
    // The copy first: whatever stops this half-way, the damaged file is there and is found again.
    write(&kept, &bytes)?;
    write(file, &in_words(&settings)?)?;
    Ok(Some(kept))
}

/// Settings as they stand in the file, for people too.
///
/// # Errors
/// [`ShellError::Internal`].
pub fn in_words(settings: &Map<String, Value>) -> Result<Vec<u8>, ShellError> {
    serde_json::to_vec_pretty(settings).map_err(|error| ShellError::Internal(error.to_string()))
}

/// Writes it beside, has it on the disk for sure, and only then puts it in the place of the old one: whoever reads has the
/// one or the other whole. Plain writing empties the file first, and on a full disk it stays so.
///
/// # Errors
/// Those of [`ShellError::of_disk`]; the file is as it was.
pub fn write(file: &Path, bytes: &[u8]) -> Result<(), ShellError> {
    let new = file.with_extension("new");
    let written = write_beside(&new, bytes).and_then(|()| std::fs::rename(&new, file));
    if written.is_err() {
        // a piece of a file is no use to anybody
        let _ = std::fs::remove_file(&new);
    }
    let folder = file.parent().unwrap_or(file);
    written.and_then(|()| settle(folder)).map_err(|error| ShellError::of_disk(folder, &error))
}

fn write_beside(new: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut out = File::create(new)?;
    out.write_all(bytes)?;
    out.sync_all()
}

/// Has the folder's list of names on the disk; on Windows the file system does that by itself.
fn settle(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"screen":{"theme":"dark","language":"sv","listWidth":null,"singleKeys":true},"serverAddress":"https://mottaget.region.example","later":1}"#;

    /// A folder with a settings file of these words.
    fn with(words: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        std::fs::write(&file, words).unwrap();
        (folder, file)
    }

    fn settings_in(file: &Path) -> Value {
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
    }

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_that_can_be_read_stays_where_it_is() {
        let (folder, file) = with(GOOD.as_bytes());
        assert_eq!(check(&file).unwrap(), None);
        assert_eq!(names_in(folder.path()), ["settings.json"]);
        assert_eq!(check(&folder.path().join("none.json")).unwrap(), None);
    }

    #[test]
    fn a_damaged_file_is_kept_whole_and_the_new_one_says_that_an_address_may_be_lost() {
        let damaged = [br#"{"screen":{"theme"#.as_slice(), b"", b"\0\0\0\0", b"[]"];
        for words in damaged {
            let (folder, file) = with(words);
            let kept = check(&file).unwrap().unwrap();
            assert_eq!(kept.parent(), Some(folder.path()));
            assert_eq!(std::fs::read(&kept).unwrap(), words);
            assert_eq!(settings_in(&file), json!({ "serverLost": kept.display().to_string() }));
            assert_eq!(check(&file).unwrap(), None, "told once, not at every start");
        }
    }

    #[test]
    fn a_file_with_a_wrong_setting_is_copied_and_its_other_settings_are_used() {
        let words = GOOD.replace("dark", "pink");
        let (_folder, file) = with(words.as_bytes());
        let kept = check(&file).unwrap().unwrap();
        assert_eq!(std::fs::read_to_string(kept).unwrap(), words);
        let left = json!({ "serverAddress": "https://mottaget.region.example", "later": 1 });
        assert_eq!(settings_in(&file), left, "the address is there, so none is lost");
        assert_eq!(check(&file).unwrap(), None, "told once, not at every start");
    }

    #[test]
    fn an_address_that_makes_no_sense_is_a_lost_one() {
        let (_folder, file) = with(br#"{"serverAddress":["https://mottaget.region.example"],"practicePort":8470}"#);
        let kept = check(&file).unwrap().unwrap();
        assert_eq!(settings_in(&file), json!({ "practicePort": 8470, "serverLost": kept.display().to_string() }));
    }

    #[test]
    fn a_file_that_can_not_be_read_is_named_and_left_alone() {
        let (folder, file) = with(b"");
        std::fs::remove_file(&file).unwrap();
        // Whoever runs the tests as root may read anything but this.
        std::fs::create_dir(&file).unwrap();
        let error = check(&file).unwrap_err();
        assert_eq!(error.code(), "settings-unreadable");
        let problem = crate::view::Problem::from(error);
        assert_eq!(problem.facts["file"], file.display().to_string());
        assert_eq!(names_in(folder.path()), ["settings.json"]);
    }

    #[test]
    fn a_folder_that_takes_no_file_is_named() {
        let (_folder, file) = with(b"");
        let error = write(&file.join("settings.json"), b"{}").unwrap_err();
        assert_eq!(error.code(), "folder-unusable");
        assert_eq!(crate::view::Problem::from(error).facts["folder"], file.display().to_string());
    }

    /// Says to whom has started this program what became of writing in this folder.
    #[cfg(unix)]
    fn on_a_full_disk(folder: &Path) {
        let (good, damaged) = (folder.join("settings.json"), folder.join("damaged.json"));
        let said =
            |outcome: Result<(), ShellError>| outcome.map_or_else(|error| error.code().to_owned(), |()| "done".into());
        println!("write: {}", said(write(&good, br#"{"lastProfile":null}"#)));
        println!("check: {}", said(check(&damaged).map(drop)));
    }

    /// A program that may write nothing at all to files: what a quota or a full disk does, without being root.
    #[cfg(unix)]
    #[test]
    fn a_full_disk_is_named_and_leaves_the_settings_as_they_were() {
        if let Some(folder) = std::env::var_os("MOTTAGET_FULL_DISK") {
            return on_a_full_disk(Path::new(&folder));
        }
        let (folder, file) = with(GOOD.as_bytes());
        std::fs::write(folder.path().join("damaged.json"), "{").unwrap();
        let name = "settings::file::tests::a_full_disk_is_named_and_leaves_the_settings_as_they_were";
        let child = std::process::Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env("MOTTAGET_FULL_DISK", folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success(), "{said}\n{}", String::from_utf8_lossy(&child.stderr));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), GOOD, "the address is still there: {said}");
        assert_eq!(std::fs::read_to_string(folder.path().join("damaged.json")).unwrap(), "{");
        for words in ["write: disk-full", "check: disk-full"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        let mut left = names_in(folder.path());
        left.sort();
        assert_eq!(left, ["damaged.json", "settings.json"], "no pieces are left");
        // room again
        write(&file, b"{}").unwrap();
        assert_eq!(settings_in(&file), json!({}));
    }
}
