// Edge: the console's entry: the gate, the desk behind it, and the way back and forth. No logic.
import { Desk } from './desk.js';
import { prepareQuestions } from './dialogs.js';
import { byId } from './dom.js';
import { Gate } from './gate.js';
import { forget } from './session.js';
import { problemWords } from './words.js';

/** Numbers are open from this width on: there is room for them and the list. */
const ROOM = '(min-width: 48rem)';

const parts = ['main', 'search', 'tools'].map((id) => byId(id, HTMLElement));
const show = (/** @type {boolean} */ open) => {
  for (const part of parts) part.hidden = !open;
};

const gate = new Gate((stats) => {
  show(true);
  desk.start(stats);
});
const desk = new Desk((trouble) => {
  leave();
  const { what, then } = problemWords(trouble.code);
  if (trouble.code === 'unauthorized') {
    forget();
    gate.askToken(`${what} any more. ${then}`);
  } else gate.tell(trouble);
});

function leave() {
  desk.stop();
  show(false);
}

prepareQuestions();
byId('overview', HTMLDetailsElement).open = matchMedia(ROOM).matches;
byId('forget', HTMLElement).addEventListener('click', () => {
  leave();
  forget();
  gate.askToken(null);
});
await gate.enter();
