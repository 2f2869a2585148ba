// Pure: how each vendor is and how to resume it; the numbers of all as small bars, each with a way to its songs.
import type { Stats } from '../model/stats.ts';
import { serverNow } from './api.ts';
import { agoText, bytesText, numberText } from './format.ts';
import { Icon } from './elements.tsx';
import type { Labels } from './english.ts';
import type { Filters } from './listing.ts';
import { may } from './session.ts';
import type { State } from './state.ts';
import type { Tone } from './status.ts';

interface Part {
  readonly tone: Tone;
  readonly name: string;
  readonly count: number;
  readonly filter?: Filters;
}
interface Chart {
  readonly title: string;
  readonly lead: string;
  readonly note: string;
  readonly parts: readonly Part[];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const TRACKED = [
  ['settled', 'good'],
  ['watching', 'busy'],
  ['archiving', 'warn'],
  ['expired', 'bad'],
  ['untracked', 'idle'],
] as const;
const TOLD = [
  ['succeeded', 'good'],
  ['running', 'busy'],
  ['queued', 'warn'],
  ['failed', 'bad'],
  ['unknown', 'idle'],
] as const;

function chartsOf({ stats, day, labels }: State): Chart[] {
  if (stats === null) return [];
  const { tasks, files, deliveries, oldest_pending_at } = stats;
  const { overview: words, statuses, tracking, count } = labels;
  const { parts } = words;
  return [
    {
      title: words.here,
      lead: numberText(tasks.total),
      note:
        oldest_pending_at === null
          ? words.nothing_waits
          : words.waiting_since(agoText(oldest_pending_at, serverNow(), labels)),
      parts: TRACKED.map(([state, tone]) => ({
        tone,
        name: capital(tracking[state]),
        count: tasks.by_tracking[state],
        filter: { tracking: state },
      })),
    },
    {
      title: words.at_vendors,
      lead: numberText(tasks.by_status.succeeded),
      note: words.of_succeeded(numberText(tasks.total)),
      parts: TOLD.map(([status, tone]) => ({
        tone,
        name: capital(statuses[status]),
        count: tasks.by_status[status],
        filter: { status },
      })),
    },
    {
      title: words.files,
      lead: bytesText(files.bytes),
      note: words.in_files(count(files.archived, 'file')),
      parts: [
        { tone: 'good', name: parts.kept, count: files.archived },
        { tone: 'busy', name: parts.pending, count: files.pending, filter: { archive: 'pending' } },
        { tone: 'bad', name: parts.lost, count: files.unavailable },
      ],
    },
    {
      title: words.webhooks,
      lead: numberText(deliveries.pending),
      note: words.deliveries,
      parts: [
        { tone: 'busy', name: parts.pending, count: deliveries.pending },
        { tone: 'bad', name: parts.failed, count: deliveries.failed },
      ],
    },
    ...(day === null
      ? []
      : [
          {
            title: words.day,
            lead: day.more ? words.at_least(numberText(day.kept)) : numberText(day.kept),
            note: words.songs_kept,
            parts: [
              { tone: 'good', name: parts.done, count: day.settled },
              { tone: 'warn', name: parts.lost, count: day.lost },
              { tone: 'bad', name: parts.failed, count: day.failed },
              { tone: 'idle', name: parts.given_up, count: day.expired },
            ],
          } satisfies Chart,
        ]),
  ];
}

function briefOf({ tasks, files }: Stats, { overview, count }: Labels): string {
  const moving = tasks.by_tracking.watching + tasks.by_tracking.archiving;
  return overview.brief(
    ...([count(tasks.total, 'task'), numberText(moving), count(files.archived, 'file')] as const),
    ...([numberText(files.unavailable), bytesText(files.bytes)] as const),
  );
}

/** Numbers are open from this width on: there is room for them and the list. */
const ROOM = '(min-width: 48rem)';

export const Overview = ({ state, choose }: { state: State; choose: (filters: Filters) => void }) => (
  <details id="overview" class="overview" open={matchMedia(ROOM).matches}>
    <summary>
      <h2>{state.labels.overview.title}</h2>
      <span id="overview-brief">{state.stats !== null && briefOf(state.stats, state.labels)}</span>
    </summary>
    <div id="charts" class="charts">
      {chartsOf(state).map((chart) => (
        <ChartCard key={chart.title} chart={chart} choose={choose} labels={state.labels} />
      ))}
    </div>
  </details>
);

const ChartCard = ({ chart, choose, labels }: { chart: Chart; choose: (filters: Filters) => void; labels: Labels }) => {
  const parts = chart.parts.filter(({ count }) => count > 0);
  return (
    <section class="chart">
      <h3>{chart.title}</h3>
      <p class="lead">{chart.lead}</p>
      <p class="soft">{chart.note}</p>
      <div class="stack" aria-hidden="true">
        {parts.map(({ name, tone, count }) => (
          <span key={name} data-tone={tone} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul class="legends">
        {parts.map((part) => (
          <li key={part.name}>
            <Legend part={part} choose={choose} labels={labels} />
          </li>
        ))}
      </ul>
    </section>
  );
};

const Legend = ({ part, choose, labels }: { part: Part; choose: (filters: Filters) => void; labels: Labels }) => {
  const { filter, name, tone, count } = part;
  const label = (
    <>
      <span class="swatch" data-tone={tone} aria-hidden="true" />
      {name} <span class="number">{numberText(count)}</span>
    </>
  );
  if (filter === undefined) return <span class="legend">{label}</span>;
  return (
    <button type="button" class="legend" title={labels.overview.only_these(name)} onClick={() => choose(filter)}>
      {label}
    </button>
  );
};

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
