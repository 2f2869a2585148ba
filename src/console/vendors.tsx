// Pure: how each vendor is: answering, resting or paused; why, until when, how much waits for it; and how to resume.
import type { Stats } from '../model/stats.ts';
import { serverNow } from './api.ts';
import { agoText } from './format.ts';
import { Icon } from './icon.tsx';
import { may } from './session.ts';
import type { State } from './state.ts';
import type { Tone } from './status.ts';

type Known = Stats['vendors'][string];
const TONES: Readonly<Record<Known['health'], Tone>> = { ok: 'good', backing_off: 'warn', paused: 'bad' };

export const Vendors = ({ state, resume }: { state: State; resume: (vendor: string) => void }) => (
  <section aria-labelledby="vendors-title">
    <h2 id="vendors-title" class="unseen">
      {state.labels.vendors.title}
    </h2>
    <ul id="vendors" class="vendors">
      {Object.entries(state.stats?.vendors ?? {}).map(([id, known]) => (
        <Vendor key={id} id={id} known={known} state={state} resume={resume} />
      ))}
    </ul>
  </section>
);

interface Props {
  readonly id: string;
  readonly known: Known;
  readonly state: State;
  resume(vendor: string): void;
}

const Vendor = ({ id, known: { health, until, reason, pending }, state, resume }: Props) => {
  const { labels, denied } = state;
  const { what, then } = labels.health[health];
  const words = labels.vendors;
  const asked =
    until === null
      ? ''
      : Date.parse(until) > serverNow()
        ? words.asked(agoText(until, serverNow(), labels))
        : words.asked_now;
  const allowed = may('admin', denied);
  return (
    <li class="vendor" data-tone={TONES[health]}>
      <p class="vendor-head">
        <span class="mark">
          <Icon name={TONES[health]} />
        </span>
        <strong>{id}</strong>{' '}
        <span>{[what, ...(pending === 0 ? [] : [words.waiting(labels.count(pending, 'task'))])].join(' · ')}</span>
      </p>
      {health !== 'ok' && (
        <>
          {reason !== null && (
            <p class="why" dir="auto">
              {reason}
            </p>
          )}
          <p class="soft">
            {then} {asked}
          </p>
          <button
            type="button"
            class="button small strong"
            disabled={!allowed}
            title={allowed ? undefined : labels.page.needs_scope('admin')}
            onClick={() => resume(id)}
          >
            {words.resume}
            <span class="unseen"> {id}</span>
          </button>
        </>
      )}
    </li>
  );
};
