//! A generation -> everything that is wrong with its pages, also with those that nobody looks at.
//!
//! One thread makes page after page, drops it and reports what was found. Invariant: it gives up a generation as soon as there is another.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::thread;
use std::time::Duration;

use super::Event;
use super::generation::Generation;
use crate::diag::Severity;

/// How long it waits for the next edit, and for pages that somebody looks at, before it begins: about as long as someone who writes pauses
/// between two saves.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long it waits before it makes a search index, which on a large site takes all cores for seconds and cannot be given up.
const MORE_PATIENCE: Duration = Duration::from_secs(3);

/// Starts the thread; the sender takes the generations to look through.
pub(super) fn start(report: impl Fn(Event) + Send + 'static) -> io::Result<Sender<Arc<Generation>>> {
    let (sender, generations) = mpsc::channel();
    thread::Builder::new().name("background".to_owned()).spawn(move || look_through(&generations, &report))?;
    Ok(sender)
}

fn look_through(generations: &Receiver<Arc<Generation>>, report: &dyn Fn(Event)) {
    let mut next = generations.recv().ok();
    while let Some(generation) = next.take() {
        next = match generations.recv_timeout(PATIENCE) {
            Ok(newer) => Some(newer),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                let newer = look_at(&generation, generations, report);
                drop(generation);
                newer.or_else(|| generations.recv().ok())
            }
        };
    }
}

/// Makes all of a generation, indexes last; returns the next one if it comes meanwhile.
fn look_at(generation: &Generation, generations: &Receiver<Arc<Generation>>, report: &dyn Fn(Event)) -> Option<Arc<Generation>> {
    let mut found = Vec::new();
    let (indexes, pages): (Vec<usize>, Vec<usize>) = (0..generation.count()).partition(|&index| generation.is_index(index));
    for index in pages {
        match generations.try_recv() {
            Ok(newer) => return Some(newer),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {}
        }
        found.append(&mut generation.findings(index));
        // Errors are told at once; of warnings there may be one on every page.
        if found.iter().any(|diag| diag.severity == Severity::Error) {
            report(Event::Found(generation.found(index, std::mem::take(&mut found))));
        }
    }
    if !found.is_empty() {
        report(Event::Found(generation.found(0, found)));
    }
    for index in indexes {
        match generations.recv_timeout(MORE_PATIENCE) {
            Ok(newer) => return Some(newer),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let found = generation.findings(index);
        if !found.is_empty() {
            report(Event::Found(generation.found(index, found)));
        }
    }
    None
}
