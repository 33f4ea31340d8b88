//! Reads Rust well enough to hold rules on it: what is code, what is text, which paths are named.

use std::fs;
use std::path::Path;

pub struct Source {
    /// From the root of the repository, with `/`.
    pub file: String,
    /// As written.
    pub raw: String,
    /// Comments blanked; every line and offset as written.
    pub text: String,
    /// Comments and the insides of strings blanked.
    pub code: String,
}

/// A path such as `crate::stock::reserver`; groups of `use` are unfolded.
pub struct Named {
    pub at: usize,
    pub path: String,
    /// What follows it, spaces apart.
    pub next: u8,
    /// What comes before it, spaces apart.
    pub previous: u8,
}

impl Source {
    pub fn new(file: &str, raw: &str) -> Self {
        let (text, code) = blank(raw);
        Self { file: file.to_owned(), raw: raw.to_owned(), text, code }
    }

    pub fn place(&self, at: usize) -> String {
        let line = self.raw[..at].matches('\n').count() + 1;
        format!("{}:{line}", self.file)
    }

    pub fn named(&self) -> Vec<Named> {
        let mut reader = Reader { code: self.code.as_bytes(), at: 0, found: Vec::new() };
        while reader.at < reader.code.len() {
            if reader.starts_word() { reader.path("") } else { reader.at += 1 }
        }
        reader.found
    }

    /// The modules that the code at `at` stands in: `src/stock/fefo.rs` is `stock`, `fefo`.
    pub fn module(&self, at: usize) -> Vec<String> {
        let inside = self.file.trim_start_matches("src/").trim_end_matches(".rs");
        let mut modules: Vec<String> = inside.split('/').map(str::to_owned).collect();
        modules.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
        modules.extend(self.inline_modules(at));
        modules
    }

    fn inline_modules(&self, at: usize) -> Vec<String> {
        let mut open = Vec::new();
        let mut depth = 0;
        for (i, c) in self.code[..at].char_indices() {
            if c == '{' {
                depth += 1;
                let mut before = self.code[..i].split_whitespace().rev();
                if let (Some(name), Some("mod")) = (before.next(), before.next()) {
                    open.push((depth, name.to_owned()));
                }
            } else if c == '}' {
                open.pop_if(|(d, _)| *d == depth);
                depth -= 1;
            }
        }
        open.into_iter().map(|(_, name)| name).collect()
    }
}

/// Every file under `root` that ends with `.rs`, in order of name.
pub fn sources(root: &str) -> Vec<Source> {
    let mut files = Vec::new();
    walk(Path::new(root), &mut files);
    files.retain(|f| f.ends_with(".rs"));
    files.iter().map(|f| Source::new(f, &read(f))).collect()
}

/// Every file and folder under `root`; folders end with `/`.
pub fn walk(root: &Path, found: &mut Vec<String>) {
    let mut entries: Vec<_> =
        fs::read_dir(root).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() {
            found.push(format!("{name}/"));
            walk(&path, found);
        } else {
            found.push(name);
        }
    }
}

pub fn read(file: &str) -> String {
    fs::read_to_string(file).unwrap_or_else(|e| panic!("{file}: {e}"))
}

struct Reader<'a> {
    code: &'a [u8],
    at: usize,
    found: Vec<Named>,
}

