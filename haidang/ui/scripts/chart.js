// Interactive charts, for pages that add this bundle: <div data-chart="id of a json_script">.
// Lines and bars by ECharts as SVG, in the colours of the theme. A table beside it says the same.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--color-${name}`).trim();

for (const box of document.querySelectorAll("[data-chart]")) {
  const option = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const chart = init(box, null, { renderer: "svg" });
  chart.setOption({
    color: [token("primary"), token("accent"), token("secondary"), token("error")],
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    grid: { left: 8, right: 8, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis" },
    ...option,
  });
  new ResizeObserver(() => chart.resize()).observe(box);
}
