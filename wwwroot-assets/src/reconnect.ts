// Starts Blazor, and keeps a page useful while its circuit is away: a bar at the edge instead of a curtain, the next
// try with jitter (after a restart thousands of tabs come back), and a word on why a pressed button waits.
// The bar is #components-reconnect-modal; Blazor's script sets the classes components-reconnect-show, -failed, -rejected.
import { announce } from './elements';

declare const Blazor: {
  start(options: unknown): Promise<void>;
  reconnect?(): Promise<boolean>;
};

const root = document.documentElement;

export function startConnection(): void {
  if (typeof Blazor === 'undefined') return;
  void Blazor.start({
    circuit: { reconnectionOptions: { maxRetries: 1000, retryIntervalMilliseconds: nextTry, dialogId: 'components-reconnect-modal' } },
  });
  whenAlive(() => { root.dataset['connection'] ??= 'live'; });

  const bar = document.getElementById('components-reconnect-modal');
  if (bar) {
    new MutationObserver(() => follow(bar)).observe(bar, { attributeFilter: ['class'] });
    bar.addEventListener('click', event => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-reconnect]') : null;
      if (button?.dataset['reconnect'] === 'reload') location.reload();
      else if (button) void retry();
    });
    document.addEventListener('click', event => explain(event, bar), true);
    document.addEventListener('athena:saved', () => { if (root.dataset['connection'] === 'ended') void reloadWhenSafe(); });
  }
}

// The script has started long before the circuit has drawn the page anew: until then nothing on it listens.
function whenAlive(then: () => void): void {
  const look = () => {
    if (!document.querySelector('[data-alive]')) return;
    observer.disconnect();
    then();
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['data-alive'] });
  look();
}

/** 0.2 to 1 s, then twice as long each time up to 20 s, of which half is chance. Endless: the bar says what is going on. */
export function delay(attempt: number): number {
  const most = Math.min(20_000, 800 * 2 ** Math.min(attempt, 6));
  return most / 2 + (Math.random() * most) / 2;
}

// A tab that slept past its session would be refused for ever: it says so, or leads to the sign-in.
function nextTry(attempt: number): number {
  void fetch('/api/me').then(answer => {
    const bar = document.getElementById('components-reconnect-modal');
    const isOver = answer.status === 401;
    bar?.toggleAttribute('data-signed-out', isOver);
    if (isOver) void reloadWhenSafe('You are signed out. Sign in in another tab, and this page comes back.');
  }, () => undefined);
  return delay(attempt);
}

function follow(bar: HTMLElement): void {
  const has = (word: string) => bar.classList.contains(`components-reconnect-${word}`);
  const before = root.dataset['connection'];
  const now = has('rejected') ? 'ended' : has('show') || has('failed') ? 'lost' : 'live';
  if (before === now) return;
  root.dataset['connection'] = now;
  if (now === 'live') announce('Connected again');
  else if (now === 'lost') announce('The connection to the server is lost. You can keep reading; actions wait.');
  else void reloadWhenSafe();
}

// Blazor's own function; the page that comes back has the same circuit or is told that it is gone.
async function retry(): Promise<void> {
  try {
    if (await Blazor.reconnect?.() === false) location.reload();
  } catch {
    // Still away; the periodic tries go on.
  }
}

// The server no longer knows this circuit: only a new page helps. Unsaved text keeps the page open until the person
// decides; the editor's own local copy would survive either way.
async function reloadWhenSafe(otherwise = 'The server has started anew. Reload the page when you are ready.'): Promise<void> {
  if (document.querySelector('[data-unsaved]')) {
    announce(otherwise);
    return;
  }
  await new Promise(resolve => setTimeout(resolve, 300 + Math.random() * 1500));
  location.reload();
}

function explain(event: Event, bar: HTMLElement): void {
  if (root.dataset['connection'] !== 'lost' && root.dataset['connection'] !== 'ended') return;
  const button = event.target instanceof Element ? event.target.closest('button, input[type=checkbox], summary') : null;
  if (!button || button.matches('summary, [data-offline], [data-theme-choice], [data-palette-open], [data-dialog-close], [data-drawer-toggle]') || bar.contains(button) || button.closest('athena-chart, athena-editor, .palette, .keys')) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  bar.classList.remove('reconnect-nudge');
  void bar.offsetWidth;
  bar.classList.add('reconnect-nudge');
  announce('Not done: there is no connection to the server. Try again when it is back.');
}
