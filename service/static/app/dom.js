// Elements, built in one expression. Text is always text, never HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element. Properties that start with "on" are listeners; true and false set attributes. */
export function h(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

/** An element of SVG. */
export function svg(tag, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

function filled(element, properties, children) {
  element.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined));
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  return element;
}

/** Calls a function once the page has nothing else to do. */
export const whenIdle = (work) => (globalThis.requestIdleCallback ?? setTimeout)(work);

const RASTER_MS = 30; // from a frame of the page until it is on the screen, if the processor is free
const HIDDEN_MS = 500; // to wait for a frame, which a hidden page has none of

/** A promise that what is in the document now is on the screen. */
export const painted = () =>
  new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done, RASTER_MS));
    setTimeout(done, HIDDEN_MS);
  });
