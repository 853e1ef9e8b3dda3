// The devices of a learner: a code, as text and as QR, for another one; and to sign one out.

import { h, svg } from "../dom.js";
import { t } from "../words.js";
import { ask } from "../api.js";
import { beginAnew } from "../anew.js";
import { register } from "../device.js";
import { refreshSettings } from "../learner.js";
import { read } from "../store.js";
import { sync } from "../sync.js";
import { button, field, part, status } from "./parts.js";

const QUIET_MODULES = 4; // around a QR code (ISO/IEC 18004)

/** The part of the settings for devices; `linked` is the code of an address that was scanned. */
export function devicesPart(linked) {
  const said = status();
  const shown = h("div", { class: "code" });
  const list = h("ul", { class: "devices" });
  const code = h("input", { autocomplete: "off", autocapitalize: "characters", value: linked });
  const show = () =>
    said.run(async () => {
      const made = await ask("POST", "/v1/link-codes", {});
      const address = `${location.origin}/#settings/${made.code}`;
      shown.replaceChildren(await qr(address), h("output", { class: "letters" }, made.code));
      shown.scrollIntoView({ block: "nearest" });
      return t("devices.code.note");
    });
  const settled = async (words) => {
    await fill(list, said);
    anew.hidden = true;
    return t(words);
  };
  const enter = () =>
    said.run(async () => {
      await sync();
      await register(code.value.trim());
      await Promise.all([sync(), refreshSettings()]);
      history.replaceState(null, "", "/#settings");
      return settled("devices.joined");
    });
  const anew = button(t("devices.anew"), () =>
    said.run(async () => {
      await beginAnew();
      return settled("devices.begun");
    }),
  );
  anew.hidden = true;
  read("revoked").then((revoked) => (anew.hidden = !revoked));
  fill(list, said);
  return part(
    t("devices.title"),
    list,
    button(t("devices.code"), show),
    shown,
    field(t("devices.enter"), code),
    button(t("devices.join"), enter),
    anew,
    said.line,
  );
}

async function fill(list, said) {
  const { devices } = await ask("GET", "/v1/devices").catch(() => ({ devices: [] }));
  list.replaceChildren(
    ...devices.map((device) =>
      h(
        "li",
        {},
        device.name || t("devices.unnamed"),
        device.is_caller ? ` (${t("devices.this")})` : signOut(device, list, said),
      ),
    ),
  );
}

function signOut({ id, name }, list, said) {
  const out = () =>
    said.run(async () => {
      await ask("DELETE", `/v1/devices/${id}`);
      await fill(list, said);
      return t("devices.out", { name });
    });
  return button(t("devices.sign_out"), out, "quiet");
}

async function qr(text) {
  const { qrcode } = await import("/static/vendor/qrcode-generator-2.0.4.js");
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const side = count + 2 * QUIET_MODULES;
  const dark = [];
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (code.isDark(row, column)) {
        dark.push(`M${column + QUIET_MODULES} ${row + QUIET_MODULES}h1v1h-1z`);
      }
    }
  }
  return svg(
    "svg",
    { viewBox: `0 0 ${side} ${side}`, class: "qr", role: "img", "aria-label": t("devices.qr") },
    svg("rect", { width: side, height: side, fill: "#fff" }),
    svg("path", { d: dark.join(""), fill: "#000" }),
  );
}
