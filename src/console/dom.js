// Edge: elements of the page: found, made and changed. Texts go in as text only, and only addresses of the web as links.

/**
 * The element of the page with this id: one that is missing is a mistake of ours.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {{new (): Kind}} kind
 * @returns {Kind}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} with the id ${id}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | boolean | null>} [attributes] False and null: left out.
 * @param {(Node | string | null)[]} [children] Strings are text.
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * @param {string} name
 * @param {string} [tone]
 */
export function icon(name, tone = name) {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('class', `tone ${tone}`);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(namespace, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Leaves alone what is as it should be: readers, selections and layout are not disturbed.
 * @param {Node} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value Null: without it.
 */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * An address that may be opened, shown or played; null: none, or something else in its place, such as `javascript:`.
 * @param {string | null | undefined} text
 */
export function webAddress(text) {
  if (text == null || !URL.canParse(text, location.origin)) return null;
  const url = new URL(text, location.origin);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}
