#!/usr/bin/env python3
"""Makes the recipe books of this folder, with truth.json: what each of them says.

    python3 -m venv V && V/bin/pip install reportlab fpdf2 weasyprint typst python-docx
    V/bin/python fabriquer.py [book ..]        also needs soffice, chromium and python3-cairo

The PDF files are committed: the tests need none of this.
"""
import html
import json
import pathlib
import subprocess
import sys
import tempfile

ICI = pathlib.Path(__file__).resolve().parent
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
LIVRES = {}


def livre(fabriquer):
    LIVRES[fabriquer.__name__] = fabriquer
    return fabriquer


def recette(titre, lignes, poids=None, emb=None, dlc=None, **plus):
    """lignes: (label, quantity, pieces, unit); what is printed may differ: `plus` says how."""
    completes = [list(l) + [None, "g"][len(l) - 2:] if len(l) < 4 else list(l) for l in lignes]
    for l in completes:
        if l[1] is None:
            l[3] = None
    return {"titre": titre, "lignes": completes, "poids": poids, "emb": emb, "dlc": dlc, **plus}


def verite(recettes, illisibles=()):
    vus = {}
    for r in recettes:
        vus[r["titre"]] = vus.get(r["titre"], 0) + 1
        if vus[r["titre"]] > 1:
            r["titre"] += f" ({vus[r['titre']]})"
    garde = ("titre", "lignes", "poids", "emb", "dlc")
    return {
        "recettes": [{k: r[k] for k in garde} for r in recettes],
        "illisibles": [list(i) for i in illisibles],
    }


def francais(n):
    if n is None:
        return "QS"
    texte = f"{n:,}".replace(",", " ").replace(".", ",")
    return texte


FIN = [("EMBALLAGE BOÎTE KRAFT", "DLC J+3"), ("EMBALLAGE BARQUETTE 1000 CC", "DLC J+5"),
       ("EMBALLAGE FILM + ÉTIQUETTE", "DLC J+2")]
NOMS = ["Farine T55", "Œufs entiers", "Crème fraîche 35%", "Lait ½ écrémé", "Poivre noir 5 baies",
        "Filet de poulet rôti", "Jambon blanc (barquette)", "Huile d'olive", "Maïs doux",
        "Gruyère râpé", "Pâte feuilletée", "Sucre glace", "Oignon rouge", "Sel fin"]
TITRES = ["Salade niçoise", "Quiche aux poireaux", "Wrap poulet curry", "Taboulé oriental",
          "Gratin de courgettes", "Bœuf bourguignon", "Tarte fine aux pommes", "Riz cantonais",
          "Velouté de potimarron"]


def suite(n, depart=0, majuscules=False, pieces=False):
    """n ordinary recipes, always the same."""
    sorties = []
    for k in range(n):
        titre = TITRES[(k + depart) % len(TITRES)]
        taille = 4 + (k * 5 + depart) % 6
        lignes = []
        for j in range(taille):
            nom = NOMS[(k * 3 + j + depart) % len(NOMS)]
            grammes = [5, 12, 60, 75, 150, 200, 350, 1250][(k + j * 3 + depart) % 8]
            lignes.append((nom.upper() if majuscules else nom, grammes,
                           1 + (k + j) % 4 if pieces else None))
        emb, dlc = FIN[(k + depart) % 3]
        sorties.append(recette(titre.upper() if majuscules else titre, lignes,
                               sum(l[1] for l in lignes), emb, dlc))
    return sorties


# --- LibreOffice: cover, contents, header, footer, leader dots, lower-case titles, method ------

def docx_vers_pdf(document, nom):
    with tempfile.TemporaryDirectory() as dossier:
        chemin = pathlib.Path(dossier) / f"{nom}.docx"
        document.save(chemin)
        subprocess.run(["soffice", f"-env:UserInstallation=file://{dossier}/profil", "--headless",
                        "--convert-to", "pdf", "--outdir", str(ICI), str(chemin)], check=True)


