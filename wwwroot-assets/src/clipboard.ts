// <button data-copy="text">
import { announce } from './elements';

export function startClipboard(): void {
  document.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null;
    if (button) void copy(button);
  });
}

async function copy(button: HTMLElement): Promise<void> {
  const use = button.querySelector('use');
  const before = use?.getAttribute('href');
  try {
    await write(button.dataset['copy'] ?? '');
    announce('Copied');
    if (use && before && !before.endsWith('#check')) {
      use.setAttribute('href', before.replace(/#.*/, '#check'));
      setTimeout(() => use.setAttribute('href', before), 1500);
    }
  } catch {
    announce('Copying was refused by the browser');
  }
}

async function write(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // On plain http there is no clipboard interface.
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('refused');
}
