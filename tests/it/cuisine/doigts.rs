//! One tap does one thing: every control under a real finger, on a tablet that stands and on a phone;
//! where `make endurance` asks, at four sizes.

use serde_json::{Value, json};

use super::pieces::{Cuisine, Fenetre, place, reste};
use crate::outils::Serveur;
use crate::outils::graine::au_long;
use crate::outils::navigateur::Navigateur;
use crate::outils::scanneur::CALME;

/// What a tap did: requests that write (answered here, so that no size changes the day of another),
/// forms sent, links followed, dialogues opened and closed, what a key typed.
const TEMOIN: &str = "
  const AUTRE = '00000000-0000-7000-8000-000000000009';
  window.actes = [];
  window.calme = {enCours: 0, depuis: performance.now()};
  const envoyer = window.fetch;
  window.fetch = (adresse, options = {}) => {
    calme.enCours += 1;
    const fini = () => Object.assign(calme, {enCours: calme.enCours - 1, depuis: performance.now()});
    if (options.method !== 'POST') return envoyer(adresse, options).finally(fini);
    setTimeout(fini, 0);
    actes.push('POST ' + adresse.split('/').at(-1));
    const corps = JSON.parse(options.body ?? '{}');
    if (corps.quantite === 7 && corps.vue !== AUTRE) {
      return Promise.resolve(new Response(JSON.stringify({code: 'ligne_declaree_depuis',
        detail: '« Bagel » : fait par admin à 8 h 02 (9 pièces) ; vous aviez dit 7 pièces à 8 h.',
        unite: 'piece', derniere: {type: 'AJUSTE', total: 9, declaration_id: AUTRE},
        votre: {type: 'AJUSTE', total: 7}}),
        {status: 409, headers: {'content-type': 'application/json'}}));
    }
    return Promise.resolve(new Response(`{\"declaration_id\": \"${performance.now()}\"}`,
      {status: 200, headers: {'content-type': 'application/json'}}));
  };
  addEventListener('submit', (e) => {
    const vers = e.target.getAttribute('action');
    actes.push('envoi ' + (e.target.id || vers));
    if (vers) e.preventDefault();
  }, true);
  addEventListener('click', (e) => {
    const lien = e.target.closest('a[href]');
    if (!lien || e.defaultPrevented) return;
    actes.push('lien ' + lien.getAttribute('href'));
    e.preventDefault();
  });
  new MutationObserver((vues) => vues.forEach(({ target: t, attributeName: nom }) => {
    if (nom === 'open') actes.push((t.open ? 'ouvre ' : 'ferme ') + t.id);
    if (nom === 'aria-pressed') actes.push('+1 ' + t.getAttribute(nom));
    if (nom === 'aria-expanded') actes.push('déplie ' + t.getAttribute(nom));
  })).observe(document.body,
    {subtree: true, attributeFilter: ['open', 'aria-pressed', 'aria-expanded']});
  window.print = () => actes.push('imprime');
  new MutationObserver(() => actes.push(document.getElementById('clavier-valeur').textContent))
    .observe(document.getElementById('clavier-valeur'), {childList: true});";

/// Waits until what was tapped shows and the screen is at rest, then gives it: what moves is no
/// target.
const ACTES: &str = "const [fini] = arguments;
  const fin = performance.now() + 10000;
  const repos = () => calme.enCours === 0 && performance.now() - calme.depuis > REPOS;
  const regarder = () => {
    const assez = actes.length >= ATTENDUS && repos();
    if (!assez && performance.now() < fin) return setTimeout(regarder, 10);
    setTimeout(() => fini(actes.splice(0)), 50);
  };
  regarder();";

/// The keys of the keypad: each touch is one.
fn est_une_touche(css: &str) -> bool {
    ["touche", "effacer", "plus]", "moins"].iter().any(|t| css.contains(t))
}

