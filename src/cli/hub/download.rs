//! One file of a model: an address -> its bytes on the disk, from where the last attempt stopped, checked against what the hub says of them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use ureq::Agent;

use super::shelf::HeldFile;
use super::{Meter, Wanted, unanswered, unfetched, unwritten};
use crate::diag::Diag;

/// How much is in memory at once.
const AT_ONCE: usize = 1 << 16;

/// Fetches a file into a folder.
///
/// # Errors
/// A line that breaks, a file that is not what was promised, a disk that takes no more.
pub(super) fn download(
    agent: &Agent,
    url: &str,
    (folder, wanted): (&Path, &Wanted),
    meter: &mut Meter,
) -> Result<HeldFile, Diag> {
    let path = folder.join(&wanted.path);
    let failed = |error: &io::Error| unwritten(&path, error);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| failed(&error))?;
    }
    let held = fs::metadata(&path).map_or(0, |facts| facts.len());
    if held != wanted.bytes || held == 0 {
        fetch(agent, url, (&path, if held < wanted.bytes { held } else { 0 }), meter)?;
    } else {
        meter.skip(held);
    }
    let (bytes, sha256) = hashed(&path).map_err(|error| failed(&error))?;
    let is_right = wanted.sha256.as_ref().is_none_or(|promised| *promised == sha256);
    if !is_right || (wanted.bytes > 0 && bytes != wanted.bytes) {
        // Nothing of it can be relied on: the next attempt begins anew.
        File::create(&path).map_err(|error| failed(&error))?;
        let diag = unfetched(&format!("`{url}` is not what the hub says of it: {bytes} bytes of SHA-256 `{sha256}`"));
        return Err(diag.hint("fetch it again; if that does not help, name another mirror with `--hub` or `HF_ENDPOINT`"));
    }
    Ok(HeldFile { path: wanted.path.clone(), bytes, sha256 })
}

/// Brings what is missing of a file.
fn fetch(agent: &Agent, url: &str, (path, held): (&Path, u64), meter: &mut Meter) -> Result<(), Diag> {
    let request = agent.get(url);
    let request = if held > 0 { request.header("Range", format!("bytes={held}-")) } else { request };
    let answer = request.call().map_err(|error| unanswered(url, &error))?;
    // A server that knows no ranges sends all of it.
    let goes_on = answer.status().as_u16() == 206;
    let failed = |error: &io::Error| unwritten(path, error);
    let mut options = OpenOptions::new();
    let options = if goes_on { options.append(true) } else { options.write(true).truncate(true) };
    let mut file = options.create(true).open(path).map_err(|error| failed(&error))?;
    if goes_on {
        meter.skip(held);
    }
    let mut body = answer.into_body().into_reader();
    let mut buffer = vec![0; AT_ONCE];
    loop {
        let count = body.read(&mut buffer).map_err(|error| {
            let diag = unfetched(&format!("the line broke while `{url}` was fetched: {error}"));
            diag.hint("run the command again: it goes on where it stopped")
        })?;
        if count == 0 {
            return file.sync_all().map_err(|error| failed(&error));
        }
        file.write_all(&buffer[..count]).map_err(|error| failed(&error))?;
        meter.step(count as u64);
    }
}

/// The length and the SHA-256 of a file.
///
/// # Errors
/// Those of the file system.
pub(super) fn hashed(path: &Path) -> io::Result<(u64, String)> {
    let (mut file, mut digest, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut buffer = vec![0; AT_ONCE];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok((bytes, digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()));
        }
        digest.update(&buffer[..count]);
        bytes += count as u64;
    }
}
