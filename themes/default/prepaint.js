{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const key = `km:${root.dataset.base}:`;
    const theme = localStorage[key + "theme"];
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage[key + "last"]) root.classList.add("returning");
    if (localStorage[key + "held"]) root.classList.add("held");
  } catch { /* Storage is refused: the system's colours hold. */ }
}
