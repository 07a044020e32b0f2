// The explorer at once: sliders, switches and the dashed lines ask the server for the parts of the
// page that change. Without scripts the form does the same with a button.
"use strict";
(() => {
  const form = document.getElementById("policy");
  const answer = document.getElementById("answer");
  if (!form || !answer || !window.fetch) return;
  const finding = document.getElementById("finding");
  const reading = document.getElementById("margin");
  const trouble = document.getElementById("trouble");
  document.documentElement.classList.add("scripted");
  const SETTLED = 350; // ms without a change until the texts at the line are fetched

  const shown = (slider) => (slider.name === "keep_share"
    ? `${Math.round(100 * slider.value)}\u00a0%`
    : String(Number(slider.value)));
  const asked = () => {
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...query]) if (value === "") query.delete(name);
    return query;
  };

  let asking = null, again = false, settled = 0;
  const refresh = async () => {
    if (asking) { again = true; return; }
    asking = asked();
    asking.set("evidence", answer.dataset.evidence);
    const slow = setTimeout(() => answer.classList.add("busy"), 200);
    try {
      const reply = await fetch(`${answer.dataset.numbers}?${asking}`, { headers: { "X-Requested-With": "fetch" } });
      if (reply.redirected || reply.status === 409) { location.reload(); return; }
      const told = await reply.json();
      trouble.hidden = !told.error;
      trouble.textContent = told.error || "";
      if (!told.error && !again) show(told);
    } catch {
      trouble.hidden = false;
      trouble.textContent = "The server cannot be reached; the numbers are those of before.";
    } finally {
      clearTimeout(slow);
      answer.classList.remove("busy");
      asking = null;
    }
    if (again) { again = false; refresh(); }
  };

  const show = (told) => {
    const open = [...answer.querySelectorAll("details[open][id]")].map((one) => one.id);
    const focused = answer.contains(document.activeElement) && document.activeElement.closest("[id]")?.id;
    finding.innerHTML = told.finding;
    answer.innerHTML = told.answer;
    for (const id of open) { const one = document.getElementById(id); if (one) one.open = true; }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    history.replaceState(null, "", `?${told.query}`);
    clearTimeout(settled);
    settled = setTimeout(() => read(told.query), SETTLED);
  };

  const read = async (query) => {
    try {
      const reply = await fetch(`${answer.dataset.margin}?${query}&evidence=${answer.dataset.evidence}`, { headers: { "X-Requested-With": "fetch" } });
      if (reply.ok && !reply.redirected) reading.innerHTML = await reply.text();
    } catch {
      // the texts at the line stay those of before; the next move asks again
    }
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "range") {
      const output = form.querySelector(`output[for="${CSS.escape(event.target.id)}"]`);
      output.textContent = shown(event.target);
    }
    if (event.target.name !== "aggregator") refresh();
  });
  // another aggregator is other evidence: the whole page
  form.addEventListener("change", (event) => { if (event.target.name === "aggregator") form.requestSubmit(); });
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.closest(".plainly")) { event.preventDefault(); refresh(); }
  });

  // dragging a line moves the slider it stands for
  let drag = null;
  const follow = (event) => {
    const share = (event.clientX - drag.left) / drag.width;
    const value = drag.low + Math.min(1, Math.max(0, share)) * (drag.high - drag.low);
    const slider = form.elements[drag.name];
    const before = slider.value;
    slider.value = value.toFixed(2);
    if (slider.value !== before) slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  answer.addEventListener("pointerdown", (event) => {
    const plot = event.target.closest("[data-drag]");
    if (!plot || event.button !== 0) return;
    const box = plot.getBoundingClientRect();
    drag = { name: plot.dataset.drag, left: box.left, width: box.width, low: Number(plot.dataset.low), high: Number(plot.dataset.high) };
    event.preventDefault();
    follow(event);
  });
  document.addEventListener("pointermove", (event) => { if (drag) follow(event); });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { drag = null; });
})();
