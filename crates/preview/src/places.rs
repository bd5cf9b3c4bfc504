//! Where the worker program and the PDF library lie, in a package and while developing.

use std::path::{Path, PathBuf};

/// Names the PDF library's file; set while developing and in tests.
pub const PDFIUM_VARIABLE: &str = "MOTTAGET_PDFIUM";

/// Names the worker program's file; set while developing and in tests.
pub const WORKER_VARIABLE: &str = "MOTTAGET_PREVIEW";

/// The PDF library's file name on this platform.
#[must_use]
pub fn pdfium_file_name() -> &'static str {
    if cfg!(windows) {
        "pdfium.dll"
    } else if cfg!(target_os = "macos") {
        "libpdfium.dylib"
    } else {
        "libpdfium.so"
    }
}

/// The PDF library: `MOTTAGET_PDFIUM` if set, else beside the running program, else `../lib/Mottaget/` from there (where
/// a package puts it), else `../Resources/` (macOS). The last resort is the first of these that would do: a path that
/// does not exist, for the message.
#[must_use]
pub fn pdfium() -> PathBuf {
    if let Some(path) = std::env::var_os(PDFIUM_VARIABLE) {
        return path.into();
    }
    let here = own_folder();
    let name = pdfium_file_name();
    let tried = [here.join(name), here.join("../lib/Mottaget").join(name), here.join("../Resources").join(name)];
    first_existing(&tried)
}

/// The worker program: `MOTTAGET_PREVIEW` if set, else beside the running program.
#[must_use]
pub fn worker() -> PathBuf {
    if let Some(path) = std::env::var_os(WORKER_VARIABLE) {
        return path.into();
    }
    own_folder().join(if cfg!(windows) { "mottaget-preview.exe" } else { "mottaget-preview" })
}

fn own_folder() -> PathBuf {
    std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf)).unwrap_or_default()
}

fn first_existing(tried: &[PathBuf]) -> PathBuf {
    tried.iter().find(|p| p.is_file()).or(tried.first()).cloned().unwrap_or_default()
}
