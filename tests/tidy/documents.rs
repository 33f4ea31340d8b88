//! What the documents and the migrations say: tables of Markdown, names in SQL.

/// The rows of the Markdown tables that have a column `column`: that cell, with its line.
pub fn column(document: &str, column: &str) -> Vec<(String, usize)> {
    let mut index = None;
    let mut cells_of_column = Vec::new();
    for (n, line) in document.lines().enumerate() {
        let Some(row) = line.trim().strip_prefix('|').and_then(|l| l.strip_suffix('|')) else {
            index = None;
            continue;
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        match index {
            None => index = Some(cells.iter().position(|c| *c == column)),
            Some(Some(i)) if !row.starts_with("--") && !row.starts_with(" --") => {
                let cell = cells.get(i).copied().unwrap_or_default();
                cells_of_column.push((cell.to_owned(), n + 1));
            }
            Some(_) => {}
        }
    }
    cells_of_column
}

/// The names between backticks.
pub fn code_names(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// `boîte, point de vente` -> `boite`, `point_de_vente`.
pub fn words(cell: &str) -> Vec<String> {
    let plain = cell.replace('`', "").to_lowercase();
    let list = plain.split(',').map(|w| without_accents(w.trim()).replace([' ', '-'], "_"));
    list.filter(|w| !w.is_empty()).collect()
}

fn without_accents(word: &str) -> String {
    let plain = |c| match c {
        'à' | 'â' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' => 'o',
        'ù' | 'û' => 'u',
        'ç' => 'c',
        c => c,
    };
    word.chars().map(plain).collect()
}

/// Does `name` (of a table, a column, a step of a route) say `word`, in one or in many?
pub fn says(name: &str, word: &str) -> bool {
    let name = format!("_{}_", name.to_lowercase().replace('-', "_"));
    name.contains(&format!("_{word}_")) || name.contains(&format!("_{word}s_"))
}

/// Names of tables, views, types and columns that a migration makes, with their lines.
pub fn sql_names(migration: &str) -> Vec<(String, usize)> {
    let tokens = tokens(migration);
    let mut names = Vec::new();
    for at in 0..tokens.len() {
        let word = |n: usize| tokens.get(at + n).map_or("", |(w, _)| w.as_str());
        let name = match (word(0), word(1)) {
            ("create", "table") => {
                names.extend(columns(&tokens[at..]));
                2
            }
            ("create", "view" | "type") | ("add", "column") | ("rename", "to") => 2,
            ("create", "materialized") => 3,
            ("rename", "column") => 4,
            _ => continue,
        };
        let name = if word(name) == "if" { name + 3 } else { name };
        names.extend(tokens.get(at + name).cloned());
    }
    names
}

/// The first word of each item between the parentheses of a `create table`.
fn columns(tokens: &[(String, usize)]) -> Vec<(String, usize)> {
    const OTHER: [&str; 7] =
        ["primary", "foreign", "unique", "check", "constraint", "exclude", "like"];
    let mut found = Vec::new();
    let (mut depth, mut first) = (0, false);
    for (word, line) in tokens {
        match word.as_str() {
            "(" => (depth, first) = (depth + 1, depth == 0),
            ")" if depth == 1 => break,
            ")" => depth -= 1,
            "," => first = depth == 1,
            ";" => break,
            _ => {
                if first && !OTHER.contains(&word.as_str()) {
                    found.push((word.clone(), *line));
                }
                first = false;
            }
        }
    }
    found
}

/// Words and signs in lower case, without comments and texts.
fn tokens(sql: &str) -> Vec<(String, usize)> {
    let mut tokens = Vec::new();
    let mut in_text = false;
    for (n, line) in sql.lines().enumerate() {
        let mut word = String::new();
        let code = if in_text { line } else { line.split("--").next().unwrap_or_default() };
        for c in code.chars().chain([' ']) {
            in_text ^= c == '\'';
            if !in_text && (c.is_alphanumeric() || c == '_') {
                word.push(c.to_ascii_lowercase());
                continue;
            }
            if !word.is_empty() {
                tokens.push((std::mem::take(&mut word), n + 1));
            }
            if !in_text && matches!(c, '(' | ')' | ',' | ';') {
                tokens.push((c.to_string(), n + 1));
            }
        }
    }
    tokens
}

/// What a style sheet sets in the dark, but for `--names` and `color-scheme`, with its place.
pub fn more_than_colours(file: &str, sheet: &str) -> Vec<String> {
    let dark = sheet.match_indices("prefers-color-scheme").flat_map(|(at, _)| {
        let (mut depth, mut start, mut set) = (0, at, Vec::new());
        for (n, c) in sheet[at..].char_indices().map(|(n, c)| (at + n, c)) {
            if matches!(c, '{' | '}' | ';') {
                let said = sheet[start..n].trim();
                if c != '{' && depth > 0 && !said.is_empty() {
                    set.push((n, said));
                }
                depth += i32::from(c == '{') - i32::from(c == '}');
                start = n + 1;
                if depth == 0 && c != ';' {
                    break;
                }
            }
        }
        set
    });
    let more = dark.filter(|(_, said)| {
        let name = said.split(':').next().unwrap_or_default().trim();
        !name.starts_with("--") && name != "color-scheme"
    });
    let line = |at: usize| sheet[..at].matches('\n').count() + 1;
    more.map(|(at, said)| format!("{file}:{}: {said}", line(at))).collect()
}
