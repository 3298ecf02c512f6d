//! The site's folder and the environment -> the master key, and the members whose codes follow from it.
//!
//! The variable `KMSITE_MASTER_KEY` counts before `.kmsite/master.key`. Whatever is wrong is named: a key that others can read, a mistyped one, another
//! than before, members that are gone. Invariant: no finding has the key in it, nor a place that would be quoted from its file.

use std::io;
use std::path::Path;

use crate::access::{MasterKey, Mistyped, Written};
use crate::cli::{Env, Failure};
use crate::diag::{Diag, Noted, code};
use crate::disk::own::{self, KEY_FILE, LastKeys};
use crate::members::{self, Members};

/// The variable that holds the master key where there is no file.
pub const VARIABLE: &str = "KMSITE_MASTER_KEY";

/// The site's master key, if there is one.
pub(in crate::cli) fn master_key(env: &Env<'_>) -> Result<Option<MasterKey>, Failure> {
    if let Some(text) = &env.master_key {
        return read_key(text, &format!("the variable `{VARIABLE}`")).map(Some);
    }
    let path = env.root.join(KEY_FILE);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io(format!("read `{KEY_FILE}`"))(error)),
    };
    let text = Written::new(String::from_utf8(bytes).unwrap_or_default());
    if !own::is_private(&path).map_err(Failure::io(format!("look at `{KEY_FILE}`")))? {
        let diag = Diag::error(&code::KEY_FOR_ALL, format!("others on this machine can read `{KEY_FILE}`"));
        return Err(diag
            .hint(format!(
                "run `chmod 600 {KEY_FILE}`; if somebody may have read it, begin anew with `kmsite keys init --replace`"
            ))
            .into());
    }
    read_key(&text, &format!("`{KEY_FILE}`")).map(Some)
}

/// Reads a written master key; `place` says where it stands.
pub(in crate::cli) fn read_key(text: &str, place: &str) -> Result<MasterKey, Failure> {
    MasterKey::read(text).map_err(|mistyped| {
        let what = match mistyped {
            Mistyped::Length => "it is too short or too long".to_owned(),
            Mistyped::Sign(sign) => format!("`{sign}` is no sign of a key"),
            Mistyped::Check => "it looks mistyped".to_owned(),
        };
        let diag = Diag::error(&code::BAD_KEY, format!("the master key in {place} cannot be read: {what}"));
        diag.hint("copy it again from where you wrote it down: `KMSITE-` and 53 letters and digits, the last of them to check the others").into()
    })
}

/// The refusal to go on without a key.
pub(in crate::cli) fn no_key() -> Diag {
    Diag::error(&code::NO_KEY, "this site has no master key")
        .hint("run `kmsite keys init`; if there was one, `kmsite keys init --recover` reads its written form")
        .hint(format!("in a build service, set the variable `{VARIABLE}` to the text of `{KEY_FILE}`"))
}

/// The fingerprint of a key, as files have it.
pub(in crate::cli) fn fingerprint(key: &MasterKey) -> String {
    key.fingerprint().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The site's members; `None` if there is no such file.
pub(in crate::cli) fn members(env: &Env<'_>) -> Result<Noted<Option<Members>>, Failure> {
    Ok(match members_file(env)? {
        Some(bytes) => members::read(&bytes).map(Some),
        None => Noted::clean(None),
    })
}

/// The bytes of the members' file; `None` if there is no such file.
pub(in crate::cli) fn members_file(env: &Env<'_>) -> Result<Option<Vec<u8>>, Failure> {
    match std::fs::read(env.root.join(members::FILE)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::io(format!("read `{}`", members::FILE))(error)),
    }
}

/// Whether these members' codes are derived from this key.
pub(in crate::cli) fn check_key(key: &MasterKey, members: &Members) -> Option<Diag> {
    let theirs = members.key.as_ref().filter(|theirs| **theirs != fingerprint(key))?;
    let message = format!("the master key is not the one that the codes in `{}` were made with (`{theirs}`)", members::FILE);
    let diag = Diag::error(&code::OTHER_KEY, message);
    Some(
        diag.hint("put that key back: `kmsite keys init --recover`")
            .hint("if it is lost: `kmsite keys init --replace`, and new codes for all members"),
    )
}

/// The refusal to go on where there were members.
pub(in crate::cli) fn no_members() -> Diag {
    let message = format!("`{}` is gone: without it, all members would be shut out", members::FILE);
    Diag::error(&code::NO_MEMBERS, message).hint("take it from version control or your backup")
}

/// Remembers the key, and that there are members. Failing to is no error: less would be noticed the next time.
pub(super) fn remember(key: &MasterKey, root: &Path) {
    let last = LastKeys { fingerprint: fingerprint(key), had_members: true };
    if LastKeys::read(root).as_ref() != Some(&last) {
        let _ = last.write(root);
    }
}
