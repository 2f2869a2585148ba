// Pure: any text that holds task ids (a log, a CSV, JSON, saved vendor answers) → what is to be tracked and what imported. Runs in the browser and in Node.

/**
 * @typedef {object} Gathered
 * @property {string[]} ids Task ids to track, in order of appearance, each once.
 * @property {unknown[]} answers Saved vendor answers to import (any dialect), in order of appearance.
 * @property {{line: number, text: string}[]} unread Lines that hold something, but no id that can be told from other words. `line` counts from 1; `text` is cut to 200 characters.
 */

/**
 * @param {string} _text
 * @returns {Gathered}
 */
export function gather(_text) {
  return { ids: [], answers: [], unread: [] };
}
