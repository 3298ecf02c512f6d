//! The table of diagnostic codes. A code never changes its meaning; one that is given up is never used again.
//!
//! 01 loading · 02 configuration and front matter · 03 Markdown · 04 structure, addresses and links · 05 access ·
//! 06 theme and templates · 07 media · 08 output · 09 commands.

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `KM` and four digits.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What it means, why it matters and what to do: for `kmsite explain`.
    pub explain: &'static str,
}

/// Defines the codes as constants and lists them.
macro_rules! codes {
    ($($id:ident $name:ident $title:literal $explain:literal)*) => {
        /// The codes by name.
        pub mod code {
            use super::Code;
            $(
                #[doc = concat!(stringify!($id), ": ", $title, ".")]
                pub static $name: Code = Code { id: stringify!($id), title: $title, explain: $explain };
            )*
        }

        /// All codes in order.
        pub static CODES: &[&Code] = &[$(&code::$name),*];
    };
}

codes! {
    KM0101 UNREADABLE "a file or folder cannot be read"
        "kmsite could not read this file or folder. Look at its permissions, or take it out of the site's folder."
    KM0102 NOT_UTF8 "a text file is not UTF-8"
        "Markdown, YAML and TOML files must be UTF-8. Editors can save a file in another encoding; in Chinese, GBK is the usual culprit."
    KM0103 SYMLINK_LOOP "a symbolic link leads back to a folder above it"
        "Following the link would never end, so it was left out."
    KM0104 HUGE_FILE "a text file is unusually large"
        "A Markdown file of more than 10 MB takes long to read for kmsite and for people. Split it."
    KM0105 BAD_FILE_NAME "a file name is not valid Unicode"
        "The file was left out, because no address can be made of its name."
    KM0106 NO_CONTENT "there is nothing to build"
        "No Markdown file was found. `kmsite new` makes a site to begin with."

    KM0201 BAD_YAML "YAML that cannot be read"
        "The text between the `---` lines, or the configuration file, is not valid YAML. Texts that hold `: ` or begin with a special character need quotes."
    KM0202 BAD_TOML "TOML that cannot be read"
        "The text between the `+++` lines is not valid TOML. Texts need quotes in TOML."
    KM0203 UNKNOWN_KEY "an unknown key"
        "In front matter an unknown key is a warning, in `site.yaml` an error: a misspelt key would be ignored otherwise. What is yours alone belongs under `extra:`."
    KM0204 BAD_VALUE "a value of the wrong type or form"
        "The key is known, but its value cannot be read. `kmsite schema` prints what each key takes."
    KM0205 DUPLICATE_KEY "a key is given twice"
        "Only one of the two values could be used, and which would be a guess."
    KM0206 UNCLOSED_FRONT_MATTER "front matter without an end"
        "The file begins with `---` or `+++`, but no line of the same marks closes it."
    KM0207 NO_BASE_URL "no base_url is set"
        "Feeds, sitemaps and previews need absolute addresses. Set `base_url:` in `site.yaml`, or pass `--base-url`."
    KM0208 BAD_OVERRIDE "a KMSITE__ variable that sets nothing"
        "`KMSITE__ACCESS__MODE=edge` sets `access.mode`: a double underscore goes one level down, and the value is read as YAML."

    // ---- 03 Markdown ----

    KM0301 NESTED_PAYWALL "a paywall mark inside a list or quotation"
        "`<!-- paywall -->` must stand on a line of its own between top-level blocks. To be safe, everything from the enclosing block on is treated as paid."

    // ---- 04 structure, addresses, links ----

    KM0401 ROUTE_TAKEN "two files for one address"
        "Only one of them could be published there. Give one another `slug:` or `path:`."

    // ---- 05 access ----

    KM0501 UNKNOWN_TIER "an unknown tier"
        "A tier must be one of those in `site.yaml`; a misspelt tier is never taken for free."

    // ---- 06 theme and templates ----

    KM0601 NO_THEME "the theme does not exist"
        "`theme:` names a folder below `themes/`, or `default`."

    // ---- 07 media ----

    KM0701 BAD_IMAGE "an image that cannot be read"
        "The file is published as it is, without smaller variants. It may be damaged, or of another format than its name says."

    // ---- 08 output ----

    KM0801 OUT_INSIDE_CONTENT "the output folder lies inside the content"
        "The next build would read its own output. Choose another folder with `--out`."
    KM0802 IN_THE_WAY "a file in the output folder is not kmsite's"
        "A file of the site belongs there, but the folder holds something else that kmsite did not write. It never overwrites or removes such a file. Move it elsewhere (files to be published as they are belong into `static/`), or choose another folder with `--out`. If the folder is an old copy of this site, empty it."
    KM0803 BAD_ADDRESS "an address that cannot be a file"
        "Each address becomes a file. Its segments can hold 255 bytes at most (85 Han characters), and none may be empty, `.` or `..`. Set a shorter `slug:` or `path:`."
    KM0804 CASE_CLASH "two addresses that differ only in case"
        "File systems of Windows and macOS, and some hosts, take them for the same file, so that only one of the two would be served. Give one another `slug:`."
    KM0805 EDITED_OUTPUT "a stale file was changed by hand"
        "kmsite wrote this file, and the site no longer has it. It would be removed, but somebody changed it since, and that work would be lost. Take what you need, then remove it."
    KM0806 NO_CACHE "the cache cannot be used"
        "The folder `.kmsite` cannot be written to, so nothing is remembered from build to build. The result is the same, but it takes longer. Look at the permissions and the free space."

    // ---- 09 commands ----

    KM0901 ALREADY_THERE "a file is there already"
        "Commands that make files never overwrite one."
}
