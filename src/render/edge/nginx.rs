//! Rules -> the files that nginx includes, and a text that says how.
//!
//! | file | stands in | says |
//! |---|---|---|
//! | `nginx/http.conf` | `http { }` | who may have which file, and which pass is whose: secret |
//! | `nginx/server.conf` | `server { }` | which tree a request is answered from |
//! | `nginx/auth.conf` | `server { }` | how nginx asks (`auth_request`), and how readers get their cookie |
//!
//! No file names a folder of this machine: `server { }` sets `$km_public` and `$km_guarded`. Paths are compared as nginx has decoded and
//! cleaned them, and without regard to case, as its `map` does. Invariant: whatever does not match a rule is answered from the public tree.

use std::collections::BTreeMap;

use super::{AudienceNumber, FILES, Rules, Written};
use crate::artifact::{Artifact, MediaType};
use crate::id::Route;

/// What nginx adds to the length of a key in its tables: a pointer, a length, and alignment.
const OVERHEAD: usize = 32;
/// How long a browser keeps a pass, in seconds: a year. It opens nothing any more when the list of passes says so.
const KEPT: u32 = 31_536_000;
/// The number of no audience: nginx takes it for none, and answers from the public tree.
const NOBODY: AudienceNumber = 0;
const SERVER: &str = include_str!("server.conf");
const AUTH: &str = include_str!("auth.conf");
const README: &str = include_str!("README.md");

/// Writes the configuration.
#[must_use]
pub fn files(rules: &Rules<'_>) -> Written {
    let fill = |text: &str| {
        let own = format!("{}{}", rules.base_path, rules.own.trim_start_matches('/'));
        let secure = if rules.encrypted { "; Secure" } else { "" };
        let not_found = format!("{}{}", rules.base_path, rules.not_found.trim_start_matches('/'));
        let cookie = format!("Path={}; HttpOnly; SameSite=Lax{secure}", rules.base_path);
        text.replace("{base}", rules.base_path)
            .replace("{own}", &own)
            .replace("{files}", FILES)
            .replace("{not_found}", &not_found)
            .replace("{cookie}", &cookie)
            .replace("{kept}", &KEPT.to_string())
    };
    let file = |name: &str, text: String| (Route::new(name), Artifact::bytes(MediaType::TEXT, text.into_bytes()));
    vec![
        file("/README.md", fill(README)),
        file("/nginx/auth.conf", fill(AUTH)),
        file("/nginx/http.conf", tables(rules)),
        file("/nginx/server.conf", fill(SERVER)),
    ]
}

/// The tables: of paths, audiences and passes.
fn tables(rules: &Rules<'_>) -> String {
    let longest = rules.files.keys().map(String::len).chain(rules.passes.iter().map(|(pass, _)| pass.len())).max().unwrap_or(0);
    let bucket = (longest + OVERHEAD).next_power_of_two().max(128);
    let size = (rules.files.len().max(rules.passes.len()) * 4).next_power_of_two().max(2048);
    let mut out = format!(
        "# Written by kmsite: include it in http {{ }}. It holds the passes of your members: let nobody read it but nginx.\n\
         # If nginx says that one of these two is there twice, leave the larger one.\n\
         map_hash_max_size {size};\nmap_hash_bucket_size {bucket};\n\n\
         # What was asked for, below the site's address, and the file that stands for it.\n\
         map $uri $km_path {{\n    default \"\";\n    \"~^{}(?<km_below>/.*)$\" $km_below;\n}}\n\
         map $km_path $km_file {{\n    default $km_path;\n    \"~/$\" \"${{km_path}}index.html\";\n}}\n\n\
         # How long browsers keep what everyone may have.\nmap $km_file $km_keep {{\n    default \"no-cache\";\n",
        pattern(rules.base_path.trim_end_matches('/')),
    );
    for folder in &rules.immutable {
        out.push_str(&format!("    \"~^{}\" \"public, max-age=31536000, immutable\";\n", pattern(folder)));
    }
    out.push_str("}\n\n# Files that are paid for, and for whom they are.\nmap $km_file $km_audience {\n    default \"\";\n");
    for (file, audience) in &caseless(rules) {
        out.push_str(&format!("    {} {audience};\n", quoted(file)));
    }
    out.push_str("}\nmap $km_audience $km_needs {\n    default \"\";\n");
    for (number, needs) in rules.audiences.iter().enumerate() {
        out.push_str(&format!("    {} {};\n", number + 1, quoted(needs)));
    }
    out.push_str(
        "}\n\n# The pass that a reader shows: when entering a code in a header, afterwards in a cookie.\n\
         map $http_kmsite_pass $km_pass {\n    default $http_kmsite_pass;\n    \"\" $cookie_kmsite;\n}\n\n\
         # Passes, and what each opens.\nmap $km_pass $km_opens {\n    default \"\";\n",
    );
    for (pass, opens) in &rules.passes {
        out.push_str(&format!("    {} \"{}\";\n", quoted(pass), list(opens)));
    }
    out.push_str("}\nmap \"$km_audience:$km_opens\" $km_allowed {\n    default \"\";\n    \"~^(\\d+):.*,\\1,\" 1;\n}\n");
    out
}

