// The sandbox's controls: how the next task shall end, how fast, and in which of its published forms the service
// answers. The choice is a path under the sandbox's address; the server gives each path its own sandbox.

import { element, service, serviceUrl } from "./page.js";

const group = element("rehearsal", HTMLFieldSetElement);

/** The options of each menu: the piece of the path, and its name. The first changes nothing. */
const menus = [
  menu("rehearsal-outcome", [
    ["", "Succeeds"],
    ["/fail", "Fails"],
    ["/refuse", "Refuses the portrait"],
    ["/unauthorized", "Refuses the key"],
    ["/outage", "Breaks down at create"],
    ["/stall", "Never ends"],
  ]),
  menu("rehearsal-pace", [
    ["", "Brisk, 10 s"],
    ["/real", "Real, 80 s"],
  ]),
  menu("rehearsal-answers", [
    ["", "Wrapped record"],
    ["/flat", "Flat record"],
    ["/numeric", "Status in numbers"],
    ["/words", "Status in words"],
  ]),
];

/** The brisk task's states pass too quickly for the usual schedule, which is made for tasks of a minute and more. */
const BRISK_POLL_INTERVAL_MS = 1000;

/** @param {() => void} onChange */
export function openRehearsal(onChange) {
  group.addEventListener("change", onChange);
}

/** Where the next task goes, as options for the package. */
export function chosenOptions() {
  if (service === "live") return { baseUrl: serviceUrl };
  const [, pace] = menus;
  const baseUrl = serviceUrl + menus.map(({ value }) => value).join("");
  return pace.value === "" ? { baseUrl, pollInterval: BRISK_POLL_INTERVAL_MS } : { baseUrl };
}

/** @param {string} id @param {[value: string, name: string][]} choices */
function menu(id, choices) {
  const select = element(id, HTMLSelectElement);
  select.replaceChildren(...choices.map(([value, name]) => new Option(name, value)));
  return select;
}
