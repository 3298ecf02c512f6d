//! kmsite is a content compiler: a folder of Markdown goes in, a finished static site comes out as plain files.
//!
//! # One way through
//!
//! A datum walks through the phases below, each a plain function from value to value. Only `load`, `emit` and the services that are
//! handed in (`world`'s traits, made real in `disk`) touch a disk.
//!
//! ```text
//! load    World                      -> Tree       text as bytes; media as path, length, hash
//! parse   Tree                       -> Parsed     a Doc<RawLink> per file; what follows the teaser is Locked
//! resolve Parsed, Config, date       -> Site       hierarchy, inheritance, entitlements, addresses, links
//! enrich  Site                       -> Enriched   what is computed across pieces
//! plan    Site, Enriched, Theme      -> Plan       every address with its recipe; nothing is rendered
//! make    Plan, Recipe, Services     -> Artifact   one file of the output
//! emit    Plan, Services, folder     -> Report     all of them, staged, then committed at once
//! ```
//!
//! `compile` strings the phases together up to the plan, and remembers what need not be done again; `cli` decides what is done with it:
//! `build` emits it, `check` only makes it, `serve` makes what a browser asks for, and the rest in the background for its findings.
//!
//! Each phase returns `Noted<T>`: a value, and everything that was found on the way to it. The edge (`cli`) merges the findings, sorts
//! them and draws them; an error stops before the commit, so that a broken build never replaces a good site.
//!
//! # One gate
//!
//! `parse` closes whatever follows the teaser in a `Locked`; `access` alone opens it, by the entitlements that `resolve` settled.
//! Nobody else can look: the type has no accessor. `serve` shows a creator what those see who paid: `access::preview` asks for a `Viewer`, a
//! `Viewer` for the proof (`serve::Loopback`) that nobody but this machine is listening, and what comes of it is no `Artifact`. Whatever is
//! derived from opened text is `Gated`: it says for whom it is, and is sealed for these and nobody else. Where the site says that a server asks
//! who comes (`access.mode: edge`), `access::Edge` opens it for a second tree, which `make::Guarded` makes and `emit` commits together with the public
//! one, never into it.
//!
//! # What is inferred
//!
//! `enrich::levels` learns from labelled texts, and infers from public text only. A declared level is a piece's own; an inferred one stands beside the
//! site, in `enrich::Levels`, and whoever shows it says that it is one. Unless the site asks for them, a build infers none.
//!
//! # Who bought what
//!
//! `members` holds who bought what as values, and their file `members.yaml`; `cli` (`keys`) alone changes it. With the master key it becomes
//! `access`'s `Keyring`, which `make` gets as a service: to everything before, nobody has bought anything.
//!
//! # What sells it
//!
//! A campaign is a file of the content: `config` reads it, `resolve` settles what it sells and which of its terms still hold. `promote` makes what
//! its page says as values, each sentence with the key it comes from, from what everyone may see; `view` dresses them in the theme's words. What
//! is told elsewhere has links of its own (`promote::utm`); those within the site have none. `view::social` says what stands on the picture that link previews
//! show, which `render::card` draws in the site's own fonts; `view::privacy` says what pages keep and send, from the configuration alone. All variants of a campaign stand in its page, and the theme's
//! `prepaint.js` picks; what was learnt of them (`config::Weights`) comes back by the same folder.
//!
//! # One proof
//!
//! Whatever the gate is worth, what counts is the bytes. Before a commit `emit` shows every file to an [`emit::Inspector`], and that of a build is
//! `audit`: `access` gives it the words that are locked and public nowhere, as hashes, and it looks for them under every wrapping it knows.
//! `kmsite audit` does the same with a folder. `tests/it/leak` proves it another way, and shares no code with it.
//!
//! # What pieces have in common
//!
//! `enrich::model` reads a model's folder, the bundled one within the program above all, and `enrich::onnx` runs it: the only user of `ort`, behind
//! `world::Embedder`. `enrich::next` mixes what the model says with words, links and folders into what each piece leads to; of paid pieces it gets from
//! the gate what everyone may read (`access::embedding_text`). What is said of why has to be true by itself (`enrich::next`'s `reason`), not only more so than elsewhere. That is dear, and so `compile` is handed it by whoever wants it. What goes on from what a
//! reader read is worked out on the reader's device alone, if at all: `enrich::personal` is the specification, with vectors that Rust and the theme's
//! `for-you.js` both pass; `view::personal` says what pages and `pieces.json` tell that script, the same for everyone. `cli` opens the model that the configuration names and hands it in.
//!
//! # What is told elsewhere
//!
//! What the gate shows of a piece to an audience can be told elsewhere than on its page: `promote::prose` makes it text that needs no style sheet,
//! no script and no page around it, `promote::mail` sends that, and `promote::channels` has it as other networks take it. It goes to a `cli::Outbox`: a folder that nothing is read from and nothing
//! published of, and so the second proof that a `Viewer` is made with.
//!
//! # Same in, same out
//!
//! The output is a function of content, configuration, theme and date. Clock, environment and randomness are inputs of `cli`, never
//! asked for inside a phase. Tables are in an order that the content alone decides.
//!
//! Hence a build need not be done twice: `compile::Fingerprint` is the hash of all that goes in, the one place where an input is added. If it
//! is that of the last build, and what that wrote stands, behind the wall too, `cli::last` says again what that said.
//!
//! # What is deliberately absent
//!
//! - `model`, `id` and `artifact` import no phase; of `access` only `locked`.
//! - `parse` knows neither `render`, `disk` nor `Config` (it takes `ParseOptions`).
//! - In `render` only `html` sees `model::Block`; the rest sees `view`. None sees `disk`, `emit` or `enrich`.
//! - `serve` knows no model but the names of languages, tiers and levels; only `access` knows what it proves.
//! - `audit` knows no model either: hashes come in, findings go out.
//! - `emit` knows no model. Nothing but `emit` writes output; sources are never written by a build.
//! - Pages hold no inline style, and no inline script but the theme's `prepaint.js`: the policy of `render::csp`, which the configuration
//!   alone decides, lets no other run.
//! - A third-party crate with a job of its own is named in one module only (`tests/it/tidy.rs` has the list).

pub mod access;
pub mod artifact;
pub mod audit;
pub mod cli;
pub mod compile;
pub mod config;
pub mod diag;
pub mod disk;
pub mod emit;
pub mod enrich;
pub mod id;
pub mod load;
pub mod make;
pub mod members;
pub mod model;
pub mod parse;
pub mod plan;
pub mod promote;
pub mod render;
pub mod resolve;
pub mod search;
pub mod serve;
pub mod theme;
pub mod view;
pub mod world;
