// Browsers keep whole pages for their back button, even those marked no-store. What somebody saw
// while logged in is not shown again after the logout: the page goes blank, and asks anew.
addEventListener("pagehide", (e) => {
  if (e.persisted) document.documentElement.hidden = true;
});
addEventListener("pageshow", (e) => {
  if (e.persisted) location.reload();
});
