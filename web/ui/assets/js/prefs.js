// Light and dark: the switch's links work by themselves; here they answer at once and without a reload.
(() => {
  "use strict";
  const root = document.documentElement;

  function choose(theme) {
    document.cookie = `kwote_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const link of document.querySelectorAll("[data-theme-choice]")) {
      if (link.dataset.themeChoice === theme) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    document.dispatchEvent(new CustomEvent("kwote:theme"));
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-theme-choice]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(link.dataset.themeChoice);
  });

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.dispatchEvent(new CustomEvent("kwote:theme"));
  });
})();
