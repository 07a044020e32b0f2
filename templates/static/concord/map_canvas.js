// Points on a canvas: where they are seen, and how they are drawn. Knows nothing of the page.
"use strict";
class MapCanvas {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.width = 0;
    this.height = 0;
    this.scale = 0; // pixels for the map's side
    this.left = 0;
    this.top = 0;
    this.sprites = new Map();
  }

  // takes the size the page gives; the whole map is shown until somebody zooms
  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || (clientWidth === this.width && clientHeight === this.height)) return false;
    const untouched = !this.scale || this.isWhole();
    this.dense = Math.min(2, window.devicePixelRatio || 1);
    this.canvas.width = Math.round(clientWidth * this.dense);
    this.canvas.height = Math.round(clientHeight * this.dense);
    this.width = clientWidth;
    this.height = clientHeight;
    this.sprites.clear();
    if (untouched) this.whole();
    return true;
  }

  whole() {
    this.scale = this.smallest();
    this.left = (this.width - this.scale) / 2;
    this.top = (this.height - this.scale) / 2;
  }

  isWhole() { return this.scale <= this.smallest() * 1.001; }

  smallest() { return Math.max(40, Math.min(this.width, this.height) - 48); }

  // map → pixels, and back
  place(x, y) { return [this.left + x * this.scale, this.top + y * this.scale]; }

  back(px, py) { return [(px - this.left) / this.scale, (py - this.top) / this.scale]; }

  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const [x, y] = this.back(px, py);
    const least = this.smallest();
    this.scale = Math.min(least * 400, Math.max(least, this.scale * factor));
    this.left = px - x * this.scale;
    this.top = py - y * this.scale;
    if (this.isWhole()) this.whole();
    else this.pan(0, 0);
  }

  // some of the map always stays in view
  pan(dx, dy) {
    const room = 40;
    this.left = Math.min(this.width - room, Math.max(room - this.scale, this.left + dx));
    this.top = Math.min(this.height - room, Math.max(room - this.scale, this.top + dy));
  }

  sees(x, y) {
    const [px, py] = this.place(x, y);
    return px >= 0 && py >= 0 && px <= this.width && py <= this.height;
  }

  radius(n) {
    const plain = n > 40000 ? 1.6 : n > 8000 ? 2.2 : n > 1500 ? 3 : 4;
    return Math.min(7, plain * (this.scale / this.smallest()) ** 0.3);
  }

  // scene: {points, codes, order, shades, hidden, chosen, some, shown, cross, anchor, line,
  // middles, ink, paper, coarse}
  paint(scene) {
    const { pen } = this;
    pen.setTransform(this.dense, 0, 0, this.dense, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    if (!scene.points || !scene.order) return;
    const radius = this.radius(scene.points.n);
    this.paintPoints(scene, radius);
    if (scene.middles && this.isWhole()) this.paintNumbers(scene);
    if (scene.shown >= 0) this.ring(scene, scene.shown, radius + 4, 2);
    this.paintLines(scene);
  }

  paintPoints(scene, radius) {
    const { points, codes, order, hidden, chosen, some, coarse } = scene;
    const step = coarse ? Math.max(1, Math.ceil(points.n / 20000)) : 1;
    const { pen, left, top, scale, width, height } = this;
    let sprite = null;
    let last = -1;
    pen.globalAlpha = 0.9;
    for (let at = 0; at < order.length; at += step) {
      const i = order[at];
      const code = codes[i];
      if (hidden.has(code)) continue;
      const px = left + points.x[i] * scale;
      const py = top + points.y[i] * scale;
      if (px < -9 || py < -9 || px > width + 9 || py > height + 9) continue;
      const kind = some ? code * 2 + (chosen[i] ? 1 : 0) : code * 2 + 1;
      if (kind !== last) { sprite = this.sprite(scene.shades.get(code), radius, !(kind % 2)); last = kind; }
      pen.drawImage(sprite, px - sprite.half, py - sprite.half, sprite.half * 2, sprite.half * 2);
    }
    pen.globalAlpha = 1;
    if (!some) return;
    pen.strokeStyle = scene.ink;
    pen.lineWidth = 1.5;
    for (let at = 0; at < order.length; at += step) {
      const i = order[at];
      if (!chosen[i] || hidden.has(codes[i]) || !this.sees(points.x[i], points.y[i])) continue;
      this.ring(scene, i, radius + 1, 1.5);
    }
  }

  ring(scene, i, radius, wide) {
    const [px, py] = this.place(scene.points.x[i], scene.points.y[i]);
    this.pen.strokeStyle = scene.ink;
    this.pen.lineWidth = wide;
    this.pen.beginPath();
    this.pen.arc(px, py, radius, 0, 7);
    this.pen.stroke();
  }

  // one drawing of a point for all that look alike; `pale` where others are chosen
  sprite(shade, radius, pale) {
    const name = `${shade.colour} ${shade.form} ${radius} ${pale}`;
    const kept = this.sprites.get(name);
    if (kept) return kept;
    if (this.sprites.size > 500) this.sprites.clear();
    const half = Math.ceil(radius + 2);
    const drawn = document.createElement("canvas");
    drawn.half = half;
    drawn.width = drawn.height = Math.ceil(half * 2 * this.dense);
    const pen = drawn.getContext("2d");
    pen.setTransform(drawn.width / (half * 2), 0, 0, drawn.width / (half * 2), 0, 0);
    pen.translate(half, half);
    pen.globalAlpha = pale ? 0.3 : 1;
    pen.beginPath();
    if (shade.form === "diamond") {
      const far = radius * 1.3;
      pen.moveTo(0, -far); pen.lineTo(far, 0); pen.lineTo(0, far); pen.lineTo(-far, 0);
      pen.closePath();
    } else pen.arc(0, 0, shade.form === "ring" ? radius * 0.8 : radius, 0, 7);
    pen.strokeStyle = shade.form === "ring" ? shade.colour : shade.edge;
    pen.lineWidth = shade.form === "ring" ? Math.max(1, radius * 0.4) : radius > 2 ? 0.75 : 0.4;
    pen.fillStyle = shade.colour;
    if (shade.form !== "ring") pen.fill();
    pen.stroke();
    this.sprites.set(name, drawn);
    return drawn;
  }

  paintNumbers(scene) {
    const { pen } = this;
    pen.font = "600 15px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 5;
    pen.lineJoin = "round";
    scene.middles.forEach(([x, y], group) => {
      const [px, py] = this.place(x, y);
      pen.strokeStyle = scene.paper;
      pen.strokeText(String(group + 1), px, py);
      pen.fillStyle = scene.ink;
      pen.fillText(String(group + 1), px, py);
    });
  }

  paintLines(scene) {
    const { pen } = this;
    pen.strokeStyle = scene.ink;
    pen.lineWidth = 1.5;
    if (scene.line.length > 1) {
      pen.setLineDash([5, 4]);
      pen.beginPath();
      scene.line.forEach(([x, y], at) => pen[at ? "lineTo" : "moveTo"](...this.place(x, y)));
      pen.closePath();
      pen.stroke();
    }
    if (!scene.cross) { pen.setLineDash([]); return; }
    const [px, py] = this.place(...scene.cross);
    if (scene.anchor) {
      const [ax, ay] = this.place(...scene.anchor);
      pen.setLineDash([5, 4]);
      pen.strokeRect(Math.min(ax, px), Math.min(ay, py), Math.abs(ax - px), Math.abs(ay - py));
    }
    pen.setLineDash([]);
    pen.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      pen.moveTo(px + dx * 4, py + dy * 4);
      pen.lineTo(px + dx * 14, py + dy * 14);
    }
    pen.stroke();
  }
}
