// Figures as charts and their tables write them.

export type Unit = 'number' | 'percent' | 'milliseconds' | 'perSecond';

/** A time of day; with seconds where the window is short. */
export function clock(seconds: number, window: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB', window > 1800 ? { hour: '2-digit', minute: '2-digit' } : { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** A value in its unit; an en dash where there is none. */
export function write(value: number | null | undefined, unit: Unit): string {
  if (value == null) return '–';
  if (unit === 'percent') return `${digits(value * 100)} %`;
  if (unit === 'milliseconds') return value >= 10_000 ? `${digits(value / 1000)} s` : `${digits(value)} ms`;
  return unit === 'perSecond' ? `${digits(value)} /s` : digits(value);
}

function digits(value: number): string {
  const size = Math.abs(value);
  return value.toLocaleString('en', { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3 });
}
