// Settings: what is learned and when, how the page looks, devices, and one's data.

import { h } from "../dom.js";
import { t } from "../words.js";
import { read } from "../store.js";
import { Told } from "../explained.js";
import { changeSettings, refreshSettings } from "../learner.js";
import { sync } from "../sync.js";
import { field, status } from "./parts.js";
import { pagePart } from "./page-settings.js";
import { devicesPart } from "./devices.js";
import { dataPart } from "./data.js";
import { decksField } from "./decks.js";

/** Shows the settings in `root`; `code` of another device is filled in. */
export async function view(root, code) {
  const settings = (await refreshSettings()) ?? (await read("settings"));
  root.append(
    h(
      "div",
      { class: "column" },
      h("h1", {}, t("settings.title")),
      settings ? learning(settings) : h("p", {}, t("unreachable")),
      pagePart(),
      devicesPart(code),
      dataPart(),
    ),
  );
}

function learning(settings) {
  const said = status();
  const decks = decksField(settings.decks);
  const others = settings.vacations.slice(0, -1);
  const inputs = {
    new_per_day: number(settings.new_per_day, 0, 1000),
    reviews_per_day: number(settings.reviews_per_day ?? "", 0, 1000, 1, false),
    leniency: number(settings.leniency, 0.25, 4, 0.05),
    retention: number(settings.retention, 0.7, 0.99, 0.01),
    day_start: h("input", { type: "time", value: settings.day_start, required: true }),
    time_zone: h("input", { value: settings.time_zone, autocomplete: "off", required: true }),
    quiet_from: h("input", { type: "time", value: settings.quiet?.[0] ?? "" }),
    quiet_to: h("input", { type: "time", value: settings.quiet?.[1] ?? "" }),
    vacation_from: h("input", { type: "date", value: settings.vacations.at(-1)?.[0] ?? "" }),
    vacation_to: h("input", { type: "date", value: settings.vacations.at(-1)?.[1] ?? "" }),
    keep_ink: checkbox(settings.keep_ink),
    fit_parameters: checkbox(settings.fit_parameters),
    ...(settings.parameters ? { own_parameters: checkbox(true) } : {}),
  };
  const save = (event) => {
    event.preventDefault();
    said.run(async () => {
      const saved = await changeSettings({ decks: decks.value(), ...changes(inputs, others) });
      if (!saved.parameters) inputs.own_parameters?.closest(".field").remove();
      await sync();
      return t("saved");
    });
  };
  return h(
    "form",
    { class: "part", onsubmit: save, novalidate: true },
    h("h2", {}, t("settings.learning")),
    decks.element,
    ...Object.entries(inputs).map(([name, input]) =>
      field(t(`settings.${name}`), input, NOTES.has(name) ? t(`settings.${name}.note`) : null),
    ),
    h("button", { class: "main" }, t("settings.save")),
    said.line,
  );
}

const NOTES = new Set([
  ...["reviews_per_day", "leniency", "retention", "quiet_from", "keep_ink"],
  ...["fit_parameters", "own_parameters"],
]);

const checkbox = (checked) => h("input", { type: "checkbox", checked });

function number(value, min, max, step = 1, required = true) {
  return h("input", { type: "number", inputmode: "decimal", value, min, max, step, required });
}

/**
 * The inputs as the body of PATCH /v1/settings; `others` are the vacations that have none. Raises
 * Told, naming a field.
 */
function changes(inputs, others) {
  const of = (name) => typed(name, inputs[name]);
  const quiet = pair(of, "quiet_from", "quiet_to");
  if (quiet && quiet[0] === quiet[1]) throw told("same", "quiet_from", "quiet_to");
  const vacation = pair(of, "vacation_from", "vacation_to");
  if (vacation && vacation[0] > vacation[1]) throw told("before", "vacation_to", "vacation_from");
  return {
    new_per_day: Number(of("new_per_day")),
    reviews_per_day: of("reviews_per_day") === "" ? null : Number(of("reviews_per_day")),
    leniency: Number(of("leniency")),
    retention: Number(of("retention")),
    day_start: of("day_start"),
    time_zone: of("time_zone"),
    quiet,
    vacations: [...others, ...(vacation ? [vacation] : [])],
    keep_ink: inputs.keep_ink.checked,
    fit_parameters: inputs.fit_parameters.checked,
    ...(inputs.own_parameters?.checked === false ? { parameters: null } : {}),
  };
}

/** What stands in an input. One that was filled in halfway has no value, but is not empty. */
function typed(name, input) {
  const value = input.value.trim();
  if (input.validity.badInput) throw told("unreadable", name);
  if (input.required && !value) throw told("empty", name);
  return value;
}

/** Both values, or null where both are empty. */
function pair(of, one, other) {
  const values = [of(one), of(other)];
  if (values.every(Boolean)) return values;
  if (values.some(Boolean)) throw told("half", values[0] ? other : one);
  return null;
}

function told(fault, name, other = name) {
  const [field, second] = [t(`settings.${name}`), t(`settings.${other}`)];
  return new Told(t(`settings.fault.${fault}`, { field, other: second }));
}
