// <athena-chart options="{…}">: lines over time. Blazor's <Chart> writes the element; nothing else is needed.
//
// options (JSON) {
//   title?, group?,                        a hub group whose points are drawn live (see live.ts), or none
//   series: [{ name, label, steps }],      name: the key under which values arrive; in the order of their colours
//   thresholds: [{ value, label, harm }],  dashed lines
//   unit: 'number' | 'percent' | 'milliseconds' | 'perSecond',     percent: values are fractions
//   windowSeconds, height, spark,
//   gaps: [{ from, to, label }],           stretches that are shaded, and lines of the table
//   points: [{ at, series }]               what to begin with, oldest first; at: ms since 1970
// }
// A missing or null value is a gap; so is a distance of more than three usual steps. Points may come late, twice, or a
// series at a time: those of the same moment are put together. The table shows the same numbers.
import uPlot from 'uplot';
import { ChartPoints } from './chart-points';
import { drawThresholds, type Threshold } from './chart-thresholds';
import { announce, make } from './elements';
import { clock, write, type Unit } from './figures';
import { listen, type Point } from './live';

interface Options {
  title?: string;
  group?: string;
  series: { name: string; label: string; steps?: boolean }[];
  thresholds: Threshold[];
  unit: Unit;
  windowSeconds: number;
  height: number;
  spark: boolean;
  gaps: { from: number; to: number; label: string }[];
  points: Point[];
}

// A limit of more than this many times the highest value is named at the upper edge instead of drawn.
const farAway = 6;

export class AthenaChart extends HTMLElement {
  static observedAttributes = ['options'];

  private options!: Options;
  private points!: ChartPoints;
  private plot: uPlot | null = null;
  private outputs: HTMLOutputElement[] = [];
  private area = make('div', { class: 'chart-plot', role: 'img' });
  private table = make('div', { class: 'chart-table table-wrap', tabindex: '0', role: 'region' });
  private empty = make('div', { class: 'chart-empty' });
  private end: (() => void)[] = [];
  private frame = 0;
  private connected = true;
  private visible = true;
  /** Numbers instead of lines: chosen by whoever looks, and kept whatever the page says anew about the chart. */
  private tabular = false;
  private described = 0;

  connectedCallback(): void {
    this.build();
  }

  disconnectedCallback(): void {
    this.clear();
  }

  attributeChangedCallback(_: string, before: string | null): void {
    if (before !== null && this.isConnected) this.build();
  }

  private build(): void {
    const before = this.options;
    this.clear();
    this.options = { ...(JSON.parse(this.getAttribute('options') ?? '{}') as Options) };
    const { group, spark, windowSeconds } = this.options;
    const kept = group && before?.group === group ? this.points.all : [];
    this.points = new ChartPoints({ windowSeconds, live: !!group, growing: spark });
    this.points.take(kept);
    this.points.take(this.options.points);
    this.replaceChildren(this.tools(), this.area, this.table, this.empty);
    this.table.hidden = !this.tabular;
    this.area.hidden = this.tabular;
    this.table.setAttribute('aria-label', `${this.options.title ?? 'Chart'}: numbers`);

    const resize = new ResizeObserver(() => this.size());
    resize.observe(this.area);
    const seen = new IntersectionObserver(entries => { this.visible = entries.some(entry => entry.isIntersecting); this.draw(); });
    seen.observe(this);
    const theme = new MutationObserver(() => this.recolour());
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const recolour = () => this.recolour();
    scheme.addEventListener('change', recolour);
    // On paper there is no out of sight, and everything is light.
    const print = matchMedia('print');
    const onPaper = () => { this.paint(); this.recolour(); };
    print.addEventListener('change', onPaper);
    this.end.push(
      () => resize.disconnect(),
      () => seen.disconnect(),
      () => theme.disconnect(),
      () => scheme.removeEventListener('change', recolour),
      () => print.removeEventListener('change', onPaper),
    );

    if (this.options.group) {
      this.end.push(listen(this.options.group, {
        snapshot: points => { this.points.take(points); this.draw(); },
        point: point => { this.points.take([point]); this.draw(); },
        state: connected => { this.connected = connected; this.draw(); },
      }));
      // Time goes on without points: that nothing arrives must be seen.
      const tick = setInterval(() => this.draw(), 1000);
      this.end.push(() => clearInterval(tick));
    }
    this.size();
    if (this.tabular) this.draw();
  }

