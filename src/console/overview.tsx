// Edge: how each vendor is and how to resume it; the numbers of all as small bars, each with a way to its songs.
import type { EventType } from '../model/event.ts';
import type { Stats } from '../model/stats.ts';
import { resumeVendor } from './actions.ts';
import { serverNow } from './api.ts';
import { Button, Icon, Why } from './elements.tsx';
import { agoBrief, agoText, bytesText, numberText } from './format.ts';
import { type Filters, state } from './state.ts';
import { partsOf, type Tone } from './status.ts';
import { choose } from './workspace.ts';

type Part = readonly [tone: Tone, name: string, count: number, filter?: Filters];
interface ChartProps {
  readonly title: string;
  readonly lead: string;
  readonly note: string;
  readonly parts: readonly Part[];
  /** Behind numbers that are the least they are. */
  readonly plus?: string;
}

const TRACKED = { settled: 'good', watching: 'busy', archiving: 'warn', expired: 'bad', untracked: 'idle' } as const;
const TOLD = { succeeded: 'good', running: 'busy', queued: 'warn', failed: 'bad', unknown: 'idle' } as const;
const codesOf = Object.keys as <Code extends string>(table: Readonly<Record<Code, Tone>>) => Code[];

function chartsOf({ tasks, files, deliveries, oldest_pending_at: oldest }: Stats): ChartProps[] {
  const { day, labels } = state;
  const { overview: words, statuses, tracking, files: kept, count } = labels;
  const { total, by_tracking, by_status } = tasks;
  const happened = (type: EventType): number => day?.events.filter((event) => event.type === type).length ?? 0;
  return [
    {
      title: words.here,
      lead: numberText(total),
      note: oldest === null ? words.nothing_waits : words.waiting_since(agoBrief(oldest, serverNow(), labels)),
      parts: codesOf(TRACKED).map((code) => [TRACKED[code], tracking[code], by_tracking[code], { tracking: code }]),
    },
    {
      title: words.at_vendors,
      lead: numberText(by_status.succeeded),
      note: words.of_succeeded(numberText(total)),
      parts: codesOf(TOLD).map((code) => [TOLD[code], statuses[code], by_status[code], { status: code }]),
    },
    {
      title: words.files,
      lead: bytesText(files.bytes),
      note: words.in_files(count(files.archived, 'file')),
      parts: [
        ['good', kept.archived, files.archived],
        ['busy', words.pending, files.pending, { archive: 'pending' }],
        ['bad', kept.unavailable, files.unavailable],
      ],
    },
    {
      title: words.webhooks,
      lead: numberText(deliveries.pending),
      note: words.deliveries,
      parts: [
        ['busy', words.pending, deliveries.pending],
        ['bad', statuses.failed, deliveries.failed],
      ],
    },
    {
      title: words.day,
      lead: day === null ? '…' : numberText(happened('clip.archived')),
      note: day?.more ? words.songs_kept_of(numberText(day.events.length)) : words.songs_kept,
      parts: [
        ['good', tracking.settled, happened('task.settled')],
        ['warn', kept.unavailable, happened('clip.unavailable')],
        ['bad', statuses.failed, happened('task.failed')],
        ['idle', tracking.expired, happened('task.expired')],
      ],
      plus: day?.more ? '+' : '',
    },
  ];
}

function briefOf({ tasks, files }: Stats): string {
  const { overview, count } = state.labels;
  const moving = numberText(tasks.by_tracking.watching + tasks.by_tracking.archiving);
  const [all, kept] = [count(tasks.total, 'task'), count(files.archived, 'file')];
  return overview.brief(all, moving, kept, numberText(files.unavailable), bytesText(files.bytes));
}

/** From this width on there is room for details and the list. */
const hasRoom = (): boolean => matchMedia('(min-width: 48rem)').matches;

export const Overview = () => {
  const { labels, stats } = state;
  return (
    <details id="overview" class="overview" open={hasRoom()}>
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

const Chart = ({ title, lead, note, parts, plus = '' }: ChartProps) => {
  const some = parts.filter(([, , count]) => count > 0);
  return (
    <section class="chart">
      <h3>{title}</h3>
      <p class="lead">{lead + plus}</p>
      <p class="soft">{note}</p>
      <div class="stack" aria-hidden="true">
        {some.map(([tone, name, count]) => (
          <span key={name} data-tone={tone} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul class="legends">
        {some.map(([tone, name, count, filter]) => {
          const Tag = filter ? 'button' : 'span';
          return (
            <li key={name}>
              <Tag class="legend" {...(filter && linkTo(name, filter))}>
                <span class="swatch" data-tone={tone} aria-hidden="true" />
                {name.charAt(0).toUpperCase() + name.slice(1)} <span class="number">{numberText(count) + plus}</span>
              </Tag>
            </li>
          );
        })}
      </ul>
    </section>
  );
};

const linkTo = (name: string, filter: Filters) => ({
  type: 'button' as const,
  title: state.labels.overview.only_these(name),
  onClick: (): void => {
    choose(filter);
    document.querySelector('#list')?.scrollIntoView();
  },
});

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
  const words = labels.vendors;
  const { what, then } = partsOf(labels.health[health]);
  const waiting = pending === 0 ? '' : words.waiting(labels.count(pending, 'task'));
  const head = (
    <>
      <span class="mark">
        <Icon name={TONES[health]} />
      </span>
      <strong>{id}</strong> <span>{[what, waiting].filter(Boolean).join(' · ')}</span>
    </>
  );
  const due = until !== null && Date.parse(until) > serverNow();
  const asked = until === null ? '' : due ? words.asked(agoText(until, serverNow(), labels)) : words.asked_now;
  return (
    <li class="vendor" data-tone={TONES[health]}>
      {health === 'ok' ? (
        head
      ) : (
        <details open={hasRoom()}>
          <summary>{head}</summary>
          <div class="vendor-why">
            <Why text={reason} />
            <p class="soft">{labels.together([then, asked])}</p>
            <Button needs="admin" look="small strong" act={() => resumeVendor(id)}>
              {words.resume}
              <span class="unseen"> {id}</span>
            </Button>
          </div>
        </details>
      )}
    </li>
  );
};
