/* The dossier's figures at once: the same simulated values, the same sums in the same order as valuation/rules/coverage.py.
   Without this file the page asks the server and shows the same digits. */
"use strict";

const Coverage = (() => {
  const ROWS = 16, STEPS = 20, WAN = 10000;

  /* Values of a run: ascending rows, their running sums, and all of them ascending. */
  function sample(buffer, rows) {
    const all = new Float64Array(buffer), size = all.length / rows, parts = [], sums = [];
    for (let row = 0; row < rows; row++) {
      const part = all.subarray(row * size, (row + 1) * size), sum = new Float64Array(size + 1);
      for (let k = 0; k < size; k++) sum[k + 1] = sum[k] + part[k];
      parts.push(part);
      sums.push(sum);
    }
    const found = { parts, sums, size, pooled: all.slice().sort() };
    found.mean = added(sums.map((sum) => sum[size] / size)) / rows;
    return found;
  }

  function added(numbers) {
    let total = 0;
    for (const number of numbers) total += number;
    return total;
  }

  function estimated(parts) {
    const value = added(parts) / parts.length;
    if (parts.length < ROWS) return { value, error: null };
    const spread = added(parts.map((part) => (part - value) * (part - value)));
    return { value, error: Math.sqrt(spread / (parts.length - 1)) / Math.sqrt(parts.length) };
  }

  /* On how many paths of an ascending row `keep` of the value is less than the amount. */
  function count(part, amount, keep) {
    let low = 0, high = part.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (part[middle] * keep < amount) low = middle + 1; else high = middle;
    }
    return low;
  }

  const below = (of, amount, keep) => estimated(of.parts.map((part) => count(part, amount, keep) / of.size));

  const gap = (of, amount, keep) => estimated(of.parts.map((part, row) => {
    const missed = count(part, amount, keep);
    return Math.max(amount * missed - keep * of.sums[row][missed], 0) / of.size;
  }));

  const beyond = (ascending, tolerance) => Math.max(ascending[Math.floor(tolerance * ascending.length)], 0);

  function largest(of, tolerance, keep) {
    const rows = of.parts.map((part) => beyond(part, tolerance) * keep);
    return { value: beyond(of.pooled, tolerance) * keep, error: estimated(rows).error };
  }

  function answer(of, amount, keep, tolerance) {
    const curve = [];
    for (let step = 1; of.mean > 0 && step <= STEPS; step++) {
      const here = of.mean * step / STEPS;
      curve.push([here, below(of, here, 1).value, below(of, here, keep).value, gap(of, here, keep).value]);
    }
    return {
      value_below: below(of, amount, 1), recovery_below: below(of, amount, keep), gap: gap(of, amount, keep),
      largest: largest(of, tolerance, keep), recovery_mean: of.mean * keep, curve,
    };
  }

  /* toFixed rounds the double as it is, half-up; only the separators are ours. */
  function fixed(value, places) {
    if (value === null) return "—";
    const [whole, rest] = value.toFixed(places).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
  }

  const times = (error, factor) => (error === null ? null : error * factor);

  function texts(found, amount, appraised) {
    const shown = {
      loan: fixed(amount / WAN, 2), loan_to_value: fixed(amount / appraised * 100, 2),
      largest: fixed(Math.floor(found.largest.value / 100) / 100, 2),
      largest_error: fixed(times(found.largest.error, 1 / WAN), 2),
      gap: fixed(found.gap.value / WAN, 2), gap_error: fixed(times(found.gap.error, 1 / WAN), 2),
      recovery_mean: fixed(found.recovery_mean / WAN, 2),
    };
    for (const name of ["value_below", "recovery_below"]) {
      shown[name] = fixed(found[name].value * 100, 2);
      shown[name + "_error"] = fixed(times(found[name].error, 100), 2);
    }
    return shown;
  }

  const curveTexts = (found) => found.curve.map(([amount, value, recovery, missing]) =>
    [fixed(amount / WAN, 2), fixed(value * 100, 2), fixed(recovery * 100, 2), fixed(missing / WAN, 2)]);

  /* --- Picture ---------------------------------------------------------------------------------------------------- */
  const place = ([x, y]) => x.toFixed(1) + " " + y.toFixed(1);

  function smooth(placed) {
    if (placed.length < 2) return "";
    let text = "M" + place(placed[0]);
    for (let k = 1; k < placed.length - 1; k++) {
      const [here, next] = [placed[k], placed[k + 1]];
      text += " Q" + place(here) + " " + place([(here[0] + next[0]) / 2, (here[1] + next[1]) / 2]);
    }
    return text + " L" + place(placed[placed.length - 1]);
  }

  function outline(data, keep, highest) {
    return smooth(data.points.map(([value, share]) =>
      [data.width * value * keep / data.top, data.height * (1 - share / keep / highest)]));
  }

  function draw(root, data, found, amount, keep) {
    const highest = Math.max(...data.points.map((point) => point[1])) / keep;
    const paths = {
      recovery: outline(data, keep, highest), value: outline(data, 1, highest),
      curve: smooth(found.curve.map(([at, , share]) => [data.width * at / data.top, data.height * (1 - share)])),
    };
    root.querySelectorAll("[data-cover-path]").forEach((path) => path.setAttribute("d", paths[path.dataset.coverPath]));
    const across = (value) => Math.min(100 * value / data.top, 100).toFixed(2) + "%";
    const lines = { loan: across(amount), mean: across(found.recovery_mean) };
    root.querySelectorAll("[data-cover-line]").forEach((line) => {
      line.setAttribute("x1", lines[line.dataset.coverLine]);
      line.setAttribute("x2", lines[line.dataset.coverLine]);
    });
    root.querySelector("[data-cover-clip]").setAttribute("width", lines.loan);
  }

  function write(root, data, found, amount) {
    const shown = texts(found, amount, data.appraised);
    root.querySelectorAll("[data-figure]").forEach((place) => { place.textContent = shown[place.dataset.figure]; });
    const rows = root.querySelectorAll("[data-cover-curve] tr");
    curveTexts(found).forEach((cells, row) => cells.forEach((text, cell) => { rows[row].cells[cell].textContent = text; }));
  }

  /* --- Page ------------------------------------------------------------------------------------------------------- */
  const number = (field) => parseFloat(field.value.replaceAll(",", ""));

  function slider(field, max, step) {
    const made = document.createElement("input");
    Object.assign(made, { type: "range", min: field.min > 0 ? field.min : step, max, step, value: number(field) });
    made.setAttribute("aria-labelledby", field.id + "-label");
    made.setAttribute("aria-label", field.labels[0].textContent.trim());
    made.className = "ipf-slider";
    made.addEventListener("input", () => {
      field.value = made.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    field.addEventListener("change", () => { made.value = number(field); });
    field.after(made);
  }

  function open(root, data, of) {
    const form = root.querySelector("[data-cover-form]"), { loan_fen, realised, tolerance } = form.elements;
    let waiting = false;
    const again = () => {
      waiting = false;
      const amount = number(loan_fen), share = number(realised), tolerated = number(tolerance);
      if (!(amount > 0 && share >= 1 && share <= 100 && tolerated > 0 && tolerated <= 50)) return;
      const found = answer(of, amount, Math.round(share) / 100, tolerated / 100);
      write(root, data, found, amount);
      draw(root, data, found, amount, Math.round(share) / 100);
    };
    form.addEventListener("input", () => {
      if (!waiting) requestAnimationFrame(again);
      waiting = true;
    });
    slider(loan_fen, data.top, WAN);
    slider(realised, 100, 1);
    form.querySelector("button").hidden = true;
    root.dataset.coverReady = "yes";
  }

  async function start() {
    const root = document.querySelector("[data-cover]");
    if (!root) return;
    const data = JSON.parse(document.getElementById("coverage-data").textContent);
    const reply = await fetch(data.url, { credentials: "same-origin" });
    if (reply.ok) open(root, data, sample(await reply.arrayBuffer(), data.rows));
  }

  return { sample, answer, texts, curveTexts, start };
})();
Coverage.start();
