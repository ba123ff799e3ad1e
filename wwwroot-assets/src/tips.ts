// Short explanations: data-tip on an element shows beside it on hover and focus. The same words are in the element's
// name or description, so the tip itself is hidden from screen readers.

export function startTips(): void {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('aria-hidden', 'true');
  document.body.append(tip);
  let timer = 0;
  let owner: Element | null = null;

  const hide = () => {
    clearTimeout(timer);
    owner = null;
    tip.hidden = true;
  };
  const show = (element: HTMLElement) => {
    const text = element.dataset['tip'];
    if (!text || !element.isConnected) return;
    // Inside an open dialog only what is in the dialog is on top.
    (element.closest('dialog') ?? document.body).append(tip);
    tip.textContent = text;
    tip.hidden = false;
    const box = element.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const above = box.bottom + own.height + 8 > innerHeight;
    tip.style.left = `${Math.max(8, Math.min(innerWidth - own.width - 8, box.left + box.width / 2 - own.width / 2))}px`;
    tip.style.top = `${above ? box.top - own.height - 6 : box.bottom + 6}px`;
  };
  const wants = (event: Event) => {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null;
    if (element === owner) return;
    hide();
    if (!element) return;
    owner = element;
    timer = setTimeout(() => show(element), event.type === 'focusin' ? 0 : 350);
  };

  document.addEventListener('pointerover', event => { if (event.pointerType === 'mouse') wants(event); });
  document.addEventListener('focusin', event => { if (event.target instanceof Element && event.target.matches(':focus-visible')) wants(event); });
  document.addEventListener('focusout', hide);
  document.addEventListener('pointerdown', hide);
  document.addEventListener('keydown', event => { if (event.key === 'Escape') hide(); });
  document.addEventListener('scroll', hide, true);
}
