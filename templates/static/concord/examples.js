// The table by keyboard, the text that is open beside it, and how many were found. The page works
// without them.
"use strict";
(() => {
  const links = [...document.querySelectorAll(".example .name a")];
  const drawer = document.querySelector(".drawer");
  const keys = document.querySelector(".keys");
  let opened = null;

  const count = document.querySelector("[data-count]");
  if (count) {
    count.firstElementChild.textContent = "Counting";
    fetch(count.dataset.count, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject()))
      .then((words) => { count.textContent = words; })
      .catch(() => { count.textContent = "Texts"; });
  }

  const tally = document.querySelector(".tally");
  const boxes = [...document.querySelectorAll(".example input[name=key]")];
  const all = document.querySelector(".all-here");
  const tell = () => {
    if (!tally) return;
    const n = boxes.filter((box) => box.checked).length;
    tally.textContent = n ? `${n} of ${boxes.length} here ticked` : "Tick all here";
    all.checked = n > 0 && n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
  };
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      tell();
    });
    for (const box of boxes) box.addEventListener("change", tell);
    addEventListener("pageshow", tell);
    tell();
  }

  const rowOf = (link) => link.closest(".example");
  const remember = (link) => {
    const address = new URL(location.href);
    if (link) address.searchParams.set("open", link.textContent);
    else address.searchParams.delete("open");
    history.replaceState(null, "", address);
  };
  const close = () => {
    drawer.hidden = true;
    if (!opened) return;
    rowOf(opened).classList.remove("is-open");
    opened.focus();
    opened = null;
    remember(null);
  };
  const open = async (link) => {
    const address = new URL(link.href);
    address.searchParams.set("part", "drawer");
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) { location.href = link.href; return; }
    if (opened) rowOf(opened).classList.remove("is-open");
    opened = link;
    rowOf(link).classList.add("is-open");
    drawer.innerHTML = await answer.text();
    drawer.hidden = false;
    drawer.dispatchEvent(new Event("renewed", { bubbles: true }));
    drawer.scrollTop = 0;
    drawer.focus();
    remember(link);
  };
  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      open(link);
    });
  }
  drawer.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) close(); });
  const wanted = new URL(location.href).searchParams.get("open");
  const first = wanted && links.find((link) => link.textContent === wanted);
  if (first) open(first);

  const here = () => links.findIndex((link) => rowOf(link).contains(document.activeElement));
  const go = (step) => {
    if (!links.length) return;
    const from = opened && !drawer.hidden ? links.indexOf(opened) : here();
    const to = links[from < 0 ? 0 : Math.min(links.length - 1, Math.max(0, from + step))];
    to.focus();
    rowOf(to).scrollIntoView({ block: "nearest" });
    if (!drawer.hidden) open(to);
  };
  const acts = {
    j: () => go(1),
    k: () => go(-1),
    x: () => { const box = here() >= 0 && rowOf(links[here()]).querySelector("input[name=key]"); if (box) box.click(); },
    n: () => { const next = document.querySelector("[rel=next]"); if (next) next.click(); },
    "/": () => document.querySelector("#words").focus(),
    "?": () => { keys.open = !keys.open; if (keys.open) keys.scrollIntoView({ block: "nearest" }); },
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (!drawer.hidden) close();
      else { keys.open = false; document.activeElement.blur(); }
      return;
    }
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    const act = !typing && acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
