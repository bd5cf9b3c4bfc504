//! The session's own folder: where it is, what lies in it, and the environment that points there.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, DirBuilder, File};
use std::io::Read;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::problem::{Outcome, While};
use crate::session::MARK;

/// The folders inside, with the variable that names each.
const FOLDERS: [(&str, &str); 7] = [
    ("HOME", "home"),
    ("XDG_RUNTIME_DIR", "run"),
    ("XDG_DATA_HOME", "home/.local/share"),
    ("XDG_CONFIG_HOME", "home/.config"),
    ("XDG_CACHE_HOME", "home/.cache"),
    ("XDG_STATE_HOME", "home/.local/state"),
    ("TMPDIR", "tmp"),
];

/// Window manager: new windows (file dialogs too) get the focus, nothing else is bound.
const OPENBOX: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
  <placement><policy>Smart</policy><center>yes</center></placement>
  <theme><name>Clearlooks</name><titleLayout>LIMC</titleLayout></theme>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
  <mouse>
    <context name="Client">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
    </context>
    <context name="Titlebar">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
    </context>
    <context name="Close">
      <mousebind button="Left" action="Click"><action name="Close"/></mousebind>
    </context>
  </mouse>
</openbox_config>
"#;

/// Notifications: none vanishes by itself, whatever its sender asks for, and all stay in the history.
const DUNST: &str = r##"[global]
    follow = none
    width = 380
    height = 300
    origin = top-right
    offset = 24x24
    notification_limit = 0
    history_length = 1000
    sticky_history = yes
    idle_threshold = 0
    show_age_threshold = -1
    stack_duplicates = false
    font = DejaVu Sans 11
    format = "<b>%s</b>\n%b"
    markup = full
    word_wrap = yes
    mouse_left_click = do_action, close_current
    mouse_middle_click = close_current
    mouse_right_click = close_current
    frame_color = "#5b6770"
    separator_color = frame

[urgency_low]
    background = "#ffffff"
    foreground = "#1b1e23"
    timeout = 0

[urgency_normal]
    background = "#ffffff"
    foreground = "#1b1e23"
    timeout = 0

[urgency_critical]
    background = "#ffffff"
    foreground = "#8a1c1c"
    timeout = 0

[stay]
    summary = *
    override_dbus_timeout = 0
"##;

/// A folder that only this user may enter.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Makes the folder with its parts and the settings of the programs in it.
    pub fn make() -> Outcome<Self> {
        // short, because the paths of sockets may have no more than 108 bytes
        let root = env::temp_dir().join(format!("mottaget-{}", hex::encode(random::<6>()?)));
        private_folder(&root)?;
        for (_, folder) in FOLDERS {
            private_folder(&root.join(folder))?;
        }
        let folder = Self { root };
        write(&folder.path("openbox.xml"), OPENBOX.as_bytes())?;
        write(&folder.path("dunstrc"), DUNST.as_bytes())?;
        write(&folder.path("xauthority"), &xauthority(&random::<16>()?))?;
        Ok(folder)
    }

    /// A path inside.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The environment that points here, without display and bus, which are not known yet.
    pub fn env(&self) -> BTreeMap<String, String> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut env: BTreeMap<String, String> =
            FOLDERS.iter().map(|(name, folder)| ((*name).to_owned(), text(&self.path(folder)))).collect();
        env.insert("XAUTHORITY".to_owned(), text(&self.path("xauthority")));
        env.insert(MARK.to_owned(), text(&self.root));
        env.insert("GDK_BACKEND".to_owned(), "x11".to_owned());
        env.insert("LC_ALL".to_owned(), "C.UTF-8".to_owned());
        keep_toolchain(&mut env);
        env
    }

    /// Removes everything.
    pub fn remove(&self) -> Outcome {
        fs::remove_dir_all(&self.root).could_not(format!("remove {}", self.root.display()))
    }
}

/// HOME moves, but Rust's toolchain and its downloaded crates are still the person's own.
fn keep_toolchain(env: &mut BTreeMap<String, String>) {
    let Some(home) = env::var_os("HOME").map(PathBuf::from) else {
        return;
    };
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let place = env::var_os(name).map_or_else(|| home.join(folder), PathBuf::from);
        if place.is_dir() {
            env.insert(name.to_owned(), place.to_string_lossy().into_owned());
        }
    }
}

fn private_folder(path: &Path) -> Outcome {
    DirBuilder::new().recursive(true).mode(0o700).create(path).could_not(format!("make {}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Outcome {
    fs::write(path, bytes).could_not(format!("write {}", path.display()))
}

fn random<const N: usize>() -> Outcome<[u8; N]> {
    let mut bytes = [0; N];
    let mut source = File::open("/dev/urandom").could_not("open /dev/urandom")?;
    source.read_exact(&mut bytes).could_not("read /dev/urandom")?;
    Ok(bytes)
}

/// The file by which display server and clients know each other: one entry that fits any display.
/// Its format (Xau): family, then address, display number, method and secret, each with a 16-bit length before it.
fn xauthority(secret: &[u8; 16]) -> Vec<u8> {
    const ANY_FAMILY: u16 = 0xffff;
    let mut file = ANY_FAMILY.to_be_bytes().to_vec();
    for part in [&b""[..], b"", b"MIT-MAGIC-COOKIE-1", secret] {
        file.extend(u16::try_from(part.len()).unwrap_or(0).to_be_bytes());
        file.extend(part);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn nobody_else_can_look_into_the_folder_and_all_of_it_goes() {
        let folder = Folder::make().unwrap();
        for (name, value) in folder.env() {
            if FOLDERS.iter().any(|(variable, _)| *variable == name) {
                assert!(Path::new(&value).starts_with(folder.root()), "{name}");
                assert_eq!(fs::metadata(&value).unwrap().permissions().mode() & 0o777, 0o700, "{name}");
            }
        }
        folder.remove().unwrap();
        assert!(!folder.root().exists());
    }

    #[test]
    fn the_display_secret_has_the_format_of_xau() {
        let file = xauthority(&[7; 16]);
        assert_eq!(&file[..8], [0xff, 0xff, 0, 0, 0, 0, 0, 18]);
        assert_eq!(&file[file.len() - 18..], [&[0, 16][..], &[7; 16]].concat());
    }
}
