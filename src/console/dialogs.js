// Edge: questions before what cannot be taken back, and for a new title. The answer is a promise; what fails is said inside.
import { byId, setText } from './dom.js';

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} about
 * @property {string} yes
 * @property {boolean} [danger]
 * @property {string} [text] A field with this text in it.
 * @property {(text: string) => Promise<string | null>} act Null: done; else what is wrong, and the question stays.
 */

/** @type {{question: Question | null}} */
const open = { question: null };

const parts = () => ({
  dialog: byId('confirm', HTMLDialogElement),
  form: byId('confirm-form', HTMLFormElement),
  yes: byId('confirm-yes', HTMLButtonElement),
  no: byId('confirm-no', HTMLButtonElement),
  input: byId('confirm-input', HTMLInputElement),
  fault: byId('confirm-fault', HTMLElement),
});

export function prepareQuestions() {
  const { dialog, form, yes, no, input, fault } = parts();
  no.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => (open.question = null));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { question } = open;
    if (question === null || yes.disabled) return;
    yes.disabled = true;
    const wrong = await question.act(input.value);
    yes.disabled = false;
    setText(fault, wrong ?? '');
    if (wrong === null && open.question === question) dialog.close();
  });
}

/** @param {Question} question */
export function put(question) {
  const { dialog, yes, no, input, fault } = parts();
  open.question = question;
  setText(byId('confirm-title', HTMLElement), question.title);
  setText(byId('confirm-about', HTMLElement), question.about);
  setText(yes, question.yes);
  setText(fault, '');
  yes.classList.toggle('danger', question.danger === true);
  byId('confirm-field', HTMLElement).hidden = question.text === undefined;
  input.value = question.text ?? '';
  dialog.showModal();
  // A key that is pressed twice must not answer.
  if (question.text === undefined) no.focus();
  else input.select();
}
