/** Loads an element's code and defines it once the page first shows one. */
export function defineWhenSeen(name: string, load: () => Promise<CustomElementConstructor>): void {
  let asked = false;
  const look = () => {
    if (asked || !document.querySelector(name)) return;
    asked = true;
    observer.disconnect();
    void load().then(element => customElements.define(name, element));
  };
  const observer = new MutationObserver(look);
  observer.observe(document.documentElement, { childList: true, subtree: true });
  look();
}

/** Makes an element: `make('p', { class: 'muted' }, 'Text')`. Text is always text, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | undefined> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/** An icon of the sprite, at the address that the page already uses. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${document.documentElement.dataset['icons'] ?? '/assets/icons.svg'}#${name}`);
  svg.append(use);
  return svg;
}

/** True while the person types: single keys are then letters and not commands. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio], [type=button]), textarea, select, athena-editor'));
}

/** Says something through the page's polite live region. */
export function announce(text: string): void {
  const region = document.getElementById('browser-announcements');
  if (region) region.textContent = text;
}

/** Goes to an address of this site without leaving the circuit, where there is one. */
export function goTo(href: string): void {
  const blazor = (window as { Blazor?: { navigateTo?(href: string): void } }).Blazor;
  if (blazor?.navigateTo) blazor.navigateTo(href);
  else location.href = href;
}
