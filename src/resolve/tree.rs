//! Folders and files of one language -> a tree of drafts: what each becomes and what lies in what.
//!
//! This is where a plain folder of Markdown gets its shape: collections by name, a book by its `SUMMARY.md`, a course by its numbered
//! folders, articles by their dates, pages for the rest. Nothing is inherited or addressed yet. Invariant: every file given becomes
//! exactly one draft, and a draft's parent stands before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Collections;
use crate::model::{Kind, Moment};

use super::place::{Name, join, natural};

/// A draft's place in [`Tree::drafts`].
pub(super) type DraftId = usize;

/// A file as the tree sees it.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Its number in `Parsed::docs`.
    pub doc: usize,
    /// Its folder (logical).
    pub folder: String,
    /// Its stem (logical).
    pub stem: String,
    /// Whether it is its folder's own page.
    pub index: bool,
    /// Its date, declared or in its name.
    pub date: Option<Moment>,
    /// Its declared place among its siblings.
    pub order: Option<i64>,
}

/// A piece in the making.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// What it becomes.
    pub kind: Kind,
    /// Its file; a folder without one has none.
    pub doc: Option<usize>,
    /// Its logical path.
    pub logical: String,
    /// What it lies in.
    pub parent: Option<DraftId>,
    /// What lies in it, in order.
    pub children: Vec<DraftId>,
    /// The folder whose list shows it, for pieces outside courses and books.
    pub listed_in: Option<String>,
    /// Whether its number among its siblings is shown.
    pub numbered: bool,
    /// A title that is given elsewhere (`SUMMARY.md`).
    pub title: Option<String>,
}

/// The drafts of one language.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// All drafts, parents first.
    pub drafts: Vec<Draft>,
    /// Folders that get a list of their pieces, with the draft of their own page.
    pub lists: BTreeMap<String, Option<DraftId>>,
}

/// What a `SUMMARY.md` says: entries with the documents they name.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    /// The book's folder (logical).
    pub folder: String,
    /// Its entries.
    pub entries: Vec<OutlineEntry>,
}

/// An entry of a summary.
#[derive(Clone, Debug)]
pub(super) enum OutlineEntry {
    /// A heading between chapters.
    Part(String),
    /// A chapter.
    Chapter {
        /// Its document, if there is one.
        doc: Option<usize>,
        /// Its title in the summary.
        title: Option<String>,
        /// Whether it counts.
        numbered: bool,
        /// The chapters below it.
        below: Vec<OutlineEntry>,
    },
}

#[derive(Debug, Default)]
struct Folder {
    index: Option<File>,
    files: Vec<File>,
    folders: BTreeSet<String>,
}

/// Grows the tree of one language.
pub(super) fn grow(files: Vec<File>, outlines: &[Outline], collections: &Collections) -> Tree {
    let mut grower = Grower {
        folders: sort_into_folders(files),
        outlines: outlines.iter().map(|outline| (outline.folder.as_str(), outline)).collect(),
        kinds: kinds(collections),
        tree: Tree::default(),
    };
    grower.root();
    grower.tree
}

fn kinds(collections: &Collections) -> BTreeMap<&str, Kind> {
    BTreeMap::from([
        (collections.articles.as_str(), Kind::Article),
        (collections.courses.as_str(), Kind::Course),
        (collections.books.as_str(), Kind::Book),
        (collections.sessions.as_str(), Kind::Session),
        (collections.resources.as_str(), Kind::Resource),
        (collections.answers.as_str(), Kind::Answer),
    ])
}

fn sort_into_folders(files: Vec<File>) -> BTreeMap<String, Folder> {
    let mut folders: BTreeMap<String, Folder> = BTreeMap::from([(String::new(), Folder::default())]);
    for file in files {
        let mut at = file.folder.clone();
        while !at.is_empty() {
            let (parent, name) = at.rsplit_once('/').unwrap_or(("", &at));
            let (parent, name) = (parent.to_owned(), name.to_owned());
            folders.entry(parent.clone()).or_default().folders.insert(name);
            at = parent;
        }
        let folder = folders.entry(file.folder.clone()).or_default();
        if file.index && folder.index.is_none() { folder.index = Some(file) } else { folder.files.push(file) }
    }
    folders
}

struct Grower<'a> {
    folders: BTreeMap<String, Folder>,
    outlines: BTreeMap<&'a str, &'a Outline>,
    kinds: BTreeMap<&'a str, Kind>,
    tree: Tree,
}

