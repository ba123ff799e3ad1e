// Search and commands (Ctrl+K). Entries come from three places:
//   - the navigation that the page shows (links with data-goto),
//   - what this page offers (elements with data-palette="words"; choosing one presses it),
//   - the server: GET /ui/palette?q=words answers [{ title, hint, href, group, icon }], at most 20, for whoever is signed in.
import { goTo, icon, make } from './elements';

interface Entry {
  title: string;
  group: string;
  hint?: string;
  icon?: string;
  href?: string;
  run?: () => void;
}

let dialog: HTMLDialogElement | null = null;

export const isPaletteOpen = () => dialog !== null;

export function startPalette(): void {
  document.addEventListener('click', event => {
    if (event.target instanceof Element && event.target.closest('[data-palette-open]')) openPalette();
  });
}

export function openPalette(): void {
  if (dialog || document.querySelector('dialog[open]')) return;
  const local = localEntries();
  let found: Entry[] = [];
  let shown: Entry[] = [];
  let selected = 0;
  let asked = 0;

  const list = make('div', { class: 'palette-list', id: 'palette-list', role: 'listbox', 'aria-label': 'Results' });
  const input = make('input', {
    class: 'palette-input', type: 'text', placeholder: 'Search, go, do…', 'aria-label': 'Search, go, do', role: 'combobox',
    'aria-controls': 'palette-list', 'aria-expanded': 'true', 'aria-autocomplete': 'list', autocomplete: 'off', spellcheck: 'false',
  });
  const own = make('dialog', { class: 'dialog palette', 'aria-label': 'Search and commands' },
    make('div', { class: 'palette-search' }, icon('search'), input),
    list,
    make('div', { class: 'palette-foot', 'aria-hidden': 'true' }, make('span', {}, '↑ ↓ to move'), make('span', {}, '↵ to choose'), make('span', {}, 'Esc to close')));
  dialog = own;

  const draw = () => {
    const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    shown = [...local.filter(entry => words.every(word => `${entry.title} ${entry.group}`.toLowerCase().includes(word))), ...found];
    selected = Math.max(0, Math.min(selected, shown.length - 1));
    list.replaceChildren();
    let group = '';
    shown.forEach((entry, at) => {
      if (entry.group !== group) list.append(make('div', { class: 'palette-group', role: 'presentation' }, group = entry.group));
      const item = make('div', { class: 'palette-item', role: 'option', id: `palette-${at}`, 'aria-selected': String(at === selected) },
        icon(entry.icon ?? 'arrow-right'), make('span', { class: 'palette-item-text truncate' }, entry.title));
      if (entry.hint) item.append(make('span', { class: 'palette-item-hint' }, entry.hint));
      item.addEventListener('click', () => choose(entry));
      item.addEventListener('pointermove', () => { if (selected !== at) select(at); });
      list.append(item);
    });
    if (shown.length === 0) list.append(make('div', { class: 'palette-none' }, 'Nothing found.'));
    select(selected);
  };
  const select = (at: number) => {
    selected = at;
    for (const item of list.querySelectorAll('[role=option]')) item.setAttribute('aria-selected', String(item.id === `palette-${at}`));
    input.setAttribute('aria-activedescendant', shown.length ? `palette-${at}` : '');
    list.querySelector(`#palette-${at}`)?.scrollIntoView({ block: 'nearest' });
  };
  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    own.close();
    if (entry.run) entry.run();
    else if (entry.href) goTo(entry.href);
  };
  const ask = async () => {
    const mine = ++asked;
    const query = input.value.trim();
    if (query.length === 0) {
      found = [];
      return draw();
    }
    await new Promise(resolve => setTimeout(resolve, 120));
    if (mine !== asked) return;
    try {
      const response = await fetch(`/ui/palette?q=${encodeURIComponent(query)}`, { headers: { accept: 'application/json' } });
      if (mine !== asked || !response.ok) return;
      const here = new Set(local.map(entry => entry.href));
      found = ((await response.json()) as Entry[]).filter(entry => !here.has(entry.href));
      draw();
    } catch {
      // Without the server the page's own entries remain.
    }
  };

  input.addEventListener('input', () => { selected = 0; draw(); void ask(); });
  input.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (shown.length) select((selected + (event.key === 'ArrowDown' ? 1 : shown.length - 1)) % shown.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(shown[selected]);
    }
  });
  own.addEventListener('close', () => { dialog = null; own.remove(); });
  document.body.append(own);
  draw();
  own.showModal();
  input.focus();
}

function localEntries(): Entry[] {
  const entries: Entry[] = [];
  for (const element of document.querySelectorAll<HTMLElement>('[data-palette]')) {
    if (element.getAttribute('aria-disabled') === 'true' || (element as HTMLButtonElement).disabled) continue;
    entries.push({ title: element.dataset['palette']!, group: element.dataset['paletteGroup'] ?? 'On this page', icon: element.dataset['paletteIcon'] ?? 'zap', hint: element.dataset['key'], run: () => element.click() });
  }
  const seen = new Set<string>();
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-goto]')) {
    if (seen.has(link.href)) continue;
    seen.add(link.href);
    entries.push({ title: link.dataset['title'] ?? link.textContent!.trim(), group: 'Go to', icon: link.dataset['icon'], hint: `g ${link.dataset['goto']}`, href: link.href });
  }
  return entries.sort((left, right) => order(left) - order(right));
}

const order = (entry: Entry) => (entry.group === 'On this page' ? 0 : entry.group === 'Go to' ? 1 : 2);
