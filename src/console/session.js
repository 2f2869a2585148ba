// Edge: the token, for as long as the tab is open; and what it turned out not to be allowed.
const TOKEN = 'longplay-token';
const DENIED = 'longplay-denied';

/** @returns {string | null} */
export const token = () => sessionStorage.getItem(TOKEN);

/** @param {string} text */
export function remember(text) {
  forget();
  sessionStorage.setItem(TOKEN, text);
}

export function forget() {
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(DENIED);
}

/** @typedef {import('../config/tokens.ts').Scope} Scope */

/** A scope that this token was refused for: what needs it is offered no more. @returns {Scope | null} */
export const denied = () => /** @type {Scope | null} */ (sessionStorage.getItem(DENIED));

/** @param {Scope} scope The least that it lacks counts. */
export function deny(scope) {
  if (denied() !== 'track') sessionStorage.setItem(DENIED, scope);
}

/** @param {Scope} scope Whether this token may do what needs it, as far as is known. */
export function may(scope) {
  const lacks = denied();
  return scope === 'read' || lacks === null || (lacks === 'admin' && scope === 'track');
}
