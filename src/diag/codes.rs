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

    KM0302 NUL_CHARACTER "a NUL character in a text"
        "Text files hold no NUL; the file may be damaged, or saved as UTF-16. Each is shown as the replacement character, as CommonMark asks."
    KM0303 STRAY_TAG "a capitalised tag that is no component here"
        "A component is `<Name … />`, or `<Name>` with a matching `</Name>` in the same list item, quotation or paragraph. Anything else is shown as text. Write code, as `Vec<T>`, between backticks."
    KM0304 DUPLICATE_ID "a heading id is given twice"
        "A link to it could lead to one of the two only. The second was renamed; give it another `{#id}`."
    KM0305 UNCLOSED_COMMENT "a comment without an end"
        "Everything after `<!--` up to the next `-->` is left out. Without one, the rest of the file is."
    KM0306 BAD_ARGUMENT "a component's argument that cannot be read"
        "Arguments are literals: `name=\"text\"`, `name={3}`, `name={true}` or `name`, each given once."
    KM0307 TOO_DEEP "text nested too deeply"
        "Lists, quotations and components more than 64 levels deep are shown at that level."
    KM0308 EMPTY_SUMMARY "a SUMMARY.md without chapters"
        "`SUMMARY.md` lists a book's chapters as links: `- [Title](chapter.md)`."
    KM0310 INCLUDE_MISSING "an include of a file that is not there"
        "The path of `{{#include path}}` counts from the folder of the file it stands in. Hidden files cannot be included."
    KM0311 INCLUDE_NO_ANCHOR "an include of an anchor that is not there"
        "`{{#include file:name}}` shows what stands between the lines `ANCHOR: name` and `ANCHOR_END: name` of the file."
    KM0312 INCLUDE_CYCLE "an include that includes itself"
        "Following it would never end. Includes may be nested ten deep."
    KM0313 INCLUDE_OUTSIDE "an include of a file outside the site"
        "Only files below the site's folder can be included. Copy the file into it."
    KM0314 INCLUDE_TOO_MUCH "includes that add up to too much"
        "The includes of one chapter may add 16 MB of text and read 256 MB of files; what comes after stays a directive."

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

    // ---- 09 commands ----

    KM0901 ALREADY_THERE "a file is there already"
        "Commands that make files never overwrite one."
}
