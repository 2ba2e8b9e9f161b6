// Copy buttons on code blocks; unfolding and printing of receipts.
(() => {
  "use strict";

  function addCopy(figure) {
    if (figure.querySelector(".copy") || !navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet button-small copy";
    button.textContent = figure.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(figure.querySelector("code").textContent);
      button.textContent = figure.dataset.copied;
      setTimeout(() => { button.textContent = figure.dataset.copy; }, 1600);
    });
    figure.append(button);
  }

  const linesOf = (node) => node.closest(".receipt").querySelectorAll("details.receipt-line");

  document.addEventListener("click", (event) => {
    const unfold = event.target.closest("[data-unfold-all]");
    if (unfold) {
      const open = unfold.getAttribute("aria-pressed") !== "true";
      for (const line of linesOf(unfold)) line.open = open;
      unfold.setAttribute("aria-pressed", String(open));
      const words = unfold.closest("[data-receipt-tools]").dataset;
      unfold.textContent = open ? words.fold : words.unfold;
    }
    if (event.target.closest("[data-print]")) print();
  });

  // Paper cannot be clicked: every working is opened for it and put back after.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".receipt details.receipt-line:not([open])")];
    for (const line of opened) line.open = true;
  });
  addEventListener("afterprint", () => {
    for (const line of opened) line.open = false;
    opened = [];
  });

  function settle(root) {
    for (const figure of root.querySelectorAll("figure.code")) addCopy(figure);
    for (const tools of root.querySelectorAll("[data-receipt-tools]")) tools.hidden = false;
  }
  addEventListener("DOMContentLoaded", () => settle(document));
  document.addEventListener("htmx:afterSettle", (event) => settle(event.target));
})();