@livre
def lo_saison():
    import docx
    from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Cm, Pt
    d = docx.Document()
    section = d.sections[0]
    section.header.paragraphs[0].text = "BOOK AUTOMNE 2026 — Cuisine centrale"
    section.footer.paragraphs[0].text = "Document interne, ne pas diffuser"
    d.add_heading("Book automne", 0)
    d.add_paragraph("Toutes les recettes de la saison, composition et conservation.")
    d.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    recettes = suite(5) + [
        recette("Soupe de lentilles", [("Lentilles vertes", 1.5, None, "kg"),
                                       ("Carottes", 0.5, None, "kg"), ("Sel", None),
                                       ("Persil", 0.5, None, "botte"), ("Lardons", 120)],
                None, "EMBALLAGE POT 500 ML", "DLC J+4")]
    d.add_heading("Sommaire", 1)
    for n, r in enumerate(recettes):
        p = d.add_paragraph(f"{r['titre']}\t{3 + n // 2}")
        p.paragraph_format.tab_stops.add_tab_stop(Cm(15), WD_TAB_ALIGNMENT.RIGHT,
                                                  WD_TAB_LEADER.DOTS)
    d.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    imprime = {"kg": " kg", "botte": " botte", "g": " g", None: ""}
    for r in recettes:
        d.add_heading(r["titre"], 2)
        d.add_paragraph("Composition :")
        for nom, q, _, unite in r["lignes"]:
            texte = "½" if q == 0.5 and unite == "botte" else francais(q)
            p = d.add_paragraph(f"{nom}\t{texte}{imprime[unite]}")
            p.paragraph_format.space_after = Pt(0)
            p.paragraph_format.tab_stops.add_tab_stop(Cm(12), WD_TAB_ALIGNMENT.RIGHT,
                                                      WD_TAB_LEADER.DOTS)
        if r["poids"]:
            d.add_paragraph(f"Poids net : {francais(r['poids'])} g")
        d.add_paragraph(f"Emballage : {r['emb'].removeprefix('EMBALLAGE ')}")
        d.add_paragraph(f"{r['dlc']}")
        d.add_paragraph("Préparation : réunir les ingrédients, mélanger 2 minutes, cuire à 180 °C "
                        "pendant 25 minutes puis refroidir en cellule. Conserver entre 0 et 4 °C.")
        d.add_paragraph("Allergènes : gluten, lait, œuf. Peut contenir des traces de fruits à coque.")
    docx_vers_pdf(d, "lo_saison")
    return verite(recettes)


# --- LibreOffice: tables over the page, long names that wrap, parts with sub-totals ------------

@livre
def lo_tableaux():
    import docx
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Cm
    d = docx.Document()
    base = [("JAMBON BLANC SUPÉRIEUR DÉCOUENNÉ DÉGRAISSÉ (BARQUETTE DE 10 TRANCHES)", 120, 2),
            ("PAIN DE MIE COMPLET", 80, 2), ("BEURRE DOUX", 12, None),
            ("MÉLANGE DE JEUNES POUSSES ET ROQUETTE LAVÉES PRÊTES À L'EMPLOI", 25, None)]
    recettes = [
        recette("SANDWICH CLUB JAMBON ET JEUNES POUSSES", base, 237, "EMBALLAGE TRIANGLE", "DLC J+2"),
        recette("BOWL DU CHEF", [("RIZ BASMATI CUIT", 180, None), ("SAUMON FUMÉ", 60, 3),
                                 ("SAUCE SOJA", 15, None), ("SÉSAME", 3, None)],
                258, "EMBALLAGE BOL 750 CC", "DLC J+1"),
    ] + suite(7, 3, majuscules=True, pieces=True)
    for r in recettes:
        d.add_heading(r["titre"], 1)
        d.add_paragraph("COMPOSITION")
        t = d.add_table(rows=0, cols=3)
        t.style, t.alignment, t.autofit = "Table Grid", WD_TABLE_ALIGNMENT.LEFT, False
        entetes = [("INGRÉDIENTS", "GRAMMES", "PIÈCES")]
        lignes = [(l[0], francais(l[1]), str(l[2] or "")) for l in r["lignes"]]
        if r["titre"] == "BOWL DU CHEF":
            lignes = ([("BASE :", "", "")] + lignes[:2] + [("SOUS-TOTAL", "240", "")]
                      + [("SAUCE :", "", "")] + lignes[2:] + [("TOTAL", "258", "")])
        for cellules in entetes + lignes + [("POIDS NET", francais(r["poids"]), "")]:
            rangee = t.add_row().cells
            for cellule, texte, largeur in zip(rangee, cellules, (5.5, 2.2, 2)):
                cellule.text, cellule.width = texte, Cm(largeur)
        d.add_paragraph(r["emb"])
        d.add_paragraph(r["dlc"])
    docx_vers_pdf(d, "lo_tableaux")
    return verite(recettes)


