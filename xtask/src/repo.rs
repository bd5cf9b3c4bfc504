//! Where things are: the repository, its target folder and the programs that a build leaves there.

use std::env;
use std::path::{Path, PathBuf};

use crate::problem::{Outcome, Problem, While};

/// The repository that this program was started in.
#[derive(Debug, Clone)]
pub struct Repo {
    root: PathBuf,
    target: PathBuf,
}

/// Which of cargo's profiles a program was built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// `cargo build`
    Dev,
    /// `cargo build --release`
    Release,
}

impl Repo {
    /// Finds the repository from the variable that cargo sets, or else from the current folder upwards.
    pub fn find() -> Outcome<Self> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => env::current_dir().could_not("read the current folder")?,
        };
        let root = start
            .ancestors()
            .find(|dir| dir.join("tauri.conf.json").is_file() && dir.join("xtask").is_dir())
            .map(Path::to_path_buf)
            .ok_or_else(|| {
                Problem::new("This is not inside Mottaget's repository.")
                    .advise("go to the folder that you cloned and run `cargo xtask` there.")
            })?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// A path inside the repository.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// The root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the target folder.
    pub fn target(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.target.join(relative)
    }

    /// A built program.
    pub fn program(&self, name: &str, profile: Profile) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "release",
        };
        self.target.join(folder).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// The folder of this machine's pdfium library, and the library in it.
    pub fn pdfium(&self) -> PathBuf {
        self.path("vendor/pdfium").join(format!("{}-{}", env::consts::OS, env::consts::ARCH)).join(format!(
            "{}pdfium{}",
            env::consts::DLL_PREFIX,
            env::consts::DLL_SUFFIX
        ))
    }

    /// The environment by which the app and the tests find the programs of this build.
    pub fn program_env(&self, profile: Profile) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("MOTTAGET_APP", self.program("mottaget", profile)),
            ("MOTTAGET_SERVER", self.program("mottaget-server", profile)),
            ("MOTTAGET_PREVIEW", self.program("mottaget-preview", profile)),
            ("MOTTAGET_PDFIUM", self.pdfium()),
            ("MOTTAGET_TOUR_DIR", self.target("tour")),
        ]
    }
}
