// Draws every figure with the class hub-chart; the table inside it says the same without scripts.
// data-chart: {kind: "bars" | "columns" | "pyramid" | "lines", categories, series: [{name, values}], x, y, marks: [{at, name}]}
(() => {
  "use strict";
  // A colour as the browser mixes it: ECharts cannot read color-mix().
  const probe = document.createElement("i");
  const tone = (name) => {
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const seen = getComputedStyle(probe).color;
    probe.remove();
    return seen;
  };
  const number = new Intl.NumberFormat("ru-RU");
  const shown = (value) => number.format(Math.abs(value));

  const options = (chart, wide) => {
    const text = tone("--tblr-body-color");
    const line = tone("--tblr-border-color");
    const colours = ["--hub-blue", "--hub-amber", "--hub-green", "--hub-violet", "--hub-red", "--hub-grey"].map(tone);
    const lies = chart.kind === "bars" || chart.kind === "pyramid";
    const names = {
      type: "category", data: chart.categories, name: lies ? "" : chart.x, nameLocation: "middle", nameGap: 28, inverse: chart.kind === "bars",
      axisLabel: { color: text, width: lies ? Math.round(Math.min(300, wide * 0.55)) : undefined, overflow: "truncate", interval: chart.kind === "bars" ? 0 : "auto" },
      axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, nameTextStyle: { color: text },
    };
    const values = {
      type: "value", name: chart.y, nameTextStyle: { color: text }, axisLabel: { color: text, formatter: shown, hideOverlap: true },
      splitNumber: 4, splitLine: { lineStyle: { color: line } }, scale: chart.kind === "lines",
    };
    const series = chart.series.map((one, place) => ({
      name: one.name,
      type: chart.kind === "lines" ? "line" : "bar",
      stack: chart.kind === "pyramid" ? "people" : undefined,
      data: chart.kind === "pyramid" && place === 0 ? one.values.map((value) => -value) : one.values,
      barMaxWidth: 22, barCategoryGap: chart.kind === "pyramid" ? "8%" : "30%", showSymbol: chart.categories.length < 40, connectNulls: true,
      markLine: place ? undefined : {
        symbol: "none", silent: true, lineStyle: { color: tone("--hub-red"), type: "dashed" },
        data: (chart.marks || []).map((mark) => ({ xAxis: mark.at, label: { formatter: mark.name, color: text } })),
      },
    }));
    return {
      color: colours, animation: false, aria: { enabled: true }, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 24, top: chart.series.length > 1 ? 34 : 14, bottom: chart.x && !lies ? 30 : 8, containLabel: true },
      legend: chart.series.length > 1 ? { top: 0, textStyle: { color: text } } : undefined,
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: chart.kind === "lines" ? "line" : "shadow" },
        valueFormatter: (value) => (value === null || value === undefined ? "–" : shown(value)),
      },
      xAxis: lies ? values : names, yAxis: lies ? names : values, series,
    };
  };

  const draw = (figure) => {
    const place = figure.querySelector(".hub-plot");
    const chart = JSON.parse(figure.dataset.chart);
    figure.classList.add("hub-drawn"); // before drawing: a hidden place has no size
    if (chart.kind === "bars") place.style.height = `${Math.max(9, 2.5 + 1.55 * chart.categories.length)}rem`;
    const drawn = echarts.init(place, null, { renderer: "canvas" });
    drawn.setOption(options(chart, place.clientWidth));
    new ResizeObserver(() => drawn.resize()).observe(place);
  };
  document.querySelectorAll("figure.hub-chart").forEach(draw);
})();
