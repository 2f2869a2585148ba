// Pure: what songs and plays cost on Free and Paid, from what was counted and the prices of the platform.
import { number, table } from './report.ts';
import {
  beyondIncluded,
  DAYS,
  freeRoom,
  ITEMS,
  OBJECT_MAX_GB_S,
  paidUsd,
  plus,
  PRICES,
  READ_ON,
  times,
  usageOf,
  type Item,
  type Price,
  type Usage,
} from './prices.ts';

export interface Account {
  readonly song: Usage;
  readonly stuck: Usage;
  /** A day with nothing to do: ticks. */
  readonly day: Usage;
}

/** Of a player that loads a file: one request, which the cache answers or the Worker with one read of the bucket. */
const CPU_MS_A_MISS = 1;
const PLAY = {
  hit: { invocations: 1, class_b: 0, cpu_ms: 0 },
  miss: { invocations: 1, class_b: 1, cpu_ms: CPU_MS_A_MISS },
};
const playOf = (how: keyof typeof PLAY): Usage =>
  usageOf((item) => (item in PLAY[how] ? PLAY[how][item as keyof (typeof PLAY)['hit']] : 0));

const usd = (value: number): string => `$${value.toFixed(2)}`;
const free = (item: Item): Price['free'] => PRICES[item].free;

export function accounts({ song, stuck, day }: Account): string {
  const month = times(day, DAYS);
  const scenarios: [what: string, usage: Usage][] = [
    ['nothing to do', month],
    ['1,000 songs', plus(month, times(song, 1_000))],
    [
      '1,000 songs, a million plays, none of them cached',
      plus(plus(month, times(song, 1_000)), times(playOf('miss'), 1e6)),
    ],
    [
      '1,000 songs, a million plays, all of them cached',
      plus(plus(month, times(song, 1_000)), times(playOf('hit'), 1e6)),
    ],
    ['100,000 songs', plus(month, times(song, 100_000))],
  ];
  return [
    priceTable(song, stuck, day),
    `**A month on Paid** (base ${usd(5)} included; files stay, so R2 storage adds up: ${number(song.r2_gb * 1_000, 1)} GB for each 1,000 songs, ${usd(song.r2_gb * 1_000 * PRICES.r2_gb.usd)} a month beyond the first ${PRICES.r2_gb.included} GB):`,
    table(
      ['a month', 'Paid', 'beyond what is included', 'fits Free'],
      scenarios
        .map(([what, usage]): [string, Usage] => [what, ofOneObject(usage)])
        .map(([what, usage]) => [what, usd(paidUsd(usage)), beyond(usage), fits(usage)]),
    ),
    `A play is one request, for the whole file or a range from its beginning; a player that jumps sends one more each time. Where the platform's cache has the file, the Worker does not run (no CPU, no bucket); the request itself is counted here as billed all the same. A miss is one class B operation and about ${CPU_MS_A_MISS} ms of CPU.`,
    limits(song, day),
  ].join('\n\n');
}

/** Songs that are under way together wait for the same seconds. */
const ofOneObject = (month: Usage): Usage => ({
  ...month,
  object_gb_s: Math.min(month.object_gb_s, DAYS * OBJECT_MAX_GB_S),
});

function priceTable(song: Usage, stuck: Usage, day: Usage): string {
  const allowance = (item: Item): string => {
    const limit = free(item);
    if (limit === null) return '10 ms an invocation';
    return `${number(limit.allowance, 0)}${limit.per === 'ever' ? '' : ` a ${limit.per}`}`;
  };
  const rows = ITEMS.map((item) => {
    const { what, unit, source, included, usd: price, per } = PRICES[item];
    const amount = (value: number): string => `${number(value, value < 1 ? 4 : 1)}${unit && ` ${unit}`}`;
    return [
      `[${what}](${source})`,
      amount(song[item]),
      amount(stuck[item]),
      amount(day[item]),
      allowance(item),
      `${number(included, 0)} + $${price} / ${per === 1 ? unit : number(per, 0)}`,
    ];
  });
  return `Prices read on ${READ_ON}:\n\n${table(['', 'a song', 'stuck', 'an idle day', 'Free', 'Paid, a month'], rows)}`;
}

function beyond(usage: Usage): string {
  const paid = ITEMS.filter((item) => beyondIncluded(usage, item) >= 0.005);
  return paid.length === 0
    ? 'nothing'
    : paid.map((item) => `${PRICES[item].what} ${usd(beyondIncluded(usage, item))}`).join(', ');
}

/** Spread evenly over the month. */
function fits(month: Usage): string {
  const over = ITEMS.filter((item) => {
    const limit = free(item);
    return limit !== null && month[item] / (limit.per === 'day' ? DAYS : 1) > limit.allowance;
  });
  return over.length === 0 ? 'yes' : `no: ${over.map((item) => PRICES[item].what).join(', ')}`;
}

function limits(song: Usage, day: Usage): string {
  const rooms = ITEMS.filter((item) => item !== 'object_gb_s')
    .map((item) => ({ item, ...freeRoom(song, day, item) }))
    .filter(({ count }) => Number.isFinite(count));
  const daily = rooms.filter(({ per }) => per === 'day').toSorted((one, other) => one.count - other.count);
  const ever = rooms.filter(({ per }) => per === 'ever').toSorted((one, other) => one.count - other.count);
  const [first, second] = daily;
  const [full] = ever;
  const named = (room: (typeof rooms)[number] | undefined): string =>
    room ? `${PRICES[room.item].what} at ${number(room.count)}` : 'none';
  return `**How far Free goes.** ${number(first?.count ?? 0)} songs a day, each by itself: the first daily limit met is ${named(first)}, the next ${named(second)}. In all, ${PRICES[full?.item ?? 'r2_gb'].what} is full after ${number(full?.count ?? 0)} songs of this size. The ledger is one object, which a day cannot bill for more than ${number(OBJECT_MAX_GB_S, 0)} GB-s. CPU is bounded for each invocation (10 ms, with some grace): hashing takes 0.9 ms a MB, so that long files are the first to need Paid.`;
}
