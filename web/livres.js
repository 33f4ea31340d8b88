// How far the imports are, asked again every second while one runs; the page itself, with its new
// books, once it is over. Without this script the page asks for itself again.
const suivre = async () => {
  const place = document.getElementById("avancement");
  if (place?.dataset.enCours !== "true") return;
  try {
    const reponse = await fetch("/livres/suivi", { redirect: "error" });
    if (reponse.ok) {
      const lu = new DOMParser().parseFromString(await reponse.text(), "text/html");
      const nouveau = lu.getElementById("avancement");
      if (nouveau) place.replaceWith(document.adoptNode(nouveau));
      if (nouveau?.dataset.enCours === "false") return location.reload();
    }
  } catch {
    // The server is away for a moment: asked again.
  }
  setTimeout(suivre, 1000);
};
setTimeout(suivre, 1000);
