//! Reads the grants of an archive, as `pg_dump` writes them: one order after the other, each with
//! one grantee. Whatever else stands there is not run.

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Instruction {
    /// GRANT, REVOKE, or ALTER DEFAULT PRIVILEGES with one of them; no role: PUBLIC.
    Accord { texte: String, role: Option<String> },
    /// What follows was granted by this role.
    Au(String),
    /// .. and from here on by the object's owner again.
    AuProprietaire,
}

/// What of a database may be granted: not the database, nor what is the whole server's.
const OBJETS: [&str; 17] = [
    "TABLE",
    "TABLES",
    "SEQUENCE",
    "SEQUENCES",
    "SCHEMA",
    "SCHEMAS",
    "FUNCTION",
    "FUNCTIONS",
    "PROCEDURE",
    "ROUTINES",
    "LARGE",
    "TYPE",
    "TYPES",
    "DOMAIN",
    "LANGUAGE",
    "FOREIGN",
    "ROUTINE",
];

/// None when something in it is not a grant.
pub(crate) fn comprendre(definition: &str) -> Option<Vec<Instruction>> {
    couper(definition).into_iter().map(instruction).collect()
}

/// Whom `CREATE POLICY p ON t FOR SELECT TO a, "b c" USING (..)` is for; nobody: everybody.
pub(crate) fn vises(definition: &str) -> Vec<String> {
    let fin = [" USING (", " WITH CHECK (", ";"].iter().filter_map(|f| definition.find(f)).min();
    let tete = &definition[..fin.unwrap_or(definition.len())];
    let Some(liste) = apres(tete, "TO").last() else { return Vec::new() };
    let (mut noms, mut debut, mut cite) = (Vec::new(), 0, false);
    for (place, caractere) in liste.char_indices() {
        cite ^= caractere == '"';
        if caractere == ',' && !cite {
            noms.push(&liste[debut..place]);
            debut = place + 1;
        }
    }
    noms.push(&liste[debut..]);
    noms.into_iter().filter_map(nom).filter(|n| n != "PUBLIC").collect()
}

fn instruction(texte: &str) -> Option<Instruction> {
    if texte == "RESET SESSION AUTHORIZATION" {
        return Some(Instruction::AuProprietaire);
    }
    if let Some(role) = texte.strip_prefix("SET SESSION AUTHORIZATION ") {
        return Some(Instruction::Au(nom(role)?));
    }
    let verbes = ["GRANT ", "REVOKE ", "ALTER DEFAULT PRIVILEGES "];
    // Without an object it would make a role a member of another.
    let objet = apres(texte, "ON").next()?.split(' ').next()?;
    if !verbes.iter().any(|v| texte.starts_with(v)) || !OBJETS.contains(&objet) {
        return None;
    }
    let fin = [" WITH GRANT OPTION", " CASCADE"].iter().find_map(|f| texte.strip_suffix(f));
    let fin = fin.unwrap_or(texte);
    let role = ["TO", "FROM"].iter().filter_map(|mot| apres(fin, mot).last());
    let role = role.min_by_key(|r| r.len());
    let role = match role?.trim() {
        "PUBLIC" => None,
        role => Some(nom(role)?),
    };
    Some(Instruction::Accord { texte: texte.to_owned(), role })
}

/// The orders, cut at each `;` that stands outside quotes; without comments and empty lines.
fn couper(definition: &str) -> Vec<&str> {
    let (mut ordres, mut debut, mut cite) = (Vec::new(), 0, false);
    for (place, caractere) in definition.char_indices() {
        match caractere {
            '"' => cite = !cite,
            ';' if !cite => {
                ordres.push(definition[debut..place].trim());
                debut = place + 1;
            }
            _ => {}
        }
    }
    ordres.push(definition[debut..].trim());
    ordres.retain(|o| !o.is_empty());
    ordres
}

/// What follows such a word, each time it stands outside quotes.
fn apres<'a>(texte: &'a str, mot: &str) -> impl Iterator<Item = &'a str> {
    let cherche = format!(" {mot} ");
    let mut cite = false;
    texte.char_indices().filter_map(move |(place, caractere)| {
        cite ^= caractere == '"';
        let la = caractere == ' ' && !cite && texte[place..].starts_with(&cherche);
        la.then(|| &texte[place + cherche.len()..])
    })
}

/// A role's name, quoted or not.
fn nom(texte: &str) -> Option<String> {
    let texte = texte.trim();
    let cite = texte.strip_prefix(['"', '\'']).and_then(|t| t.strip_suffix(['"', '\'']));
    match cite {
        Some(dedans) => Some(dedans.replace("\"\"", "\"").replace("''", "'")),
        None => {
            let simple = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            (!texte.is_empty() && texte.chars().all(simple)).then(|| texte.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accord(texte: &str, role: Option<&str>) -> Instruction {
        Instruction::Accord { texte: texte.to_owned(), role: role.map(str::to_owned) }
    }

    #[test]
    fn each_grant_is_an_order_with_its_grantee() {
        let lu = comprendre(
            "REVOKE ALL ON TABLE public.lot FROM chef;\nGRANT SELECT ON TABLE public.lot TO lecteur \
             WITH GRANT OPTION;\nGRANT USAGE ON SCHEMA \"a;b TO c\" TO \"Le \"\"Chef\"\"\";\n\
             GRANT ALL ON SCHEMA public TO PUBLIC;\n",
        );
        let attendu = vec![
            accord("REVOKE ALL ON TABLE public.lot FROM chef", Some("chef")),
            accord(
                "GRANT SELECT ON TABLE public.lot TO lecteur WITH GRANT OPTION",
                Some("lecteur"),
            ),
            accord(
                "GRANT USAGE ON SCHEMA \"a;b TO c\" TO \"Le \"\"Chef\"\"\"",
                Some("Le \"Chef\""),
            ),
            accord("GRANT ALL ON SCHEMA public TO PUBLIC", None),
        ];
        assert_eq!(lu, Some(attendu));
    }

    #[test]
    fn a_policy_says_whom_it_is_for() {
        let texte = "CREATE POLICY p ON cave.vin FOR SELECT TO caisse, \"le, \"\"chef\"\"\" USING ((n ~ \
                     'a TO b'::text));\n";
        assert_eq!(vises(texte), ["caisse", "le, \"chef\""]);
        assert_eq!(vises("CREATE POLICY p ON cave.vin USING ((n ~ 'a TO b'::text));"), [""; 0]);
    }

    #[test]
    fn a_grant_by_another_role_is_told() {
        let lu = comprendre(
            "SET SESSION AUTHORIZATION lecteur;\nGRANT SELECT ON TABLE public.lot TO autre;\n\
             RESET SESSION AUTHORIZATION;\n",
        );
        let attendu = vec![
            Instruction::Au("lecteur".to_owned()),
            accord("GRANT SELECT ON TABLE public.lot TO autre", Some("autre")),
            Instruction::AuProprietaire,
        ];
        assert_eq!(lu, Some(attendu));
    }

    #[test]
    fn anything_else_is_not_run() {
        for texte in [
            "DROP TABLE public.lot;",
            "GRANT SELECT ON TABLE public.lot TO a; RESET ROLE;",
            "RESET ROLE",
            "GRANT SELECT ON TABLE public.lot TO a, b",
            "GRANT x",
            "GRANT postgres TO chef",
            "GRANT ALTER SYSTEM ON PARAMETER archive_command TO chef",
            "-- rien\nGRANT SELECT ON TABLE t TO a",
        ] {
            assert_eq!(comprendre(texte), None, "{texte}");
        }
        assert_eq!(comprendre(""), Some(vec![]));
    }
}
