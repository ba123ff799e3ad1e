// Light, dark, or the system's. Kept in localStorage for the boot script and in a cookie so that the server draws the
// first page right.
import { announce } from './elements';

type Theme = 'system' | 'light' | 'dark';

export function startTheme(): void {
  show(current());
  document.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-theme-choice]') : null;
    if (button) choose(button.dataset['themeChoice'] as Theme | 'next');
  });
  // Buttons that appear later must show the choice, too.
  new MutationObserver(() => mark(current())).observe(document.body, { childList: true, subtree: true });
  window.addEventListener('storage', event => { if (event.key === 'athena-theme') show(current()); });
}

function current(): Theme {
  try {
    const kept = localStorage.getItem('athena-theme');
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}

export function choose(choice: Theme | 'next'): void {
  const theme = choice === 'next' ? (isDark() ? 'light' : 'dark') : choice;
  try {
    if (theme === 'system') localStorage.removeItem('athena-theme');
    else localStorage.setItem('athena-theme', theme);
  } catch {
    // Without storage the choice holds for this page.
  }
  document.cookie = `athena-theme=${theme}; path=/; max-age=${theme === 'system' ? 0 : 31_536_000}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
  show(theme);
  announce(theme === 'system' ? 'Theme follows the system' : `${theme} theme`);
}

export function isDark(): boolean {
  const set = document.documentElement.dataset['theme'];
  return set ? set === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  mark(theme);
}

function mark(theme: Theme): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-theme-choice]:not([data-theme-choice=next])')) {
    const pressed = String(button.dataset['themeChoice'] === theme);
    if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
  }
}
