//! A plan -> what its pieces lead to, computed while nobody writes.
//!
//! One thread waits until the author pauses, computes, and tells the loop, which shows the lists from the next build on. It takes half of the cores
//! at most, and none of the threads that builds run in: an edit never waits for a model. Invariant: of several plans the last one is
//! looked at.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Event;
use crate::compile::Leader;
use crate::plan::Plan;

/// How long it waits for the next edit before it begins: about as long as someone who writes pauses between two saves.
const PATIENCE: Duration = Duration::from_secs(1);

/// Starts the thread; the sender takes the plans.
pub(super) fn start(leader: Leader, report: impl Fn(Event) + Send + 'static) -> io::Result<Sender<Arc<Plan>>> {
    let (sender, plans) = mpsc::channel();
    let threads = (rayon::current_num_threads() / 2).max(1);
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().map_err(io::Error::other)?;
    thread::Builder::new().name("leading".to_owned()).spawn(move || lead(&plans, &pool, &leader, &report))?;
    Ok(sender)
}

fn lead(plans: &Receiver<Arc<Plan>>, pool: &ThreadPool, leader: &Leader, report: &dyn Fn(Event)) {
    let mut next = plans.recv().ok();
    while let Some(plan) = next.take() {
        next = match plans.recv_timeout(PATIENCE) {
            Ok(newer) => Some(newer),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                report(Event::Led(pool.install(|| leader(plan.site()))));
                drop(plan);
                plans.recv().ok()
            }
        };
    }
}
