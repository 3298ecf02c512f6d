//! The table of diagnostic codes. A code never changes its meaning; one that is given up is never used again.
//!
//! 01 loading · 02 configuration and front matter · 03 Markdown · 04 structure, addresses and links · 05 access ·
//! 06 theme and templates · 07 media · 08 output · 09 commands · 10 models and recommendations · 11 promotion.

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
        "In front matter an unknown key is a warning, in `site.yaml` an error: a misspelt key would be ignored otherwise. A key that looks like `tier` or `product` is an error everywhere, since ignoring it would give the piece away. What is yours alone belongs under `extra:`."
    KM0204 BAD_VALUE "a value of the wrong type or form"
        "The key is known, but its value cannot be read. `kmsite schema` prints what each key takes."
    KM0205 DUPLICATE_KEY "a key is given twice"
        "Only one of the two values could be used, and which would be a guess."
    KM0206 UNCLOSED_FRONT_MATTER "front matter without an end"
        "The file begins with `---` or `+++`, but no line of the same marks closes it."
    KM0207 NO_BASE_URL "no base_url is set"
        "Feeds, sitemaps and previews need absolute addresses. Set `base_url:` in `site.yaml`, or pass `--base-url`."
    KM0208 BAD_OVERRIDE "a KMSITE__ variable that sets nothing"
        "`KMSITE__ACCESS__TEASER__HAN=300` sets `access.teaser.han`: a double underscore goes one level down, and the value is read as YAML."
    KM0209 BAD_LADDER "tiers that make no ladder"
        "`tiers:` lists who may read, from open to most exclusive. There must be one at the least, and the first is everyone's: it has no price."
    KM0210 DUPLICATE_ID "an id is given twice"
        "Tiers, products, languages and collection folders are told apart by their ids. Rename one of the two."
    KM0211 BAD_BASE_URL "a base_url that no page can stand under"
        "`base_url:` is where the site will stand: `https://`, a host, and a path if the site does not begin at the root, as `https://example.org/blog/`."

    KM0212 LOW_CONTRAST "an accent colour that is hard to read"
        "Text needs a contrast of 4.5:1 with its ground (WCAG 2). The accent is measured against the theme's paper, as its `theme.yaml` gives it, in the light and the dark mode. It is used as it is written; the hint names the nearest colour of the same hue that passes."
    KM0213 NO_LOGO "a logo that is not there"
        "`brand.logo` names a file below the content folder or in `static/`, as `logo.svg`."
    KM0214 STRAY_KEY "a tier or product outside the front matter"
        "A line like `tier: member` stands at the beginning of the text, and would be shown to everyone together with all that follows. Front matter begins on the first line of the file with `---` and ends with another `---`; TOML has `+++`, and JSON is not read."

    // ---- 03 Markdown ----

    KM0301 NESTED_PAYWALL "a paywall mark inside a list or quotation"
        "`<!-- paywall -->` must stand on a line of its own between top-level blocks. To be safe, everything from the enclosing block on is treated as paid."

    KM0302 NUL_CHARACTER "a NUL character in a text"
        "Text files hold no NUL; the file may be damaged, or saved as UTF-16. Each is shown as the replacement character, as CommonMark asks."
    KM0303 STRAY_TAG "a capitalised tag that is no component here"
        "A component is `<Name … />`, or `<Name>` with a matching `</Name>` in the same list item, quotation or paragraph. Anything else is shown as text. Write code, as `Vec<T>`, between backticks."
    KM0304 DUPLICATE_ANCHOR "a heading id is given twice"
        "A link to it could lead to one of the two only. The second was renamed; give it another `{#id}`."
    KM0305 UNCLOSED_COMMENT "a comment without an end"
        "Everything after `<!--` up to the next `-->` is left out. Without one, the rest of the file is."
    KM0306 UNREADABLE_ARGUMENT "a component's argument that cannot be read"
        "Arguments are literals: `name=\"text\"`, `name={3}`, `name={true}` or `name`, each given once."
    KM0307 TOO_DEEP "text nested too deeply"
        "Lists, quotations and components more than 64 levels deep are shown at that level."
    KM0308 EMPTY_SUMMARY "a SUMMARY.md without chapters"
        "`SUMMARY.md` lists a book's chapters as links: `- [Title](chapter.md)`."
    KM0309 MISSPELT_MARK "a comment that looks like the paywall mark"
        "The teaser ends at `<!-- paywall -->`, written so and on a line of its own. A comment that is nearly that would be left out without a word, and with it the wall."
    KM0310 BAD_MATH "a formula that cannot be read"
        "The LaTeX between the dollar signs holds a mistake, or a command that kmsite does not know. Its source is shown instead. A lone `$` in text can be written `\\$`."
    KM0311 BAD_DIAGRAM "a diagram that cannot be drawn"
        "The Mermaid source holds a mistake, or a kind of diagram that kmsite does not draw. Its source is shown instead."
    KM0312 SCRIPT_LINK "a link that would run a script"
        "A link to `javascript:` and the like is written as plain text: pages run no scripts but those of the theme."
    KM0313 UNKNOWN_COMPONENT "an unknown component"
        "A capitalised tag calls a component of the theme, and the theme has none of this name. What stands between the tags is kept. Write the tag in lower case if it is plain HTML."
    KM0314 UNKNOWN_ARGUMENT "an unknown argument of a component"
        "The component takes no argument of this name."
    KM0315 MISSING_ARGUMENT "an argument of a component is missing"
        "The component cannot be drawn without this argument."
    KM0316 BAD_ARGUMENT "an argument of the wrong type"
        "Texts are written `name=\"text\"`, numbers `name={3}`, and `name` alone or `name={true}` switches something on."
    KM0317 COMPONENT_FAILED "a component cannot be rendered"
        "The component's template failed with these arguments; the message is the template engine's."
    KM0318 UNUSED_FOOTNOTE "a footnote that nothing refers to"
        "The footnote is not shown, because no `[^label]` refers to it."
    KM0319 SHORTCODE "a shortcode of another generator"
        "Shortcodes of Hugo, Zola, Jekyll and Hexo mean nothing here and are shown as text. Components do their work: `<Video src=\"a.mp4\" />`, `<Figure …>`, `<Callout kind=\"tip\">` and those of your theme. Include directives work inside books."
    KM0320 INCLUDE_MISSING "an include of a file that is not there"
        "The path of `{{#include path}}` counts from the folder of the file it stands in. Hidden files cannot be included."
    KM0321 INCLUDE_NO_ANCHOR "an include of an anchor that is not there"
        "`{{#include file:name}}` shows what stands between the lines `ANCHOR: name` and `ANCHOR_END: name` of the file."
    KM0322 INCLUDE_CYCLE "an include that includes itself"
        "Following it would never end. Includes may be nested ten deep."
    KM0323 INCLUDE_OUTSIDE "an include of a file outside the site"
        "Only files below the site's folder can be included. Copy the file into it."
    KM0324 INCLUDE_TOO_MUCH "includes that add up to too much"
        "The includes of one chapter may add 16 MB of text and read 256 MB of files; what comes after stays a directive."
    KM0325 REFUSED_HTML "HTML that browsers will refuse"
        "Pages carry a Content Security Policy, so that no script runs that the site does not know. Frames, scripts and style sheets of other sites need their origin under `csp:` in `site.yaml`, as `csp: { frames: [https://player.example.org] }`; scripts within a text never run."

    // ---- 04 structure, addresses, links ----

    KM0401 ROUTE_TAKEN "two files for one address"
        "Only one of them could be published there. Give one another `slug:` or `path:`."
    KM0402 ALIAS_TAKEN "an old address that is taken"
        "An entry of `aliases:` is the address of a page, or another piece claims it too. A redirect cannot stand where something else does."
    KM0403 DEAD_LINK "a link that leads nowhere"
        "There is no page or file at the address. Relative links start from the file they stand in; links from the content folder start with `/`."
    KM0404 DEAD_ANCHOR "a link to a heading that is not there"
        "The page exists, but has no such heading. Ids are made of the heading's text as GitHub makes them; `{#name}` behind a heading sets one."
    KM0405 DEAD_IMAGE "an image or file that is not there"
        "Images and media are looked for beside the file that names them, then below the content folder and in `static/`."
    KM0406 PREREQUISITE_CIRCLE "pieces that are each other's prerequisites"
        "Nobody could begin: a piece would have to be read before itself."
    KM0407 NO_TRANSLATION_TARGET "a translation of nothing"
        "`translation_of:` names the id or path of the piece in the other language. Files that differ in their language suffix only need no such line."
    KM0408 UNKNOWN_LEVEL "an unknown level"
        "A level says how hard a piece is: `beginner`, `intermediate` or `advanced`. Who may read it is `tier:`."
    KM0409 NO_START "a session without a beginning"
        "A live session needs `start:` with a time of day and an offset, as `2026-12-01T20:00:00+08:00`."
    KM0410 MISSING_CHAPTER "a chapter that is not there"
        "`SUMMARY.md` lists a file that does not exist. The chapters below it move up."
    KM0411 UNLISTED_CHAPTER "a file that the summary leaves out"
        "It lies in a book's folder, but `SUMMARY.md` does not list it. It is published as a page of its own, outside the order of reading."
    KM0413 DEAD_EXTERNAL "a link to another site that does not work"
        "The address was asked for (`check --external`) and did not answer well. Sites may be down for a while: look before you remove it."

    // ---- 05 access ----

    KM0501 UNKNOWN_TIER "an unknown tier"
        "A tier must be one of those in `site.yaml`; a misspelt tier is never taken for free."
    KM0502 UNKNOWN_PRODUCT "an unknown product"
        "`product:` names an entry of `products:` in `site.yaml`."
    KM0503 EMPTY_PRODUCT "a product that includes nothing"
        "An entry of `includes:` is a path below the content folder, as `courses/rust`. Where nothing is there, or nothing is listed, buyers would get nothing."
    KM0504 FREE_IN_PRODUCT "a free piece inside a product"
        "The file says `tier: free`, and a product that is sold includes it. To be safe it stays paid; `preview: true` gives it away."
    KM0506 NOTHING_LOCKED "a paid piece without anything paid"
        "It is shorter than a teaser may be, or its `<!-- paywall -->` stands at its end, so that everyone can read all of it. Set the mark where the teaser is to end, or lower `access.teaser`."
    KM0507 OPEN_TRANSLATION "a free translation of a paid piece"
        "`translation_of:` names a paid piece, and the translation says nothing of who may read it. It is never taken for free by omission: say `tier:` here too."
    KM0510 LEAK "paid text in a public file"
        "A file of the output holds words that stand in the paid part of a piece and in nothing that everyone may read, so nothing was published. A template or component that shows what it should not is the usual cause, or a copy of the text in `static/`. Where the words may be public, say them in the teaser or in front matter."
    KM0511 UNSEARCHED "a file that the audit did not search whole"
        "It unpacks to so much that the search for paid text gave up on it. Publish it unpacked, or make sure yourself that nothing paid is in it."

    KM0520 NO_KEY "no master key"
        "Paid text is sealed with a key that only the creator has. `kmsite keys init` makes it, in `.kmsite/master.key`; `kmsite keys init --recover` brings it back from its written form. Where there is no such file, as in a build service, the variable `KMSITE_MASTER_KEY` holds the same text."
    KM0521 KEY_FOR_ALL "a master key that others can read"
        "Whoever reads the master key can open everything that was ever sealed with it. Its file must be readable by its owner alone (mode 0600)."
    KM0522 BAD_KEY "a master key that cannot be read"
        "A master key is `KMSITE-` and 53 letters and digits, the last of which is a check symbol. Case, spaces and hyphens do not matter; `O` is read as `0`, `I` and `L` as `1`."
    KM0523 OTHER_KEY "the master key is another than before"
        "All codes follow from the master key: with another one, every code that was issued opens nothing, and all sealed files change. If that was not meant, put the old key back with `kmsite keys init --recover`. If the old one is lost, `kmsite keys init --replace` takes the new one for good, and all members need new codes."
    KM0524 NO_MEMBERS "members.yaml is gone"
        "`members.yaml` says who bought what. Without it a build would shut all members out, so it does not begin. Take the file from version control or a backup; an empty one made on purpose says `version: 1`."
    KM0525 SAME_NAME "two members with one name"
        "Commands name members by id or by name. A name that two have is of no use there."
    KM0526 BAD_MEMBERS "a members.yaml that cannot be read"
        "`kmsite keys` writes `members.yaml`, and reads it strictly: a member who is passed over in silence would be shut out."
    KM0527 PUBLIC_SOURCES "paid sources in what looks like a public repository"
        "What a site publishes is sealed, but its Markdown is not: in a public repository everyone can read it. Keep the sources in a private repository and publish the output folder only."
    KM0528 NO_SUCH_CODE "a code that opens nothing"
        "Either it was mistyped (the check symbol finds that), or nobody has it: it was made with another master key, was replaced by a newer one, or its member is not in `members.yaml`. A revoked code is known, and opens nothing either."
    KM0529 BAD_SALES "a list of sales that cannot be read"
        "`kmsite keys issue --from` reads CSV with a heading line: an order number, and as far as there are any the buyer's address, the product, the date and what became of the payment. A row that is not understood is never taken for paid, and nothing is issued until all are."
    KM0530 NO_SUCH_MEMBER "no such member"
        "Members are named by id, by name, by code, or by the mark at the end of a text that they opened. `kmsite keys list` shows them."
    KM0531 NOT_SOLD "a tier or product that is not sold"
        "`--for` takes `tier:` and the id of a tier above the first, or `product:` and the id of a product, as `site.yaml` has them."

    KM0540 DEMO_KEY_ELSEWHERE "the demo key on a site that is not the sample"
        "Everybody knows the demo key: whatever is sealed with it is open to all. It is for kmsite's own handbook. Take `demo_key` out of `access:`, and make a key of your own with `kmsite keys init`."
    KM0541 LARGE_FILE "a file too large to be sealed"
        "A browser opens a sealed file as a whole, in its memory; above 20 MB that is slow, and fails on phones. A recording belongs on a host for films: the address that the paid text names is sealed. `access.large_files: unlisted` publishes such files as they are, at an address that only sealed text has: whoever passes it on gives the file away."
    KM0542 CHANGED_FILE "a file changed while it was sealed"
        "Its key is made of its content, which was another when the build began. Nothing was published; build again."

    // ---- 06 theme and templates ----

    KM0601 NO_THEME "the theme does not exist"
        "`theme:` names a folder below `themes/`, or `default`."
    KM0602 TEMPLATE_SYNTAX "a template that cannot be read"
        "The template engine is Tera 2. The place shown is where it stopped understanding; the mistake is there or a little before it."
    KM0603 TEMPLATE_FAILED "a template that fails while a page is made"
        "Most often a variable that is not there: the hint lists what is. Ask with `{% if page.x is defined %}` for what may be missing."
    KM0604 TEMPLATE_REFERENCE "a template that names what is not there"
        "A filter, function, test, component, block or other template of this name is not known. A block can only be filled where the template that is extended has it. Templates of the site's theme shadow those of the default theme, which stay reachable as `theme/base.html`."
    KM0605 UNKNOWN_TEMPLATE "front matter names no template of the theme"
        "The page is made with the template of its kind. Put the file into the theme's `templates` folder, or take `template:` out."
    KM0606 BAD_STRINGS "a file of strings that cannot be read"
        "Files in a theme's `i18n` folder are YAML with one line for each text: a key with dots, a colon, and the text in quotes."
    KM0607 BAD_STYLE "a style sheet that cannot be read"
        "Style sheets are checked and made smaller when they are read. The place shown is where CSS was expected and something else stood."
    KM0608 BAD_MANIFEST "a theme.yaml that cannot be read"
        "It takes `name`, `version` and `description`, each a text."
    KM0609 UNKNOWN_ASSET "a style sheet names a file that the theme does not have"
        "Addresses in `url(…)` are relative to the style sheet. What is not in the theme's `assets` folder belongs into the site's `static` folder and is named with a full path."

    KM0610 BAD_PREPAINT "an inline script that ends too early"
        "`prepaint.js` of a theme stands within every page, before it is painted. The letters `</script` would end it there."

    // ---- 07 media ----

    KM0701 BAD_IMAGE "an image that cannot be read"
        "The file is published as it is, without smaller variants. It may be damaged, or of another format than its name says."
    KM0702 HUGE_IMAGE "an image of very many pixels"
        "An image of more than 100 megapixels would take more than half a gigabyte of memory to shrink. It is published as it is, without smaller variants. Shrink it before."

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
    KM0902 UNKNOWN_CODE "an unknown diagnostic code"
        "`kmsite explain` without a code lists all of them."
    KM0903 UNKNOWN_KIND "an unknown kind of piece"
        "`kmsite new KIND TITLE` makes an article, course, lesson, book, chapter, session, resource, answer or page; `kmsite new NAME` makes a site."
    KM0904 NO_SITE "there is no site here"
        "Commands work within a folder: that of a site, with `site.yaml` or `content/`, or any folder of Markdown. Go there, or name it with `--root`."
    KM0905 BAD_NAME "a name that no file can have"
        "A file's name is made of the letters and digits of its title, of any script, and there are none. Files are made within the site's folder only."
    KM0906 NO_COLLECTION "the course or book to add to is not clear"
        "A lesson belongs to a course and a chapter to a book. Name the folder before the title: `kmsite new lesson courses/rust/02-ownership/Borrowing`."
    KM0907 REFUSED "the system refuses to read or write"
        "A folder or stream cannot be read or written: the message has the system's own words. Look at the permissions, the free space and the path. Of a build that is refused while it writes, nothing is published; the site as it was stays."
    KM0908 NO_PORT "the preview cannot listen there"
        "A server needs an address and a port of its own. With `--port`, `kmsite serve` takes that one or none; without it, 4040 or the next that is free. Ports below 1024 are for the system."
    KM0909 NO_THEME_FILE "a file that the built-in theme does not have"
        "`theme eject` copies one file of the built-in theme into the site's. `kmsite theme list` names all of them."
    KM0920 NO_SENDER "a mail without a sender"
        "An `.eml` file says who sends it: `mail.from` in `site.yaml`, else the address in `footer.contact`. The HTML and the plain text are made all the same."
    KM0921 LARGE_MAIL "a mail that is too large"
        "Gmail shows about 102 kB of a mail and hides the rest behind a link, the way out of the list with it; 90 kB leave room for what a service adds. A snippet should stay below 10 kB."
    KM0922 NOTHING_SENT "no issue of the newsletter was sent yet"
        "`--since last` tells what no issue had, by `mail-log.yaml`. Begin with a day, as `--since 2026-11-01`, and pass `--sent` when the issue is sent."
    KM0923 NOTHING_NEW "a digest of nothing"
        "Nothing was published in that time. Pieces are new by their `date:`; those without one are never new, and those dated in the future not yet."
    KM0924 BAD_MAIL_LOG "a mail-log.yaml that cannot be read"
        "The file tells which issues of the newsletter were sent, and `kmsite mail digest --sent` writes it. Restore it from git."
    KM0925 NO_LANGUAGE "a language that the site does not have"
        "Mails and copies are made of what is written. `languages:` in `site.yaml` names the languages of a site."
    KM0926 BAD_DAY "something that is no day"
        "Days are written as `2026-11-01`."
    KM0927 NO_MAILS "a folder without mails"
        "`kmsite mail preview` shows the mails that were made before: `announce`, `digest` and `snippet` make them."
    KM0928 OPEN_NETWORK "paid text for a network that everyone reads"
        "Copies for 公众号, 知乎 and X hold what everyone may read, whoever is named with `--as`. Paid text goes to networks with a wall of their own: 小报童 and 知识星球."
    KM0929 REFUSED_COPY "a copy that is too long for its network"
        "The network's editor takes so many characters and no more. Shorten the copy after pasting it, or the piece."
    KM0990 NO_SUCH_PIECE "a file that is not part of the site"
        "`check --show` takes the path of a Markdown file below the content folder."

    // ---- 10 models and recommendations ----

    KM1001 BAD_MODEL "a model that cannot be used"
        "Pieces are compared by a model in the layout of sentence-transformers: a folder with `modules.json`, `tokenizer.json` and a graph (`model.onnx`). A file lacks, is damaged, or asks for something that kmsite does not know: the message names it. `kmsite model doctor` tries a model out. The model that comes with the program (`recommend.model: bundled`) needs nothing."
    KM1002 BAD_RUNTIME "an ONNX Runtime that cannot be used"
        "kmsite computes with the library of ONNX Runtime where it finds one, and with its built-in engine otherwise. This library cannot be loaded, or is older than 1.24. The lists are the same either way; the library is faster."
    KM1003 STRANGE_LANGUAGE "a language that the model does not know"
        "The model has no words for most of what is written in this language, so that its vectors would be noise. What these pieces have in common is told by their words and links alone, which works in every language. A multilingual model does better."
    KM1004 BAD_LINE "a line of a file that is not what it should be"
        "Files of texts, rankings and lists hold one JSON object on each line. The message names the line and what is wrong with it. Nothing was written."
    KM1051 BAD_LABELS "a file of labelled texts that cannot be read"
        "`kmsite classify` and `kmsite levels --texts` take CSV with a heading, or JSON lines. A row has a `text`, or a `piece` by its file or address, and a `label` (or `level`); rows with the same `group` are siblings, and none is judged by what was learnt from another. The levels are `beginner`, `intermediate` and `advanced`."
    KM1052 TOO_LITTLE "too little to learn from"
        "What is learnt from few texts, or is no better than always saying the most frequent label, would be worse than nothing. It takes 30 texts of each label, and a share of right answers whose interval lies above the most frequent label's. `report` prints both."
    KM1053 BAD_LEARNT "what was learnt cannot be read"
        "`kmsite levels train` and `kmsite classify train` write what they learnt as a table of text. This file is none, or was changed or cut. Make it anew."

    // ---- 11 promotion ----

    KM1101 NO_OFFER "a campaign that sells nothing"
        "A file of `content/campaigns/` is a page that sells one thing: `offer: tier:…` or `offer: product:…`, with an id of `site.yaml`."
    KM1102 UNKNOWN_OFFER "a campaign sells what is not on sale"
        "`offer:` names a tier above the first or a product, as `site.yaml` has them: `offer: tier:pro`, `offer: product:rust-course`."
    KM1103 BAD_TERMS "terms that cannot be kept"
        "What a page promises must hold for every reader alike: a moment has a time and an offset from UTC, an early or coupon price is lower than the usual one and in its currency, and no promise outlives its campaign."
    KM1104 TERMS_OVER "a campaign or a promise that is over"
        "Its last moment was before the day of the build, so the page sells on the usual terms. Its address stays, since links to it are out in the world. Set another moment, or take the lines out."
    KM1105 NO_CHECKOUT "nowhere to buy"
        "The button of a page that sells leads to a checkout: `checkout:` of the tier or product in `site.yaml`, or of the terms themselves. A coupon that can be entered nowhere is worth nothing."
    KM1106 BAD_VARIANTS "variants that cannot be told apart or shared out"
        "A variant says something otherwise than the page. `weight:` is of a hundred readers how many see it; together they must leave some for the page as it is, with which they are compared."
    KM1107 LONG_COPY "a headline or promise too long for its place"
        "On a phone, headline, promise, price and button are to stand on the first screen together. It is published as it is."
    KM1108 MISSING_COPY "copy that lacks a language"
        "The campaign has a page in a language in which this is not written. What the content says of itself stands in its place, or nothing does."
    KM1109 NO_EDITION "a campaign without a page in a language"
        "A campaign has a page in each language in which there is something of what it sells. In this one there is nothing, so there is no page."
    KM1110 UNKNOWN_TOPIC "a campaign speaks to a topic that no piece has"
        "`audience.topics` are tags of pieces; by them and by the level the page finds free pieces to begin with."
    KM1111 NO_CAMPAIGN "no such campaign"
        "Campaigns are called as their files in `content/campaigns/`, or by their `slug:`. `kmsite promo show` lists what all of them say."
    KM1112 NO_FONT "a card that cannot be set in type"
        "Cards are set in fonts that you choose, so that they look the same wherever they are made: files in the folder `fonts/`, or that of `--fonts`. `--system-fonts` takes those of the machine. Chinese needs a font that has it, as Noto Serif CJK (思源宋体)."
    KM1150 BAD_EVENTS "events that say nothing"
        "`kmsite promo report` reads JSON lines, CSV with a heading, or an access log. An event has `time`, `reader`, `kind` (`impression`, `click`, `signup` or `purchase`), `experiment` (the name of a campaign) and `variant`, and may have `build`, `segment` and `agent`. Lines that are none are counted and told; this file has no other."
}
