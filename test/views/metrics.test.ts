// The metrics as text: what must be escaped, what is left out, and that the checker of the rules sees a broken one.
import { describe, expect, it } from 'vitest';
import type { Stats } from '../../src/model/stats.ts';
import { metricsText, viewStats } from '../../src/views/stats.ts';
import { checkOpenMetrics } from './openmetrics.ts';

const EMPTY: Stats = viewStats(
  {
    tasks: { total: 0, by_status: {}, by_tracking: {} },
    files: { archived: 0, pending: 0, unavailable: 0, bytes: 0 },
    vendors: {},
    deliveries: { pending: 0, failed: 0 },
    oldest_pending_at: null,
    last_sweep_at: null,
    unreadable: 0,
  },
  [],
);
const troubled = (reason: string): string =>
  metricsText({ ...EMPTY, vendors: { relay: { health: 'paused', until: null, reason, pending: 0 } } });

describe('metricsText()', () => {
  it('keeps the rules without any vendor and task', () => expect(checkOpenMetrics(metricsText(EMPTY))).toEqual([]));

  it.each(['"', '\\', '\n', '\\n', '\\"', 'a"} 1\n# EOF\n', '\r\t\u2028é🎵', '{}=,', ''])(
    'keeps the rules for the reason %j',
    (reason) => {
      const text = troubled(reason);
      expect(checkOpenMetrics(text)).toEqual([]);
      const written = /longplay_vendor_trouble\{vendor="relay",reason="(.*)"\} 1/s.exec(text)?.[1] ?? '';
      expect(written.replaceAll(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark))).toBe(reason);
    },
  );

  it('has no sample of a moment that is none: 0 would be 1970', () => {
    expect(metricsText(EMPTY)).not.toMatch(/^longplay_oldest_pending/m);
    expect(metricsText({ ...EMPTY, oldest_pending_at: '2026-11-21T10:00:00.250Z' })).toContain(
      'longplay_oldest_pending_timestamp_seconds 1795255200.25\n',
    );
  });
});

describe('checkOpenMetrics()', () => {
  const fine = '# TYPE longplay_a gauge\n# HELP longplay_a Help.\nlongplay_a{b="c"} 1\n# EOF\n';
  it('has nothing against a text that keeps the rules', () => expect(checkOpenMetrics(fine)).toEqual([]));

  it.each([
    ['no end', fine.replace('# EOF\n', '')],
    ['an empty line', fine.replace('longplay_a{', '\nlongplay_a{')],
    ['a label’s quote that is not escaped', fine.replace('"c"', '"c"d"')],
    ['a backslash that escapes nothing', fine.replace('"c"', '"\\c"')],
    ['a line feed in a label', fine.replace('"c"', '"c\nd"')],
    ['help that is not escaped', fine.replace('Help.', 'A "word".')],
    ['no number', fine.replace(' 1', ' null')],
    ['a label twice', fine.replace('"c"', '"c",b="d"')],
    ['a comma at the end', fine.replace('"c"', '"c",')],
    ['a sample twice', fine.replace('# EOF', 'longplay_a{b="c"} 2\n# EOF')],
    ['a sample without its type', fine.replace('# TYPE longplay_a gauge\n', '')],
    ['a type after samples', fine.replace('# EOF', '# UNIT longplay_a a\n# EOF')],
    ['a counter’s name', fine.replaceAll('longplay_a', 'longplay_a_total')],
    ['a unit that is not in the name', fine.replace('# HELP', '# UNIT longplay_a bytes\n# HELP')],
    ['families that are interleaved', fine.replace('# EOF', '# TYPE longplay_b gauge\n# HELP longplay_a x\n# EOF')],
  ])('sees %s', (_, text) => expect(checkOpenMetrics(text)).not.toEqual([]));
});
