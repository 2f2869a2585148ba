// Edge: what can be done with songs, tasks and vendors: each asks the API once and says how it went.
import { ask, clipPath, taskPath } from './api.js';
import { put } from './dialogs.js';
import { deny } from './session.js';
import { toast } from './tell.js';
import { problemWords } from './words.js';

/** @typedef {import('../model/task.ts').Task} Task */
/** @typedef {import('../model/task.ts').Clip} Clip */
/** @typedef {import('./api.js').Trouble} Trouble */
/**
 * @typedef {object} Changes What the page makes of it.
 * @property {(task: Task) => void} task
 * @property {(clip: Clip) => void} clip
 * @property {(clip: Clip) => void} takenDown
 * @property {(task: Task) => void} untracked
 * @property {() => void} vendors
 * @property {() => void} scope This token may less than was thought.
 */

/** @param {Trouble} trouble In one line: what, and what the server says of it. */
export function troubleText({ code, detail }) {
  const { what, then } = problemWords(code);
  return detail === null ? `${what}. ${then}` : `${what}: ${detail}`;
}

/** @param {Changes} changes */
export function actsOf(changes) {
  /**
   * @template Value
   * @param {import('./session.js').Scope} scope
   * @param {Promise<import('./api.js').Outcome<Value>>} asked
   * @param {(value: Value) => void} then
   * @returns {Promise<string | null>} What is wrong.
   */
  const attempt = async (scope, asked, then) => {
    const outcome = await asked;
    if (outcome.ok) {
      then(outcome.value);
      return null;
    }
    if (outcome.trouble.code === 'forbidden') {
      deny(scope);
      changes.scope();
    }
    return troubleText(outcome.trouble);
  };
  /** @param {Promise<string | null>} attempted */
  const say = async (attempted) => {
    const wrong = await attempted;
    if (wrong !== null) toast(wrong);
  };

  return {
    /** @param {string} vendor @param {string} id */
    retry: (vendor, id) =>
      say(
        attempt('track', ask('POST', taskPath(vendor, id, '/retry')), (/** @type {Task} */ task) => {
          changes.task(task);
          toast('Asked again. What is missing is tried anew.');
        }),
      ),
    /** @param {string} vendor */
    resume: (vendor) =>
      say(
        attempt('admin', ask('POST', `/v1/vendors/${encodeURIComponent(vendor)}/resume`), () => {
          changes.vendors();
          toast(`${vendor} is asked again.`);
        }),
      ),
    /** @param {Clip} clip */
    publish(clip) {
      const visibility = clip.visibility === 'public' ? 'unlisted' : 'public';
      return say(
        attempt('admin', ask('PATCH', clipPath(clip.slug), { body: { visibility } }), (/** @type {Clip} */ changed) => {
          changes.clip(changed);
          toast(
            visibility === 'public'
              ? 'Public: library, feed and playlists show it.'
              : 'Unlisted: only who has its link finds it.',
          );
        }),
      );
    },
    /** @param {Clip} clip */
    retitle: (clip) =>
      put({
        title: 'Change title',
        about: 'Pages, feed and downloads show it. Left empty, the vendor’s own title comes back.',
        ...{ yes: 'Change', text: clip.title ?? '' },
        act: (text) =>
          attempt(
            'admin',
            ask('PATCH', clipPath(clip.slug), { body: { title: text.trim() === '' ? null : text } }),
            (/** @type {Clip} */ changed) => {
              changes.clip(changed);
              toast('The title is changed.');
            },
          ),
      }),
    /** @param {Clip} clip */
    takeDown: (clip) =>
      put({
        title: `Take down “${clip.title ?? clip.id}”?`,
        about:
          'This is for good. Its files are deleted, its links and pages answer that it is gone, and it is never kept again.',
        ...{ yes: 'Take down for good', danger: true },
        act: () =>
          attempt('admin', ask('DELETE', clipPath(clip.slug)), () => {
            changes.takenDown(clip);
            toast('Taken down.');
          }),
      }),
    /** @param {Task} task */
    untrack: (task) =>
      put({
        title: 'Stop tracking?',
        about: 'The task leaves this list and is asked about no more. Files that are kept stay, and their links too.',
        yes: 'Stop tracking',
        act: () =>
          attempt('admin', ask('DELETE', taskPath(task.vendor, task.id)), () => {
            changes.untracked(task);
            toast('It is tracked no more.');
          }),
      }),
    /** @param {string} what @param {string} text */
    async copy(what, text) {
      try {
        await navigator.clipboard.writeText(text);
        toast(`${what} is copied.`);
      } catch {
        // NotAllowedError, or no clipboard outside of https: shown, it can be copied by hand.
        toast(text);
      }
    },
  };
}
