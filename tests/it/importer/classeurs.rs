//! Small workbooks, written by hand: the same sheet as XLSX and as ODS.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A cell, as a person made it.
#[derive(Debug, Clone, Copy)]
pub enum C {
    V,
    T(&'static str),
    N(f64),
    /// Shown with that many digits at least.
    Zeros(f64),
    Pourcent(f64),
    /// Shown as `0.00" kg"`.
    Kilos(f64),
    Jour(&'static str),
    /// Only month and year are shown.
    Mois(&'static str),
    Instant(&'static str),
    Heure,
    Booleen,
    Erreur,
    /// A formula that nobody computed.
    Formule,
    Barre(&'static str),
    /// The first text is struck through, the second is not.
    Corrige(&'static str, &'static str),
    /// Shown as `"LOT-"0`.
    Lot(f64),
    /// Shown in thousands, which are not said.
    EnMilliers(f64),
    Euros(f64),
}

#[derive(Default, Clone)]
pub struct Feuille {
    pub nom: &'static str,
    pub masquee: bool,
    /// The first row of the sheet is 1; rows and cells that are not there are empty.
    pub rangees: Vec<Vec<C>>,
    /// Zones of one column: first row, last row, column from 0.
    pub fusions: Vec<(usize, usize, usize)>,
    pub lignes_masquees: Vec<usize>,
    pub colonnes_masquees: Vec<usize>,
    /// One more filled cell, far away: `XFD1048576`.
    pub lointaine: bool,
    pub commentaire: bool,
    /// A picture of its own beside the cells.
    pub image: bool,
    pub depuis_1904: bool,
}

pub fn feuille(rangees: &[&[C]]) -> Feuille {
    let rangees = rangees.iter().map(|r| r.to_vec()).collect();
    Feuille { nom: "Feuille1", rangees, ..Feuille::default() }
}

pub fn archive(parties: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (nom, texte) in parties {
        zip.start_file(*nom, SimpleFileOptions::default()).unwrap();
        zip.write_all(texte.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Both, with their extension.
pub fn deux(feuilles: &[Feuille]) -> [(&'static str, Vec<u8>); 2] {
    [("xlsx", xlsx(feuilles)), ("ods", ods(feuilles))]
}

fn lettre(colonne: usize) -> char {
    char::from(b'A' + u8::try_from(colonne).unwrap())
}

fn xml(texte: &str) -> String {
    texte.replace('&', "&amp;").replace('<', "&lt;")
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PRINCIPAL: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

pub fn xlsx(feuilles: &[Feuille]) -> Vec<u8> {
    let (mut liste, mut liens) = (String::new(), String::new());
    let mut parties = vec![("xl/styles.xml".to_owned(), STYLES_XLSX.to_owned())];
    for (rang, f) in feuilles.iter().enumerate() {
        let n = rang + 1;
        let etat = if f.masquee { " state=\"hidden\"" } else { "" };
        write!(liste, "<sheet name=\"{}\" sheetId=\"{n}\"{etat} r:id=\"rId{n}\"/>", f.nom).unwrap();
        write!(
            liens,
            "<Relationship Id=\"rId{n}\" Type=\"{RELATIONS}/worksheet\" \
             Target=\"worksheets/sheet{n}.xml\"/>"
        )
        .unwrap();
        parties.push((format!("xl/worksheets/sheet{n}.xml"), feuille_xlsx(f)));
        if f.commentaire {
            parties.push(("xl/comments1.xml".to_owned(), "<comments/>".to_owned()));
        }
        if f.image {
            parties.push(("xl/media/image1.png".to_owned(), "PNG".to_owned()));
        }
    }
    let depuis = if feuilles[0].depuis_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    parties.push((
        "xl/workbook.xml".to_owned(),
        format!(
            "<workbook xmlns=\"{PRINCIPAL}\" xmlns:r=\"{RELATIONS}\">{depuis}<sheets>{liste}</sheets>\
             </workbook>"
        ),
    ));
    let lien = |id, genre, cible| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{genre}\" Target=\"{cible}\"/>")
    };
    liens += &lien("rIdS", "styles", "styles.xml");
    parties.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!("<Relationships>{liens}</Relationships>"),
    ));
    let depart = lien("rId1", "officeDocument", "xl/workbook.xml");
    parties.push(("_rels/.rels".to_owned(), format!("<Relationships>{depart}</Relationships>")));
    let parties: Vec<(&str, &str)> =
        parties.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    archive(&parties)
}

const STYLES_XLSX: &str = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"00000\"/>\
    <numFmt numFmtId=\"165\" formatCode=\"0.00&quot; kg&quot;\"/>\
    <numFmt numFmtId=\"166\" formatCode=\"&quot;LOT-&quot;0\"/>\
    <numFmt numFmtId=\"167\" formatCode=\"#,##0,\"/>\
    <numFmt numFmtId=\"168\" formatCode=\"0.00\\ [$€-40C]\"/></numFmts>\
    <fonts><font/><font><strike/></font></fonts><cellXfs>\
    <xf numFmtId=\"0\" fontId=\"0\"/><xf numFmtId=\"9\"/><xf numFmtId=\"14\"/><xf numFmtId=\"17\"/>\
    <xf numFmtId=\"22\"/><xf numFmtId=\"20\"/><xf numFmtId=\"164\"/><xf numFmtId=\"0\" fontId=\"1\"/>\
    <xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"167\"/><xf numFmtId=\"168\"/></cellXfs></styleSheet>";

fn feuille_xlsx(f: &Feuille) -> String {
    let mut dit = format!("<worksheet xmlns=\"{PRINCIPAL}\">");
    for c in &f.colonnes_masquees {
        let c = c + 1;
        write!(dit, "<cols><col min=\"{c}\" max=\"{c}\" hidden=\"1\"/></cols>").unwrap();
    }
    dit += "<sheetData>";
    for (rang, cases) in f.rangees.iter().enumerate() {
        let n = rang + 1;
        let masquee = if f.lignes_masquees.contains(&n) { " hidden=\"1\"" } else { "" };
        write!(dit, "<row r=\"{n}\"{masquee}>").unwrap();
        for (colonne, case) in cases.iter().enumerate() {
            dit += &case_xlsx(*case, &format!("{}{n}", lettre(colonne)), f.depuis_1904);
        }
        dit += "</row>";
    }
    if f.lointaine {
        dit += "<row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>x</t></is></c></row>";
    }
    dit += "</sheetData>";
    for (de, a, c) in &f.fusions {
        let c = lettre(*c);
        write!(dit, "<mergeCells><mergeCell ref=\"{c}{de}:{c}{a}\"/></mergeCells>").unwrap();
    }
    dit + "</worksheet>"
}

fn case_xlsx(case: C, ou: &str, depuis_1904: bool) -> String {
    let nombre = |n: f64, style: u32| format!("<c r=\"{ou}\" s=\"{style}\"><v>{n}</v></c>");
    let texte = |t: &str, style: u32| {
        format!("<c r=\"{ou}\" s=\"{style}\" t=\"inlineStr\"><is><t>{}</t></is></c>", xml(t))
    };
    let jour = |iso: &str| {
        let depart = if depuis_1904 { "1904-01-01" } else { "1899-12-30" };
        let jour = |t: &str| t.parse::<chrono::NaiveDate>().unwrap();
        f64::from(i32::try_from((jour(iso) - jour(depart)).num_days()).unwrap())
    };
    match case {
        C::V => format!("<c r=\"{ou}\" s=\"1\"/>"),
        C::T(t) => texte(t, 0),
        C::Barre(t) => texte(t, 7),
        C::N(n) => nombre(n, 0),
        C::Zeros(n) => nombre(n, 6),
        C::Pourcent(n) => nombre(n, 1),
        C::Kilos(n) => nombre(n, 8),
        C::Lot(n) => nombre(n, 9),
        C::EnMilliers(n) => nombre(n, 10),
        C::Euros(n) => nombre(n, 11),
        C::Corrige(barre, reste) => format!(
            "<c r=\"{ou}\" t=\"inlineStr\"><is><r><rPr><strike/></rPr><t>{barre}</t></r><r><t>{reste}\
             </t></r></is></c>"
        ),
        C::Jour(iso) => nombre(jour(iso), 2),
        C::Mois(iso) => nombre(jour(iso), 3),
        C::Instant(iso) => nombre(jour(iso) + 0.541, 4),
        C::Heure => nombre(0.541, 5),
        C::Booleen => format!("<c r=\"{ou}\" t=\"b\"><v>1</v></c>"),
        C::Erreur => format!("<c r=\"{ou}\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>"),
        C::Formule => format!("<c r=\"{ou}\"><f>SUM(A1:A2)</f><v></v></c>"),
    }
}

const ESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
    xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
    xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\"";

const STYLES_ODS: &str = "<office:automatic-styles>\
    <number:date-style style:name=\"N1\"><number:day/><number:text>/</number:text><number:month/>\
    <number:text>/</number:text><number:year/></number:date-style>\
    <number:date-style style:name=\"N2\"><number:month number:textual=\"true\"/>\
    <number:year/></number:date-style>\
    <number:number-style style:name=\"N3\"><number:number number:min-integer-digits=\"5\"/>\
    </number:number-style>\
    <number:number-style style:name=\"N4\"><number:number number:min-integer-digits=\"1\"/>\
    <number:text> kg</number:text></number:number-style>\
    <number:number-style style:name=\"N5\"><number:text>LOT-</number:text>\
    <number:number number:min-integer-digits=\"1\"/></number:number-style>\
    <number:number-style style:name=\"N6\"><number:number number:min-integer-digits=\"1\" \
    number:grouping=\"true\" number:display-factor=\"1000\"/></number:number-style>\
    <style:style style:name=\"lot\" style:data-style-name=\"N5\"/>\
    <style:style style:name=\"milliers\" style:data-style-name=\"N6\"/>\
    <style:style style:name=\"jour\" style:data-style-name=\"N1\"/>\
    <style:style style:name=\"mois\" style:data-style-name=\"N2\"/>\
    <style:style style:name=\"zeros\" style:data-style-name=\"N3\"/>\
    <style:style style:name=\"kilos\" style:data-style-name=\"N4\"/>\
    <style:style style:name=\"barre\"><style:text-properties \
    style:text-line-through-style=\"solid\"/></style:style>\
    <style:style style:name=\"cachee\" style:family=\"table\">\
    <style:table-properties table:display=\"false\"/></style:style></office:automatic-styles>";

pub fn ods(feuilles: &[Feuille]) -> Vec<u8> {
    archive_ods(&contenu_ods(feuilles))
}

pub fn contenu_ods(feuilles: &[Feuille]) -> String {
    let tables: String = feuilles.iter().map(feuille_ods).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content {ESPACES}>{STYLES_ODS}\
         <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>\
         </office:document-content>"
    )
}

pub fn archive_ods(contenu: &str) -> Vec<u8> {
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", contenu),
    ])
}

fn feuille_ods(f: &Feuille) -> String {
    let style = if f.masquee { " table:style-name=\"cachee\"" } else { "" };
    let mut dit = format!("<table:table table:name=\"{}\"{style}>", f.nom);
    if f.image {
        dit += "<table:shapes><draw:frame/></table:shapes>";
    }
    for colonne in 0..20 {
        let masquee = if f.colonnes_masquees.contains(&colonne) {
            " table:visibility=\"collapse\""
        } else {
            ""
        };
        write!(dit, "<table:table-column{masquee}/>").unwrap();
    }
    for (rang, cases) in f.rangees.iter().enumerate() {
        let n = rang + 1;
        let masquee =
            if f.lignes_masquees.contains(&n) { " table:visibility=\"filter\"" } else { "" };
        write!(dit, "<table:table-row{masquee}>").unwrap();
        for (colonne, case) in cases.iter().enumerate() {
            let zone = |(de, _, c): &&(usize, usize, usize)| *de == n && *c == colonne;
            let fusion = f.fusions.iter().find(zone).map(|(de, a, _)| {
                format!(
                    " table:number-rows-spanned=\"{}\" table:number-columns-spanned=\"1\"",
                    a - de + 1
                )
            });
            dit += &case_ods(*case, &fusion.unwrap_or_default(), f.commentaire && n == 1);
        }
        dit += "</table:table-row>";
    }
    if f.lointaine {
        let vides = 1_048_575 - f.rangees.len();
        write!(
            dit,
            "<table:table-row table:number-rows-repeated=\"{vides}\"><table:table-cell \
             table:number-columns-repeated=\"16384\"/></table:table-row><table:table-row>\
             <table:table-cell table:number-columns-repeated=\"16383\"/>{}</table:table-row>",
            case_ods(C::T("x"), "", false)
        )
        .unwrap();
    }
    dit + "</table:table>"
}

fn case_ods(case: C, fusion: &str, note: bool) -> String {
    let case_ = |attributs: String, montre: &str| {
        let note = if note {
            "<office:annotation><text:p>revoir</text:p></office:annotation>"
        } else {
            ""
        };
        format!(
            "<table:table-cell{fusion} {attributs}>{note}<text:p>{}</text:p></table:table-cell>",
            xml(montre)
        )
    };
    let nombre = |genre: &str, n: f64, style: &str, montre: &str| {
        case_(
            format!(
                "table:style-name=\"{style}\" office:value-type=\"{genre}\" office:value=\"{n}\""
            ),
            montre,
        )
    };
    let jour = |iso: &str, style: &str| {
        case_(
            format!(
                "table:style-name=\"{style}\" office:value-type=\"date\" office:date-value=\"{iso}\""
            ),
            "13/10/26",
        )
    };
    match case {
        C::V => "<table:table-cell/>".to_owned(),
        C::T(t) => case_("office:value-type=\"string\"".to_owned(), t),
        C::Barre(t) => {
            case_("table:style-name=\"barre\" office:value-type=\"string\"".to_owned(), t)
        }
        C::N(n) => nombre("float", n, "x", "?"),
        C::Zeros(n) => nombre("float", n, "zeros", "?"),
        C::Kilos(n) => nombre("float", n, "kilos", "?"),
        C::Lot(n) => nombre("float", n, "lot", "?"),
        C::EnMilliers(n) => nombre("float", n, "milliers", "?"),
        C::Euros(n) => nombre("currency", n, "x", "?"),
        C::Corrige(barre, reste) => format!(
            "<table:table-cell office:value-type=\"string\"><text:p><text:span \
             text:style-name=\"barre\">{barre}</text:span>{reste}</text:p></table:table-cell>"
        ),
        C::Pourcent(n) => nombre("percentage", n, "x", "?"),
        C::Jour(iso) => jour(iso, "jour"),
        C::Mois(iso) => jour(iso, "mois"),
        C::Instant(iso) => jour(&format!("{iso}T13:00:00"), "jour"),
        C::Heure => case_(
            "office:value-type=\"time\" office:time-value=\"PT13H00M00S\"".to_owned(),
            "13:00",
        ),
        C::Booleen => {
            case_("office:value-type=\"boolean\" office:boolean-value=\"true\"".to_owned(), "VRAI")
        }
        C::Erreur => case_(
            "table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\""
                .to_owned(),
            "#DIV/0!",
        ),
        C::Formule => "<table:table-cell table:formula=\"of:=SUM([.A1:.A2])\"/>".to_owned(),
    }
}
