//! From the schemas of the OpenAPI document to tables of fields and to an example, in French.

use utoipa::openapi::schema::{
    ArrayItems, Components, KnownFormat, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{Object, RefOr, Schema};

use super::api::ChampApi;

/// Objects within objects, and lists of them: deeper than any of ours, and an end for cycles.
const PROFONDEUR: usize = 5;

/// Reads the schemas of one document.
#[derive(Clone, Copy)]
pub(crate) struct Schemas<'a>(pub Option<&'a Components>);

impl<'a> Schemas<'a> {
    fn resoudre(self, schema: &'a RefOr<Schema>) -> Option<&'a Schema> {
        let mut schema = schema;
        for _ in 0..PROFONDEUR {
            match schema {
                RefOr::T(s) => return Some(s),
                RefOr::Ref(r) => {
                    let nom = r.ref_location.rsplit('/').next()?;
                    schema = self.0?.schemas.get(nom)?;
                }
            }
        }
        None
    }

    /// `lignes[].quantite`: one row per field, those of inner objects after their own.
    pub(crate) fn champs(self, schema: &'a RefOr<Schema>) -> Vec<ChampApi> {
        let mut champs = Vec::new();
        self.ajouter(&mut champs, schema, "", PROFONDEUR);
        champs
    }

    fn ajouter(
        self,
        champs: &mut Vec<ChampApi>,
        schema: &'a RefOr<Schema>,
        prefixe: &str,
        profondeur: usize,
    ) {
        if profondeur == 0 {
            return;
        }
        match self.resoudre(schema) {
            Some(Schema::Object(o)) => {
                for (nom, champ) in &o.properties {
                    let nom_complet = format!("{prefixe}{nom}");
                    champs.push(ChampApi {
                        type_texte: self.type_texte(champ),
                        requis: o.required.contains(nom),
                        description: self.description(champ),
                        nom: nom_complet.clone(),
                    });
                    self.ajouter(champs, champ, &format!("{nom_complet}."), profondeur - 1);
                }
            }
            Some(Schema::Array(a)) => {
                if let ArrayItems::RefOrSchema(element) = &a.items {
                    let liste = format!("{}[].", prefixe.trim_end_matches('.'));
                    self.ajouter(champs, element, &liste, profondeur - 1);
                }
            }
            Some(Schema::AllOf(tous)) => {
                for partie in &tous.items {
                    self.ajouter(champs, partie, prefixe, profondeur - 1);
                }
            }
            // Mostly `null` or an object.
            Some(Schema::OneOf(un)) => {
                for partie in &un.items {
                    self.ajouter(champs, partie, prefixe, profondeur - 1);
                }
            }
            _ => {}
        }
    }

    pub(crate) fn type_texte(self, schema: &'a RefOr<Schema>) -> String {
        match self.resoudre(schema) {
            Some(Schema::Object(o)) => objet(o),
            Some(Schema::Array(a)) => match &a.items {
                ArrayItems::RefOrSchema(element) => {
                    ou_null(format!("liste ({})", self.type_texte(element)), &a.schema_type)
                }
                ArrayItems::False => "liste".to_owned(),
            },
            Some(Schema::OneOf(un)) => {
                let types: Vec<String> = un.items.iter().map(|s| self.type_texte(s)).collect();
                let (nuls, autres): (Vec<_>, Vec<_>) = types.into_iter().partition(|t| t == "null");
                let texte = autres.join(" ou ");
                if nuls.is_empty() { texte } else { format!("{texte}, ou null") }
            }
            Some(Schema::AllOf(_)) => "objet".to_owned(),
            _ => "valeur".to_owned(),
        }
    }

    fn description(self, schema: &'a RefOr<Schema>) -> String {
        let texte = match schema {
            RefOr::Ref(r) => Some(&r.description),
            RefOr::T(Schema::Object(o)) => o.description.as_ref(),
            RefOr::T(Schema::Array(a)) => a.description.as_ref(),
            RefOr::T(Schema::OneOf(o)) => o.description.as_ref(),
            RefOr::T(Schema::AllOf(a)) => a.description.as_ref(),
            RefOr::T(_) => None,
        };
        texte.map(|t| t.replace('`', "")).unwrap_or_default()
    }

    /// A JSON text that such a request may have, its fields in their order.
    pub(crate) fn exemple(self, schema: &'a RefOr<Schema>) -> String {
        self.ecrire(schema, 0)
    }

    fn ecrire(self, schema: &'a RefOr<Schema>, niveau: usize) -> String {
        let marge = "  ".repeat(niveau + 1);
        let fin = "  ".repeat(niveau);
        match self.resoudre(schema).filter(|_| niveau < PROFONDEUR) {
            Some(Schema::Object(o)) if !o.properties.is_empty() => {
                let champs = o.properties.iter().map(|(nom, champ)| {
                    format!("{marge}\"{nom}\": {}", self.ecrire(champ, niveau + 1))
                });
                format!("{{\n{}\n{fin}}}", champs.collect::<Vec<_>>().join(",\n"))
            }
            Some(Schema::Object(o)) => valeur(o),
            Some(Schema::Array(a)) => match &a.items {
                ArrayItems::RefOrSchema(element) => {
                    format!("[\n{marge}{}\n{fin}]", self.ecrire(element, niveau + 1))
                }
                ArrayItems::False => "[]".to_owned(),
            },
            Some(Schema::OneOf(un)) => {
                let choix = un.items.iter().find(|s| self.type_texte(s) != "null");
                choix.map_or_else(|| "null".to_owned(), |s| self.ecrire(s, niveau))
            }
            _ => "null".to_owned(),
        }
    }
}

fn format_connu(o: &Object) -> Option<&KnownFormat> {
    match &o.format {
        Some(SchemaFormat::KnownFormat(f)) => Some(f),
        _ => None,
    }
}

fn simple(o: &Object) -> Option<&Type> {
    match &o.schema_type {
        SchemaType::Type(t) => Some(t),
        SchemaType::Array(types) => types.iter().find(|t| **t != Type::Null),
        SchemaType::AnyValue => None,
    }
}

fn objet(o: &Object) -> String {
    if let Some(mots) = &o.enum_values {
        let mots: Vec<String> = mots.iter().map(ToString::to_string).collect();
        return ou_null(mots.join(" ou "), &o.schema_type);
    }
    let texte = match (simple(o), format_connu(o)) {
        (Some(Type::String), Some(KnownFormat::Uuid)) => "uuid",
        (Some(Type::String), Some(KnownFormat::Date)) => "date (AAAA-MM-JJ)",
        (Some(Type::String), Some(KnownFormat::DateTime)) => "date et heure (ISO 8601)",
        (Some(Type::String), Some(KnownFormat::Binary)) => "fichier",
        (Some(Type::String), _) => "texte",
        (Some(Type::Integer), _) => "entier",
        (Some(Type::Number), _) => "nombre",
        (Some(Type::Boolean), _) => "true ou false",
        (Some(Type::Array), _) => "liste",
        (Some(Type::Object), _) => "objet",
        (Some(Type::Null), _) => "null",
        (None, _) if o.schema_type == SchemaType::Array(vec![Type::Null]) => "null",
        (None, _) => "valeur",
    };
    let texte = match o.max_length {
        Some(max) => format!("{texte}, {max} caractères au plus"),
        None => texte.to_owned(),
    };
    ou_null(texte, &o.schema_type)
}

fn ou_null(texte: String, types: &SchemaType) -> String {
    match types {
        SchemaType::Array(t) if t.len() > 1 && t.contains(&Type::Null) => {
            format!("{texte}, ou null")
        }
        _ => texte,
    }
}

fn valeur(o: &Object) -> String {
    let donnee = o.examples.first().or(o.example.as_ref());
    let premier = || o.enum_values.as_ref().and_then(|mots| mots.first());
    if let Some(valeur) = donnee.or_else(premier) {
        return valeur.to_string();
    }
    match (simple(o), format_connu(o)) {
        (Some(Type::String), Some(KnownFormat::Uuid)) => "\"0198c0de-6f1a-7c3e-9a51-0b7a4d2e8f10\"",
        (Some(Type::String), Some(KnownFormat::Date)) => "\"2026-11-22\"",
        (Some(Type::String), Some(KnownFormat::DateTime)) => "\"2026-11-22T08:30:00+01:00\"",
        (Some(Type::String), _) => "\"…\"",
        (Some(Type::Integer | Type::Number), _) => "12",
        (Some(Type::Boolean), _) => "true",
        (Some(Type::Array), _) => "[]",
        (Some(Type::Object), _) => "{}",
        _ => "null",
    }
    .to_owned()
}
