// The dashed lines of a chart, each with its name at the right edge, where no name lies on another.
import type uPlot from 'uplot';
import { write, type Unit } from './figures';

export interface Threshold {
  value: number;
  label: string;
  harm: boolean;
}

interface Style {
  unit: Unit;
  /** Small charts have lines and no names. */
  named: boolean;
  /** As CSS writes it, in CSS pixels. */
  font: string;
  colour(name: string): string;
}

const size = 11;

export function drawThresholds(plot: uPlot, thresholds: Threshold[], style: Style): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  const right = bbox.left + bbox.width - 4 * pixel;
  const taken: { y: number; left: number }[] = [];
  ctx.save();
  ctx.font = style.font.replace(/^\d+px/, `${size * pixel}px`);
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';

  const name = (text: string, y: number, harm: boolean) => {
    const beside = taken.filter(other => Math.abs(other.y - y) < (size + 2) * pixel).map(other => other.left - 10 * pixel);
    const x = Math.min(right, ...beside);
    taken.push({ y, left: x - ctx.measureText(text).width });
    ctx.lineWidth = 4 * pixel;
    ctx.strokeStyle = style.colour('--surface');
    ctx.strokeText(text, x, y);
    ctx.fillStyle = style.colour(harm ? '--harm-ink' : '--text-faint');
    ctx.fillText(text, x, y);
  };

  const seen = thresholds.map(threshold => ({ ...threshold, y: Math.round(plot.valToPos(threshold.value, 'y', true)) }));
  for (const { y, harm } of seen.filter(line => line.y >= bbox.top)) {
    ctx.save();
    ctx.setLineDash([4 * pixel, 4 * pixel]);
    ctx.lineWidth = pixel;
    ctx.strokeStyle = style.colour(harm ? '--harm-fill' : '--text-faint');
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }
  if (style.named) {
    for (const { y, label, value, harm } of seen.filter(line => line.label && line.y >= bbox.top)) name(`${label} ${write(value, style.unit)}`, y - 2 * pixel, harm);
    // The nearest of those above the upper edge.
    const above = seen.filter(line => line.label && line.y < bbox.top).sort((one, other) => one.value - other.value)[0];
    if (above) name(`↑ ${above.label} ${write(above.value, style.unit)}`, bbox.top + 12 * pixel, above.harm);
  }
  ctx.restore();
}
