//! `mottaget-server`: runs the clinic's server, checks identities, and explains due times.

use clap::{Parser, Subcommand};
use mottaget_server::{Server, ServerConfig, check_id, explain_due};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

#[derive(Parser)]
#[command(name = "mottaget-server", version, about = "Mottaget's server for clinics")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server until it is told to stop (Ctrl-C or SIGTERM).
    Serve(Serve),
    /// Says what kind of identity a text is and prints its normal form.
    CheckId {
        /// A personnummer, coordination number, reserve number or HSA-id, however it was pasted.
        value: String,
    },
    /// Says when something would be due, and which days did not count.
    ExplainDue(ExplainDue),
}

/// Taken as text and optional, so that every fault is said in the same way, with exit code 1.
#[derive(clap::Args)]
struct ExplainDue {
    /// When it was received (RFC 3339), for example 2026-11-20T10:00:00+01:00.
    #[arg(long, allow_hyphen_values = true)]
    received: Option<String>,
    /// Within how many Swedish working days it is to be answered.
    #[arg(long, allow_hyphen_values = true)]
    days: Option<String>,
    /// Days on which the clinic is closed, for example 2026-12-23; may be given several times.
    #[arg(long, value_name = "DATE", num_args = 1..)]
    closed: Vec<String>,
}

#[derive(clap::Args)]
struct Serve {
    /// Folder for database and attachments; made if it is not there.
    #[arg(long)]
    data: PathBuf,
    /// Address and port to listen on.
    #[arg(long, default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8700)))]
    listen: SocketAddr,
    /// An invented clinic to practise on, with sign-in without passwords. This machine only.
    #[arg(long)]
    practice: bool,
    /// File with the token with which the residents' portal speaks for residents.
    #[arg(long)]
    portal_token_file: Option<PathBuf>,
    /// Most mebibytes that the database may take.
    #[arg(long)]
    max_database_mib: Option<u64>,
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::CheckId { value } => answered(check_id(&value, jiff::Zoned::now().date())),
        Command::ExplainDue(asked) => answered(asked.answer()),
        Command::Serve(serve) => {
            tracing_subscriber::fmt()
                .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")))
                .with_writer(std::io::stderr)
                .init();
            run(serve)
        }
    }
}

impl ExplainDue {
    fn answer(&self) -> Result<String, String> {
        let missing = |what: &str| {
            format!("{what} is missing; try: mottaget-server explain-due --received 2026-11-20T10:00:00+01:00 --days 2")
        };
        let received = self.received.as_deref().ok_or_else(|| missing("--received"))?;
        let days = self.days.as_deref().ok_or_else(|| missing("--days"))?;
        explain_due(received, days, &self.closed)
    }
}

/// Prints an answer, or on the other channel why there is none.
fn answered(answer: Result<String, String>) -> ExitCode {
    match answer {
        Ok(answer) => {
            say(&answer);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(serve: Serve) -> ExitCode {
    match started(serve).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("mottaget-server: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn started(serve: Serve) -> Result<(), Box<dyn std::error::Error>> {
    let mut config = ServerConfig::new(serve.data, serve.listen, serve.practice);
    config.portal_token = serve.portal_token_file.as_deref().map(token_in).transpose()?;
    config.max_database_bytes = serve.max_database_mib.map(|mib| mib.saturating_mul(1024 * 1024));
    // Listening for the signal first: one that comes while the server starts must not be missed.
    let mut stop = Stop::listen()?;
    let server = Server::start(config).await?;
    say(&server.url());
    if serve.practice {
        say(&format!("{}/invanare", server.url()));
    }
    stop.told().await?;
    tracing::info!("stopping");
    server.shutdown().await;
    Ok(())
}

/// Tells where the server is; whoever started it need not listen.
fn say(line: &str) {
    let _nobody_listens = writeln!(std::io::stdout(), "{line}");
}

/// Shortest portal token that is taken, in characters.
const MIN_TOKEN: usize = 32;

fn token_in(file: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let token = text.trim();
    if token.len() < MIN_TOKEN {
        return Err(format!("{}: the portal's token must have at least {MIN_TOKEN} characters", file.display()));
    }
    Ok(token.to_owned())
}

/// The system's ways to tell a program to stop.
struct Stop {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Stop {
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    #[cfg(not(unix))]
    fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn told(&mut self) -> std::io::Result<()> {
        tokio::select! {
            _ = self.terminate.recv() => Ok(()),
            _ = self.interrupt.recv() => Ok(()),
        }
    }

    #[cfg(not(unix))]
    async fn told(&mut self) -> std::io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
