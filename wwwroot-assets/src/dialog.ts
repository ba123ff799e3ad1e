/** Opens and closes the browser's own dialogs for Blazor. */
export const dialog = {
  open(element: HTMLDialogElement): void {
    if (!element.open) element.showModal();
    element.querySelector<HTMLElement>('[autofocus]')?.focus();
  },
  close(element: HTMLDialogElement): void {
    if (element.open) element.close();
  },
};

document.addEventListener('click', event => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest('[data-dialog-close]')) event.target.closest('dialog')?.close();
  // A press on the backdrop hits the dialog element itself, outside its box.
  else if (event.target instanceof HTMLDialogElement && event.target.matches('.palette, .keys') && outside(event.target, event)) event.target.close();
});

function outside(element: HTMLElement, { clientX, clientY }: MouseEvent): boolean {
  const box = element.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
