// Edge: what stands before the console: who comes in with which token, and what keeps the whole of it from working.
import type { Stats } from '../model/stats.ts';
import { ask, beginSession, type Trouble } from './api.ts';
import { Button, Disc, doing, Icon } from './elements.tsx';
import { token } from './session.ts';
import { set, state } from './state.ts';
import { partsOf, problemWords } from './status.ts';
import { Watch } from './watch.ts';
import { closed, leave } from './workspace.ts';

let watch: Watch | null = null;

/** With the token that this tab has, if it has one. */
export async function resume(): Promise<void> {
  const known = token();
  return known === '' ? set({ place: 'sign-in' }) : enter(known);
}

async function enter(text: string): Promise<void> {
  // Whoever presses Enter twice comes in once.
  beginSession(text);
  set({ fault: null, denied: null });
  const outcome = await ask<Stats>('GET', '/v1/stats');
  if (!outcome.ok && outcome.fault.code === 'unauthorized') return leave('unauthorized');
  // It may well be the right one: it is not to be typed again.
  if (!outcome.ok) return set({ place: 'trouble', trouble: outcome.fault });
  set({ ...closed(), place: 'open', stats: outcome.value });
  watch?.end();
  await state.tasks.ensure();
  watch = new Watch();
}

const focus = (field: HTMLElement | null): void => field?.focus();
const typed = (): string => document.querySelector<HTMLInputElement>('#token')?.value.trim() ?? '';

/** Keyed by its fault: what is of no use is typed anew. */
export const SignIn = () => {
  const { fault, labels } = state;
  const { sign_in: words } = labels;
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
        // What no header can hold; the browser says it, with the title.
        pattern="\s*[!-~]+\s*"
        title={words.letters}
        aria-invalid={fault !== null}
        aria-describedby="token-about token-fault"
      />
      <p id="token-fault" class="fault" role="alert">
        {fault && problemWords(labels, fault)}
      </p>
      <Button type="submit" look="strong" text={words.open} />
    </form>
  );
};

export const TroubleCard = ({ code, detail }: Trouble) => {
  const { labels } = state;
  const { what, then } = partsOf(problemWords(labels, code));
  return (
    <section id="trouble" class="card trouble" aria-labelledby="trouble-what">
      <Icon name="warn" tone="bad" />
      <h2 id="trouble-what" tabindex={-1} role="alert">
        {what}
      </h2>
      <p id="trouble-then">{then}</p>
      <ul id="trouble-details" class="details">
        {detail?.split('; ').map((mistake) => (
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
