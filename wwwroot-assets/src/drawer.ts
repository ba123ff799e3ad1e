// On a phone the sidebar is a drawer. Also: the skip link, and menus that close when the person turns elsewhere.

export function startDrawer(): void {
  const root = document.documentElement;
  const set = (open: boolean) => {
    if (open === (root.dataset['drawer'] === 'open')) return;
    if (open) root.dataset['drawer'] = 'open';
    else delete root.dataset['drawer'];
    for (const button of document.querySelectorAll('[data-drawer-toggle]')) button.setAttribute('aria-expanded', String(open));
    if (open) document.querySelector<HTMLElement>('.sidebar a[aria-current], .sidebar a')?.focus();
    else document.querySelector<HTMLElement>('[data-drawer-toggle]')?.focus();
  };

  document.addEventListener('click', event => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest('[data-drawer-toggle]')) set(root.dataset['drawer'] !== 'open');
    else if (root.dataset['drawer'] === 'open' && (!event.target.closest('.sidebar') || event.target.closest('.sidebar a'))) set(false);

    if (event.target.closest('[data-skip]')) {
      event.preventDefault();
      document.getElementById('main')?.focus();
    }

    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
      if (!menu.contains(event.target) || event.target.closest('.menu-item')) menu.open = false;
    }
  });
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    set(false);
    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
      menu.open = false;
      menu.querySelector('summary')?.focus();
    }
  });
}
