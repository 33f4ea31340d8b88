#!/usr/bin/env python3
"""Draws recipe books with their truth, as word processors, browsers and spreadsheets print them.

    tirer.py FOLDER COUNT [SEED]      needs weasyprint, openpyxl, chromium, soffice (scripts/tirage)

COUNT books of each kind: N.pdf, and N.json with {"genre", "recettes": [{"titre", "lignes"}]}, a line
being [label, grams]. What is drawn: how a list is announced, columns and their heads, units, parts,
steps, fields, alignments, fonts, two recipes side by side.
"""
import html
import json
import pathlib
import random
import subprocess
import sys

INGREDIENTS = [
    "Carotte", "Oignon rouge", "Saumon fumé", "Crème fraîche 35 %", "Farine T55", "Œuf dur écalé",
    "Poivre noir 5 baies", "Huile d'olive", "Riz basmati cuit", "Sauce soja", "Beurre doux",
    "Lait ½ écrémé", "Avocat", "Concombre", "Poulet rôti (bio)", "Mayonnaise", "Salade iceberg",
    "Pain de mie complet", "Jambon blanc (barquette)", "Gingembre frais", "Vinaigre de riz", "Nori",
    "Graines de sésame", "Surimi", "Mangue", "Menthe fraîche", "Coriandre", "Citron vert",
    "Nouilles de blé", "Crevettes 16/20", "Thon albacore", "Fromage frais", "Edamame", "Chou rouge",
    "Pâte brisée", "Lardons fumés", "Emmental râpé", "Sel fin", "Sucre", "Vinaigrette maison",
]
TITRES = [
    "CALIFORNIA SAUMON AVOCAT", "BOWL POULET", "Salade César", "WOK CREVETTES", "Quiche lorraine",
    "MAKI THON", "Soupe miso", "TRAY ALL CALIFORNIA", "Poke saumon mangue", "CROQUE MONSIEUR",
    "Nems poulet", "SALADE EDAMAME", "Chirashi saumon", "Taboulé oriental", "Sandwich club",
    "Rouleau de printemps", "GYOZA LÉGUMES", "Bò bún bœuf", "Riz cantonais", "Tarte aux poireaux",
]
TETES = [
    "COMPOSITION", "Composition :", "COMPOSITION 1 BARQUETTE", "COMPOSITION (1 bol)", "INGRÉDIENTS",
    "Ingrédients", "INGRÉDIENTS (4 PERSONNES)", "COMPOSITION POUR 10 PORTIONS",
    "Ingrédients pour 6 parts", "COMPOSITION POUR 1 BARQUETTE", "COMPOSITION 1 PLATEAU",
    "COMPOSITION DE LA BARQUETTE", "INGRÉDIENTS (1 BOL)", "COMPOSITION BOX",
]
ETAPES = [
    "Éplucher les carottes et les tailler en dés.", "Mélanger 2 minutes puis réserver au froid.",
    "Cuire à 180 °C pendant 12 min", "Dresser dans la barquette, filmer.",
    "Assaisonner et servir.", "Refroidir à +3 °C en moins de 2 h.",
]
METHODES = ["PRÉPARATION", "PROGRESSION", "Fabrication", "MISE EN ŒUVRE", "TECHNIQUE", "Réalisation"]
PARTIES = [
    ("SAUCE :", "GARNITURE :"), ("Préparation 1 : marinade", "Préparation 2 : wok"),
    ("Base", "Finition"), ("CUISSON", "DRESSAGE"), ("Pour la sauce", "Pour le dressage"),
]
GRAMMES = [3, 5, 8, 10, 12, 15, 20, 30, 45, 60, 86, 100, 120, 150, 200, 250, 350, 500, 1200, 1250, 2500]
# Columns by one letter: C code, N row number, L label, Q quantity, U unit, P pieces, p price, A
# allergens, F supplier, s share, R remarks, B gross, l loss, T net, 1 and 5: 10 and 50 portions.
TABLEAUX = ["LQ", "LQP", "CLQ", "NLQ", "LQp", "CLQpp", "LQA", "LQF", "LsQ", "LQR",
            "LQU", "LUQ", "CLQUp", "LBlT", "LBT", "LBl", "L15"]
NOMS = {
    "L": ["Ingrédients", "Désignation", "Produit", "Matières premières", "Article"],
    "Q": ["Quantité", "Qté", "Poids", "Grammage"], "P": ["Pièces", "Nb pièces", "Pcs"],
    "C": ["Code", "Réf.", "Code article"], "N": ["N°"], "p": ["PU", "Prix", "Coût"],
    "A": ["Allergènes"], "F": ["Fournisseur"], "s": ["%"], "R": ["Observations", "Remarques"],
    "U": ["Unité", "U"], "B": ["Brut (g)", "Poids brut (g)"], "l": ["Perte %", "% perte"],
    "T": ["Net (g)", "Poids net (g)"], "1": ["10 portions", "Pour 10"], "5": ["50 portions", "Pour 50"],
}


