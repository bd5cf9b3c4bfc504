//! One worker process as its parent holds it: started with nothing inherited, asked, timed, and killed when dropped.

use crate::PreviewError;
use crate::darkroom::PreviewConfig;
use crate::protocol::{self, HEADER_BYTES, Request, Status};
use crate::verdict::Refusal;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::{Instant, timeout_at};

/// How long a worker that closed its pipes may take to be gone.
const DYING: Duration = Duration::from_secs(1);
/// Most of its standard error that is kept. The worker writes fixed sentences there, never content.
const LAST_WORDS: u64 = 512;

/// Keeps a console window from flashing up (Windows).
#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// A running worker. Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Worker {
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    stderr: ChildStderr,
    pdfium: std::path::PathBuf,
}

impl Worker {
    /// Starts one; it loads its libraries while the caller does something else.
    pub(crate) fn start(config: &PreviewConfig) -> Result<Self, PreviewError> {
        let mut command = Command::new(&config.worker);
        command
            .arg("serve")
            .arg("--pdfium")
            .arg(&config.pdfium)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if cfg!(unix) {
            // it must not pin a folder, nor find anything beside it
            command.current_dir("/");
        }
        if let (true, Some(root)) = (cfg!(windows), std::env::var_os("SystemRoot")) {
            // Windows can't load its own libraries without it
            command.env("SystemRoot", root);
        }
        #[cfg(windows)]
        command.creation_flags(CREATE_NO_WINDOW);
        let mut child = command.spawn().map_err(|e| match e.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => {
                PreviewError::WorkerMissing(config.worker.clone())
            }
            _ => PreviewError::Io(e),
        })?;
        match (child.stdin.take(), child.stdout.take(), child.stderr.take()) {
            (Some(stdin), Some(stdout), Some(stderr)) => {
                Ok(Self { child, stdin, stdout, stderr, pdfium: config.pdfium.clone() })
            }
            _ => Err(PreviewError::Io(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// Has it died while it waited?
    pub(crate) fn is_gone(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until it has loaded its libraries.
    pub(crate) async fn greet(&mut self, deadline: Instant) -> Result<(), PreviewError> {
        let answer = timeout_at(deadline, self.read_response()).await;
        match self.judge(answer).await? {
            (Status::Ready, body) if body == protocol::VERSION.to_be_bytes() => Ok(()),
            (Status::NoRenderer, _) => Err(PreviewError::WorkerMissing(self.pdfium.clone())),
            _ => Err(PreviewError::WorkerCrashed("it is of another release".to_owned())),
        }
    }

    /// Hands the document over.
    pub(crate) async fn give(&mut self, document: &[u8], deadline: Instant) -> Result<(), PreviewError> {
        let header = Request::document_header(document.len()).map_err(|_| PreviewError::TooLarge)?;
        self.exchange(&[&header, document], 0, deadline).await.map(drop)
    }

    /// Asks one question. `index` is the page it is about, for the error.
    pub(crate) async fn ask(
        &mut self,
        request: &Request,
        index: u32,
        deadline: Instant,
    ) -> Result<Vec<u8>, PreviewError> {
        self.exchange(&[&request.encode()], index, deadline).await
    }

    async fn exchange(&mut self, parts: &[&[u8]], index: u32, deadline: Instant) -> Result<Vec<u8>, PreviewError> {
        let answer = timeout_at(deadline, async {
            for part in parts {
                self.stdin.write_all(part).await?;
            }
            self.stdin.flush().await?;
            self.read_response().await
        })
        .await;
        match self.judge(answer).await? {
            (Status::Done, body) => Ok(body),
            (Status::Refused(refusal), _) => Err(refusal.into()),
            (Status::NoSuchPage, _) => Err(PreviewError::NoSuchPage { asked: index, pages: 0 }),
            (Status::NoRenderer, _) => Err(PreviewError::WorkerMissing(self.pdfium.clone())),
            (Status::BadRequest | Status::Ready, _) => {
                Err(PreviewError::WorkerCrashed("it answered something else than it was asked".to_owned()))
            }
        }
    }

    async fn read_response(&mut self) -> io::Result<(Status, Vec<u8>)> {
        let mut head = [0; HEADER_BYTES];
        self.stdout.read_exact(&mut head).await?;
        let (status, length) =
            protocol::parse_response_header(head).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        // grows as the bytes come, so a lying length costs nothing
        let mut body = Vec::new();
        (&mut self.stdout).take(length as u64).read_to_end(&mut body).await?;
        if body.len() != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((status, body))
    }

    /// Turns what happened on the pipes into an error that says why, and ends the worker if it must.
    async fn judge<T>(
        &mut self,
        answer: Result<io::Result<T>, tokio::time::error::Elapsed>,
    ) -> Result<T, PreviewError> {
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(e)) if e.kind() == io::ErrorKind::InvalidData => {
                self.kill().await;
                Err(PreviewError::WorkerCrashed("it spoke nonsense".to_owned()))
            }
            Ok(Err(_)) => Err(self.autopsy().await),
            Err(_elapsed) => {
                self.kill().await;
                Err(PreviewError::TimedOut)
            }
        }
    }

    /// The pipe broke: what did it die of?
    async fn autopsy(&mut self) -> PreviewError {
        match tokio::time::timeout(DYING, self.child.wait()).await {
            Ok(Ok(status)) => {
                if let Some(refusal) = status.code().and_then(Refusal::from_exit_code) {
                    return refusal.into();
                }
                if is_out_of_cpu_time(status) {
                    return PreviewError::TimedOut;
                }
                let mut words = Vec::new();
                let mut stderr = (&mut self.stderr).take(LAST_WORDS);
                // best effort: without its last words the status still tells
                let _ = tokio::time::timeout(DYING, stderr.read_to_end(&mut words)).await;
                let words = String::from_utf8_lossy(&words);
                PreviewError::WorkerCrashed(format!("{status} {}", words.trim()).trim().to_owned())
            }
            Ok(Err(e)) => PreviewError::Io(e),
            Err(_) => {
                self.kill().await;
                PreviewError::WorkerCrashed("it closed its pipe and hung".to_owned())
            }
        }
    }

    async fn kill(&mut self) {
        // it may be gone already; whatever is left is killed again on drop
        let _ = tokio::time::timeout(DYING, self.child.kill()).await;
    }
}

#[cfg(unix)]
fn is_out_of_cpu_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(libc::SIGXCPU)
}

#[cfg(not(unix))]
fn is_out_of_cpu_time(_status: ExitStatus) -> bool {
    false
}
