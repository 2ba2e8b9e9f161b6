// Menus close like menus, dialogs open in place, refused forms get the focus, filters apply as they are chosen.
(() => {
  "use strict";

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    // A click on the backdrop has the dialog itself as its target.
    if (event.target instanceof HTMLDialogElement) event.target.close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });

  // Empty filters stay out of the address.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-autosubmit]")) return;
    const empty = [...event.target.elements].filter((field) => field.name && field.value === "" && !field.disabled);
    for (const field of empty) field.disabled = true;
    setTimeout(() => { for (const field of empty) field.disabled = false; });
  });

  function settle(root) {
    const problem = root.querySelector("[data-focus]");
    if (problem) problem.focus();
  }
  addEventListener("DOMContentLoaded", () => settle(document));
  document.addEventListener("htmx:afterSettle", (event) => settle(event.target));
})();
