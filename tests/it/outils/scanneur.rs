//! A hardware scanner before an AZERTY tablet, and a finger on it: real keys, real touches.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::navigateur::Navigateur;

/// The keyboard that the scanner thinks it types on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clavier {
    /// Set to the American layout: digits come out as « &é" ».
    Americain,
    /// Set to the tablet's own.
    Francais,
}

/// FNC1 between the elements of a code.
pub const FNC1: char = '\u{1d}';
/// Longer than a screen holds a tap for the second of two.
pub const CALME: f64 = 1.2;
const ATTENTE: Duration = Duration::from_secs(30);
const MAJ: i64 = 8;
const CTRL: i64 = 2;
/// What the keys of digits give on a French keyboard, from 0 to 9.
const RANGEE: [&str; 10] = ["à", "&", "é", "\"", "'", "(", "-", "è", "_", "ç"];

/// One key: its place, what it gives on the tablet, what is held with it.
struct Touche {
    place: String,
    mot: String,
    avec: i64,
}

fn touche(place: impl Into<String>, mot: impl Into<String>, avec: i64) -> Touche {
    Touche { place: place.into(), mot: mot.into(), avec }
}

impl Clavier {
    fn touche(self, signe: char) -> Touche {
        let majuscule = if signe.is_ascii_uppercase() { MAJ } else { 0 };
        let casse = |mot: char| {
            if majuscule == 0 { mot.to_string() } else { mot.to_ascii_uppercase().to_string() }
        };
        let lettre = signe.to_ascii_uppercase();
        match (self, signe) {
            (_, FNC1) => {
                touche("BracketRight", if self == Self::Francais { "]" } else { "$" }, CTRL)
            }
            (Self::Americain, '0'..='9') => {
                touche(format!("Digit{signe}"), RANGEE[signe as usize - '0' as usize], 0)
            }
            (Self::Francais, '0'..='9') => touche(format!("Digit{signe}"), signe, MAJ),
            (Self::Americain, '-') => touche("Minus", ")", 0),
            (Self::Francais, '-') => touche("Digit6", "-", 0),
            (Self::Americain, '(') => touche("Digit9", "9", MAJ),
            (Self::Americain, ')') => touche("Digit0", "0", MAJ),
            (Self::Francais, '(') => touche("Digit5", "(", 0),
            (Self::Francais, ')') => touche("Minus", ")", 0),
            (Self::Americain, 'm' | 'M') => {
                touche("KeyM", if majuscule == 0 { "," } else { "?" }, majuscule)
            }
            (Self::Americain, _) => {
                touche(format!("Key{lettre}"), casse(jumelle(signe)), majuscule)
            }
            (Self::Francais, 'm' | 'M') => touche("Semicolon", signe, majuscule),
            (Self::Francais, _) => touche(format!("Key{}", jumelle(lettre)), signe, majuscule),
        }
    }
}

/// Letters that change their places between the two layouts.
fn jumelle(lettre: char) -> char {
    match lettre {
        'a' => 'q',
        'q' => 'a',
        'w' => 'z',
        'z' => 'w',
        'A' => 'Q',
        'Q' => 'A',
        'W' => 'Z',
        'Z' => 'W',
        autre => autre,
    }
}

impl Navigateur {
    /// A code and Enter, keys 40 ms apart by the clock that events carry, Enter so much later; each
    /// key would write what it gives, and Enter would send.
    pub async fn scanner_sur(&self, clavier: Clavier, code: &str, entree_apres: f64) {
        self.scanner_au_pas(clavier, code, (0.04, Some(entree_apres))).await;
    }

