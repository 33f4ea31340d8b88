// Opens the kitchen screen without network. The server writes `VERSION` and `ADRESSES` above.

/* global VERSION, ADRESSES */
const PAGE = "/cuisine";
const CACHE = `cuisine-${VERSION}`;
/** A network that does not answer is no network. */
const PATIENCE_MS = 4000;

addEventListener("install", (e) => {
  e.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(ADRESSES);
    await garderPage(await fetch(PAGE, { redirect: "manual" }).catch(() => null));
    await skipWaiting();
  })());
});

addEventListener("activate", (e) => {
  e.waitUntil((async () => {
    for (const nom of await caches.keys()) {
      if (nom.startsWith("cuisine-") && nom !== CACHE) await caches.delete(nom);
    }
    await clients.claim();
  })());
});

addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  if (e.request.mode === "navigate" && url.pathname === PAGE) e.respondWith(page(e.request));
  else if (url.pathname.startsWith("/ressources/")) e.respondWith(ressource(e.request));
});

/** The server's page, or its redirection to the login; without an answer, the page that was kept.
 * @param {Request} requete */
async function page(requete) {
  const gardee = await (await caches.open(CACHE)).match(PAGE);
  const reseau = fetch(requete).then(async (r) => {
    await garderPage(r.clone());
    return r.status >= 500 && gardee ? gardee : r;
  });
  if (!gardee) return reseau;
  const patience = new Promise((suite) => setTimeout(() => suite(gardee), PATIENCE_MS));
  return Promise.race([reseau, patience]).catch(() => gardee);
}

/** It is the same for everybody, whatever the magasin. @param {Response | null} r */
async function garderPage(r) {
  if (r?.status === 200 && !r.redirected) await (await caches.open(CACHE)).put(PAGE, r);
}

/** An address with the hash of its content never changes. @param {Request} requete */
async function ressource(requete) {
  const gardee = await caches.match(requete);
  return gardee ?? fetch(requete);
}
