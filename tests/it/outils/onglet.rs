//! A window of chromium in a context of its own, spoken to by the DevTools protocol. The context
//! goes with the connection.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// Longer than the slowest picture of a page takes.
const SILENCE: Duration = Duration::from_secs(60);

pub struct Onglet {
    fil: WebSocket<TcpStream>,
    numero: u64,
    /// Of this protocol, on the window.
    session: String,
    /// What WebDriver calls the window's handle.
    pub cible: String,
    contexte: String,
    plaintes: Vec<String>,
}

impl Onglet {
    /// At `ws://127.0.0.1:PORT/..` of a browser.
    pub fn ouvrir(devtools: &str) -> Self {
        let porte = devtools["ws://".len()..].split('/').next().expect("porte");
        let flux = TcpStream::connect(porte).expect("chromium");
        flux.set_read_timeout(Some(SILENCE)).expect("délai");
        flux.set_nodelay(true).expect("délai");
        let (fil, _) = tungstenite::client(devtools, flux).expect("chromium");
        let mut onglet = Self {
            fil,
            numero: 0,
            session: String::new(),
            cible: String::new(),
            contexte: String::new(),
            plaintes: Vec::new(),
        };
        let contexte =
            onglet.demander("Target.createBrowserContext", &json!({"disposeOnDetach": true}));
        onglet.contexte = contexte["browserContextId"].as_str().expect("contexte").to_owned();
        let page = json!({"url": "about:blank", "browserContextId": onglet.contexte});
        let page = onglet.demander("Target.createTarget", &page);
        onglet.cible = page["targetId"].as_str().expect("cible").to_owned();
        let suivre = json!({"targetId": onglet.cible, "flatten": true});
        let suivi = onglet.demander("Target.attachToTarget", &suivre);
        onglet.session = suivi["sessionId"].as_str().expect("session").to_owned();
        for domaine in ["Log.enable", "Runtime.enable"] {
            onglet.demander(domaine, &json!({}));
        }
        onglet
    }

    /// A command to the window, and its answer.
    pub fn demander(&mut self, methode: &str, parametres: &Value) -> Value {
        self.numero += 1;
        let mut demande = json!({"id": self.numero, "method": methode, "params": parametres});
        if !self.session.is_empty() {
            demande["sessionId"] = json!(self.session);
        }
        self.fil.send(Message::text(demande.to_string())).expect("chromium");
        loop {
            let mut recu = self.recevoir();
            if recu["id"] == self.numero {
                assert!(recu["error"].is_null(), "{methode} : {recu}");
                return recu["result"].take();
            }
            self.plaintes.extend(plainte(&recu));
        }
    }

    /// Commands to the window, all sent before the first answer: as fast as a machine types.
    pub fn demander_d_un_trait(&mut self, methode: &str, parametres: &[Value]) {
        let premier = self.numero + 1;
        for p in parametres {
            self.numero += 1;
            let demande = json!({"id": self.numero, "method": methode, "params": p,
                "sessionId": self.session});
            self.fil.send(Message::text(demande.to_string())).expect("chromium");
        }
        let mut attendues = parametres.len();
        while attendues > 0 {
            let recu = self.recevoir();
            if recu["id"].as_u64().is_some_and(|id| id >= premier) {
                assert!(recu["error"].is_null(), "{methode} : {recu}");
                attendues -= 1;
            } else {
                self.plaintes.extend(plainte(&recu));
            }
        }
    }

    /// What the window complained about since it was last asked. It answers in order: what came
    /// before an answer is all that there was.
    pub fn plaintes(&mut self) -> Vec<String> {
        self.demander("Runtime.evaluate", &json!({"expression": "1"}));
        std::mem::take(&mut self.plaintes)
    }

    /// The window and its context go. What is asked of the browser bears no session.
    pub fn fermer(&mut self) {
        let contexte = json!({"browserContextId": self.contexte});
        let demande =
            json!({"id": 0, "method": "Target.disposeBrowserContext", "params": contexte});
        if self.fil.send(Message::text(demande.to_string())).is_err() {
            return;
        }
        while let Ok(recu) = self.fil.read() {
            if recu.to_text().is_ok_and(|t| t.starts_with("{\"id\":0,")) {
                return;
            }
        }
    }

    fn recevoir(&mut self) -> Value {
        loop {
            if let Message::Text(texte) = self.fil.read().expect("chromium") {
                return serde_json::from_str(&texte).expect("JSON");
            }
        }
    }
}

/// A warning or worse: of the browser, of a script that says it, of one that failed.
fn plainte(evenement: &Value) -> Option<String> {
    let p = &evenement["params"];
    match evenement["method"].as_str()? {
        "Log.entryAdded" => {
            let e = &p["entry"];
            let grave = e["level"] == "warning" || e["level"] == "error";
            grave.then(|| format!("{} {}", e["url"], e["text"]))
        }
        "Runtime.consoleAPICalled" => {
            let grave = ["warning", "error", "assert"].iter().any(|n| p["type"] == *n);
            grave.then(|| p["args"].to_string())
        }
        "Runtime.exceptionThrown" => Some(p["exceptionDetails"].to_string()),
        _ => None,
    }
}