  private clear(): void {
    for (const end of this.end.splice(0)) end();
    cancelAnimationFrame(this.frame);
    // Or no later drawing would be asked for.
    this.frame = 0;
    this.plot?.destroy();
    this.plot = null;
  }

  private tools(): HTMLElement {
    this.outputs = [];
    const bar = make('div', { class: 'chart-tools' });
    this.options.series.forEach((series, at) => {
      const output = make('output', { for: '', 'aria-live': 'off' }, '–');
      const swatch = make('span', { class: at > 0 ? 'chart-swatch chart-swatch-dashed' : 'chart-swatch' });
      swatch.style.color = `var(--series-${at + 1})`;
      this.outputs.push(output);
      const label = this.options.spark ? make('span', { class: 'visually-hidden' }, series.label) : series.label;
      bar.append(make('span', { class: 'chart-legend' }, swatch, label, output));
    });
    if (this.options.spark) return bar;
    const toggle = make('button', { class: 'chart-toggle', type: 'button' });
    const say = (): void => {
      toggle.textContent = this.tabular ? 'Chart' : 'Table';
      toggle.setAttribute('aria-pressed', String(this.tabular));
    };
    say();
    toggle.addEventListener('click', () => {
      this.tabular = !this.tabular;
      this.table.hidden = !this.tabular;
      this.area.hidden = this.tabular;
      say();
      announce(this.tabular ? 'Numbers shown as a table' : 'Chart shown');
      if (this.tabular) this.fillTable();
      else this.size();
    });
    bar.append(toggle);
    return bar;
  }

  private size(): void {
    const width = Math.floor(this.area.clientWidth);
    if (width <= 0) return;
    if (this.plot) this.plot.setSize({ width, height: this.options.height });
    else this.plot = new uPlot(this.describe(width), this.points.columns(this.options.series.map(series => series.name)), this.area);
    this.draw();
  }

