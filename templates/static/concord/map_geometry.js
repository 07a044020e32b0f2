// What the map computes, apart from any page: what a lasso holds, and which point is nearest. The
// command line computes the same in curation/mapping/polygon.py.
"use strict";
const MapGeometry = {
  // whether a point lies within the closed line through the corners [[x, y], …]; where the line
  // crosses itself, what it goes round an even number of times is outside
  inside(x, y, corners) {
    let found = false;
    for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
      const [ax, ay] = corners[j];
      const [bx, by] = corners[i];
      if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) found = !found;
    }
    return found;
  },

  // the smallest rectangle round the corners, as [left, top, right, bottom]
  bounds(corners) {
    const xs = corners.map((corner) => corner[0]);
    const ys = corners.map((corner) => corner[1]);
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  },

  // the place of the visible point nearest to (x, y), at most `reach` away; -1 if there is none
  nearest(points, x, y, reach, visible) {
    let best = reach * reach;
    let found = -1;
    for (let i = 0; i < points.n; i += 1) {
      const dx = points.x[i] - x;
      const dy = points.y[i] - y;
      const far = dx * dx + dy * dy;
      if (far <= best && visible(i)) { best = far; found = i; }
    }
    return found;
  },

  // the middle of each group, for its number: [[x, y], …]
  middles(points, groups) {
    const xs = Array.from({ length: groups }, () => []);
    const ys = Array.from({ length: groups }, () => []);
    for (let i = 0; i < points.n; i += 1) {
      xs[points.group[i]].push(points.x[i]);
      ys[points.group[i]].push(points.y[i]);
    }
    const median = (all) => Float64Array.from(all).sort()[all.length >> 1];
    return xs.map((all, group) => [median(all), median(ys[group])]);
  },
};
