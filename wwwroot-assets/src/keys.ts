// Keys. The page says them in its markup, so that they never differ from what a page offers:
//   data-goto="r"   a link of the navigation; `g` then `r` follows it
//   data-key="p"    a button or link of this page; `p` presses it
//   tr[data-row]    rows of a table; arrows (or j and k) move between them, Enter opens data-href
import { goTo, isTyping, make } from './elements';
import { isPaletteOpen, openPalette } from './palette';

let leader = 0;

export function startKeys(): void {
  document.addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.composedPath()[0] ?? null)) return;
    if (moveInRows(event)) return event.preventDefault();
    if (isPaletteOpen() || document.querySelector('dialog[open]')) return;
    if (press(event.key)) event.preventDefault();
  });
  document.addEventListener('click', event => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest('[data-keys-help]')) showKeys();
    const row = event.target.closest<HTMLElement>('tr[data-href]');
    if (row && !event.target.closest('a, button, input, select, textarea, label, summary') && !getSelection()?.toString()) goTo(row.dataset['href']!);
  });
}

function press(key: string): boolean {
  if (key === '?') return showKeys(), true;
  if (key === '/') return openPalette(), true;
  if (key === 'g') return leader = Date.now(), true;
  if (Date.now() - leader < 1500) {
    leader = 0;
    const link = find('data-goto', key);
    if (link instanceof HTMLAnchorElement) return goTo(link.href), true;
    return false;
  }
  const target = find('data-key', key);
  if (!target || target.getAttribute('aria-disabled') === 'true') return false;
  target.click();
  return true;
}

function find(attribute: string, key: string): HTMLElement | null {
  return key.length === 1 ? document.querySelector<HTMLElement>(`[${attribute}="${CSS.escape(key)}"]`) : null;
}

function moveInRows(event: KeyboardEvent): boolean {
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>('tr[data-row]') : null;
  if (!row || row !== event.target) return false;
  if (event.key === 'Enter' && row.dataset['href']) return goTo(row.dataset['href']), true;
  const rows = [...(row.parentElement?.querySelectorAll<HTMLElement>('tr[data-row][tabindex]') ?? [])];
  const at = rows.indexOf(row);
  const next = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined) return false;
  rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
  return true;
}

export function showKeys(): void {
  document.querySelector('dialog.keys')?.remove();
  const list = make('div', { class: 'keys-list' });
  const group = (title: string, rows: [string, string][]) => {
    if (rows.length === 0) return;
    list.append(make('h3', { class: 'keys-group' }, title));
    for (const [name, keys] of rows) {
      list.append(make('div', { class: 'keys-row' }, make('span', {}, name), ...keys.split(' ').map(key => make('kbd', { class: 'kbd' }, key))));
    }
  };
  const named = (attribute: string): [string, string][] => {
    const seen = new Map<string, string>();
    for (const element of document.querySelectorAll<HTMLElement>(`[${attribute}]`)) {
      const key = element.getAttribute(attribute)!;
      if (!seen.has(key)) seen.set(key, element.getAttribute('data-palette') ?? element.getAttribute('aria-label') ?? nameOf(element));
    }
    return [...seen].map(([key, name]) => [name, attribute === 'data-goto' ? `g ${key}` : key]);
  };
  group('Everywhere', [['Search and commands', 'Ctrl K'], ['These keys', '?'], ['Next and previous row', '↓ ↑'], ['Open the row', 'Enter'], ['Close', 'Esc']]);
  group('On this page', named('data-key'));
  group('Go to', named('data-goto'));
  const dialog = make('dialog', { class: 'dialog dialog-wide keys', 'aria-label': 'Keys' },
    make('div', { class: 'dialog-head' }, make('h2', { class: 'dialog-title' }, 'Keys'), make('button', { class: 'button button-quiet button-small', type: 'button', 'data-dialog-close': true }, 'Close')),
    make('div', { class: 'dialog-body' }, list));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function nameOf(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const extra of copy.querySelectorAll('.kbd, .key-hint, .nav-keys, .count, svg')) extra.remove();
  return copy.textContent?.trim() ?? '';
}
