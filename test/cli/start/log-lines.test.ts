import { describe, expect, it } from 'vitest';
import { progressLine, sizeOf } from '../../../src/cli/start/log-lines.ts';

const line = (log: unknown, titles: Record<string, string> = {}) =>
  progressLine(JSON.stringify(log), titles, (_style, text) => text);
const base = { vendor: 'a', task_id: 'task-1', clip_id: 'c1' };
const changed = {
  event: 'task.changed',
  ...base,
  status: 'running',
  tracking: 'watching',
  archive: { state: 'none', archived: 0, pending: 0, unavailable: 0 },
  failure: null,
};

describe('progressLine()', () => {
  it('tells of a task that goes on', () => expect(line(changed)).toBe('a/task-1  running, watching'));

  it('counts the files, those that cannot be had apart', () => {
    const archive = { state: 'partial', archived: 3, pending: 0, unavailable: 1 };
    expect(line({ ...changed, status: 'succeeded', tracking: 'settled', archive })).toBe(
      'a/task-1  succeeded, settled, 3 of 4 files kept, 1 cannot be had',
    );
  });

  it('gives the failure of a task', () =>
    expect(line({ ...changed, status: 'failed', failure: 'refused' })).toBe('a/task-1  failed, watching: refused'));

  it('prefers the title that is known for a task', () =>
    expect(line(changed, { 'task-1': 'Lantern' })).toBe('Lantern  running, watching'));

  it('shortens long ids', () =>
    expect(line({ ...changed, task_id: '5b0c7a52-6f1e-4d0b-9a57-3d2f81c40e11' })).toBe(
      'a/5b0c7a52-6f1…  running, watching',
    ));

  it('tells of a file that is kept, with its permanent link', () => {
    const log = {
      event: 'file.archived',
      ...base,
      title: 'Lantern',
      role: 'audio',
      url: 'http://x/a.mp3',
      bytes: 233_221,
      content_type: 'audio/mpeg',
      ms: 34.6,
    };
    expect(line(log)).toBe('Lantern  audio kept (233 KB, audio/mpeg, 35 ms)  http://x/a.mp3');
  });

  it.each([
    [false, 'a/task-1  audio not yet (source_forbidden, try 2)'],
    [true, 'a/task-1  audio cannot be kept (source_forbidden, try 2)'],
  ])('tells of a file that failed, final: %s', (final, said) =>
    expect(line({ event: 'file.failed', ...base, role: 'audio', reason: 'source_forbidden', attempts: 2, final })).toBe(
      said,
    ),
  );

  it('tells of a vendor at fault', () =>
    expect(line({ event: 'vendor.fault', vendor: 'a', reason: 'rate_limited', detail: 'too many' })).toBe(
      'vendor a: rate_limited, too many',
    ));

  it('tells of an answer that is not understood, with its keys', () =>
    expect(line({ event: 'vendor.nothing_readable', vendor: 'a', task_id: 't', keys: ['data', 'zork'] })).toBe(
      'vendor a: calls t done, but nothing in its answer is understood; it has the keys data, zork',
    ));

  it.each([
    [{ event: 'error', message: 'no such table' }, 'error no such table'],
    [{ event: 'error', at: 'queue', message: 'gone' }, 'error queue: gone'],
    [{ event: 'error', where: 'sweep', count: 2 }, 'error {"where":"sweep","count":2}'],
  ])('tells of the error %j', (log, said) => expect(line(log)).toBe(said));

  it.each([
    [{ ok: true, status: 204, ms: 12.3 }, 'delivered (12 ms)'],
    [
      { ok: false, final: false, status: 500, detail: 'The receiver answers 500' },
      'not delivered (HTTP 500), tried again later',
    ],
    [{ ok: false, final: true, status: 410, detail: 'The receiver answers 410' }, 'not delivered (HTTP 410), given up'],
    [{ ok: false, final: false, status: null, detail: 'No answer' }, 'not delivered (No answer), tried again later'],
  ])('tells of a delivery %j', (log, said) =>
    expect(line({ event: 'delivery', type: 'task.settled', receiver: 'me.example', ...log })).toBe(
      `webhook task.settled → me.example: ${said}`,
    ),
  );

  it('tells of the callback of a submit', () =>
    expect(line({ event: 'delivery', type: 'notify_hook', receiver: 'me.example', ok: true, ms: 5 })).toBe(
      'callback of a submit → me.example: delivered (5 ms)',
    ));

  it('says nothing of a sweep', () => expect(line({ event: 'sweep', asked: 0 })).toBeNull());

  it.each([
    'plain words',
    '{"event":"of.tomorrow","x":1}',
    '{"no":"event"}',
    '{broken',
    '{"event":7}',
    '{"event":"constructor"}',
    '[]',
    '',
  ])('prints %s as it is', (message) => expect(progressLine(message, {}, (_style, text) => text)).toBe(message));
});

describe('sizeOf()', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [182_400, '182 KB'],
    [3_145_728, '3.1 MB'],
    [null, '0 B'],
  ])('%s is %s', (bytes, said) => expect(sizeOf(bytes)).toBe(said));
});
