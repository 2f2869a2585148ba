// Edge: what stands before the console: who comes in with which token, and what keeps the whole of it from working.
import type { Stats } from '../model/stats.ts';
import { ask, beginSession } from './api.ts';
import { Button, Disc, doing, Icon } from './elements.tsx';
import { forget, remember, token } from './session.ts';
import { set, type State, state } from './state.ts';
import { partsOf, problemWords } from './status.ts';
import { Watch } from './watch.ts';
import { closed, leave } from './workspace.ts';

const begun: { watch: Watch | null } = { watch: null };

/** With the token that this tab has, if it has one. */
export async function resume(): Promise<void> {
  const known = token();
  if (known === null) set({ place: 'sign-in' });
  else await enter(known);
}

async function enter(given: string): Promise<void> {
  const text = given.trim();
  if (text === '') return set({ place: 'sign-in', fault: 'empty' });
  if (!/^[\x21-\x7e]+$/.test(text)) return set({ place: 'sign-in', fault: 'letters' });
  // Whoever presses Enter twice comes in once.
  beginSession(text);
  set({ fault: null, denied: null });
  const outcome = await ask<Stats>('GET', '/v1/stats');
  if (!outcome.ok && outcome.trouble === null) return;
  if (!outcome.ok && outcome.trouble?.code === 'unauthorized') {
    forget();
    return set({ place: 'sign-in', fault: 'unauthorized' });
  }
  // It may well be the right one: it is not to be typed again.
  remember(text);
  if (!outcome.ok) return set({ place: 'trouble', trouble: outcome.trouble });
  set({ ...closed(), place: 'open', stats: outcome.value });
  begun.watch?.end();
  await state.tasks.ensure(0, 1, 0);
  begun.watch = new Watch();
}

const focus = (field: HTMLElement | null): void => field?.focus();
const typed = (): string => document.querySelector<HTMLInputElement>('#token')?.value ?? '';

/** Keyed by its fault: what is of no use is typed anew. */
export const SignIn = ({ fault }: Pick<State, 'fault'>) => {
  const { labels } = state;
  const { sign_in: words } = labels;
  const isOurs = fault === 'empty' || fault === 'letters';
  return (
    <form id="token-form" class="card" onSubmit={doing(() => enter(typed()))}>
      <Disc />
      <h2>{words.title}</h2>
      <p id="token-about">{words.about}</p>
      <label for="token">{words.label}</label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        ref={focus}
        required
        aria-invalid={fault !== null}
        aria-describedby="token-about token-fault"
      />
      <p id="token-fault" class="fault" role="alert">
        {isOurs ? words[fault] : fault && problemWords(labels, fault)}
      </p>
      <Button type="submit" look="strong" text={words.open} />
    </form>
  );
};

export const TroubleCard = () => {
  const { trouble, labels } = state;
  if (trouble === null) return null;
  const { what, then } = partsOf(problemWords(labels, trouble.code));
  return (
    <section id="trouble" class="card trouble" aria-labelledby="trouble-what">
      <Icon name="warn" tone="bad" />
      <h2 id="trouble-what" tabindex={-1} role="alert">
        {what}
      </h2>
      <p id="trouble-then">{then}</p>
      <ul id="trouble-details" class="details">
        {trouble.detail?.split('; ').map((mistake) => (
          <li key={mistake} dir="auto">
            {mistake}
          </li>
        ))}
      </ul>
      <div class="acts">
        <Button look="strong" act={resume} text={labels.page.again} />
        <Button act={() => leave()} text={labels.sign_in.other} />
      </div>
    </section>
  );
};
