// What this browser keeps: the queue, what is to be corrected, the last screen of each magasin.

/** @typedef {import("./attente.js").Entree} Entree */
/** @typedef {import("./attente.js").Refusee} Refusee */

/** @type {Promise<IDBDatabase> | null} */
let base = null;

function ouvrir() {
  base ??= new Promise((resoudre, rejeter) => {
    const demande = indexedDB.open("delicego-cuisine", 1);
    demande.onupgradeneeded = () => {
      const b = demande.result;
      b.createObjectStore("attente", { keyPath: "ordre", autoIncrement: true });
      b.createObjectStore("corriger", { keyPath: "cle" });
      b.createObjectStore("reglages");
    };
    demande.onsuccess = () => {
      // Another tab with a newer page may want to change the form.
      demande.result.onversionchange = () => demande.result.close();
      demande.result.onclose = () => { base = null; };
      resoudre(demande.result);
    };
    demande.onerror = () => { base = null; rejeter(demande.error); };
  });
  return base;
}

/** One transaction; done when the disk has it.
 * @template T @param {("attente" | "corriger" | "reglages")[]} boites
 * @param {IDBTransactionMode} mode
 * @param {(boite: (nom: string) => IDBObjectStore) => IDBRequest<T> | void} faire
 * @returns {Promise<T>} */
async function executer(boites, mode, faire) {
  const b = await ouvrir();
  return new Promise((resoudre, rejeter) => {
    const t = b.transaction(boites, mode, { durability: "strict" });
    const demande = faire((nom) => t.objectStore(nom));
    t.oncomplete = () => resoudre(/** @type {T} */ (demande ? demande.result : undefined));
    t.onabort = () => rejeter(t.error);
  });
}

/** Later entries get a higher `ordre`. @param {Entree[]} entrees */
export const ajouter = (entrees) =>
  executer(["attente"], "readwrite", (boite) => {
    for (const e of entrees) boite("attente").add(e);
  });

/** @returns {Promise<Entree[]>} in their order */
export const attente = () => executer(["attente"], "readonly", (boite) => boite("attente").getAll());

/** @param {Entree} e */
export const noter = (e) =>
  executer(["attente"], "readwrite", (boite) => void boite("attente").put(e));

/** It is done, and so are these. @param {Entree} e @param {Refusee[]} refusees */
export const retirer = (e, refusees = []) =>
  executer(["attente", "corriger"], "readwrite", (boite) => {
    boite("attente").delete(e.ordre ?? -1);
    for (const r of refusees) boite("corriger").delete(r.cle);
  });

/** @returns {Promise<Refusee[]>} */
export const aCorriger = () =>
  executer(["corriger"], "readonly", (boite) => boite("corriger").getAll());

/** From the queue to the list of what a person must look at. @param {Refusee} r */
export const refuser = (r) =>
  executer(["attente", "corriger"], "readwrite", (boite) => {
    boite("corriger").put(r);
    boite("attente").delete(r.ordre ?? -1);
  });

/** The same with what is new of it, unless a person dealt with it meanwhile. @param {Refusee} r */
export const suivre = (r) =>
  executer(["corriger"], "readwrite", (boite) => {
    const la = boite("corriger").getKey(r.cle);
    la.onsuccess = () => void (la.result !== undefined && boite("corriger").put(r));
  });

/** A person dealt with it: it goes, and what replaces it goes to the end of the queue.
 * @param {Refusee} r @param {Entree[]} suite */
export const corriger = (r, suite) =>
  executer(["attente", "corriger"], "readwrite", (boite) => {
    boite("corriger").delete(r.cle);
    for (const e of suite) boite("attente").add(e);
  });

/** @param {string} nom @returns {Promise<any>} */
export const reglage = (nom) =>
  executer(["reglages"], "readonly", (boite) => boite("reglages").get(nom));

/** @param {string} nom @param {unknown} valeur */
export const regler = (nom, valeur) =>
  executer(["reglages"], "readwrite", (boite) => void boite("reglages").put(valeur, nom));

/** A screen may take room when the disk is full; the queue must not. */
export const demeurer = () => navigator.storage?.persist?.().catch(() => false);
