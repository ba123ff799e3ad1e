// <athena-editor document-url="…" preview-url="…" label="…" read-only remote-version="7" remote-by="…">
// Blazor's <MarkdownEditor> writes the element. The text lives here and goes to the server over HTTP, never through the
// circuit. The contract of document-url is at the top of drafts.ts. The others:
//   preview-url      POST { text } -> 200 { html }, sanitized by the server; shown as it is
//   remote-version   the version that the page knows the server to have: newer than ours means someone else saved
//   read-only        shows the text, and nothing can be changed
// While text is not confirmed by the server the element has the attribute data-unsaved; it fires `athena:saved` (bubbling,
// detail { version }) after each confirmation.
//
// CodeMirror writes its styles into the root it lives in. In a shadow root those are constructed style sheets, which the
// content security policy allows; in the document they would be a <style> element, which it does not.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { markdown, markdownLanguage } from '@codemirror/lang-markdown';
import { syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { Draft, explain, type Copy } from './drafts';
import { look, words } from './editor-look';
import { announce, icon, make } from './elements';
import { drawDiff } from './text-diff';
import { relative } from './time';

type View = 'write' | 'both' | 'preview';

export class AthenaEditor extends HTMLElement {
  static observedAttributes = ['remote-version', 'read-only'];

  private draft: Draft | null = null;
  private view: EditorView | null = null;
  private editable = new Compartment();
  private frame = make('div', { class: 'editor' });
  private host = make('div', { class: 'editor-host' });
  private preview = make('div', { class: 'editor-preview markdown', tabindex: '0', role: 'region', 'aria-label': 'Preview' });
  private status = make('span', { class: 'editor-status', role: 'status' }, 'Loading');
  private notices = make('div');
  private previewTimer = 0;
  private previewed = '';

  connectedCallback(): void {
    this.frame.dataset['view'] = this.kept();
    this.frame.replaceChildren(this.bar(), this.notices, make('div', { class: 'editor-panes' }, this.host, ...(this.previewUrl ? [this.preview] : [])));
    this.replaceChildren(this.frame);
    const root = this.host.shadowRoot ?? this.host.attachShadow({ mode: 'open' });
    this.view = new EditorView({ root, parent: root, state: this.begin('') });
    this.draft = new Draft(this.getAttribute('document-url') ?? '', {
      text: () => this.text,
      state: (state, words) => this.show(state, words),
      conflict: theirs => this.ask(theirs),
    });
    void this.load();
  }

  disconnectedCallback(): void {
    clearTimeout(this.previewTimer);
    this.draft?.end();
    this.view?.destroy();
    this.draft = this.view = null;
  }

  attributeChangedCallback(name: string): void {
    if (!this.view) return;
    if (name === 'read-only') this.view.dispatch({ effects: this.editable.reconfigure(this.lock()) });
    else void this.compareWithRemote();
  }

  /** The text as it stands; for tests and other code of the page. */
  get text(): string {
    return this.view?.state.doc.toString() ?? '';
  }

  private get previewUrl(): string | null {
    return this.getAttribute('preview-url');
  }

  private begin(text: string): EditorState {
    const label = this.getAttribute('label') ?? 'Text';
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        markdown({ base: markdownLanguage }),
        syntaxHighlighting(words),
        look,
        placeholder('Markdown'),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'true', tabindex: '0' }),
        this.editable.of(this.lock()),
        keymap.of([
          { key: 'Mod-s', preventDefault: true, run: () => { void this.draft?.save(); return true; } },
          { key: 'Mod-b', run: () => this.wrap('**') },
          { key: 'Mod-i', run: () => this.wrap('_') },
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of(update => {
          if (!update.docChanged) return;
          this.draft?.changed();
          this.previewLater(400);
        }),
      ],
    });
  }

  private lock() {
    const locked = this.hasAttribute('read-only') || !this.draft || this.draft.state === 'loading';
    return [EditorState.readOnly.of(locked), EditorView.editable.of(!locked)];
  }

  private async load(): Promise<void> {
    for (let attempt = 0; this.isConnected && this.draft; attempt++) {
      try {
        const { text, copy } = await this.draft.load();
        if (!this.view) return;
        this.view.setState(this.begin(text));
        const kept = copy ?? this.aside(text);
        if (kept) this.offer(kept);
        this.previewLater(0);
        void this.compareWithRemote();
        return;
      } catch (failure) {
        this.show('waiting', `Cannot be read yet. ${failure instanceof Error ? failure.message : ''}`);
        await new Promise(resolve => setTimeout(resolve, Math.min(8000, 500 * 2 ** attempt) * (0.5 + Math.random() / 2)));
      }
    }
  }

  // After a reload or a crash: what this browser kept is offered, not imposed. It is put aside meanwhile, where new
  // typing cannot overwrite it, and stays there until the person decides.
  private offer(copy: Copy): void {
    keepAside(this.asideKey, copy);
    this.draft?.forget();
    const when = relative((copy.at - Date.now()) / 1000) ?? new Date(copy.at).toLocaleString('en-GB');
    this.notice('hold', `This browser kept text that the server does not have (${when})`, this.text, copy.text, [
      ['Use it', () => { this.replace(copy.text); keepAside(this.asideKey, null); }],
      ['Throw it away', () => keepAside(this.asideKey, null)],
    ]);
  }

  private get asideKey(): string {
    return `athena-aside:${this.getAttribute('document-url')}`;
  }

  private aside(text: string): Copy | null {
    try {
      const copy = JSON.parse(localStorage.getItem(this.asideKey) ?? 'null') as Copy | null;
      return copy && copy.text !== text ? copy : null;
    } catch {
      return null;
    }
  }

  private ask(theirs: { text: string; version: number }): void {
    const by = this.getAttribute('remote-by');
    const mine = this.text;
    announce('Someone else saved this document while you were writing.');
    this.notice('hold', `${by ?? 'Someone else'} saved version ${theirs.version} while you were writing. Both texts are kept until you choose.`, theirs.text, mine, [
      ['Keep mine', () => { this.draft?.rebase(theirs); void this.draft?.save(); }],
      ['Take theirs', () => {
        this.draft?.rebase(theirs);
        this.replace(theirs.text);
        this.notice('neutral', 'Your text was put aside.', theirs.text, mine, [['Bring it back', () => this.replace(mine)], ['Done', () => undefined]]);
      }],
      ['Put both in', () => { this.draft?.rebase(theirs); this.replace(`${mine.trimEnd()}\n\n---\n\n${theirs.text}`); }],
    ]);
  }

  private async compareWithRemote(): Promise<void> {
    const draft = this.draft;
    const remote = Number(this.getAttribute('remote-version') ?? 0);
    if (!draft || draft.state === 'loading' || draft.state === 'saving' || remote <= draft.version) return;
    if (this.text !== draft.saved) return void draft.save();
    try {
      const theirs = await draft.read();
      if (theirs.version <= draft.version || this.text !== draft.saved) return;
      draft.rebase(theirs);
      this.replace(theirs.text);
      announce(`Now version ${theirs.version}${this.getAttribute('remote-by') ? ` by ${this.getAttribute('remote-by')}` : ''}`);
    } catch {
      // The next save finds out.
    }
  }

  // One change that undo takes back, with the cursor near where it was.
  private replace(text: string): void {
    if (!this.view) return;
    const head = Math.min(this.view.state.selection.main.head, text.length);
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, selection: { anchor: head } });
    this.draft?.changed();
  }

  private notice(kind: 'hold' | 'neutral', title: string, before: string, after: string, choices: [string, () => void][]): void {
    const compare = make('button', { class: 'button button-small', type: 'button', 'data-offline': true }, 'Show the difference');
    const actions = make('div', { class: 'notice-actions' }, compare);
    const body = make('div', {}, make('p', { class: 'notice-title' }, title), actions);
    const box = make('div', { class: `notice notice-${kind} editor-notice`, role: 'group', 'aria-label': title }, icon(kind === 'hold' ? 'state-hold' : 'info'), body);
    compare.addEventListener('click', () => { compare.remove(); body.append(drawDiff(before, after)); });
    for (const [name, run] of choices) {
      const button = make('button', { class: 'button button-small', type: 'button', 'data-offline': true }, name);
      button.addEventListener('click', () => { box.remove(); run(); this.view?.focus(); });
      actions.append(button);
    }
    this.notices.replaceChildren(box);
  }

  private show(state: string, words: string): void {
    const before = this.status.dataset['state'];
    this.status.dataset['state'] = state;
    this.status.textContent = state === 'saved' && this.draft ? `Saved · version ${this.draft.version}` : words;
    this.toggleAttribute('data-unsaved', state !== 'saved' && state !== 'loading');
    if (state === 'saved' && before && before !== 'saved') {
      this.dispatchEvent(new CustomEvent('athena:saved', { bubbles: true, detail: { version: this.draft?.version } }));
    }
    if (before === 'loading' || before === undefined) this.view?.dispatch({ effects: this.editable.reconfigure(this.lock()) });
  }

  private bar(): HTMLElement {
    const tool = (name: string, label: string, run: () => void) => {
      const button = make('button', { class: 'button button-quiet button-small', type: 'button', 'aria-label': label, 'data-tip': label, 'data-offline': true }, name);
      button.addEventListener('click', () => { run(); this.view?.focus(); });
      return button;
    };
    const views = make('div', { class: 'button-group', role: 'group', 'aria-label': 'View' });
    for (const [view, name] of [['write', 'Write'], ['both', 'Both'], ['preview', 'Preview']] as [View, string][]) {
      const button = make('button', { class: `button button-small editor-view-${view}`, type: 'button', 'aria-pressed': String(this.frame.dataset['view'] === view), 'data-offline': true }, name);
      button.addEventListener('click', () => {
        this.frame.dataset['view'] = view;
        for (const other of views.children) other.setAttribute('aria-pressed', String(other === button));
        try { localStorage.setItem('athena-editor-view', view); } catch { /* not kept */ }
        this.previewLater(0);
      });
      views.append(button);
    }
    return make('div', { class: 'editor-bar' },
      ...(this.previewUrl ? [views] : []),
      ...(this.hasAttribute('read-only') ? [] : [
        tool('B', 'Bold (Ctrl B)', () => this.wrap('**')),
        tool('I', 'Italic (Ctrl I)', () => this.wrap('_')),
        tool('H', 'Heading', () => this.markLine('## ')),
        tool('•', 'List', () => this.markLine('- ')),
        tool('<>', 'Code', () => this.wrap('`')),
        tool('Link', 'Link', () => this.wrap('[', '](https://)')),
      ]),
      this.status);
  }

  private kept(): View {
    if (!this.previewUrl) return 'write';
    let view: string | null = null;
    try { view = localStorage.getItem('athena-editor-view'); } catch { /* the default */ }
    if (this.hasAttribute('read-only')) return 'preview';
    const narrow = matchMedia('(max-width: 48rem)').matches;
    return view === 'write' || view === 'preview' ? view : narrow ? 'write' : 'both';
  }

  private wrap(before: string, after = before): boolean {
    const view = this.view;
    if (!view || view.state.readOnly) return false;
    const { from, to } = view.state.selection.main;
    view.dispatch({ changes: [{ from, insert: before }, { from: to, insert: after }], selection: { anchor: from + before.length, head: to + before.length } });
    return true;
  }

  private markLine(mark: string): void {
    const view = this.view;
    if (!view || view.state.readOnly) return;
    const line = view.state.doc.lineAt(view.state.selection.main.head);
    view.dispatch({ changes: { from: line.from, insert: mark } });
  }

  private previewLater(milliseconds: number): void {
    clearTimeout(this.previewTimer);
    if (this.previewUrl && this.frame.dataset['view'] !== 'write') this.previewTimer = setTimeout(() => void this.showPreview(), milliseconds);
  }

  private async showPreview(): Promise<void> {
    const text = this.text;
    if (text === this.previewed && this.preview.hasChildNodes()) return;
    try {
      const response = await fetch(this.previewUrl!, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ text }) });
      if (!response.ok) throw new Error(await explain(response));
      this.preview.innerHTML = ((await response.json()) as { html: string }).html;
      this.previewed = text;
    } catch (failure) {
      this.preview.replaceChildren(make('p', { class: 'muted' }, `No preview now. ${failure instanceof Error ? failure.message : ''}`));
      this.previewLater(3000);
    }
  }
}

function keepAside(key: string, copy: Copy | null): void {
  try {
    if (copy) localStorage.setItem(key, JSON.stringify(copy));
    else localStorage.removeItem(key);
  } catch {
    // The notice itself still holds the text.
  }
}
