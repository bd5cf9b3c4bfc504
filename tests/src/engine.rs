//! A runtime that one program has for itself, so that it can end as if it were killed: every task stops where it waits, and
//! nothing in it comes to say goodbye.
//!
//! What cannot be had inside one process: work on a thread that blocks (one transaction of a database, one file written) is
//! done to its end or not begun, where a killed process can stop within it. `cargo xtask crash` kills real processes.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// Threads that block are done within this.
const PATIENCE: Duration = Duration::from_secs(40);

pub struct Engine(Option<Runtime>);

impl Engine {
    pub fn new() -> Self {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build();
        Self(Some(runtime.expect("the machine gives a thread")))
    }

    fn handle(&self) -> &Handle {
        self.0.as_ref().expect("it runs until it is killed").handle()
    }

    /// Does something in there; whatever it starts runs on in there.
    pub async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        self.handle().spawn(work).await.expect("what is done in there does not panic")
    }

    /// Begins something in there and lets go of it where it waits for the time after these: none if it was not done by then.
    pub async fn begin<T>(&self, waits: u64, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let mut left = waits;
        std::future::poll_fn(|context| {
            let _here = self.handle().enter();
            match work.as_mut().poll(context) {
                Poll::Ready(done) => Poll::Ready(Some(done)),
                Poll::Pending if left == 0 => Poll::Ready(None),
                Poll::Pending => {
                    left -= 1;
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Ends everything in there at once. Returns when no thread of it is at work any more.
    pub async fn kill(mut self) {
        let Some(runtime) = self.0.take() else { return };
        let ended = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(PATIENCE)).await;
        ended.expect("ending does not panic");
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
