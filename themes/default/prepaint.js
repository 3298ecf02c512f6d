// Runs before the page is first painted, so that the reader's choice of light or dark never flashes.
try {
  const theme = localStorage.getItem("km-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be refused; then the system's own choice holds.
}
