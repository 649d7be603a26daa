"use strict";
const form = document.getElementById("filter");
const open = id => {
  const to = id && document.getElementById(id);
  if (!to) return;
  for (let at = to; at; at = at.parentElement) { at.hidden = false; if (at.tagName === "DETAILS") at.open = true; }
  to.scrollIntoView();
};
const here = () => { try { open(decodeURIComponent(location.hash.slice(1))); } catch { /* no name of anything here */ } };
if (form) {
  const groups = [...document.querySelectorAll(".group")];
  const texts = new Map();
  const text = el => { if (!texts.has(el)) texts.set(el, el.textContent.toLowerCase()); return texts.get(el); };
  const has = (el, name, want) => !want || (el.dataset[name] || "").split("\n").includes(want);
  const filter = () => {
    const want = Object.fromEntries(new FormData(form)), words = want.text.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const g of groups) {
      const all = words.filter(w => !text(g.querySelector("h3")).includes(w) && !text(g.querySelector("dl")).includes(w));
      let cases = 0;
      for (const c of g.querySelectorAll(".case")) {
        c.hidden = !has(c, "dep", want.dep) || !has(c, "request", want.request) || !all.every(w => text(c).includes(w));
        cases += !c.hidden;
      }
      g.hidden = want.impact && g.dataset.impact !== want.impact || !has(g, "dep", want.dep) || !has(g, "request", want.request) || !cases && all.length > 0;
      n += !g.hidden;
    }
    form.querySelector("output").textContent = n + " of " + groups.length + (groups.length === 1 ? " group" : " groups");
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", e => e.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  addEventListener("keydown", e => {
    if (e.key === "/" && !/INPUT|SELECT|TEXTAREA/.test(e.target.tagName)) { e.preventDefault(); form.elements.text.focus(); }
    if (e.key === "Escape" && form.contains(e.target)) form.reset();
  });
  filter();
}
for (const b of document.querySelectorAll(".copy")) {
  b.hidden = false;
  b.setAttribute("aria-label", "copy " + b.previousElementSibling.textContent.slice(0, 60));
}
document.addEventListener("click", async e => {
  const b = e.target.closest(".copy");
  if (!b) return;
  const code = b.previousElementSibling;
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    getSelection().selectAllChildren(code);
    document.execCommand("copy");
  }
  b.textContent = "copied";
  setTimeout(() => { b.textContent = "copy"; }, 1500);
});
addEventListener("hashchange", here);
addEventListener("beforeprint", () => { for (const d of document.querySelectorAll("details.example")) d.open = true; });
here();
