//! A person's line to the server: a relay on loopback that can be cut, hang, talk nonsense, lose an answer, say everything
//! twice, or let a request arrive late.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
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
    /// A request that begins with this is taken, and nothing ever comes back; all others go through.
    HangFor(&'static str),
    /// Every request is sent elsewhere.
    Redirect,
    /// The first request that begins with this reaches the server; its answer is lost with the connection.
    LoseAnswerTo(&'static str),
    /// Every request that begins with this reaches the server twice, the same bytes; the answer to the second comes back.
    TwiceEach(&'static str),
    /// The first request that begins with this is kept underway, and its connection breaks. The line is open then; what is
    /// kept arrives when it is told to ([`Line::deliver_late`]), after whatever went meanwhile.
    KeepUnderway(&'static str),
}

/// What a server with too much to do answers.
const BUSY: &str = concat!(
    "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nconnection: close\r\n",
    "content-length: 85\r\n\r\n",
    r#"{"type":"about:blank","title":"busy","status":503,"code":"busy","detail":"try later"}"#,
);

type Upstream = watch::Receiver<Option<SocketAddr>>;

/// What the relays of one line share.
struct Shared {
    mode: watch::Sender<Mode>,
    lost: AtomicU32,
    taken: AtomicU32,
    doubled: AtomicU32,
    /// Requests on their way, whole, in the order in which they were sent.
    underway: Mutex<Vec<Vec<u8>>>,
}

pub struct Line {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    upstream: Upstream,
    task: JoinHandle<()>,
}

impl Line {
    pub async fn to(upstream: Upstream) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            mode: watch::Sender::new(Mode::Open),
            lost: AtomicU32::new(0),
            taken: AtomicU32::new(0),
            doubled: AtomicU32::new(0),
            underway: Mutex::new(Vec::new()),
        });
        let (relays, server) = (Arc::clone(&shared), upstream.clone());
        let task = tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else { return };
                relays.taken.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(relay(client, Arc::clone(&relays), server.clone()));
            }
        });
        Self { address, shared, upstream, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes the line; whatever is under way on it breaks off.
    pub fn set(&self, mode: Mode) {
        self.shared.mode.send_replace(mode);
    }

    /// How the line behaves now; one that waits for a single request is open after it.
    pub fn mode(&self) -> Mode {
        *self.shared.mode.borrow()
    }

    /// Connections that the client has made so far.
    pub fn connections(&self) -> u32 {
        self.shared.taken.load(Ordering::SeqCst)
    }

    /// Answers lost so far.
    pub fn lost(&self) -> u32 {
        self.shared.lost.load(Ordering::SeqCst)
    }

    /// Requests that reached the server twice so far.
    pub fn doubled(&self) -> u32 {
        self.shared.doubled.load(Ordering::SeqCst)
    }

    /// Lets the requests arrive that were kept underway, if the server runs; nobody hears the answers. Gives how many.
    pub async fn deliver_late(&self) -> usize {
        let Some(address) = *self.upstream.borrow() else { return 0 };
        let late = std::mem::take(&mut *self.shared.underway.lock().unwrap());
        for request in &late {
            deliver(address, request).await;
        }
        late.len()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn relay(client: TcpStream, shared: Arc<Shared>, upstream: Upstream) {
    let mut changed = shared.mode.subscribe();
    let mode = *changed.borrow_and_update();
    let work = async {
        match mode {
            Mode::Open
            | Mode::Slow
            | Mode::LoseAnswerTo(_)
            | Mode::BusyFor(_)
            | Mode::HangFor(_)
            | Mode::TwiceEach(_)
            | Mode::KeepUnderway(_) => pass(client, upstream, mode, &shared).await,
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
async fn pass(client: TcpStream, upstream: Upstream, mode: Mode, shared: &Shared) {
    let Some(address) = *upstream.borrow() else { return };
    let Ok(server) = TcpStream::connect(address).await else { return };
    let (mut client_in, mut client_out) = client.into_split();
    let (mut server_in, mut server_out) = server.into_split();
    let (tell, told) = watch::channel(false);
    let slow = mode == Mode::Slow;
    let named = |head: Option<&str>, bytes: &[u8]| head.is_some_and(|head| bytes.starts_with(head.as_bytes()));
    let (mut lose, mut busy, mut twice, mut keep, mut never) = (None, None, None, None, None);
    match mode {
        Mode::LoseAnswerTo(head) => lose = Some(head),
        Mode::BusyFor(head) => busy = Some(head),
        Mode::HangFor(head) => never = Some(head),
        Mode::TwiceEach(head) => twice = Some(head),
        Mode::KeepUnderway(head) => keep = Some(head),
        _ => {}
    }
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
                return true;
            }
            if named(never, &bytes[..n]) {
                return std::future::pending::<bool>().await;
            }
            if named(lose, &bytes[..n]) {
                tell.send_replace(true);
            }
            if named(twice, &bytes[..n]) || named(keep, &bytes[..n]) {
                let Some(request) = whole(&mut client_in, &bytes[..n]).await else { break };
                if keep.is_some() {
                    shared.underway.lock().unwrap().push(request);
                    shared.mode.send_replace(Mode::Open);
                    return false;
                }
                deliver(address, &request).await;
                shared.doubled.fetch_add(1, Ordering::SeqCst);
                if server_out.write_all(&request).await.is_err() {
                    break;
                }
                continue;
            }
            if server_out.write_all(&bytes[..n]).await.is_err() {
                break;
            }
        }
        let _ = server_out.shutdown().await;
        std::future::pending::<bool>().await
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
                shared.lost.fetch_add(1, Ordering::SeqCst);
                shared.mode.send_replace(Mode::Open);
                return;
            }
            if client_out.write_all(&bytes[..n]).await.is_err() {
                break;
            }
        }
        let _ = client_out.shutdown().await;
    };
    let refused = tokio::select! {
        busy = up => busy,
        () = down => false,
    };
    if refused {
        let _ = client_out.write_all(BUSY.as_bytes()).await;
        let _ = client_out.shutdown().await;
    }
}

/// The request whose first bytes are these, to its end; none if the sender goes before.
async fn whole(client: &mut (impl AsyncReadExt + Unpin), begun: &[u8]) -> Option<Vec<u8>> {
    let mut request = begun.to_vec();
    let mut bytes = vec![0_u8; 64 * 1024];
    loop {
        let head = request.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
        if let Some(head) = head {
            let words = String::from_utf8_lossy(&request[..head]).to_lowercase();
            let length = words.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            if request.len() >= head + length.unwrap_or(0_usize) {
                return Some(request);
            }
        }
        let n = client.read(&mut bytes).await.ok().filter(|n| *n > 0)?;
        request.extend_from_slice(&bytes[..n]);
    }
}

/// Brings a request to the server on a connection of its own, and waits until the server has done with it.
async fn deliver(address: SocketAddr, request: &[u8]) {
    let Ok(mut server) = TcpStream::connect(address).await else { return };
    if server.write_all(request).await.is_ok() {
        let mut answer = [0_u8; 4096];
        let _ = server.read(&mut answer).await;
    }
}
