// The map: what comes from the server, what colours say, the text at hand, and which are chosen.
// Groups, texts and acts stand on pages that need none of it.
"use strict";
(() => {
  const map = document.querySelector(".map");
  if (!map) return;
  const find = (what) => map.querySelector(what);
  const all = (what) => [...map.querySelectorAll(what)];
  const canvas = find("canvas");
  const sheet = new MapCanvas(canvas);
  const status = find(".status");
  const reading = find(".reading");
  const tally = find(".tally");
  const number = new Intl.NumberFormat("en");
  const texts = (n) => `${number.format(n)} ${n === 1 ? "text" : "texts"}`;
  const memory = `concord-map ${map.dataset.points}`;
  const scene = {
    points: null, codes: null, order: null, shades: new Map(), hidden: new Set(), chosen: null,
    some: false, shown: -1, cross: null, anchor: null, line: [], middles: null, coarse: false,
    spot: [0.5, 0.5], // the cross-hair, on the map
  };
  let by = map.dataset.by;

  // drawing
  let due = 0;
  const paint = () => {
    if (due) return;
    due = requestAnimationFrame(() => {
      due = 0;
      scene.cross = document.activeElement === canvas ? scene.spot : null;
      sheet.paint(scene);
    });
  };
  const legend = () => find(`[data-legend="${by}"]`);
  const readColours = () => {
    const style = getComputedStyle(canvas.parentElement);
    scene.ink = style.color;
    scene.paper = style.backgroundColor;
    scene.shades = new Map();
    for (const box of legend().querySelectorAll("[data-code]")) {
      const key = getComputedStyle(box.nextElementSibling);
      const form = box.dataset.form;
      const colour = form === "ring" ? key.borderTopColor : key.backgroundColor;
      scene.shades.set(Number(box.dataset.code), { colour, form, edge: key.borderTopColor });
    }
    sheet.sprites.clear();
  };
  const visible = (i) => !scene.hidden.has(scene.codes[i]);

  // what comes from the server
  const fetched = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return answer;
  };
  const failed = () => { status.textContent = "The points did not come; open the page again."; };
  const unpack = (packed) => {
    const n = new Uint32Array(packed, 0, 1)[0];
    const share = (from) => Float32Array.from(new Uint16Array(packed, from, n), (step) => step / 65535);
    return {
      n,
      keys: new Float64Array(packed, 8, n),
      x: share(8 + 8 * n),
      y: share(8 + 10 * n),
      group: new Uint8Array(packed, 8 + 12 * n, n),
    };
  };
  const colour = async (name) => {
    const answer = await fetched(`${map.dataset.colours}&by=${name}`);
    const codes = new Uint8Array(await answer.arrayBuffer());
    if (codes.length !== scene.points.n) throw new Error("another map");
    by = name;
    scene.codes = codes;
    // the last codes are drawn on top of the others
    scene.order = Uint32Array.from(codes.keys()).sort((a, b) => codes[a] - codes[b]);
    for (const one of all("[data-legend]")) one.hidden = one.dataset.legend !== by;
    hide();
    readColours();
    count();
    const origin = find("[name=from]");
    if (origin) origin.value = `map:${by}`;
    paint();
  };
  const hide = () => {
    const boxes = [...legend().querySelectorAll("[data-code]")];
    scene.hidden = new Set(boxes.filter((box) => !box.checked).map((box) => Number(box.dataset.code)));
    if (scene.shown >= 0 && !visible(scene.shown)) scene.shown = -1;
    paint();
  };

  // how many points of each group have each colour, in the legend and in the table
  const count = () => {
    const boxes = [...legend().querySelectorAll("[data-code]")];
    const rows = all("[data-group]");
    const counts = rows.map(() => new Uint32Array(256));
    const whole = new Uint32Array(256);
    for (let i = 0; i < scene.points.n; i += 1) {
      counts[scene.points.group[i]][scene.codes[i]] += 1;
      whole[scene.codes[i]] += 1;
    }
    const cell = (kind, inside) => {
      const made = document.createElement(kind);
      made.className = "number counted";
      made.append(...inside);
      return made;
    };
    for (const old of all(".counted")) old.remove();
    const head = find(".groups-behind thead tr");
    for (const box of boxes) {
      const code = Number(box.dataset.code);
      box.parentElement.querySelector(".n").textContent = number.format(whole[code]);
      const title = box.nextElementSibling.nextSibling.textContent.trim();
      const top = cell("th", [box.nextElementSibling.cloneNode(), title]);
      top.scope = "col";
      head.append(top);
      rows.forEach((row, group) => row.append(cell("td", [number.format(counts[group][code])])));
    }
  };

  // the text at hand
  const kept = new Map();
  let wanted = 0;
  const show = (i) => {
    if (i === scene.shown) return;
    scene.shown = i;
    paint();
    clearTimeout(wanted);
    if (i >= 0) wanted = setTimeout(() => fill(scene.points.keys[i], i), 80);
  };
  const fill = async (key, i) => {
    if (!kept.has(key)) {
      const answer = await fetched(`${map.dataset.texts}?keys=${key}`).catch(() => null);
      if (!answer) return;
      if (kept.size > 300) kept.clear();
      kept.set(key, await answer.text());
    }
    if (scene.shown === i) reading.innerHTML = kept.get(key);
  };
  const near = (px, py, reach) => {
    const [x, y] = sheet.back(px, py);
    return MapGeometry.nearest(scene.points, x, y, reach / sheet.scale, visible);
  };

  // choosing
  const adding = () => find("[data-add]").checked;
  const choose = (fits, add) => {
    for (let i = 0; i < scene.points.n; i += 1) {
      if (visible(i) && fits(i)) scene.chosen[i] = 1;
      else if (!add) scene.chosen[i] = 0;
    }
    if (!add) for (const box of all("[data-take]")) box.checked = false;
    told();
  };
  const chosenKeys = () => [...scene.points.keys.filter((key, i) => scene.chosen[i])];
  const told = () => {
    const n = scene.chosen.reduce((sum, one) => sum + one, 0);
    scene.some = n > 0;
    tally.textContent = n ? `${texts(n)} chosen` : "No text chosen";
    for (const part of all("[data-some]")) part.hidden = !n;
    find("[data-none]").hidden = n > 0;
    find(".chosen-texts").replaceChildren();
    paint();
  };
  const within = (corners, add) => {
    const [left, top, right, bottom] = MapGeometry.bounds(corners);
    choose((i) => {
      const x = scene.points.x[i];
      const y = scene.points.y[i];
      if (x < left || x > right || y < top || y > bottom) return false;
      return MapGeometry.inside(x, y, corners);
    }, add);
  };
  const read = async () => {
    const place = find(".chosen-texts");
    const keys = chosenKeys();
    const some = keys.slice(0, Number(map.dataset.read));
    const answer = await fetched(`${map.dataset.texts}?keys=${some.join(",")}`).catch(() => null);
    if (!answer) return;
    place.innerHTML = await answer.text();
    const note = document.createElement("p");
    note.className = "soft small";
    note.textContent = some.length < keys.length ? `The first ${some.length} of ${texts(keys.length)}.` : "";
    place.append(note);
  };
  const acts = {
    in: () => sheet.zoom(1.6),
    out: () => sheet.zoom(1 / 1.6),
    whole: () => sheet.whole(),
    view: () => choose((i) => sheet.sees(scene.points.x[i], scene.points.y[i]), adding()),
    none: () => choose(() => false, false),
    read,
  };
  map.addEventListener("click", (event) => {
    const act = acts[event.target.dataset.do];
    if (act && scene.order) { act(); paint(); }
  });
  map.addEventListener("change", (event) => {
    const box = event.target;
    if (box.name === "drag") canvas.classList.toggle("lasso", box.value === "lasso");
    if (!scene.order) return;
    if (box.dataset.code) hide();
    if (box.dataset.take) {
      const group = Number(box.dataset.take);
      for (let i = 0; i < scene.points.n; i += 1) {
        if (scene.points.group[i] === group && visible(i)) scene.chosen[i] = box.checked ? 1 : 0;
      }
      told();
    }
    if (box.name === "by") {
      const address = new URL(location.href);
      address.searchParams.set("by", box.value);
      history.replaceState(null, "", address);
      colour(box.value).catch(failed);
    }
  });
  const form = find(".acts");
  if (form) {
    form.addEventListener("submit", (event) => {
      const keys = chosenKeys();
      if (keys.length > Number(map.dataset.atOnce)) {
        event.preventDefault();
        tally.textContent = `${texts(keys.length)} chosen; one go is for ${texts(Number(map.dataset.atOnce))} at most`;
        return;
      }
      form.querySelector("[name=keys]").value = keys.join(",");
      // they are chosen again when the reader comes back, to be taken back in at once
      try { sessionStorage.setItem(memory, keys.join(",")); } catch { /* there is no room */ }
    });
  }
  const remembered = () => {
    const keys = new Set((sessionStorage.getItem(memory) || "").split(",").map(Number));
    sessionStorage.removeItem(memory);
    return keys;
  };

  mapHands({ canvas, sheet, scene, find, paint, show, near, choose, within, adding, told, acts, visible });

  // begin
  for (const part of all("[data-scripted], [data-take]")) part.hidden = false;
  for (const part of all("[data-plain]")) part.hidden = true;
  find("[name=by]").value = by;
  find("[name=drag]").checked = true;
  new ResizeObserver(() => { if (sheet.resize()) paint(); }).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); paint(); });
  const begin = async () => {
    const answer = await fetched(map.dataset.points);
    scene.points = unpack(await answer.arrayBuffer());
    scene.chosen = new Uint8Array(scene.points.n);
    scene.middles = MapGeometry.middles(scene.points, all("[data-group]").length);
    await colour(by);
    status.textContent = "";
    const before = remembered();
    choose((i) => before.has(scene.points.keys[i]), false);
    map.dataset.ready = "yes";
  };
  begin().catch(failed);
})();
