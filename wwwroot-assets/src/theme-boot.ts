// Before the first paint: the person's theme, where the server did not already know it from the cookie.
try {
  const theme = localStorage.getItem('athena-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
} catch {
  // Storage may be forbidden; the system's theme applies.
}