    /// The same with keys so far apart, and Enter so much later or never.
    pub async fn scanner_au_pas(
        &self,
        clavier: Clavier,
        code: &str,
        (ecart, entree): (f64, Option<f64>),
    ) {
        let maintenant = SystemTime::now().duration_since(UNIX_EPOCH).expect("horloge");
        let mut quand = self.apres(maintenant.as_secs_f64(), 0.3);
        let mut evenements = Vec::new();
        let touches = code.chars().map(|c| (clavier.touche(c), ecart));
        let fin = entree.map(|apres| (touche("Enter", "\r", 0), apres));
        for (t, ecart) in touches.chain(fin) {
            quand += ecart;
            let cle = if t.mot == "\r" { "Enter" } else { &t.mot };
            for nature in ["keyDown", "keyUp"] {
                let mut e = json!({"type": nature, "code": t.place, "key": cle,
                    "modifiers": t.avec, "timestamp": quand});
                if nature == "keyDown" && t.avec != CTRL {
                    e["text"] = json!(t.mot);
                }
                if t.mot == "\r" {
                    e["windowsVirtualKeyCode"] = json!(13);
                }
                evenements.push(e);
            }
        }
        self.cdp_d_un_trait("Input.dispatchKeyEvent", &evenements).await;
        self.apres(quand, 0.0);
    }

    /// Keys of a real keyboard at a person's pace, 200 ms apart by their clock.
    pub async fn taper_lentement(&self, touches: &[&str]) {
        for mot in touches {
            let maintenant = SystemTime::now().duration_since(UNIX_EPOCH).expect("horloge");
            let quand = self.apres(maintenant.as_secs_f64(), 0.2);
            let (code, numero, texte) = match *mot {
                "Enter" => ("Enter".to_owned(), 13, "\r"),
                "Escape" => ("Escape".to_owned(), 27, ""),
                "Backspace" => ("Backspace".to_owned(), 8, ""),
                "," => ("Comma".to_owned(), 188, ","),
                chiffre => (format!("Numpad{chiffre}"), 0, chiffre),
            };
            let mut e = json!({"type": if texte.is_empty() { "rawKeyDown" } else { "keyDown" },
                "code": code, "key": mot, "windowsVirtualKeyCode": numero, "timestamp": quand});
            if !texte.is_empty() {
                e["text"] = json!(texte);
            }
            let fin = json!({"type": "keyUp", "code": code, "key": mot,
                "windowsVirtualKeyCode": numero, "timestamp": quand + 0.02});
            self.cdp_d_un_trait("Input.dispatchKeyEvent", &[e, fin]).await;
        }
    }

