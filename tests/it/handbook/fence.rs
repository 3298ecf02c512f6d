//! A page -> its fences, and what each of them types and expects.

/// A fenced block of a page.
#[derive(Debug)]
pub struct Fence {
    /// The line of its text.
    pub line: usize,
    pub text: String,
    /// Whether it says `no-test`.
    pub excluded: bool,
    lang: String,
}

/// Something to type.
#[derive(Debug)]
pub struct Step {
    /// The line it stands on.
    pub line: usize,
    /// What is typed.
    pub command: String,
    /// What is printed; `None` if only success is asked for.
    pub expected: Option<Vec<String>>,
}

/// The fences of a page, in order.
pub fn fences(page: &str) -> Vec<Fence> {
    let mut fences: Vec<Fence> = Vec::new();
    // The marks that close the open fence.
    let mut open: Option<String> = None;
    for (number, line) in page.lines().enumerate() {
        let word = line.trim_start();
        let marks: String = word.chars().take_while(|&c| c == '`').collect();
        match (&open, fences.last_mut()) {
            (Some(close), _) if marks.len() >= close.len() && word.trim_end() == marks => open = None,
            (Some(_), Some(fence)) => fence.text.push_str(&format!("{line}\n")),
            _ if marks.len() >= 3 => {
                let info = &word[marks.len()..];
                let mut words = info.split([' ', ',', '{', '}']);
                let lang = words.next().unwrap_or_default().to_owned();
                fences.push(Fence { line: number + 2, text: String::new(), excluded: words.any(|word| word == "no-test"), lang });
                open = Some(marks);
            }
            _ => {}
        }
    }
    fences
}

impl Fence {
    /// Whether it is of a kind that is run.
    pub fn runs(&self) -> bool {
        matches!(self.lang.as_str(), "console" | "sh" | "bash" | "shell")
    }

    /// What it types, in order.
    pub fn steps(&self) -> Vec<Step> {
        match self.lang.as_str() {
            "console" => self.session(),
            _ if self.runs() => vec![Step { line: self.line, command: self.text.trim_end().to_owned(), expected: None }],
            _ => Vec::new(),
        }
    }

    fn session(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for (number, line) in self.text.lines().enumerate() {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step { line: self.line + number, command: command.to_owned(), expected: Some(Vec::new()) });
                continue;
            }
            let step = steps.last_mut().unwrap_or_else(|| panic!("line {}: no `$ ` before what is printed", self.line));
            let expected = step.expected.get_or_insert_default();
            match line.strip_prefix("> ") {
                Some(more) if expected.is_empty() => step.command.push_str(&format!("\n{more}")),
                _ => expected.push(line.to_owned()),
            }
        }
        steps
    }
}

#[test]
fn fences_are_told_apart_and_read() {
    let page = "````markdown\n```sh\nno\n```\n````\n\n```sh no-test\na\n```\n\n```console\n$ b \\\n> c\nout\n\nmore\n$ d\n```\n";
    let fences = fences(page);
    let told: Vec<_> = fences.iter().map(|fence| (fence.lang.as_str(), fence.line, fence.excluded)).collect();
    assert_eq!(told, [("markdown", 2, false), ("sh", 8, true), ("console", 12, false)]);
    let steps: Vec<_> = fences.iter().flat_map(Fence::steps).map(|step| (step.line, step.command, step.expected)).collect();
    let lines = |lines: &[&str]| Some(lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>());
    assert_eq!(
        steps,
        [(8, "a".to_owned(), None), (12, "b \\\nc".to_owned(), lines(&["out", "", "more"])), (17, "d".to_owned(), lines(&[]))]
    );
}
