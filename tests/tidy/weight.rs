//! What the repository weighs, and that what it stands on is pinned.

/// In bytes; what is written by hand stays far under it.
const FILE: u64 = 64 * 1024;
/// All that is not written by hand: pictures, books, archives, descriptions. It stays in every clone
/// for ever, where a page of code is a few kilobytes.
const BLOBS: u64 = 3_750_000;
const WRITTEN: [&str; 7] = ["rs", "sql", "html", "css", "js", "md", "toml"];
/// Heavier files, each with its own bound and why it is there.
const HEAVY: [(&str, u64, &str); 3] = [
    ("Cargo.lock", 150_000, "what every build stands on"),
    ("docs/images/accueil.png", 95_000, "the picture of README.md"),
    ("web/lecteur/zxing-wasm-3.1.4/zxing_reader.wasm", 953_527, "decision 0010; whole from npm"),
];

/// `files` with their sizes: those over their bound, bounds that bound nothing, and together those
/// that nobody wrote.
pub fn heavy(files: &[(String, u64)]) -> Vec<String> {
    let own = |file: &str| HEAVY.iter().find(|(name, ..)| *name == file);
    let over = files.iter().filter_map(|(file, size)| {
        let bound = own(file).map_or(FILE, |(_, bound, _)| *bound);
        let fault = format!("{file}:1: {size} bytes, over its {bound}");
        (*size > bound)
            .then(|| format!("{fault}: make it smaller, or list it in HEAVY and say why"))
    });
    let stale = HEAVY
        .iter()
        .filter(|(name, ..)| !files.iter().any(|(file, size)| file == name && *size > FILE));
    let stale =
        stale.map(|(name, ..)| format!("{name}:1: it is not heavy: remove its line of HEAVY"));
    let by_hand = |file: &str| file.rsplit_once('.').is_some_and(|(_, end)| WRITTEN.contains(&end));
    let sum: u64 = files.iter().filter(|(file, _)| !by_hand(file)).map(|(_, size)| size).sum();
    let together = (sum > BLOBS)
        .then(|| format!(".:1: {sum} bytes not written by hand, over {BLOBS}: what can go?"));
    over.chain(stale).chain(together).collect()
}

/// The dependencies that may come in another version, or from elsewhere, in what `cargo metadata`
/// tells of our package: it has read the manifest in all the ways that one may be written. What it
/// tells in a way that we do not read is a fault too.
pub fn loose_dependencies(metadata: &str) -> Vec<String> {
    let parts = metadata.split("\"name\":\"").skip(1);
    let told = parts.filter_map(|part| {
        let (name, rest) = part.split_once('"')?;
        let source = rest.strip_prefix(",\"source\":")?;
        let (_, req) = source.split_once("\"req\":\"")?;
        Some((name, source.starts_with("\"registry+"), req.split('"').next()?))
    });
    let told: Vec<(&str, bool, &str)> = told.collect();
    let loose = told.iter().filter(|(_, registry, req)| !registry || !is_one_version(req));
    let loose =
        loose.map(|(name, _, req)| format!("Cargo.toml:1: `{name}` is `{req}`: pin it, `=1.2.3`"));
    let all = metadata.matches("\"req\":").count();
    let unread = (told.len() != all)
        .then(|| format!("Cargo.toml:1: {} of {all} dependencies are read", told.len()));
    loose.chain(unread).collect()
}

/// `=1.2.3`, and what may follow the numbers, but no second condition.
fn is_one_version(req: &str) -> bool {
    let Some(version) = req.strip_prefix('=') else { return false };
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    let three = numbers.split('.').filter(|n| n.parse::<u64>().is_ok()).count() == 3;
    three && numbers.split('.').count() == 3 && !version.contains([',', ' ', '*'])
}
