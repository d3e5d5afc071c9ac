/* The pages work without this file. It only spares people two slips: sending a form twice, and hunting for the way out. */
"use strict";

/* A second click on the same button sends nothing; coming back to the page makes its forms usable again. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

/* Escape closes an open confirmation and gives the focus back to its button. */
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.activeElement.closest("details.ipf-confirm[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
