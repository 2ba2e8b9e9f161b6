// Draws a line chart from the table inside figure[data-chart]; the library is loaded when the first chart is met.
(() => {
  "use strict";
  const drawn = new Map();
  let library;

  function load(figure) {
    library ??= new Promise((resolve, reject) => {
      const sheet = document.createElement("link");
      sheet.rel = "stylesheet";
      sheet.href = figure.dataset.sheet;
      const script = document.createElement("script");
      script.src = figure.dataset.library;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(sheet, script);
    });
    return library;
  }

  // A token may be light-dark(), which only a computed colour resolves.
  function token(name) {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  function read(figure) {
    const heads = [...figure.querySelectorAll("thead th[data-label]")];
    const rows = [...figure.querySelectorAll("tbody tr[data-x]")];
    const value = (text) => (text === "" || text === undefined ? null : Number(text));
    return {
      heads,
      data: [rows.map((row) => Number(row.dataset.x)), ...heads.map((_, i) =>
        rows.map((row) => value(row.querySelectorAll("td[data-y]")[i]?.dataset.y)))],
      texts: heads.map((_, i) => rows.map((row) => row.querySelectorAll("td[data-y]")[i]?.textContent ?? "")),
      stops: rows.map((row) => row.querySelector("th").textContent),
    };
  }

  function options(figure, { heads, texts, stops }, width) {
    const lang = document.documentElement.lang;
    const inTime = figure.dataset.time === "true";
    const font = `11.5px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: token("--ink-3"), grid: { stroke: token("--line"), width: 1 }, ticks: { show: false }, font };
    const paths = figure.dataset.stepped === "true" ? uPlot.paths.stepped({ align: 1 }) : undefined;
    const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 4 });
    return {
      width,
      height: 240,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), figure.dataset.zone),
      padding: [8, 20, 0, 0],
      // A line that may start anywhere exaggerates; it starts at zero unless it goes below.
      scales: { x: { time: inTime }, y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.06 : 1] } },
      cursor: { points: { size: 7 }, drag: { x: true, y: false } },
      legend: { live: true, markers: { width: 0, fill: (plot, i) => plot.series[i].stroke(plot, i) } },
      axes: [
        { ...axis, size: 30, values: inTime ? timeLabels(lang, figure.dataset.zone) : (_, ticks) => ticks.map((t) => number.format(t)) },
        { ...axis, values: (_, ticks) => ticks.map((t) => number.format(t)), size: 52 },
      ],
      series: [
        { label: figure.querySelector("thead th").textContent, value: (_, raw, __, i) => (i === null ? "–" : stops[i]) },
        ...heads.map((head, i) => ({
          label: head.dataset.label,
          stroke: token(`--line-${i % 4 + 1}`),
          width: 2,
          dash: i < 4 ? undefined : [6, 4],
          points: { show: false },
          paths,
          value: (_, raw, __, at) => (at === null ? "–" : texts[i][at]),
        })),
      ],
    };
  }

  function timeLabels(lang, timeZone) {
    const style = (step) => {
      if (step < 86400) return { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
      return step < 28 * 86400 ? { day: "numeric", month: "short" } : { month: "short", year: "2-digit" };
    };
    return (_, ticks, __, ___, step) => {
      const format = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { timeZone, ...style(step) });
      return ticks.map((t) => format.format(new Date(t * 1000)));
    };
  }

  async function draw(figure) {
    await load(figure);
    const canvas = figure.querySelector(".chart-canvas");
    canvas.hidden = false;
    drawn.get(figure)?.destroy();
    const content = read(figure);
    drawn.set(figure, new uPlot(options(figure, content, canvas.clientWidth), content.data, canvas));
  }

  const resize = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const plot = drawn.get(target.closest("figure"));
      if (plot && contentRect.width > 0 && plot.width !== Math.round(contentRect.width)) {
        plot.setSize({ width: Math.round(contentRect.width), height: 240 });
      }
    }
  });

  function settle(root) {
    for (const figure of root.querySelectorAll("figure[data-chart]")) {
      if (drawn.has(figure)) continue;
      drawn.set(figure, null);
      draw(figure).then(() => {
        figure.querySelector("details").open = false;
        resize.observe(figure.querySelector(".chart-canvas"));
      }).catch(() => drawn.delete(figure));
    }
  }
  addEventListener("DOMContentLoaded", () => settle(document));
  document.addEventListener("htmx:afterSettle", (event) => settle(event.target));
  document.addEventListener("kwote:theme", () => {
    for (const figure of drawn.keys()) draw(figure);
  });
})();
