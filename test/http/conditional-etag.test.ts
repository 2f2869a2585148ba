import { describe, expect, it } from 'vitest';
import { etagOf, noneMatches } from '../../src/http/conditional.ts';
import { preferredWait } from '../../src/http/input.ts';
import { HEALTHY } from '../../src/model/circuit-breaker.ts';
import { viewTask } from '../../src/views/task.ts';
import { reading, task } from '../model/build.ts';

const context = {
  settings: { archive_video: false },
  base: 'https://songs.example',
  media_base: 'https://songs.example',
  now: 0,
};
const stored = {
  vendor: 'main',
  id: 'a',
  tracked: true,
  polls: 1,
  last_polled_at: 1,
  next_poll_at: 2,
  state: task(),
  clips: [],
  raw: null,
};
const view = (changes = {}) => viewTask({ stored: { ...stored, ...changes }, pacing: HEALTHY }, context);

describe('etagOf()', () => {
  it('stays the same when a look at the vendor brought nothing', () => {
    const error = { code: 'vendor_unavailable', message: 'down', at: '2026-01-01T00:00:00.000Z' };
    expect(
      etagOf(view({ polls: 9, last_polled_at: 8, next_poll_at: 9, state: { ...stored.state, last_error: error } })),
    ).toBe(etagOf(view()));
  });
  it('changes with every other field', () => {
    expect(etagOf(view({ state: { ...stored.state, reading: reading({ progress: 5 }) } }))).not.toBe(etagOf(view()));
    expect(etagOf(view({ state: { ...stored.state, expired: true } }))).not.toBe(etagOf(view()));
  });
});

describe('noneMatches()', () => {
  it.each([
    ['"a"', false],
    ['W/"a"', false],
    ['"b", "a"', false],
    ['*', false],
    ['"b"', true],
    ['a', true],
    ['', true],
  ])('If-None-Match: %s → %s', (header, none) => {
    expect(noneMatches(header, '"a"')).toBe(none);
  });
});

describe('preferredWait()', () => {
  it.each([
    ['wait=5', 5],
    ['respond-async, wait=10', 10],
    ['WAIT = "7"', 7],
    ['wait=55', 55],
    ['wait=56', 55],
    ['wait=60', 55],
    ['wait=99999999999999999999', 55],
    ['wait=05', 5],
    ['wait=5; foo', 5],
    ['wait=0', null],
    ['wait=-1', null],
    ['wait=1.5', null],
    ['wait=5 s', null],
    ['wait="5', null],
    ['wait=', null],
    ['wait=abc', null],
    ['wait', null],
    [null, null],
  ])('Prefer: %s → %s', (header, seconds) => {
    expect(preferredWait(header)).toBe(seconds);
  });
});
