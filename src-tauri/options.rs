//! The command line: where the server is and where files go.

use std::path::PathBuf;

/// What the person who starts the app may say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Practice mode, whatever the settings say.
    pub practice: bool,
    /// The server's address; without one the settings decide, without those it is practice mode.
    pub server: Option<String>,
    /// The folder for everything that the app keeps, settings too; the platform's own by default.
    pub data_dir: Option<PathBuf>,
    /// For measurements, so not in the usage: the route that the screen opens first, for example `/cases/inbox`.
    pub open: Option<String>,
    /// For measurements, so not in the usage: writes the line `painted` to standard output when the first rows of a
    /// list are on the screen.
    pub time_start: bool,
}

/// How to call the app.
const USAGE: &str = "usage: mottaget [--practice] [--server ADDRESS] [--data-dir DIR]

  --practice        practice mode, whatever the settings say
  --server ADDRESS  the clinic's server, instead of the one in the settings
  --data-dir DIR    keep everything (settings, local files, practice server) in DIR; secrets stand in the
                    keychain under names of its own

One app runs per person and machine: while it does, another start shows its window and uses no arguments.";

/// Reads the arguments.
///
/// # Errors
/// A sentence for the person.
pub fn read(args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    let mut args = args;
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--practice" => options.practice = true,
            "--server" => {
                options.server = Some(args.next().ok_or_else(|| format!("--server needs an address\n{USAGE}"))?)
            }
            "--data-dir" => {
                let dir = args.next().filter(|dir| !dir.is_empty());
                let dir = dir.ok_or_else(|| format!("--data-dir needs a folder\n{USAGE}"))?;
                options.data_dir = Some(PathBuf::from(dir));
            }
            "--open" => options.open = Some(args.next().ok_or_else(|| format!("--open needs a route\n{USAGE}"))?),
            "--time-start" => options.time_start = true,
            "--help" | "-h" => return Err(USAGE.to_owned()),
            other => return Err(format!("'{other}' is not known\n{USAGE}")),
        }
    }
    if options.practice && options.server.is_some() {
        return Err(format!("practice mode has its own server: leave --server out\n{USAGE}"));
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(args: &[&str]) -> Result<Options, String> {
        read(args.iter().map(|arg| (*arg).to_owned()))
    }

    #[test]
    fn arguments_are_read_or_explained() {
        assert_eq!(of(&[]).unwrap(), Options::default());
        let all = of(&["--server", "https://a.example", "--data-dir", "x"]).unwrap();
        assert_eq!((all.server.as_deref(), all.data_dir), (Some("https://a.example"), Some(PathBuf::from("x"))));
        let measured = of(&["--practice", "--open", "/cases/inbox", "--time-start"]).unwrap();
        assert_eq!((measured.open.as_deref(), measured.time_start), (Some("/cases/inbox"), true));
        for bad in
            [&["--sever"][..], &["--server"], &["--data-dir", ""], &["--practice", "--server", "https://a.example"]]
        {
            assert!(of(bad).unwrap_err().contains("usage: mottaget"), "{bad:?}");
        }
    }
}
