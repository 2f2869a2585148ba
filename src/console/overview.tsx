// Edge: how each vendor is and how to resume it; the numbers of all as small bars, each with a way to its songs.
import type { Stats } from '../model/stats.ts';
import { resumeVendor } from './actions.ts';
import { serverNow } from './api.ts';
import { Button, Icon, Why } from './elements.tsx';
import { agoBrief, agoText, bytesText, numberText } from './format.ts';
import type { Filters } from './extent.ts';
import { state } from './state.ts';
import { partsOf, type Tone } from './status.ts';
import { choose } from './workspace.ts';

interface Part {
  readonly tone: Tone;
  readonly name: string;
  readonly count: number;
  readonly filter?: Filters;
}
interface ChartProps {
  readonly title: string;
  readonly lead: string;
  readonly note: string;
  readonly parts: readonly Part[];
  /** The numbers are the least they are. */
  readonly more?: boolean;
}

const TRACKED = { settled: 'good', watching: 'busy', archiving: 'warn', expired: 'bad', untracked: 'idle' } as const;
const TOLD = { succeeded: 'good', running: 'busy', queued: 'warn', failed: 'bad', unknown: 'idle' } as const;

/** All states of one kind, each with a way to its songs. */
const partsOfAll = <Code extends string>(
  tones: Readonly<Record<Code, Tone>>,
  words: Readonly<Record<Code, string>>,
  counts: Readonly<Record<Code, number>>,
  filter: keyof Filters,
): Part[] =>
  (Object.keys(tones) as Code[]).map((code) => {
    return { tone: tones[code], name: words[code], count: counts[code], filter: { [filter]: code } };
  });

function chartsOf({ tasks, files, deliveries, oldest_pending_at: oldest }: Stats): ChartProps[] {
  const { day, labels } = state;
  const { overview: words, statuses, tracking, files: kept, count } = labels;
  const happened = (type: keyof typeof labels.events): number => day?.counts[type] ?? 0;
  return [
    {
      title: words.here,
      lead: numberText(tasks.total),
      note: oldest === null ? words.nothing_waits : words.waiting_since(agoBrief(oldest, serverNow(), labels)),
      parts: partsOfAll(TRACKED, tracking, tasks.by_tracking, 'tracking'),
    },
    {
      title: words.at_vendors,
      lead: numberText(tasks.by_status.succeeded),
      note: words.of_succeeded(numberText(tasks.total)),
      parts: partsOfAll(TOLD, statuses, tasks.by_status, 'status'),
    },
    {
      title: words.files,
      lead: bytesText(files.bytes),
      note: words.in_files(count(files.archived, 'file')),
      parts: [
        { tone: 'good', name: kept.archived, count: files.archived },
        { tone: 'busy', name: words.pending, count: files.pending, filter: { archive: 'pending' } },
        { tone: 'bad', name: kept.unavailable, count: files.unavailable },
      ],
    },
    {
      title: words.webhooks,
      lead: numberText(deliveries.pending),
      note: words.deliveries,
      parts: [
        { tone: 'busy', name: words.pending, count: deliveries.pending },
        { tone: 'bad', name: statuses.failed, count: deliveries.failed },
      ],
    },
    {
      title: words.day,
      lead: day === null ? '…' : numberText(happened('clip.archived')),
      note: day?.more ? words.songs_kept_of(numberText(day.read)) : words.songs_kept,
      parts: [
        { tone: 'good', name: tracking.settled, count: happened('task.settled') },
        { tone: 'warn', name: kept.unavailable, count: happened('clip.unavailable') },
        { tone: 'bad', name: statuses.failed, count: happened('task.failed') },
        { tone: 'idle', name: tracking.expired, count: happened('task.expired') },
      ],
      more: day?.more ?? false,
    },
  ];
}

function briefOf({ tasks, files }: Stats): string {
  const { overview, count } = state.labels;
  const moving = numberText(tasks.by_tracking.watching + tasks.by_tracking.archiving);
  const [all, kept] = [count(tasks.total, 'task'), count(files.archived, 'file')];
  return overview.brief(all, moving, kept, numberText(files.unavailable), bytesText(files.bytes));
}

/** Numbers are open from this width on: there is room for them and the list. */
const ROOM = '(min-width: 48rem)';

export const Overview = () => {
  const { labels, stats } = state;
  return (
    <details id="overview" class="overview" open={matchMedia(ROOM).matches}>
      <summary>
        <h2>{labels.overview.title}</h2>
        <span id="overview-brief">{stats !== null && briefOf(stats)}</span>
      </summary>
      <div id="charts" class="charts">
        {stats !== null && chartsOf(stats).map((chart) => <Chart key={chart.title} {...chart} />)}
      </div>
    </details>
  );
};

const Chart = ({ title, lead, note, parts, more = false }: ChartProps) => {
  const least = (text: string): string => (more ? `${text}+` : text);
  const some = parts.filter(({ count }) => count > 0);
  return (
    <section class="chart">
      <h3>{title}</h3>
      <p class="lead">{least(lead)}</p>
      <p class="soft">{note}</p>
      <div class="stack" aria-hidden="true">
        {some.map(({ name, tone, count }) => (
          <span key={name} data-tone={tone} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul class="legends">
        {some.map((part) => (
          <li key={part.name}>
            <Legend {...part} number={least(numberText(part.count))} />
          </li>
        ))}
      </ul>
    </section>
  );
};

const Legend = ({ filter, name, tone, number }: Part & { number: string }) => {
  const label = (
    <>
      <span class="swatch" data-tone={tone} aria-hidden="true" />
      {name.charAt(0).toUpperCase() + name.slice(1)} <span class="number">{number}</span>
    </>
  );
  if (filter === undefined) return <span class="legend">{label}</span>;
  const show = (): void => {
    choose(filter);
    document.querySelector('#list')?.scrollIntoView();
  };
  return (
    <button type="button" class="legend" title={state.labels.overview.only_these(name)} onClick={show}>
      {label}
    </button>
  );
};

type Known = Stats['vendors'][string];
const TONES: Readonly<Record<Known['health'], Tone>> = { ok: 'good', backing_off: 'warn', paused: 'bad' };

export const Vendors = () => (
  <section aria-labelledby="vendors-title">
    <h2 id="vendors-title" class="unseen">
      {state.labels.vendors.title}
    </h2>
    <ul id="vendors" class="vendors">
      {Object.entries(state.stats?.vendors ?? {}).map(([id, known]) => (
        <Vendor key={id} id={id} {...known} />
      ))}
    </ul>
  </section>
);

const Vendor = ({ id, health, until, reason, pending }: Known & { id: string }) => {
  const { labels } = state;
  const { what, then } = partsOf(labels.health[health]);
  const words = labels.vendors;
  const due = until !== null && Date.parse(until) > serverNow();
  const asked = until === null ? '' : due ? words.asked(agoText(until, serverNow(), labels)) : words.asked_now;
  const waiting = pending === 0 ? '' : words.waiting(labels.count(pending, 'task'));
  return (
    <li class="vendor" data-tone={TONES[health]}>
      <p class="vendor-head">
        <span class="mark">
          <Icon name={TONES[health]} />
        </span>
        <strong>{id}</strong> <span>{[what, waiting].filter(Boolean).join(' · ')}</span>
      </p>
      {health !== 'ok' && (
        <>
          <Why text={reason} />
          <p class="soft">{labels.together([then, asked])}</p>
          <Button needs="admin" look="small strong" act={() => resumeVendor(id)}>
            {words.resume}
            <span class="unseen"> {id}</span>
          </Button>
        </>
      )}
    </li>
  );
};