/// A file or a folder below a course or book, to be put in order.
enum Entry {
    File(File),
    Folder(String, Option<i64>),
}

impl Grower<'_> {
    fn root(&mut self) {
        let names: Vec<String> = self.folders[""].folders.iter().cloned().collect();
        let has_collections = names.iter().any(|name| self.kinds.contains_key(name.as_str()));
        let numbered = |name: &&String| Name::of(name).number.is_some();
        if self.outlines.contains_key("") {
            self.book("", None);
        } else if !has_collections && names.iter().filter(numbered).count() >= 2 {
            let course = self.folder_draft("", Kind::Course, None);
            let (modules, others): (Vec<String>, Vec<String>) = names.into_iter().partition(|name| numbered(&name));
            self.course_entries(course, modules.into_iter().map(|name| Entry::Folder(name, None)).collect());
            self.loose_files("", None);
            for name in others {
                self.folder(&name, None);
            }
            return;
        } else {
            let home = self.folders.get_mut("").and_then(|folder| folder.index.take());
            if let Some(file) = home {
                self.add(Draft { logical: String::new(), ..draft(Kind::Home, Some(file.doc)) });
            }
            self.loose_files("", None);
        }
        for name in names {
            match self.kinds.get(name.as_str()) {
                Some(&kind) => self.collection(&name, kind, None),
                None => self.folder(&name, None),
            }
        }
    }

    /// A folder that is none of the site's collections.
    fn folder(&mut self, path: &str, parent: Option<DraftId>) {
        let Some(folder) = self.folders.get(path) else { return };
        let numbered = folder.folders.iter().filter(|name| Name::of(name).number.is_some()).count();
        if self.outlines.contains_key(path) {
            return self.book(path, parent);
        }
        if numbered >= 2 {
            return self.course(path, parent);
        }
        if folder.files.is_empty() && folder.folders.is_empty() {
            return self.bundle(path, None, parent);
        }
        let subfolders: Vec<String> = folder.folders.iter().map(|name| join(path, name)).collect();
        let section = self.section(path, parent);
        self.loose_files(path, section.or(parent));
        for subfolder in subfolders {
            self.folder(&subfolder, section.or(parent));
        }
    }

    /// A folder of pieces of one kind.
    fn collection(&mut self, path: &str, kind: Kind, parent: Option<DraftId>) {
        let section = self.section(path, parent).or(parent);
        let Some(folder) = self.folders.get_mut(path) else { return };
        let files = std::mem::take(&mut folder.files);
        let subfolders: Vec<String> = folder.folders.iter().map(|name| join(path, name)).collect();
        for file in in_order(files) {
            let logical = join(&file.folder, &file.stem);
            self.add(Draft { parent: section, logical, listed_in: Some(path.to_owned()), ..draft(kind, Some(file.doc)) });
        }
        for subfolder in subfolders {
            let only_index =
                self.folders.get(&subfolder).is_some_and(|folder| folder.files.is_empty() && folder.folders.is_empty());
            match kind {
                Kind::Course if self.outlines.contains_key(subfolder.as_str()) => self.book(&subfolder, section),
                Kind::Course => self.course(&subfolder, section),
                Kind::Book => self.book(&subfolder, section),
                _ if only_index => self.bundle(&subfolder, Some(kind), section),
                _ => self.collection(&subfolder, kind, section),
            }
        }
    }

    /// The own page of a folder that gets a list.
    fn section(&mut self, path: &str, parent: Option<DraftId>) -> Option<DraftId> {
        let index = self.folders.get_mut(path).and_then(|folder| folder.index.take());
        let section =
            index.map(|file| self.add(Draft { parent, logical: path.to_owned(), ..draft(Kind::Section, Some(file.doc)) }));
        self.tree.lists.insert(path.to_owned(), section);
        section
    }

    /// A folder that holds one file and what belongs to it.
    fn bundle(&mut self, path: &str, kind: Option<Kind>, parent: Option<DraftId>) {
        let Some(file) = self.folders.get_mut(path).and_then(|folder| folder.index.take()) else { return };
        let (above, _) = path.rsplit_once('/').unwrap_or(("", path));
        let kind = kind.unwrap_or(if file.date.is_some() { Kind::Article } else { Kind::Page });
        let listed_in = Some(list_of(above, kind)).filter(|_| kind != Kind::Page || !above.is_empty());
        self.add(Draft { parent, logical: path.to_owned(), listed_in, ..draft(kind, Some(file.doc)) });
    }

    /// The files of a folder outside courses, books and collections: articles if dated, else pages.
    fn loose_files(&mut self, path: &str, parent: Option<DraftId>) {
        let Some(folder) = self.folders.get_mut(path) else { return };
        for file in in_order(std::mem::take(&mut folder.files)) {
            let kind = if file.date.is_some() { Kind::Article } else { Kind::Page };
            let listed_in = Some(list_of(path, kind)).filter(|_| kind != Kind::Page || !path.is_empty());
            let logical = join(&file.folder, &file.stem);
            self.add(Draft { parent, logical, listed_in, ..draft(kind, Some(file.doc)) });
        }
    }

    fn course(&mut self, path: &str, parent: Option<DraftId>) {
        let course = self.folder_draft(path, Kind::Course, parent);
        self.tree.drafts[course].listed_in = Some(list_above(path));
        let entries = self.entries(path);
        self.course_entries(course, entries);
    }

    /// Modules and lessons below a course or module, in order.
    fn course_entries(&mut self, above: DraftId, entries: Vec<Entry>) {
        for entry in Self::arranged(entries) {
            match entry {
                Entry::File(file) => {
                    let logical = join(&file.folder, &file.stem);
                    self.add(Draft { parent: Some(above), logical, numbered: true, ..draft(Kind::Lesson, Some(file.doc)) });
                }
                Entry::Folder(path, _) => self.course_folder(&path, above),
            }
        }
    }

    fn course_folder(&mut self, path: &str, above: DraftId) {
        let folder = &self.folders[path];
        let (_, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_wrapper = folder.index.is_none() && folder.files.is_empty() && Name::of(name).number.is_none();
        let is_lesson = folder.index.is_some()
            && ((folder.files.is_empty() && folder.folders.is_empty()) || self.tree.drafts[above].kind != Kind::Course);
        let entries = self.entries(path);
        if is_wrapper {
            return self.course_entries(above, entries);
        }
        let kind = if is_lesson { Kind::Lesson } else { Kind::Module };
        let draft = self.folder_draft(path, kind, Some(above));
        self.tree.drafts[draft].numbered = true;
        self.course_entries(draft, entries);
    }

    fn book(&mut self, path: &str, parent: Option<DraftId>) {
        let book = self.folder_draft(path, Kind::Book, parent);
        if !path.is_empty() {
            self.tree.drafts[book].listed_in = Some(list_above(path));
        }
        if let Some(&outline) = self.outlines.get(path) {
            return self.outlined_book(book, outline);
        }
        let entries = self.entries(path);
        self.book_entries(book, entries);
    }

    /// Parts and chapters below a book without a summary.
    fn book_entries(&mut self, above: DraftId, entries: Vec<Entry>) {
        for entry in Self::arranged(entries) {
            match entry {
                Entry::File(file) => {
                    let logical = join(&file.folder, &file.stem);
                    self.add(Draft { parent: Some(above), logical, numbered: true, ..draft(Kind::Chapter, Some(file.doc)) });
                }
                Entry::Folder(path, _) => {
                    let folder = &self.folders[&path];
                    let is_part =
                        self.tree.drafts[above].kind == Kind::Book && !(folder.files.is_empty() && folder.folders.is_empty());
                    let kind = if is_part { Kind::Part } else { Kind::Chapter };
                    let entries = self.entries(&path);
                    let draft = self.folder_draft(&path, kind, Some(above));
                    self.tree.drafts[draft].numbered = true;
                    self.book_entries(draft, entries);
                }
            }
        }
    }

    /// A book as its summary orders it. What the summary leaves out becomes a page below the book.
    fn outlined_book(&mut self, book: DraftId, outline: &Outline) {
        let mut left: BTreeMap<usize, File> = BTreeMap::new();
        for folder in self.below(&outline.folder) {
            if let Some(folder) = self.folders.get_mut(&folder) {
                let files = std::mem::take(&mut folder.files).into_iter().chain(folder.index.take());
                left.extend(files.map(|file| (file.doc, file)));
            }
        }
        let mut part = None;
        for entry in &outline.entries {
            match entry {
                OutlineEntry::Part(title) => {
                    let logical = join(&outline.folder, title);
                    let title = Some(title.clone());
                    part = Some(self.add(Draft { parent: Some(book), logical, title, ..draft(Kind::Part, None) }));
                }
                OutlineEntry::Chapter { .. } => self.outlined_chapter(part.unwrap_or(book), entry, &mut left),
            }
        }
        for file in left.into_values() {
            let logical = if file.index { file.folder.clone() } else { join(&file.folder, &file.stem) };
            self.add(Draft { parent: Some(book), logical, ..draft(Kind::Page, Some(file.doc)) });
        }
    }

    fn outlined_chapter(&mut self, above: DraftId, entry: &OutlineEntry, left: &mut BTreeMap<usize, File>) {
        let OutlineEntry::Chapter { doc, title, numbered, below } = entry else { return };
        let file = doc.and_then(|doc| left.remove(&doc));
        let chapter = match file {
            Some(file) => {
                let logical = if file.index { file.folder.clone() } else { join(&file.folder, &file.stem) };
                let title = title.clone();
                self.add(Draft {
                    parent: Some(above),
                    logical,
                    numbered: *numbered,
                    title,
                    ..draft(Kind::Chapter, Some(file.doc))
                })
            }
            // A draft chapter, one whose file is missing or one that is listed twice: what lies below it moves up.
            None => above,
        };
        for entry in below {
            self.outlined_chapter(chapter, entry, left);
        }
    }

    /// A folder and all folders below it.
    fn below(&self, path: &str) -> Vec<String> {
        let mut found = vec![path.to_owned()];
        let mut next = 0;
        while next < found.len() {
            let path = found[next].clone();
            if let Some(folder) = self.folders.get(&path) {
                found.extend(folder.folders.iter().map(|name| join(&path, name)));
            }
            next += 1;
        }
        found
    }

    /// The draft of a folder, with the folder's own page if it has one.
    fn folder_draft(&mut self, path: &str, kind: Kind, parent: Option<DraftId>) -> DraftId {
        let doc = self.folders.get_mut(path).and_then(|folder| folder.index.take()).map(|file| file.doc);
        self.add(Draft { parent, logical: path.to_owned(), ..draft(kind, doc) })
    }

    /// What lies in a folder.
    fn entries(&mut self, path: &str) -> Vec<Entry> {
        let Some(folder) = self.folders.get_mut(path) else { return Vec::new() };
        let files = std::mem::take(&mut folder.files);
        let folders: Vec<String> = folder.folders.iter().map(|name| join(path, name)).collect();
        let folders = folders.into_iter().map(|path| {
            let order = self.folders.get(&path).and_then(|folder| folder.index.as_ref()).and_then(|index| index.order);
            Entry::Folder(path, order)
        });
        let folders: Vec<Entry> = folders.collect();
        files.into_iter().map(Entry::File).chain(folders).collect()
    }

    /// Entries by declared order, then number, then name.
    fn arranged(mut entries: Vec<Entry>) -> Vec<Entry> {
        entries.sort_by_cached_key(|entry| {
            let (order, name) = match entry {
                Entry::File(file) => (file.order, file.stem.as_str()),
                Entry::Folder(path, order) => (*order, path.rsplit_once('/').map_or(path.as_str(), |(_, name)| name)),
            };
            place_of(order, name)
        });
        entries
    }

    fn add(&mut self, draft: Draft) -> DraftId {
        let id = self.tree.drafts.len();
        if let Some(parent) = draft.parent {
            self.tree.drafts[parent].children.push(id);
        }
        if let Some(list) = &draft.listed_in {
            self.tree.lists.entry(list.clone()).or_default();
        }
        self.tree.drafts.push(draft);
        id
    }
}

const fn draft(kind: Kind, doc: Option<usize>) -> Draft {
    Draft { kind, doc, logical: String::new(), parent: None, children: Vec::new(), listed_in: None, numbered: false, title: None }
}

/// The folder whose list shows a loose piece: articles at the content root have a list of their own.
fn list_of(folder: &str, kind: Kind) -> String {
    if folder.is_empty() && kind == Kind::Article { "articles".to_owned() } else { folder.to_owned() }
}

/// The folder whose list shows a course or book; those at the content root share lists by their kind's usual name.
fn list_above(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(above, _)| above.to_owned())
}

fn in_order(mut files: Vec<File>) -> Vec<File> {
    files.sort_by_cached_key(|file| place_of(file.order, &file.stem));
    files
}

/// Declared order, then number, then name as people sort names.
fn place_of(order: Option<i64>, name: &str) -> (bool, i64, bool, u64, Vec<(String, u64)>) {
    let number = Name::of(name).number;
    (order.is_none(), order.unwrap_or(0), number.is_none(), number.unwrap_or(0), natural(name))
}
