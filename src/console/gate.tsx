// Edge: what stands before the console: the form for a token, and what keeps the whole of it from working.
import { Button, Disc, doing, Icon } from './elements.tsx';
import { enter, resume } from './enter.ts';
import { type State, state } from './state.ts';
import { partsOf, problemWords } from './status.ts';
import { leave } from './workspace.ts';

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
