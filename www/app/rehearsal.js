// The sandbox's controls: how the next run shall end, how fast, and in which of its published forms the service
// answers. The choice is a path under the sandbox's URL; the server gives each path its own sandbox.

import { currentBaseUrl, currentService } from "./connection.js";
import { element } from "./page.js";
import { onLanguage, t } from "./words/text.js";

/** The pieces of the path that each menu offers; the first changes nothing. */
const choices = {
  outcome: ["", "/fail", "/refuse", "/unauthorized", "/outage", "/stall"],
  pace: ["", "/real"],
  answers: ["", "/flat", "/numeric", "/words"],
};

const menus = Object.entries(choices).map(([name, paths]) => ({
  name,
  paths,
  select: element(`rehearsal-${name}`, HTMLSelectElement),
}));

/** The brisk task's states pass too quickly for the usual schedule, which is made for tasks of a minute and more. */
const BRISK_POLL_INTERVAL_MS = 1000;

/** @param {() => void} onChange */
export function openRehearsal(onChange) {
  for (const { select, paths } of menus) {
    select.replaceChildren(...paths.map((path) => new Option("", path)));
    select.addEventListener("change", onChange);
  }
  onLanguage(() => {
    for (const { name, select } of menus)
      for (const option of select.options)
        option.textContent = t(`rehearsal.${name}.${option.value.slice(1) || "usual"}`);
  });
}

/** Where the next run goes. */
export function chosenPlace() {
  const service = currentService();
  const baseUrl = currentBaseUrl();
  if (service !== "sandbox") return { service, baseUrl };
  const path = menus.map(({ select }) => select.value).join("");
  const isBrisk = element("rehearsal-pace", HTMLSelectElement).value === "";
  return { service, baseUrl: baseUrl + path, ...(isBrisk && { pollInterval: BRISK_POLL_INTERVAL_MS }) };
}
