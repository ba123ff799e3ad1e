// Saving one document without losing a letter, whatever happens to the server, the connection or this page.
//
// The address of a document (document-url) is the server author's; what it must do:
//   GET  -> 200 { text, version }              version: the number that If-Match takes
//   PUT  { text }, If-Match: "7"
//        -> 200 { version }                    saved as a draft; version is the new one
//        -> 412 or 409                         someone else saved first: we GET theirs and ask the person
//        -> 400, 403, 404, 413, 422            refused (ProblemDetails): shown; tried again only when the text changes
//        -> 401                                signed out: kept here, tried again
//        -> anything else, or no answer        tried again with growing, jittered waits
// PUT of a text that is already the saved one must be harmless. Texts reach 125 KB and more.
//
// Until the server has confirmed, the text is also in localStorage under `athena-draft:<address>`.

export type DraftState = 'loading' | 'saved' | 'dirty' | 'saving' | 'waiting' | 'conflict' | 'refused';

export interface Copy {
  text: string;
  /** The server's version that it began from. */
  version: number;
  /** When it was kept, ms since 1970. */
  at: number;
}

export interface DraftEvents {
  /** The text as it stands in the editor. */
  text(): string;
  state(state: DraftState, words: string): void;
  conflict(theirs: { text: string; version: number }): void;
}

export class Draft {
  version = 0;
  /** The text that the server is known to have. */
  saved = '';
  state: DraftState = 'loading';

  private timer = 0;
  private attempt = 0;
  private inFlight = false;
  private readonly key: string;
  private readonly wake = () => { if (this.state === 'waiting') void this.save(); };
  private readonly leave = () => this.keep();

  constructor(private readonly url: string, private readonly events: DraftEvents) {
    this.key = `athena-draft:${url}`;
    addEventListener('online', this.wake);
    addEventListener('pagehide', this.leave);
  }

  end(): void {
    this.keep();
    clearTimeout(this.timer);
    removeEventListener('online', this.wake);
    removeEventListener('pagehide', this.leave);
  }

  /** Reads the server's text; a copy in this browser that differs comes back with it. */
  async load(): Promise<{ text: string; copy: Copy | null }> {
    const theirs = await this.read();
    this.version = theirs.version;
    this.saved = theirs.text;
    this.set('saved', 'Saved');
    const copy = this.copy();
    if (copy && copy.text !== theirs.text) return { text: theirs.text, copy };
    this.forget();
    return { text: theirs.text, copy: null };
  }

  async read(): Promise<{ text: string; version: number }> {
    const response = await fetch(this.url, { headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(await explain(response));
    return (await response.json()) as { text: string; version: number };
  }

  /** The text has changed: keeps it at once, saves it when the hand rests. */
  changed(): void {
    if (this.state === 'loading' || this.state === 'conflict') return this.keep();
    if (this.events.text() === this.saved && !this.inFlight) {
      clearTimeout(this.timer);
      this.forget();
      return this.set('saved', 'Saved');
    }
    this.keep();
    if (this.state === 'waiting') return;
    if (!this.inFlight) this.set('dirty', 'Unsaved');
    this.later(900);
  }

  /** Someone else's version is now the base: saving again overwrites it knowingly. */
  rebase(theirs: { text: string; version: number }): void {
    this.version = theirs.version;
    this.saved = theirs.text;
    this.state = 'dirty';
    this.attempt = 0;
  }

  async save(): Promise<void> {
    clearTimeout(this.timer);
    if (this.inFlight || this.state === 'conflict' || this.state === 'loading') return;
    const text = this.events.text();
    if (text === this.saved) return this.changed();
    this.inFlight = true;
    this.set('saving', 'Saving');
    try {
      const response = await fetch(this.url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', accept: 'application/json', 'if-match': `"${this.version}"` },
        body: JSON.stringify({ text }),
      });
      this.inFlight = false;
      await this.answered(response, text);
    } catch {
      this.inFlight = false;
      this.again('Not saved yet: the server does not answer. Your text is safe in this browser.');
    }
  }

  private async answered(response: Response, text: string): Promise<void> {
    if (response.ok) {
      this.version = ((await response.json()) as { version: number }).version;
      this.saved = text;
      this.attempt = 0;
      this.state = 'saved';
      this.changed();
    } else if (response.status === 412 || response.status === 409) {
      const theirs = await this.read();
      // Our own save whose answer was lost.
      if (theirs.text === text) {
        this.rebase(theirs);
        this.changed();
      } else {
        this.set('conflict', 'Someone else saved');
        this.events.conflict(theirs);
      }
    } else if (response.status === 401) {
      this.again('Not saved yet: you are signed out. Sign in in another tab; your text is safe in this browser.');
    } else if (response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429) {
      this.set('refused', await explain(response));
    } else {
      this.again('Not saved yet: the server has a problem. Your text is safe in this browser.');
    }
  }

  private again(words: string): void {
    this.keep();
    this.set('waiting', words);
    const most = Math.min(15_000, 1000 * 2 ** Math.min(this.attempt++, 4));
    this.later(most / 2 + (Math.random() * most) / 2);
  }

  private later(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), milliseconds);
  }

  private set(state: DraftState, words: string): void {
    this.state = state;
    this.events.state(state, words);
  }

  private keep(): void {
    const text = this.events.text();
    if (this.state === 'loading' || text === this.saved) return;
    store(this.key, { text, version: this.version, at: Date.now() });
  }

  copy(): Copy | null {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? 'null') as Copy | null;
    } catch {
      return null;
    }
  }

  forget(): void {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept either.
    }
  }
}

function store(key: string, copy: Copy): void {
  try {
    localStorage.setItem(key, JSON.stringify(copy));
  } catch {
    // Full or forbidden: the server's copy remains the only one.
  }
}

/** What a refusal says: its title and detail, or the status. */
export async function explain(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { title?: string; detail?: string; errors?: { place: string; message: string }[] };
    return [problem.title, problem.detail, ...(problem.errors ?? []).map(error => `${error.place}: ${error.message}`)].filter(Boolean).join(' ');
  } catch {
    return `The server answered ${response.status}.`;
  }
}