/// The files as nginx compares their names: without regard to case. Where two of different audiences become one, nobody gets either.
fn caseless(rules: &Rules<'_>) -> BTreeMap<String, AudienceNumber> {
    let mut files = BTreeMap::new();
    for (file, audience) in &rules.files {
        let known = files.entry(file.to_ascii_lowercase()).or_insert(*audience);
        if known != audience {
            *known = NOBODY;
        }
    }
    files
}

/// Numbers with a comma at each side of each.
fn list(numbers: &[AudienceNumber]) -> String {
    numbers.iter().fold(",".to_owned(), |list, number| format!("{list}{number},"))
}

/// A word that nginx takes as it is: quotes and backslashes are escaped. Paths begin with `/`, so none is a pattern or a keyword.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A regular expression for this text, to stand between quotes.
fn pattern(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars() {
        if sign.is_ascii_punctuation() && !matches!(sign, '/' | '-' | '_' | '%') {
            out.push_str(if sign == '"' { "\\" } else { "\\\\" });
        }
        out.push(sign);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Body;

    fn written(files: &[(&str, usize)]) -> String {
        let rules = Rules {
            base_path: "/a.b/",
            own: "/kmsite/",
            encrypted: true,
            not_found: "404.html",
            immutable: vec!["/assets/"],
            audiences: vec!["tier:pro".to_owned()],
            files: files.iter().map(|(file, audience)| ((*file).to_owned(), *audience)).collect(),
            passes: vec![("00ff", vec![1, 12])],
        };
        let all = super::files(&rules).into_iter().map(|(_, artifact)| match artifact.body {
            Body::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            Body::File(_) => unreachable!(),
        });
        all.collect()
    }

    #[test]
    fn names_are_written_as_nginx_reads_them() {
        let conf = written(&[("/it's \"so\"\\/index.html", 1), ("/$uri/{x}.png", 1)]);
        assert!(conf.contains(r#"    "/it's \"so\"\\/index.html" 1;"#), "{conf}");
        assert!(conf.contains(r#"    "/$uri/{x}.png" 1;"#) && conf.contains(r#"    "00ff" ",1,12,";"#), "{conf}");
        assert!(conf.contains(r#""~^/a\\.b(?<km_below>/.*)$""#), "{conf}");
        let left: Vec<&str> = ["{base}", "{own}", "{files}", "{not_found}", "{cookie}", "{kept}"]
            .into_iter()
            .filter(|name| conf.contains(name))
            .collect();
        assert_eq!(left, [""; 0], "nothing is left to be filled in");
    }

    #[test]
    fn names_that_nginx_takes_for_one_open_to_nobody_unless_all_of_them_would() {
        let conf = written(&[("/A.bin", 1), ("/a.bin", 1), ("/B.bin", 1), ("/b.bin", 2)]);
        assert_eq!(conf.matches("/a.bin\" 1;").count(), 1, "{conf}");
        assert!(conf.contains("\"/b.bin\" 0;") && !conf.contains("B.bin"), "{conf}");
    }

    #[test]
    fn tables_have_room_for_the_longest_name() {
        let conf = written(&[(&format!("/{}", "x".repeat(300)), 1)]);
        assert!(conf.contains("map_hash_bucket_size 512;"), "{conf}");
    }
}