async fn taper(
    n: &Navigateur,
    (css, attendus): (&str, &[&str]),
    (fois, vite): (usize, bool),
    fautes: &mut Vec<String>,
) {
    let touchee = format!(
        "window.touchees ??= new Set();
         document.querySelectorAll({}).forEach((b) => touchees.add(b.dataset.action))",
        json!(css)
    );
    n.evaluer(&touchee).await;
    let point = n.viser(css).await;
    let touche = est_une_touche(css);
    n.taper_la(point, if vite && touche { 0.1 } else { CALME }, if touche { 1 } else { fois })
        .await;
    let nombre = attendus.len().to_string();
    // What was sent is followed by another look at the day.
    let repos = if attendus.iter().any(|a| a.starts_with("POST")) { "250" } else { "0" };
    let script = ACTES.replace("ATTENDUS", &nombre).replace("REPOS", repos);
    let actes = n.evaluer_plus_tard(&script).await;
    if actes != json!(attendus) {
        fautes.push(format!("{css} : {actes} au lieu de {attendus:?}"));
    }
}

/// A place, and what one tap there does.
type Geste = (String, Vec<&'static str>);

fn de(recette: &str, action: &str) -> String {
    place(recette, &format!("[data-action={action}]"))
}

fn fermer(d: &str) -> String {
    format!("#{d} [data-action=fermer]")
}

/// What is shown: of what is done one is taken back; a station, a slot, a name.
fn montrer(c: &Cuisine) -> Vec<Geste> {
    vec![
        ("[data-onglet=fait]".into(), vec!["+1 false", "+1 true"]),
        (de(&c.cake, "annuler"), vec!["POST annuler"]),
        ("[data-onglet=reste]".into(), vec!["+1 true", "+1 false"]),
        ("[data-action=filtre]".into(), vec!["ouvre d-filtre"]),
        ("#filtre-postes button:nth-child(2)".into(), vec!["ferme d-filtre", "+1 true"]),
        ("[data-action=filtre]".into(), vec!["ouvre d-filtre"]),
        ("#filtre-creneaux button:nth-child(2)".into(), vec!["ferme d-filtre"]),
        ("[data-action=filtre]".into(), vec!["ouvre d-filtre"]),
        ("#filtre-postes button:nth-child(1)".into(), vec!["ferme d-filtre"]),
        ("[data-action=filtre]".into(), vec!["ouvre d-filtre"]),
        ("#filtre-creneaux button:nth-child(1)".into(), vec!["ferme d-filtre", "+1 false"]),
        ("[data-action=filtre]".into(), vec!["ouvre d-filtre"]),
        (fermer("d-filtre"), vec!["ferme d-filtre"]),
        ("[data-action=filtre]".into(), vec!["ouvre d-filtre"]),
        ("#d-filtre [data-action=chercher]".into(), vec!["ferme d-filtre"]),
        ("#recherche-texte".into(), vec![]),
        ("[data-action=fermer-recherche]".into(), vec![]),
    ]
}

/// The menu, what stands in the head, the code that is typed.
fn autour() -> Vec<Geste> {
    vec![
        ("[data-action=menu]".into(), vec!["ouvre d-menu"]),
        ("#d-menu a[href='/cuisine']".into(), vec!["lien /cuisine"]),
        ("#d-menu a[href='/']".into(), vec!["lien /"]),
        ("#d-menu [type=submit]".into(), vec!["envoi /deconnexion"]),
        ("#lien-totaux".into(), vec!["lien #totaux", "ferme d-menu"]),
        ("[data-action=menu]".into(), vec!["ouvre d-menu"]),
        ("[data-action=imprimer]".into(), vec!["imprime", "ferme d-menu"]),
        ("[data-action=menu]".into(), vec!["ouvre d-menu"]),
        (fermer("d-menu"), vec!["ferme d-menu"]),
        ("[data-action=plus-un]".into(), vec!["+1 true"]),
        ("[data-action=plus-un]".into(), vec!["+1 false"]),
        ("[data-action=liste]".into(), vec!["ouvre d-liste"]),
        (fermer("d-liste"), vec!["ferme d-liste"]),
        ("[data-action=code]".into(), vec!["ouvre d-code"]),
        ("#code-texte".into(), vec![]),
        ("[data-action=camera]".into(), vec![]),
        (fermer("d-code"), vec!["ferme d-code"]),
        ("[data-action=code]".into(), vec!["ouvre d-code"]),
        ("#d-code [type=submit]".into(), vec!["envoi f-code", "ferme d-code"]),
    ]
}

/// Every control, in the order of a story.
fn histoire(c: &Cuisine) -> Vec<Geste> {
    let mut h = montrer(c);
    h.extend(autour());
    h.extend([
        (de(&c.bagel, "ouvrir"), vec!["déplie true"]),
        (de(&c.bagel, "ajuster"), vec!["ouvre d-clavier", "10"]),
    ]);
    // Twice the same key is two digits, however quick.
    h.extend([
        ("[data-touche='1']".into(), vec!["1"]),
        ("[data-touche='1']".into(), vec!["11"]),
        ("[data-action=effacer]".into(), vec!["1"]),
        ("[data-action=effacer]".into(), vec!["0"]),
    ]);
    let touches = ["1", "2", "3", "4", "5", "6", "7"];
    let valeurs = ["1", "12", "123", "1234", "12345", "123456", "1234567"];
    for (touche, valeur) in touches.iter().zip(valeurs) {
        h.push((format!("[data-touche='{touche}']"), vec![valeur]));
    }
    h.extend([
        ("[data-action=effacer]".into(), vec!["123456"]),
        ("[data-touche='0']".into(), vec!["1234560"]),
        ("[data-action=effacer]".into(), vec!["123456"]),
        ("[data-touche='9']".into(), vec!["1234569"]),
        ("[data-action=effacer]".into(), vec!["123456"]),
        ("[data-touche='8']".into(), vec!["1234568"]),
        ("[data-touche=',']".into(), vec!["1234568,"]),
        ("[data-action=plus]".into(), vec!["1234569"]),
        ("[data-action=moins]".into(), vec!["1234568"]),
        (fermer("d-clavier"), vec!["ferme d-clavier"]),
        (de(&c.bagel, "ajuster"), vec!["ouvre d-clavier", "10"]),
        ("[data-touche='4']".into(), vec!["4"]),
        ("[data-action=valider]".into(), vec!["ferme d-clavier", "POST ajuste"]),
        (de(&c.bagel, "motifs"), vec!["ouvre d-motifs"]),
        (fermer("d-motifs"), vec!["ferme d-motifs"]),
        (de(&c.bagel, "motifs"), vec!["ouvre d-motifs"]),
        ("#motifs button:nth-child(4)".into(), vec!["ferme d-motifs", "POST non-produit"]),
        (de(&c.bagel, "produit"), vec!["POST produit"]),
        (de(&c.quiche, "ouvrir"), vec!["déplie false", "déplie true"]),
        (de(&c.quiche, "ouvrir"), vec!["déplie false"]),
        ("[data-action=annuler-dernier]".into(), vec!["POST annuler"]),
        ("[data-action=refaire]".into(), vec!["POST produit"]),
        (de(&c.quiche, "solutions"), vec!["ouvre d-manque"]),
        (fermer("d-manque"), vec!["ferme d-manque"]),
        (de(&c.quiche, "solutions"), vec!["ouvre d-manque"]),
        ("[data-action=fait-moins]".into(), vec!["ferme d-manque", "ouvre d-clavier"]),
        (fermer("d-clavier"), vec!["ferme d-clavier"]),
        (de(&c.quiche, "solutions"), vec!["ouvre d-manque"]),
        // What booked stock that nobody had seen: the form opens under the finger.
        ("[data-action=stock-trouve]".into(), vec!["ferme d-manque", "ouvre d-trouve"]),
        ("#trouve-quantite".into(), vec![]),
        ("#trouve-lot".into(), vec![]),
        ("#trouve-perdue".into(), vec![]),
        ("#d-trouve [type=submit]".into(), vec!["envoi f-trouve"]),
        (fermer("d-trouve"), vec!["ferme d-trouve"]),
    ]);
    for suite in ["garder", "mettre"] {
        h.extend(redire(c, suite));
    }
    h
}

/// Somebody else declared the line meanwhile: one of the two ways out.
fn redire(c: &Cuisine, suite: &'static str) -> Vec<Geste> {
    let envoye = if suite == "mettre" { vec!["POST ajuste"] } else { vec![] };
    vec![
        (de(&c.bagel, "ouvrir"), vec!["déplie true"]),
        (de(&c.bagel, "ajuster"), vec!["ouvre d-clavier", "10"]),
        ("[data-touche='7']".into(), vec!["7"]),
        ("[data-action=valider]".into(), vec!["ferme d-clavier", "POST ajuste", "ouvre d-liste"]),
        (format!("#corriger [data-action={suite}]"), envoye),
        (fermer("d-liste"), vec!["ferme d-liste"]),
        (de(&c.bagel, "ouvrir"), vec!["déplie false"]),
    ]
}

#[tokio::test]
async fn a_tap_of_a_finger_or_two_does_one_thing_on_every_control() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let dire = json!({"magasin_id": c.chaine.magasin, "date": c.jour, "recette_id": c.cake,
        "quantite": 5});
    let ajuste = "/api/interne/production-preparation/ajuste";
    c.chaine.client.post(ajuste, &dire).await.attendue(200);
    crate::invariants::ecrire(&s, "update recette set poste = 'froid', creneau = 'midi'")
        .await
        .unwrap();
    let lots = c.chaine.lots().await;
    // One tap, or two in the same place.
    let (debout, telephone) =
        tokio::join!(raconter(&s, &c, ((800, 1280), 2)), raconter(&s, &c, ((360, 640), 1)),);
    let mut fautes = [debout, telephone].concat();
    if au_long() {
        let (couchee, petit) =
            tokio::join!(raconter(&s, &c, ((1280, 800), 1)), raconter(&s, &c, ((390, 844), 2)),);
        fautes.extend([couchee, petit].concat());
    }
    assert_eq!(fautes, [""; 0], "{fautes:#?}");
    // Nothing reached the server but what the story began with.
    assert_eq!(c.declarations(&c.cake).await, ["AJUSTE"]);
    assert_eq!(c.chaine.lots().await, lots);
}