# --- reportlab: three columns, glued units, footers, same title twice ---------------------------

@livre
def rl_trois_colonnes():
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen import canvas
    pdfmetrics.registerFont(TTFont("D", DEJAVU))
    c = canvas.Canvas(str(ICI / "rl_trois_colonnes.pdf"), pagesize=landscape(A4), invariant=1)
    recettes = suite(8, 1)
    recettes[6]["titre"] = recettes[0]["titre"]
    for n, r in enumerate(recettes):
        colonne, rang = n % 3, n // 3 % 2
        x, y = 40 + colonne * 265, 550 - rang * 250
        c.setFont("D", 13)
        c.drawString(x, y, r["titre"])
        c.setFont("D", 9)
        y -= 18
        c.drawCentredString(x + 110, y, "COMPOSITION")
        for nom, q, _, _ in r["lignes"]:
            y -= 13
            c.drawString(x, y, nom)
            c.drawRightString(x + 220, y, f"{q}g" if q < 1000 else "1,25 kg")
        for texte in (f"POIDS NET {r['poids']}g", r["emb"], r["dlc"]):
            y -= 13
            c.drawString(x, y, texte)
        if n % 6 == 5 or n + 1 == len(recettes):
            c.setFont("D", 7)
            c.drawCentredString(421, 20, f"Recettes d'hiver - imprimé le 12/10/2026 - page {n // 6 + 1}")
            c.showPage()
    c.save()
    for r in recettes:
        for l in r["lignes"]:
            if l[1] == 1250:
                l[1], l[3] = 1.25, "kg"
    return verite(recettes)


# --- typst: newspaper columns, lists that go on in the next column and overleaf -----------------

@livre
def typst_journal():
    import typst
    recettes = suite(14, 2) + [recette(
        "légumes grillés", [("Courgettes", 2, None, "kg"), ("Huile d'olive", 5, None, "cl"),
                            ("Basilic", 0.5, None, "botte"), ("Ail", 3, None, "gousse"),
                            ("Fleur de sel", None), ("Feta", 150)],
        None, "EMBALLAGE BARQUETTE", "DLC 3 jours")]
    def mot(l):
        if l[1] is None:
            return "Q.S."
        if l[3] == "gousse":
            return "3 gousses"
        return ("½" if l[1] == 0.5 else francais(l[1])) + ("" if l[3] == "g" else f" {l[3]}")
    def corps(r):
        lignes = "".join(f'#ligne("{l[0]}", "{mot(l)}")\n' for l in r["lignes"])
        fin = " / ".join(x for x in (r["poids"] and f"POIDS NET {francais(r['poids'])}",
                                     r["emb"], r["dlc"]) if x)
        return f'#titre("{r["titre"].lower()}")\n#tete\n{lignes}#fin("{fin}")\n'
    source = """#set page(paper: "a4", columns: 2, numbering: "1 / 1", header: align(right)[_carte de l'été_])
#set text(size: 10pt, lang: "fr")
#set par(spacing: 0.65em)
#let titre(t) = { v(14pt); text(size: 10pt, weight: "bold", t); parbreak() }
#let tete = [Composition]
#let ligne(a, b) = { parbreak(); a; h(1fr); b; parbreak() }
#let fin(t) = { parbreak(); t; parbreak() }
""" + "\n".join(map(corps, recettes))
    with tempfile.NamedTemporaryFile("w", suffix=".typ") as f:
        f.write(source)
        f.flush()
        typst.compile(f.name, output=str(ICI / "typst_journal.pdf"))
    for r in recettes:
        r["titre"] = r["titre"].lower()
        r["dlc"] = {"DLC 3 jours": "DLC J+3"}.get(r["dlc"], r["dlc"])
    return verite(recettes)