def francais(nombre):
    return f"{nombre:.3f}".rstrip("0").rstrip(".").replace(".", ",")


class Tirage:
    """One book: what is drawn once for all of it."""

    def __init__(self, graine):
        r = self.r = random.Random(graine)
        self.forme = r.choice(["lignes", "cote", "deux", "parties", "dabord"] + ["tableau"] * 5)
        self.colonnes = r.choice(TABLEAUX)
        self.noms = [r.choice(NOMS[c]) for c in self.colonnes]
        self.unite = r.choice(["g", "", "mixte"])
        self.entete_en = None
        if "Q" in self.colonnes and "U" not in self.colonnes and r.random() < 0.4:
            self.entete_en = r.choice(["g", "kg"])
            self.noms[self.colonnes.index("Q")] += r.choice([" ({})", " en {}"]).format(self.entete_en)
        self.tetes = [r.choice(TETES)] if r.random() < 0.6 else TETES

    def mille(self, n):
        texte = str(n)
        if n >= 1000 and self.r.random() < 0.6:
            return texte[:-3] + self.r.choice([" ", "\u202f", "\u00a0"]) + texte[-3:]
        return texte

    def quantite(self, n):
        if self.unite == "mixte" and self.r.random() < 0.3:
            return francais(n / 1000) + " kg"
        return self.mille(n) + {"": "", "g": self.r.choice([" g", "g"]), "mixte": " g"}[self.unite]

    def cellules(self, rang, nom, n):
        """What this line prints in each column."""
        r = self.r
        en = self.entete_en or r.choice(["g", "g", "kg"])
        nombre = francais(n / 1000) if en == "kg" else self.mille(n)
        seule = self.mille(n) if not self.entete_en and "U" not in self.colonnes else nombre
        return [{
            "L": nom, "Q": seule, "U": en, "P": str(r.randint(1, 6)), "C": str(r.randint(10000, 19999)),
            "N": str(rang + 1), "p": francais(r.randint(10, 2500) / 100) + " €",
            "A": r.choice(["", "Lait", "Poisson", "Gluten, œuf"]),
            "F": r.choice(["Metro", "Pomona", "Transgourmet"]), "s": f"{r.randint(1, 60)} %", "R": "",
            "B": self.mille(n), "l": r.choice(["0 %", "10 %", "20 %"]),
            "T": self.mille(max(1, n * 9 // 10)), "1": self.mille(n), "5": self.mille(n * 5),
        }[c] for c in self.colonnes]

    def recette(self, titre, champs, etapes):
        r = self.r
        lignes = [[a, r.choice(GRAMMES)] for a in r.sample(INGREDIENTS, r.randint(2, 9))]
        net = sum(n for _, n in lignes)
        if self.forme == "tableau" and "T" in self.colonnes:
            net = sum(max(1, n * 9 // 10) for _, n in lignes)
        fin = []
        if champs:
            fin = ([f"POIDS NET {net} g"] if r.random() < 0.5 else []) + ["EMBALLAGE Barquette", "DLC J+3"]
        if etapes:
            fin += [etapes] + [f"{n + 1}. {e}" for n, e in enumerate(r.sample(ETAPES, 3))]
        return {"titre": titre, "tete": r.choice(self.tetes), "lignes": lignes, "fin": fin}

    def recettes(self, combien):
        champs = self.r.random() < 0.85
        etapes = self.r.choice(METHODES) if self.r.random() < 0.35 else None
        return [self.recette(t, champs, etapes) for t in self.r.sample(TITRES, combien)]

    def tableau(self, rangees):
        r = self.r
        cote, bord = r.choice(["100%", "auto", "70%"]), " border=1 cellspacing=0" * (r.random() < 0.5)
        ligne = lambda cellules, mot: "<tr>" + "".join(
            f"<{mot} class={'l' if n == self.nom else 'n'}>{html.escape(c)}</{mot}>"
            for n, c in enumerate(cellules)) + "</tr>"
        corps = "".join(ligne(c, "th" if mot else "td") for mot, c in rangees)
        return f'<table style="width:{cote}"{bord}>{corps}</table>'

    def liste(self, lignes):
        self.nom = self.colonnes.index("L") if self.forme == "tableau" else 0
        paires = [(False, [a, self.quantite(n)]) for a, n in lignes]
        if self.forme == "dabord":
            return "".join(f"<p>{self.mille(n)} g {html.escape(a)}</p>" for a, n in lignes)
        if self.forme in ("lignes", "cote"):
            return "".join(f"<p>{html.escape(a)} {q}</p>" for _, (a, q) in paires)
        if self.forme == "deux":
            return self.tableau(paires)
        if self.forme == "parties":
            haut, bas = self.r.choice(PARTIES)
            milieu = len(paires) // 2
            return self.tableau([(False, [haut, ""])] + paires[:milieu] + [(False, [bas, ""])] + paires[milieu:])
        rangees = [(False, self.cellules(n, a, q)) for n, (a, q) in enumerate(lignes)]
        return self.tableau([(True, self.noms)] + rangees)

    def page(self, recettes):
        r = self.r
        police = r.choice(["DejaVu Sans", "Liberation Sans", "Liberation Serif", "DejaVu Serif"])
        corps = r.choice([9, 10, 11, 12])
        style = (
            f"@page{{size:A4;margin:15mm}} body{{font:{corps}pt '{police}'}} p{{margin:1pt 0}}"
            f"h2{{font-size:{corps + r.choice([0, 3, 6])}pt;margin:14pt 0 3pt}} td,th{{padding:0 10pt}}"
            f"td.n{{text-align:{r.choice(['left', 'right', 'center'])}}} th{{text-align:{r.choice(['left', 'right'])}}}"
            ".r{break-inside:avoid;margin-bottom:10pt}"
            + " body{columns:2;column-gap:30pt}" * (self.forme == "cote"))
        blocs = (
            f"<div class=r><h2>{html.escape(x['titre'])}</h2><p>{x['tete']}</p>{self.liste(x['lignes'])}"
            + "".join(f"<p>{html.escape(f)}</p>" for f in x["fin"]) + "</div>" for x in recettes)
        return f"<!doctype html><meta charset=utf-8><style>{style}</style>{''.join(blocs)}"


def classeur(tirage, recettes, chemin):
    """The same in a spreadsheet, a recipe under the other."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    feuille = Workbook()
    f, y, plie = feuille.active, 1, tirage.r.random() < 0.3
    for n, c in enumerate(tirage.colonnes):
        f.column_dimensions["ABCDEFGH"[n]].width = (22 if plie else 34) if c == "L" else 12
    for x in recettes:
        f.cell(y, 1, x["titre"]).font = Font(bold=True, size=tirage.r.choice([11, 14]))
        f.cell(y + 1, 1, x["tete"])
        for n, nom in enumerate(tirage.noms):
            f.cell(y + 2, n + 1, nom).font = Font(bold=True)
        y += 3
        for rang, (a, q) in enumerate(x["lignes"]):
            for n, valeur in enumerate(tirage.cellules(rang, a, q)):
                cellule = f.cell(y, n + 1, valeur)
                cellule.alignment = Alignment(wrap_text=plie and tirage.colonnes[n] == "L",
                                              horizontal=None if tirage.colonnes[n] == "L" else "right")
            y += 1
        for champ in x["fin"]:
            f.cell(y, 1, champ)
            y += 1
        y += 1
    feuille.save(chemin)


def muet(*commande):
    subprocess.run(commande, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    dossier, combien = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    graine = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    dossier.mkdir(parents=True, exist_ok=True)
    import weasyprint
    a_imprimer = {"calc": [], "writer": []}
    for n in range(4 * combien):
        genre = ["weasyprint", "chromium", "calc", "writer"][n % 4]
        tirage = Tirage(f"{graine}/{n}")
        if genre == "calc":
            tirage.forme = "tableau"
        recettes = tirage.recettes(4)
        verite = [{"titre": x["titre"], "lignes": x["lignes"]} for x in recettes]
        sorte = f"{genre} {tirage.forme} {tirage.colonnes if tirage.forme == 'tableau' else ''}".strip()
        (dossier / f"{n}.json").write_text(json.dumps({"genre": sorte, "recettes": verite}, ensure_ascii=False))
        if genre == "calc":
            classeur(tirage, recettes, dossier / f"{n}.xlsx")
            a_imprimer[genre].append(str(dossier / f"{n}.xlsx"))
            continue
        page = dossier / f"{n}.html"
        page.write_text(tirage.page(recettes))
        if genre == "writer":
            a_imprimer[genre].append(str(page))
        elif genre == "weasyprint":
            weasyprint.HTML(filename=str(page)).write_pdf(str(dossier / f"{n}.pdf"))
        else:
            muet("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                 f"--print-to-pdf={dossier / f'{n}.pdf'}", page.resolve().as_uri())
    for genre, fichiers in a_imprimer.items():
        # As a word processor opens it, not as a browser would.
        lire = ["--infilter=HTML (StarWriter)"] if genre == "writer" else []
        vers = "pdf:writer_pdf_Export" if genre == "writer" else "pdf"
        if fichiers:
            muet("soffice", "--headless", f"-env:UserInstallation={(dossier / 'profil').resolve().as_uri()}",
                 *lire, "--convert-to", vers, "--outdir", str(dossier), *fichiers)


main()