  private draw(): void {
    if (this.frame || !this.isConnected) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const any = this.points.hasAny(this.options.series.map(series => series.name));
      this.empty.textContent = any ? '' : this.options.group ? (this.connected ? 'Waiting for the first numbers' : 'Not connected; trying again') : 'No numbers in this time';
      if (this.visible && !document.hidden) this.paint();
    });
  }

  private paint(): void {
    this.plot?.setData(this.points.columns(this.options.series.map(series => series.name)));
    this.legend(null);
    if (this.tabular) this.fillTable();
  }

  private describe(width: number): uPlot.Options {
    const { spark } = this.options;
    const font = `11px ${getComputedStyle(this).fontFamily}`;
    return {
      width,
      height: this.options.height,
      // Half of the last time's name, which stands under the very edge.
      padding: spark ? [2, 0, 2, 0] : [8, 26, 0, 0],
      legend: { show: false },
      cursor: spark ? { show: false } : { y: false, points: { size: 6 }, drag: { x: false, y: false, setScale: false }, sync: { key: 'athena' } },
      scales: {
        x: { time: true, range: () => this.points.range() },
        // The next line that decides something is in sight, unless it would press the values flat.
        y: { range: (_, __, highest) => [0, this.top(highest ?? 0) * 1.12] },
      },
      axes: spark
        ? [{ show: false }, { show: false }]
        : [
            { stroke: () => this.colour('--text-faint'), font, size: 26, gap: 4, ticks: { show: false }, grid: { show: false }, values: (_, splits) => splits.map(at => clock(at, this.options.windowSeconds)) },
            { stroke: () => this.colour('--text-faint'), font, size: 58, gap: 6, ticks: { show: false }, grid: { stroke: () => this.colour('--grid'), width: 1 }, values: (_, splits) => splits.map(value => write(value, this.options.unit)) },
          ],
      series: [
        {},
        ...this.options.series.map((series, at): uPlot.Series => ({
          label: series.label,
          stroke: () => this.colour(`--series-${at + 1}`),
          fill: at === 0 ? () => this.colour(`--series-${at + 1}`, 0.1) : undefined,
          width: 1.5,
          dash: at === 0 ? undefined : [5, 3],
          points: { show: false },
          // A step holds until the next one.
          spanGaps: series.steps ?? false,
          paths: series.steps ? uPlot.paths.stepped!({ align: 1 }) : undefined,
        })),
      ],
      hooks: {
        drawClear: [plot => this.drawGaps(plot)],
        draw: [plot => drawThresholds(plot, this.options.thresholds, { unit: this.options.unit, named: !spark, font, colour: name => this.colour(name) })],
        setCursor: [plot => this.legend(plot.cursor.idx ?? null)],
      },
    };
  }

  private top(highest: number): number {
    const above = this.options.thresholds.map(threshold => threshold.value).filter(value => value >= highest);
    const next = above.length > 0 ? Math.min(...above) : highest;
    return (highest > 0 && next > farAway * highest ? highest * 1.5 : next) || 1;
  }

  private drawGaps(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.fillStyle = this.colour('--hold-fill', 0.22);
    for (const gap of this.options.gaps) {
      const left = Math.max(bbox.left, plot.valToPos(gap.from / 1000, 'x', true));
      const right = Math.min(bbox.left + bbox.width, plot.valToPos(gap.to / 1000, 'x', true));
      // However short, it must be seen.
      if (right > bbox.left && left < bbox.left + bbox.width) ctx.fillRect(left, bbox.top, Math.max(right - left, 2 * devicePixelRatio), bbox.height);
    }
    ctx.restore();
  }

  private legend(at: number | null): void {
    const data = this.plot?.data ?? this.points.columns(this.options.series.map(series => series.name));
    const values = this.options.series.map((_, index) => {
      const column = data[index + 1] as (number | null)[];
      return at === null ? column[column.length - 1] : column[at];
    });
    this.outputs.forEach((output, index) => { output.textContent = write(values[index] ?? null, this.options.unit); });
    if (at !== null || Date.now() - this.described < 5000) return;
    this.described = Date.now();
    this.area.setAttribute('aria-label', `${this.options.title ?? 'Chart'}. ${this.options.series.map((series, index) => `${series.label} ${write(values[index] ?? null, this.options.unit)}`).join(', ')}`);
  }

  private fillTable(): void {
    const head = make('tr', {}, make('th', { scope: 'col' }, 'Time'), ...this.options.series.map(series => make('th', { scope: 'col' }, series.label)));
    const body = make('tbody');
    const shown = this.points.all.slice(-300).reverse();
    const gaps = [...this.options.gaps].filter(gap => gap.to >= (shown[shown.length - 1]?.at ?? 0)).sort((left, right) => right.from - left.from);
    for (const point of shown) {
      while (gaps.length > 0 && gaps[0]!.from >= point.at) body.append(this.gapRow(gaps.shift()!));
      body.append(make('tr', {}, make('td', {}, clock(point.at / 1000, 0)), ...this.options.series.map(series => make('td', {}, write(point.series[series.name] ?? null, this.options.unit)))));
    }
    for (const gap of gaps) body.append(this.gapRow(gap));
    const scroll = this.table.scrollTop;
    this.table.replaceChildren(make('table', { class: 'table' }, make('thead', {}, head), body));
    this.table.scrollTop = scroll;
  }

  private gapRow(gap: Options['gaps'][number]): HTMLElement {
    const columns = String(this.options.series.length);
    return make('tr', { class: 'chart-gap' }, make('td', {}, `${clock(gap.from / 1000, 0)}–${clock(gap.to / 1000, 0)}`), make('td', { colspan: columns }, gap.label));
  }

  private recolour(): void {
    this.colours.clear();
    this.plot?.redraw(false, true);
  }

  private colours = new Map<string, string>();

  // A canvas does not know custom properties; the browser resolves them on an element.
  private colour(name: string, opacity = 1): string {
    const key = name + opacity;
    let colour = this.colours.get(key);
    if (!colour) {
      const probe = make('span', { hidden: true });
      probe.style.color = opacity === 1 ? `var(${name})` : `color-mix(in oklab, var(${name}), transparent ${100 - opacity * 100}%)`;
      this.append(probe);
      colour = getComputedStyle(probe).color;
      probe.remove();
      this.colours.set(key, colour);
    }
    return colour;
  }
}