    /// A code, sign by sign, as a person does.
    pub async fn taper_a_la_main(&self, code: &str) {
        let signes: Vec<String> = code.chars().map(String::from).collect();
        self.taper_lentement(&signes.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }

    /// Keys of an AZERTY keyboard at a person's pace: their places, and what they give.
    pub async fn taper_en_azerty(&self, touches: &[(&str, &str)]) {
        for (place, mot) in touches {
            let maintenant = SystemTime::now().duration_since(UNIX_EPOCH).expect("horloge");
            let quand = self.apres(maintenant.as_secs_f64(), 0.2);
            let evenements = ["keyDown", "keyUp"].map(|nature| {
                let mut e = json!({"type": nature, "code": place, "key": mot, "timestamp": quand});
                if nature == "keyDown" {
                    e["text"] = json!(mot);
                }
                e
            });
            self.cdp_d_un_trait("Input.dispatchKeyEvent", &evenements).await;
        }
    }

    /// Enter alone, so many seconds after the last key.
    pub async fn valider_apres(&self, secondes: f64) {
        let quand = self.apres(0.0, secondes);
        let evenements = ["keyDown", "keyUp"].map(|nature| {
            let mut e = json!({"type": nature, "code": "Enter", "key": "Enter",
                "windowsVirtualKeyCode": 13, "timestamp": quand});
            if nature == "keyDown" {
                e["text"] = json!("\r");
            }
            e
        });
        self.cdp_d_un_trait("Input.dispatchKeyEvent", &evenements).await;
    }

    /// The pages that this window opens from now on see a clock that is so many milliseconds wrong.
    pub async fn fausser_l_heure(&self, ms: i64) {
        let script = format!(
            "(() => {{ const Juste = Date;
               window.heureJuste = () => Juste.now();
               window.avance = {ms};
               const ici = () => Juste.now() + window.avance;
               window.Date = class extends Juste {{
                 constructor(...a) {{ a.length ? super(...a) : super(ici()); }}
                 static now() {{ return ici(); }}
               }}; }})()"
        );
        let source = json!({"source": script});
        self.cdp_d_un_trait("Page.enable", &[json!({})]).await;
        self.cdp_d_un_trait("Page.addScriptToEvaluateOnNewDocument", &[source]).await;
    }

    /// From now on this window is a touch screen.
    pub async fn devenir_tactile(&self) {
        let tactile = json!({"enabled": true, "maxTouchPoints": 5});
        self.cdp_d_un_trait("Emulation.setTouchEmulationEnabled", &[tactile]).await;
    }

    /// So many taps of a finger there, 150 ms apart; the first so long after now and after the last
    /// tap. All by the clock that events carry.
    pub async fn taper_la(&self, (x, y): (f64, f64), apres: f64, fois: usize) {
        let maintenant = SystemTime::now().duration_since(UNIX_EPOCH).expect("horloge");
        let mut quand = self.apres(maintenant.as_secs_f64() + apres, apres);
        let mut evenements = Vec::new();
        for rang in 0..fois {
            quand += if rang == 0 { 0.0 } else { 0.15 };
            let point = json!([{"x": x, "y": y}]);
            for (nature, points) in [("touchStart", point), ("touchEnd", json!([]))] {
                evenements.push(json!({"type": nature, "touchPoints": points, "timestamp": quand}));
                quand += 0.02;
            }
        }
        self.cdp_d_un_trait("Input.dispatchTouchEvent", &evenements).await;
        self.apres(quand, 0.0);
    }

    /// Two clicks of a mouse, as one that bounces.
    pub async fn double_cliquer(&self, css: &str) {
        let (x, y) = self.viser(css).await;
        let evenements: Vec<_> = [1, 1, 2, 2]
            .iter()
            .zip(["mousePressed", "mouseReleased"].iter().cycle())
            .map(|(fois, nature)| {
                json!({"type": nature, "x": x, "y": y, "button": "left", "clickCount": fois})
            })
            .collect();
        self.cdp_d_un_trait("Input.dispatchMouseEvent", &evenements).await;
    }

    /// One tap there at that moment, in seconds since 1970.
    pub async fn taper_a(&self, (x, y): (f64, f64), quand: f64) {
        let point = json!([{"x": x, "y": y}]);
        let evenements = [
            json!({"type": "touchStart", "touchPoints": point, "timestamp": quand}),
            json!({"type": "touchEnd", "touchPoints": [], "timestamp": quand + 0.02}),
        ];
        self.cdp_d_un_trait("Input.dispatchTouchEvent", &evenements).await;
    }

    /// The middle of that place, brought into sight; what lies over it is told.
    pub async fn viser(&self, css: &str) -> (f64, f64) {
        let script = format!(
            "const e = [...document.querySelectorAll({})].find((e) => e.checkVisibility());
             if (!e) return null;
             e.scrollIntoView({{block: 'center'}});
             const r = e.getBoundingClientRect();
             const [x, y] = [r.left + r.width / 2, r.top + r.height / 2];
             const la = document.elementFromPoint(x, y);
             return {{x, y, libre: e.contains(la) || Boolean(la?.closest('label')?.contains(e)),
               dessus: la?.outerHTML.slice(0, 90)}};",
            json!(css)
        );
        let fin = Instant::now() + ATTENTE;
        let lu = loop {
            let lu = self.evaluer(&script).await;
            if lu.is_object() {
                break lu;
            }
            assert!(Instant::now() < fin, "{css} n'est pas là");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert_eq!(lu["libre"], true, "{css} est sous {}", lu["dessus"]);
        (lu["x"].as_f64().expect("nombre"), lu["y"].as_f64().expect("nombre"))
    }
}
