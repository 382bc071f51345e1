// What stands behind the # reaches no server: it is read here, cleared from the address, and posted once.
const reply = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
const show = (id) => document.querySelectorAll("main p").forEach((p) => (p.hidden = p.id !== id));
show("wait");
fetch(location.pathname.replace(/\/$/, "") + "/fragment", {
  method: "POST",
  headers: { "Content-Type": "text/plain" },
  body: reply,
})
  .then((answer) => answer.text())
  .then((text) => {
    const page = new DOMParser().parseFromString(text.slice(text.indexOf("<main>")), "text/html");
    document.title = page.querySelector("h1").textContent;
    document.querySelector("main").replaceWith(page.querySelector("main"));
  })
  .catch(() => show("lost"));