# --- WeasyPrint: method beside the list, everything of the end on one line ----------------------

@livre
def weasy_methode():
    import weasyprint
    recettes = suite(6, 4)
    def fiche(r):
        lignes = "".join(f"<tr><td>{html.escape(l[0])}<td class=n>{francais(l[1])} g"
                         for l in r["lignes"])
        return (f"<section><h2>{r['titre']}</h2><p class=r>Réf. {1000 + len(r['lignes'])} – saison "
                f"hiver</p><div class=g><div><h3>COMPOSITION</h3><table>{lignes}</table></div>"
                "<div class=m><h3>Préparation</h3><p>Mélanger la farine et les œufs, ajouter 20 g "
                "de sel, verser dans le moule puis cuire 35 minutes à 160 °C. Laisser refroidir "
                "2 heures avant de trancher en 8 parts.</p><p>Dresser au dernier moment.</p></div>"
                f"</div><p>POIDS NET : {francais(r['poids'])} g – {r['emb']} – {r['dlc']}</p>"
                "<p class=r>Allergènes : gluten, œufs, lait.</p></section>")
    style = """@page{size:A4;margin:18mm;@bottom-center{content:"page " counter(page) " sur " counter(pages)}}
    body{font:10pt "DejaVu Sans"} section{break-inside:avoid;margin-bottom:8mm} h2{font-size:15pt;margin:0}
    h3{font-size:10pt;margin:2mm 0} .r{font-size:8pt;margin:0;color:#555} table{width:75mm}
    .g{display:flex;gap:10mm} .n{text-align:right} .m{width:80mm;text-align:justify} .m p{margin:1mm 0}"""
    source = f"<html lang=fr><style>{style}</style>" + "".join(map(fiche, recettes))
    weasyprint.HTML(string=source).write_pdf(ICI / "weasy_methode.pdf")
    return verite(recettes)


# --- Chromium: cards, letter-spaced titles, quantities at half height, pieces before grams ------

@livre
def chrome_cartes():
    recettes = suite(6, 5, majuscules=True, pieces=True)
    recettes[1]["titre"] = "TARTE FINE AUX POMMES CARAMÉLISÉES ET CRÈME D'ISIGNY"
    recettes[1]["lignes"].append(["PÉPITES DE CHOCOLAT NOIR 60% DE CACAO ORIGINE ÉQUATEUR", 30, 1, "g"])
    recettes[1]["poids"] += 30
    def fiche(r):
        lignes = "".join(f"<tr><td>{html.escape(l[0])}<td class=n>{l[2]}<td class=n>{francais(l[1])}"
                         for l in r["lignes"])
        return (f"<section><h2>{html.escape(r['titre'])}</h2><h3>COMPOSITION</h3><table>"
                f"<tr><th>Ingrédient<th>Pièces<th>Grammes{lignes}"
                f"<tr><td>POIDS NET<td><td class=n>{francais(r['poids'])}</table>"
                f"<p>{r['emb']}</p><p>{r['dlc']}</p></section>")
    style = """@page{size:A4;margin:12mm} body{font:11px Liberation Sans,Arial;display:grid;
    grid-template-columns:1fr 1fr;gap:10mm;align-items:start} section{break-inside:avoid}
    h2{letter-spacing:2px;font-size:17px;margin:0;text-align:center} h3{text-align:center;margin:4px}
    table{width:100%;border-collapse:collapse} td,th{border:1px solid #999;padding:4px 6px}
    .n{text-align:right;width:48px} p{margin:3px 0}"""
    with tempfile.NamedTemporaryFile("w", suffix=".html") as f:
        f.write(f"<html lang=fr><meta charset=utf-8><style>{style}</style>" + "".join(map(fiche, recettes)))
        f.flush()
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu",
                        "--no-pdf-header-footer", f"--print-to-pdf={ICI / 'chrome_cartes.pdf'}",
                        f"file://{f.name}"], check=True, capture_output=True)
    return verite(recettes)


# --- cairo: glyph by glyph, quantities first, lines nobody can read ------------------------------

