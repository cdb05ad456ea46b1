/* Draws a chart from the table that says the same: <figure data-chart="id of the table">. One line a column whose cells
   have a data-value (a share); the columns marked data-subject in the accent, the others in grey, names at their ends. */
"use strict";

/* The colour of one of the stylesheet's tokens as the theme has it now. */
function colour(token) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${token})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/* Names at the ends of the lines, moved apart where they would overlap. */
const endLabels = {
  id: "endLabels",
  afterDatasetsDraw(chart) {
    const context = chart.ctx;
    context.save();
    context.font = `500 12px ${Chart.defaults.font.family}`;
    context.textBaseline = "middle";
    const ends = chart.data.datasets.map((line, index) => {
      const points = chart.getDatasetMeta(index).data.filter((_, at) => line.data[at] !== null);
      return { name: line.label, colour: line.borderColor, x: points.at(-1)?.x, y: points.at(-1)?.y };
    }).filter((end) => end.x !== undefined).sort((a, b) => a.y - b.y);
    let free = -Infinity;
    for (const end of ends) {
      end.y = Math.max(end.y, free);
      free = end.y + 14;
      context.fillStyle = end.colour;
      context.fillText(end.name, end.x + 8, end.y);
    }
    context.restore();
  },
};

function read(table) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const lines = heads.map((head, at) => ({
    name: head.textContent,
    subject: "subject" in head.dataset,
    values: rows.map((row) => row.cells[at].dataset.value),
  })).filter((line) => line.values.some((value) => value !== undefined));
  return { labels: rows.map((row) => row.cells[0].textContent), lines };
}

function draw(figure) {
  const table = document.getElementById(figure.dataset.chart);
  if (!table || figure.firstChild) return;
  const { labels, lines } = read(table);
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", table.caption?.textContent ?? "");
  figure.append(canvas);
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  new Chart(canvas, {
    type: "line",
    plugins: [endLabels],
    data: {
      labels,
      datasets: lines.map((line) => ({
        label: line.name,
        data: line.values.map((value) => (value ? Number(value) : null)),
        borderColor: colour(line.subject ? "accent" : "edge"),
        backgroundColor: colour(line.subject ? "accent" : "edge"),
        borderWidth: line.subject ? 2.5 : 1.5,
        pointRadius: line.subject ? 3 : 0,
        pointHitRadius: 12,
        tension: 0.2,
        order: line.subject ? 0 : 1,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      layout: { padding: { right: 76, top: 8 } },
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { label: (point) => `${point.dataset.label} ${percent.format(point.parsed.y)}` } },
      },
      scales: {
        x: { grid: { display: false }, border: { color: colour("line") }, ticks: { color: colour("muted"), maxRotation: 0, autoSkipPadding: 16 } },
        y: { beginAtZero: true, grid: { color: colour("line") }, border: { display: false }, ticks: { color: colour("muted"), callback: (value) => percent.format(value), maxTicksLimit: 6 } },
      },
    },
  });
}

function drawAll() {
  for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure);
}
function drawAgain() {
  for (const canvas of document.querySelectorAll("figure[data-chart] canvas")) {
    Chart.getChart(canvas)?.destroy();
    canvas.remove();
  }
  drawAll();
}
document.addEventListener("DOMContentLoaded", drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAgain);
