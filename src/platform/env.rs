//! Lines of an env file, so that a shell that loads it and this program read the same. Pure.

const ATTENDU: &str = "NOM=valeur attendu";

/// A value as a shell reads it back whole: in single quotes, which only themselves can end.
pub(crate) fn ecrire(valeur: &str) -> String {
    format!("'{}'", valeur.replace('\'', "'\\''"))
}

/// None: nothing stands there. What a shell would work out (`$HOME`, `` `date` ``) or understand
/// otherwise is refused: the two would not read the same.
pub(crate) fn lire_ligne(ligne: &str) -> Result<Option<(String, String)>, String> {
    let ligne = ligne.trim();
    if ligne.is_empty() || ligne.starts_with('#') {
        return Ok(None);
    }
    let (nom, valeur) = match ligne.strip_prefix("export ") {
        Some(suite) => suite.trim_start(),
        None => ligne,
    }
    .split_once('=')
    .ok_or(ATTENDU)?;
    let premier = nom.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if !premier || !nom.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(ATTENDU.to_owned());
    }
    Ok(Some((nom.to_owned(), lire(valeur)?)))
}

/// One word: pieces in quotes and pieces without, side by side.
fn lire(texte: &str) -> Result<String, String> {
    let (mut valeur, mut signes) = (String::new(), texte.chars().peekable());
    while let Some(signe) = signes.next() {
        match signe {
            '\'' => loop {
                match signes.next().ok_or_else(|| ouvert(signe))? {
                    '\'' => break,
                    autre => valeur.push(autre),
                }
            },
            '"' => entre_guillemets(&mut signes, &mut valeur)?,
            '\\' => valeur.push(signes.next().ok_or("rien ne suit la barre \\")?),
            ' ' | '\t' => {
                let reste: String = signes.collect();
                let reste = reste.trim_start();
                if reste.is_empty() || reste.starts_with('#') {
                    return Ok(valeur);
                }
                return Err("une valeur avec des espaces se met entre apostrophes".to_owned());
            }
            '~' | '$' | '`' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => {
                return Err(a_proteger(signe));
            }
            autre => valeur.push(autre),
        }
    }
    Ok(valeur)
}

fn entre_guillemets(
    signes: &mut impl Iterator<Item = char>,
    valeur: &mut String,
) -> Result<(), String> {
    loop {
        match signes.next().ok_or_else(|| ouvert('"'))? {
            '"' => return Ok(()),
            signe @ ('$' | '`') => return Err(a_proteger(signe)),
            '\\' => match signes.next().ok_or_else(|| ouvert('"'))? {
                signe @ ('$' | '`' | '"' | '\\') => valeur.push(signe),
                autre => valeur.extend(['\\', autre]),
            },
            autre => valeur.push(autre),
        }
    }
}

fn ouvert(signe: char) -> String {
    format!("{signe} ouvert et pas fermé")
}

fn a_proteger(signe: char) -> String {
    format!("« {signe} » se met entre apostrophes : un shell y lirait autre chose")
}

#[cfg(test)]
mod tests;
