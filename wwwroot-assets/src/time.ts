// The person's time zone for the server, and relative times that stay true while nobody re-renders them.

const limit = 14 * 86_400;

/** The IANA name of the browser's zone. */
export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function startTime(): void {
  document.cookie = `athena-zone=${encodeURIComponent(zone())}; path=/; max-age=31536000; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
  refresh();
  setInterval(refresh, 1000);
  document.addEventListener('visibilitychange', refresh);
}

// The text node is changed in place, because Blazor holds on to it.
function refresh(): void {
  if (document.hidden) return;
  const now = Date.now();
  for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
    const text = relative((Date.parse(element.dateTime) - now) / 1000);
    const node = element.firstChild;
    if (text && node && node.nodeValue !== text) node.nodeValue = text;
  }
}

/** The same words as InstantText.Relative; null beyond two weeks, where the server writes a date. */
export function relative(seconds: number): string | null {
  const size = Math.abs(seconds);
  if (size >= limit) return null;
  if (size < 5) return 'just now';
  const [amount, unit] = size < 60 ? [size, 's'] : size < 3600 ? [size / 60, 'min'] : size < 86_400 ? [size / 3600, 'h'] : [size / 86_400, 'd'];
  const text = `${Math.floor(amount as number)} ${unit}`;
  return seconds > 0 ? `in ${text}` : `${text} ago`;
}
