//! A person's line to the server: a relay on loopback that can be cut, hang, talk nonsense or lose an answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How the line behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything goes through.
    Open,
    /// Everything goes through, one or two megabytes in a second.
    Slow,
    /// Whoever connects is cut off.
    Cut,
    /// Connections are taken, and nothing ever comes back.
    Hang,
    /// Something that is not HTTP comes back.
    Garbage,
    /// A page of somebody else comes back, as in a hotel's network.
    Portal,
    /// Every request is answered with 500.
    Broken,
    /// Every request is answered as by a server that has too much to do.
    Busy,
    /// A request that begins with this is answered so; all others go through.
    BusyFor(&'static str),
    /// Every request is sent elsewhere.
    Redirect,
    /// The first request that begins with this reaches the server; its answer is lost with the connection.
    LoseAnswerTo(&'static str),
}

/// What a server with too much to do answers.
const BUSY: &str = concat!(
    "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nconnection: close\r\n",
    "content-length: 85\r\n\r\n",
    r#"{"type":"about:blank","title":"busy","status":503,"code":"busy","detail":"try later"}"#,
);

type Upstream = watch::Receiver<Option<SocketAddr>>;

pub struct Line {
    pub address: SocketAddr,
    mode: Arc<watch::Sender<Mode>>,
    lost: Arc<AtomicU32>,
    taken: Arc<AtomicU32>,
    task: JoinHandle<()>,
}

impl Line {
    pub async fn to(upstream: Upstream) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mode = Arc::new(watch::Sender::new(Mode::Open));
        let lost = Arc::new(AtomicU32::new(0));
        let taken = Arc::new(AtomicU32::new(0));
        let (modes, counter, connections) = (Arc::clone(&mode), Arc::clone(&lost), Arc::clone(&taken));
        let task = tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else { return };
                connections.fetch_add(1, Ordering::SeqCst);
                let relay = relay(client, Arc::clone(&modes), upstream.clone(), Arc::clone(&counter));
                tokio::spawn(relay);
            }
        });
        Self { address, mode, lost, taken, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes the line; whatever is under way on it breaks off.
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Connections that the client has made so far.
    pub fn connections(&self) -> u32 {
        self.taken.load(Ordering::SeqCst)
    }

    /// Answers lost so far.
    pub fn lost(&self) -> u32 {
        self.lost.load(Ordering::SeqCst)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn relay(client: TcpStream, modes: Arc<watch::Sender<Mode>>, upstream: Upstream, lost: Arc<AtomicU32>) {
    let mut changed = modes.subscribe();
    let mode = *changed.borrow_and_update();
    let work = async {
        match mode {
            Mode::Open | Mode::Slow | Mode::LoseAnswerTo(_) | Mode::BusyFor(_) => {
                pass(client, upstream, mode, &lost, &modes).await;
            }
            Mode::Busy => say(client, BUSY).await,
            Mode::Cut => drop(client),
            Mode::Hang => hang(client).await,
            Mode::Garbage => say(client, "hej hej, detta är inte HTTP\r\n\r\n").await,
            Mode::Portal => {
                let page = "<html>Logga in på hotellets nät</html>";
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: ";
                say(client, &format!("{head}{}\r\n\r\n{page}", page.len())).await;
            }
            Mode::Broken => {
                say(client, "HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
                    .await;
            }
            Mode::Redirect => {
                let head = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/elsewhere\r\n";
                say(client, &format!("{head}connection: close\r\ncontent-length: 0\r\n\r\n")).await;
            }
        }
    };
    tokio::select! {
        () = work => {}
        _ = changed.changed() => {}
    }
}

async fn hang(mut client: TcpStream) {
    let mut sink = [0_u8; 4096];
    while client.read(&mut sink).await.is_ok_and(|n| n > 0) {}
    std::future::pending::<()>().await;
}

async fn say(mut client: TcpStream, answer: &str) {
    let mut request = [0_u8; 64 * 1024];
    if client.read(&mut request).await.is_ok_and(|n| n > 0) {
        let _ = client.write_all(answer.as_bytes()).await;
        let _ = client.shutdown().await;
    }
}

/// Carries bytes both ways, but for the requests that the mode names.
async fn pass(client: TcpStream, upstream: Upstream, mode: Mode, lost: &AtomicU32, modes: &watch::Sender<Mode>) {
    let Some(address) = *upstream.borrow() else { return };
    let Ok(server) = TcpStream::connect(address).await else { return };
    let (mut client_in, mut client_out) = client.into_split();
    let (mut server_in, mut server_out) = server.into_split();
    let (tell, told) = watch::channel(false);
    let slow = mode == Mode::Slow;
    let named = |head: Option<&str>, bytes: &[u8]| head.is_some_and(|head| bytes.starts_with(head.as_bytes()));
    let (lose, busy) = match mode {
        Mode::LoseAnswerTo(head) => (Some(head), None),
        Mode::BusyFor(head) => (None, Some(head)),
        _ => (None, None),
    };
    let size = if slow { 4 * 1024 } else { 64 * 1024 };
    // a piece of this size takes its time on the way
    let travel = async || {
        if slow {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    };
    let up = async {
        let mut bytes = vec![0_u8; size];
        while let Ok(n) = client_in.read(&mut bytes).await {
            if n == 0 {
                break;
            }
            travel().await;
            if named(busy, &bytes[..n]) {
                return;
            }
            if named(lose, &bytes[..n]) {
                tell.send_replace(true);
            }
            if server_out.write_all(&bytes[..n]).await.is_err() {
                break;
            }
        }
        let _ = server_out.shutdown().await;
        std::future::pending::<()>().await;
    };
    let down = async {
        let mut bytes = vec![0_u8; size];
        while let Ok(n) = server_in.read(&mut bytes).await {
            if n == 0 {
                break;
            }
            travel().await;
            if *told.borrow() {
                // the server has done its work and answered; the line breaks here
                lost.fetch_add(1, Ordering::SeqCst);
                modes.send_replace(Mode::Open);
                return;
            }
            if client_out.write_all(&bytes[..n]).await.is_err() {
                break;
            }
        }
        let _ = client_out.shutdown().await;
    };
    let refused = tokio::select! {
        () = up => true,
        () = down => false,
    };
    if refused {
        let _ = client_out.write_all(BUSY.as_bytes()).await;
        let _ = client_out.shutdown().await;
    }
}
