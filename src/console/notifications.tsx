// Pure: what is said to whoever sits there, in the layer on top: behind a modal dialog nothing is seen or heard.
import { troubleText } from './actions.ts';
import type { State } from './state.ts';

export type Layer = 'page' | 'song' | 'dialog' | 'question';

/** What is on top: of dialogs the one that was opened last. `wide`: the song stands beside the list. */
export const topOf = ({ question, dialog, opened }: State, wide: boolean): Layer =>
  question !== null ? 'question' : dialog !== null ? 'dialog' : opened !== null && !wide ? 'song' : 'page';

export const Notifications = ({ state, layer, wide }: { state: State; layer: Layer; wide: boolean }) => {
  const here = topOf(state, wide) === layer;
  const { toast, news, banner, labels } = state;
  return (
    <>
      {layer !== 'page' && here && banner !== null && (
        <p class="banner" role="alert">
          {troubleText(banner, labels)}
        </p>
      )}
      <div id={here ? 'toast' : undefined} class="toast" role="status" aria-live="polite">
        {here && toast.text !== '' && <span key={toast.nth}>{toast.text}</span>}
      </div>
      <div id={here ? 'news' : undefined} class="unseen" role="status" aria-live="polite">
        {/* An empty text would be written anew each time. */}
        {here && news !== '' && <span>{news}</span>}
      </div>
    </>
  );
};