/// The whole story in a window of that size, so many taps each; what went wrong.
async fn raconter(s: &Serveur, c: &Cuisine, (taille, fois): ((u32, u32), usize)) -> Vec<String> {
    let n = Fenetre { taille }.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.quiche, "4").await;
    n.attendre_texte("[data-onglet=fait] strong", "1").await;
    n.devenir_tactile().await;
    n.evaluer(TEMOIN).await;
    let (mut fautes, mut touche) = (Vec::new(), false);
    for (css, attendus) in histoire(c) {
        taper(&n, (css.as_str(), attendus.as_slice()), (fois, touche), &mut fautes).await;
        touche = est_une_touche(&css);
        if css == "[data-action=camera]" {
            // There is none here: what says so moves what lies under it.
            n.attendre("#code-faute:not(:empty)").await;
        }
    }
    n.photographier(&format!("cuisine-repris-{}", taille.0)).await;
    fautes.extend(oubliees(&n).await.into_iter().map(|f| format!("{f} n'est pas touché")));
    fautes.extend(n.plaintes().await);
    fautes.into_iter().map(|f| format!("{taille:?} {fois} {f}")).collect()
}

/// Actions that the page knows and the story leaves out.
async fn oubliees(n: &Navigateur) -> Vec<String> {
    let script = "
      const touches = [...document.querySelectorAll('[data-action]'),
        ...document.getElementById('t-carte').content.querySelectorAll('[data-action]')];
      const actions = new Set(touches.map((b) => b.dataset.action));
      // Those of lists that this story does not fill.
      const ailleurs = ['motif', 'stock-trouve', 'fait-moins', 'solutions', 'garder', 'mettre'];
      return [...actions].filter((a) => !window.touchees.has(a) && !ailleurs.includes(a));";
    let lues = n.evaluer(script).await;
    lues.as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
