// Asks before something that costs or cannot be undone.

import { element } from "./page.js";

const dialog = element("confirm", HTMLDialogElement);

/** @param {{ title: string, text: string, yes: string }} question @returns {Promise<boolean>} */
export function confirm({ title, text, yes }) {
  element("confirm-title", HTMLElement).textContent = title;
  element("confirm-text", HTMLElement).textContent = text;
  element("confirm-yes", HTMLButtonElement).textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
