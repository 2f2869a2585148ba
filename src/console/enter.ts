// Flow: who comes in: the token that this tab has, or the one that was typed, and what begins once it is known.
import type { Stats } from '../model/stats.ts';
import { ask, beginSession } from './api.ts';
import { forget, remember, token } from './session.ts';
import { set, state } from './state.ts';
import { Watch } from './watch.ts';
import { closed } from './workspace.ts';

const begun: { watch: Watch | null } = { watch: null };

/** With the token that this tab has, if it has one. */
export async function resume(): Promise<void> {
  const known = token();
  if (known === null) set({ place: 'sign-in' });
  else await enter(known);
}

export async function enter(given: string): Promise<void> {
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
  const watch = new Watch();
  begun.watch = watch;
  await state.tasks.ensure(0, 1, 0);
  await watch.readDay();
}
