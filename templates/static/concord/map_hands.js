// The map by hand: pan, zoom and lasso by pointer, cross-hair and rectangle by keys.
"use strict";
const mapHands = (map) => {
  const { canvas, sheet, scene, find, paint, show, near, choose, within, adding, told, acts, visible } = map;

  // by pointer: one drags or draws, two zoom
  const fingers = new Map();
  let begun = null; // where a press began, and whether it has moved
  const lassoing = (event) => event.shiftKey || find("[name=drag]:checked").value === "lasso";
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!scene.order || event.button) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    begun = { from: at(event), moved: fingers.size > 1, lasso: lassoing(event) && fingers.size === 1 };
    scene.line = [];
    scene.anchor = null;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!scene.order) return;
    const here = at(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse") show(near(...here, 8));
      return;
    }
    if (fingers.size === 2) pinch(event.pointerId, here);
    else drag(before, here);
    fingers.set(event.pointerId, here);
    paint();
  });
  const drag = (before, here) => {
    const [fx, fy] = begun.from;
    if (!begun.moved && Math.hypot(here[0] - fx, here[1] - fy) < 6) return;
    if (begun.lasso) scene.line.push(...[...(begun.moved ? [] : [begun.from]), here].map((px) => sheet.back(...px)));
    else sheet.pan(here[0] - before[0], here[1] - before[1]);
    begun.moved = true;
    scene.coarse = true;
  };
  const pinch = (moving, here) => {
    const [other] = [...fingers].filter(([id]) => id !== moving).map(([, place]) => place);
    const before = fingers.get(moving);
    const wide = (place) => Math.max(10, Math.hypot(place[0] - other[0], place[1] - other[1]));
    sheet.zoom(wide(here) / wide(before), (here[0] + other[0]) / 2, (here[1] + other[1]) / 2);
    sheet.pan((here[0] - before[0]) / 2, (here[1] - before[1]) / 2);
    scene.coarse = true;
  };
  const lift = (event) => {
    if (!fingers.delete(event.pointerId) || !begun) return;
    scene.coarse = false;
    if (!begun.moved && event.type === "pointerup") {
      scene.spot = sheet.back(...at(event));
      show(near(...at(event), event.pointerType === "mouse" ? 10 : 24));
    } else if (begun.lasso && scene.line.length > 2 && event.type === "pointerup") {
      within(scene.line, adding());
    }
    if (!fingers.size) { begun = null; scene.line = []; }
    paint();
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("wheel", (event) => {
    // a page that scrolls by goes on scrolling
    if (!event.ctrlKey && document.activeElement !== canvas) return;
    event.preventDefault();
    sheet.zoom(Math.exp(-event.deltaY * 0.0025), ...at(event));
    paint();
  }, { passive: false });

  // by keys
  const look = () => show(near(...sheet.place(...scene.spot), 16));
  const arrow = (dx, dy) => (event) => {
    if (event.shiftKey) { sheet.pan(-64 * dx, -64 * dy); return; }
    const [px, py] = sheet.place(...scene.spot);
    const to = [px + 16 * dx, py + 16 * dy];
    scene.spot = sheet.back(Math.min(sheet.width, Math.max(0, to[0])), Math.min(sheet.height, Math.max(0, to[1])));
    look();
  };
  let tour = null; // the points from group to group
  const go = (step) => () => {
    const { points } = scene;
    tour ||= Uint32Array.from(points.x.keys()).sort(
      (a, b) => points.group[a] - points.group[b] || points.x[a] - points.x[b],
    );
    const from = scene.shown < 0 ? (step > 0 ? -1 : tour.length) : tour.indexOf(scene.shown);
    for (let to = from + step; to >= 0 && to < tour.length; to += step) {
      if (!visible(tour[to])) continue;
      scene.spot = [points.x[tour[to]], points.y[tour[to]]];
      if (!sheet.sees(...scene.spot)) { const [px, py] = sheet.place(...scene.spot); sheet.pan(sheet.width / 2 - px, sheet.height / 2 - py); }
      show(tour[to]);
      return;
    }
  };
  const rectangle = (event) => {
    if (!scene.anchor) { scene.anchor = scene.spot; return; }
    const [[ax, ay], [bx, by_]] = [scene.anchor, scene.spot];
    scene.anchor = null;
    const [left, right] = [Math.min(ax, bx), Math.max(ax, bx)];
    const [top, bottom] = [Math.min(ay, by_), Math.max(ay, by_)];
    const { x, y } = scene.points;
    choose((i) => x[i] >= left && x[i] <= right && y[i] >= top && y[i] <= bottom, adding() || event.shiftKey);
  };
  const letGo = () => {
    if (scene.anchor || scene.line.length) { scene.anchor = null; scene.line = []; return; }
    acts.none();
  };
  const keys = {
    ArrowLeft: arrow(-1, 0), ArrowRight: arrow(1, 0), ArrowUp: arrow(0, -1), ArrowDown: arrow(0, 1),
    "+": () => sheet.zoom(1.6, ...sheet.place(...scene.spot)), "=": () => sheet.zoom(1.6, ...sheet.place(...scene.spot)),
    "-": () => sheet.zoom(1 / 1.6, ...sheet.place(...scene.spot)), 0: acts.whole,
    n: go(1), p: go(-1), v: acts.view, " ": rectangle, Escape: letGo,
    Enter: () => {
      if (scene.shown < 0) return;
      scene.chosen[scene.shown] = scene.chosen[scene.shown] ? 0 : 1;
      told();
    },
    l: () => find("[name=drag]:not(:checked)").click(),
    "?": () => { const list = find(".keys"); list.open = !list.open; if (list.open) list.scrollIntoView({ block: "nearest" }); },
  };
  canvas.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || !scene.order) return;
    event.preventDefault();
    act(event);
    paint();
  });
  canvas.addEventListener("focus", paint);
  canvas.addEventListener("blur", paint);
};
