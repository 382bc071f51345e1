// The first visible element with this role and accessible name, or null. Names compare with blanks collapsed; where
// no name fits exactly, one that begins with the words is taken ("Name" finds "Name, optional").
const [role, wanted] = arguments;
const implied = {
  button: "button,summary,input[type=submit],input[type=button]",
  link: "a[href]",
  textbox: "textarea,input:not([type]),input[type=text],input[type=password],input[type=email],input[type=url],input[type=search],input[type=number]",
  checkbox: "input[type=checkbox]",
  switch: "input[role=switch]",
  radio: "input[type=radio]",
  heading: "h1,h2,h3,h4,h5,h6",
  row: "tr",
  // No role of ARIA: what React Aria's Select has for a button. Its own name is its value, then its label.
  select: "button[aria-haspopup=listbox]",
  dialog: "dialog",
  main: "main",
  navigation: "nav",
};
const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const named = (element) => {
  const by = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
  const labels = [...(element.labels ?? [])];
  return tidy(
    element.getAttribute("aria-label") ||
      by.map((id) => document.getElementById(id)?.textContent).join(" ").trim() ||
      labels.map((label) => label.textContent).join(" ").trim() ||
      (element.matches("input,textarea,select") ? "" : element.innerText) ||
      element.getAttribute("placeholder") ||
      element.getAttribute("title"),
  );
};
// React Aria hides the native box of a radio and paints its label: that is what a person sees and clicks.
const paintedOf = (element) =>
  element.matches("input[type=checkbox],input[type=radio]") ? (element.closest("label") ?? element) : element;
const seen = (element) => {
  const painted = paintedOf(element);
  return painted.checkVisibility({ visibilityProperty: true }) && !painted.closest("[aria-hidden=true],[inert]");
};
const also = implied[role];
const all = [...document.querySelectorAll(`[role="${role}"]${also ? `,${also}` : ""}`)];
const fitting = all.filter((element) => (element.getAttribute("role") ?? role) === role && seen(element));
const want = tidy(wanted);
const found =
  fitting.find((element) => named(element) === want) ??
  fitting.find((element) => named(element).startsWith(want)) ??
  fitting.find((element) => role === "select" && named(element).endsWith(` ${want}`));
return found ? paintedOf(found) : null;