CAIRO = r"""
import cairo, json, sys
pages, sortie = json.load(open(sys.argv[1])), sys.argv[2]
surface = cairo.PDFSurface(sortie, 420, 595)
c = cairo.Context(surface)
c.select_font_face("Liberation Serif")
for lignes in pages:
    for x, y, taille, texte in lignes:
        c.set_font_size(taille)
        for lettre in texte:
            c.move_to(x, y)
            c.show_text(lettre)
            x += c.text_extents(lettre).x_advance
    surface.show_page()
surface.finish()
"""


@livre
def cairo_atelier():
    recettes = [
        recette("Financiers", [("beurre noisette", 150), ("poudre d'amandes", 0.25, None, "kg"),
                               ("blancs d'œufs", 4, None, "piece"), ("vanille", 0.5, None, "botte"),
                               ("Farine T 55", 60), ("sel", None, None, None)], None, "EMBALLAGE SACHET", "DLC J+10"),
        recette("Pain d'épices n° 4", [("Miel toutes fleurs", 1.25, None, "kg"), ("4 épices", 12),
                                       ("farine de seigle", 1000)], 2262, "EMBALLAGE FILM", "DLC J+21"),
    ]
    imprimees = [
        ["150 g de beurre noisette", "0,25 kg de poudre d'amandes", "4 pièces de blancs d'œufs",
         "½ botte de vanille", "60 g Farine T 55", "sel selon goût"],
        ["1,25 kg Miel toutes fleurs", "12 g 4 épices", "1 000 g de farine de seigle"],
    ]
    pages = []
    for r, lignes in zip(recettes, imprimees):
        y, page = 60, []
        for taille, texte in [(16, r["titre"]), (10, "Composition")] + [(10, f"• {l}") for l in lignes]:
            page.append((50, y, taille, texte))
            y += 16
        fin = ([f"POIDS NET {francais(r['poids'])} g"] if r["poids"] else []) + [r["emb"], r["dlc"]]
        page += [(50, y + 16 * n, 10, t) for n, t in enumerate(fin)]
        pages.append(page)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        json.dump(pages, f)
        f.flush()
        subprocess.run(["/usr/bin/python3", "-c", CAIRO, f.name, str(ICI / "cairo_atelier.pdf")],
                       check=True)
    return verite(recettes)


# --- fpdf2: same letters everywhere, (suite) overleaf, footers with numbers ----------------------

@livre
def fpdf_suite():
    from fpdf import FPDF
    class Livre(FPDF):
        def footer(self):
            self.set_y(-12)
            self.cell(0, 5, f"WOK 2026 - {self.page_no()}/{{nb}}", align="C")
    p = Livre(format="A5")
    p.add_font("D", "", DEJAVU)
    p.set_font("D", size=9)
    p.set_auto_page_break(False)
    longue = [(f"{NOMS[n % len(NOMS)]} n°{n}", 10 + n) for n in range(45)]
    recettes = [recette("WOK DE LÉGUMES", longue, sum(l[1] for l in longue), "EMBALLAGE BOÎTE", "DLC J+4"),
                recette("WOK AU BŒUF", [("Bœuf émincé", 130), ("Sauce huître 60", 2), ("Poivron 3 couleurs", 90),
                                        ("Nouilles", 1250)], 1472, "EMBALLAGE BOÎTE", "DLC J+4")]
    p.add_page()
    def ecrire(texte):
        p.cell(0, 6, texte, new_x="LMARGIN", new_y="NEXT")
    for r in recettes:
        ecrire(r["titre"])
        ecrire("COMPOSITION")
        for nom, q, _, _ in r["lignes"]:
            if p.get_y() > 180:
                p.add_page()
                ecrire(f"{r['titre']} (suite)")
            ecrire(f"{nom} {francais(q)}")
        for texte in (f"TOTAL {francais(r['poids'])}", f"POIDS NET {francais(r['poids'])}", r["emb"], r["dlc"], ""):
            ecrire(texte)
    p.output(ICI / "fpdf_suite.pdf")
    return verite(recettes)


def main():
    chemin = ICI / "truth.json"
    verites = json.loads(chemin.read_text()) if chemin.exists() else {}
    for nom in sys.argv[1:] or LIVRES:
        verites[nom] = LIVRES[nom]()
        print(nom, len(verites[nom]["recettes"]))
    chemin.write_text(json.dumps(verites, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


main()