impl Reader<'_> {
    fn path(&mut self, prefix: &str) {
        let at = self.at;
        let previous = self.code[..at].trim_ascii_end().last().copied().unwrap_or(0);
        let mut path = format!("{prefix}{}", self.word());
        while self.eat("::") {
            if self.eat("{") {
                return self.group(&format!("{path}::"));
            }
            if self.eat("*") {
                path += "::*";
            } else if self.starts_word() {
                path = format!("{path}::{}", self.word());
            }
        }
        let next = self.code[self.at..].trim_ascii_start().first().copied().unwrap_or(0);
        self.found.push(Named { at, path, next, previous });
    }

    fn group(&mut self, prefix: &str) {
        while self.at < self.code.len() && !self.eat("}") {
            if self.eat("as ") {
                self.word();
            } else if self.starts_word() {
                self.path(prefix);
            } else if !self.eat("*") {
                self.at += 1;
            }
        }
    }

    fn starts_word(&self) -> bool {
        self.code.get(self.at).is_some_and(|&c| in_word(c))
    }

    fn word(&mut self) -> String {
        let rest = &self.code[self.at..];
        let length = rest.iter().take_while(|&&c| in_word(c)).count();
        self.at += length;
        String::from_utf8_lossy(&rest[..length]).into_owned()
    }

    /// Passes over spaces and `expected`, if that is what comes.
    fn eat(&mut self, expected: &str) -> bool {
        let rest = self.code[self.at..].trim_ascii_start();
        let here = rest.starts_with(expected.as_bytes());
        if here {
            self.at = self.code.len() - rest.len() + expected.len();
            let after = self.code[self.at..].trim_ascii_start();
            self.at = self.code.len() - after.len();
        }
        here
    }
}

pub fn in_word(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_'
}

fn blank(raw: &str) -> (String, String) {
    let bytes = raw.as_bytes();
    let (mut text, mut code) = (bytes.to_vec(), bytes.to_vec());
    let mut at = 0;
    while at < bytes.len() {
        at = match piece(&bytes[at..]) {
            Piece::Comment(n) => {
                erase(&mut text[at..at + n]);
                erase(&mut code[at..at + n]);
                at + n
            }
            Piece::Text { open, close, length } => {
                erase(&mut code[at + open..at + open.max(length.saturating_sub(close))]);
                at + length
            }
            Piece::Code(n) => at + n,
        };
    }
    let read = |b| String::from_utf8(b).expect("whole characters are blanked");
    (read(text), read(code))
}

fn erase(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
}

enum Piece {
    Comment(usize),
    /// The whole length, and that of what opens it (`r##"`) and closes it (`"##`).
    Text {
        open: usize,
        close: usize,
        length: usize,
    },
    Code(usize),
}

fn piece(rest: &[u8]) -> Piece {
    let word = rest.iter().take_while(|&&c| in_word(c)).count();
    match rest[0] {
        b'/' if rest.starts_with(b"//") => {
            Piece::Comment(rest.iter().position(|&c| c == b'\n').unwrap_or(rest.len()))
        }
        b'/' if rest.starts_with(b"/*") => Piece::Comment(block_comment(rest)),
        b'"' => Piece::Text { open: 1, close: 1, length: escaped(rest, b'"') },
        b'\'' => character(rest),
        _ if matches!(&rest[..word], b"r" | b"br" | b"cr") => raw_string(rest, word),
        _ => Piece::Code(word.max(1)),
    }
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..rest.len().min(at + 2)] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of what opens with `quote` and ends with the next one that is not escaped.
fn escaped(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    rest.len().min(at + 1)
}

/// `'x'` is a character, `'x` a lifetime.
fn character(rest: &[u8]) -> Piece {
    let first = String::from_utf8_lossy(&rest[1..rest.len().min(5)]).chars().next().unwrap_or(' ');
    if first == '\\' || rest.get(1 + first.len_utf8()) == Some(&b'\'') {
        return Piece::Text { open: 1, close: 1, length: escaped(rest, b'\'') };
    }
    Piece::Code(1)
}

fn raw_string(rest: &[u8], word: usize) -> Piece {
    let hashes = rest[word..].iter().take_while(|&&c| c == b'#').count();
    let open = word + hashes + 1;
    if rest.get(open - 1) != Some(&b'"') {
        return Piece::Code(word);
    }
    let close = [b"\"", &rest[word..word + hashes]].concat();
    let inside = rest[open..].windows(close.len()).position(|w| w == close);
    let length = inside.map_or(rest.len(), |n| open + n + close.len());
    Piece::Text { open, close: close.len(), length }
}
