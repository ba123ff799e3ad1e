// The points of one chart: in order, within its window, whatever order they came in.
import type { Point } from './live';

interface Shape {
  windowSeconds: number;

  /** The right edge is the present; otherwise the last point. */
  live: boolean;

  /** The left edge is the first point until the window is full, for charts too small for an empty half. */
  growing: boolean;
}

const most = 5000;

// A growing chart shows at least this much, or the first seconds would race.
const leastSeconds = 60;

export class ChartPoints {
  all: Point[] = [];

  constructor(private shape: Shape) {}

  /** Points may come late, twice, or a series at a time: those of the same moment are put together. */
  take(points: Point[]): void {
    for (const point of points) {
      const last = this.all[this.all.length - 1];
      if (!last || point.at > last.at) {
        this.all.push({ at: point.at, series: { ...point.series } });
        continue;
      }
      let at = this.all.length - 1;
      while (at >= 0 && this.all[at]!.at > point.at) at--;
      const same = this.all[at];
      if (same?.at === point.at) Object.assign(same.series, point.series);
      else this.all.splice(at + 1, 0, { at: point.at, series: { ...point.series } });
    }
    const oldest = this.now() - this.shape.windowSeconds * 1000 * 1.1;
    const first = this.all.findIndex(point => point.at >= oldest);
    // One point before the window keeps the line to its left edge.
    if (first > 1) this.all.splice(0, first - 1);
    if (this.all.length > most) this.all.splice(0, this.all.length - most);
  }

  hasAny(series: string[]): boolean {
    return this.all.some(point => series.some(name => point.series[name] != null));
  }

  /** The two edges in seconds since 1970. */
  range(): [number, number] {
    const now = this.now() / 1000;
    const whole = now - this.shape.windowSeconds;
    const first = this.all[0];
    if (!this.shape.growing || !first) return [whole, now];
    return [Math.max(whole, Math.min(first.at / 1000, now - leastSeconds)), now];
  }

  /** Times in seconds, then a column for each series; nulls where there is a gap. */
  columns(series: string[]): [number[], ...(number | null)[][]] {
    const step = this.usualStep();
    const times: number[] = [];
    const columns: (number | null)[][] = series.map(() => []);
    let before = 0;
    for (const point of this.all) {
      if (step && before && point.at - before > 3 * step) {
        times.push((before + step) / 1000);
        for (const column of columns) column.push(null);
      }
      times.push(point.at / 1000);
      series.forEach((name, at) => columns[at]!.push(point.series[name] ?? null));
      before = point.at;
    }
    return [times, ...columns];
  }

  private now(): number {
    const last = this.all[this.all.length - 1]?.at ?? 0;
    return this.shape.live ? Math.max(Date.now(), last) : last || Date.now();
  }

  private usualStep(): number {
    const steps: number[] = [];
    for (let at = Math.max(1, this.all.length - 60); at < this.all.length; at++) steps.push(this.all[at]!.at - this.all[at - 1]!.at);
    steps.sort((left, right) => left - right);
    return Math.max(steps[steps.length >> 1] ?? 0, 1000);
  }
}
