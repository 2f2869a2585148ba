// Events as the public gets them: the view of a Task or a Clip, as things stood when it happened.
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { HEALTHY } from '../../src/model/circuit-breaker.ts';
import { Event, eventText, type Logged } from '../../src/model/event.ts';
import { STALLED_AFTER_MS } from '../../src/model/limits.ts';
import { renderLogged, viewTask } from '../../src/views/task.ts';
import { BASE, known, NOW, settingsOf, SLUG, stored, watched } from '../http/fixtures.ts';

const context = { settings: settingsOf(), base: BASE, media_base: 'https://files.example' };
const task = { id: 'evt_1_1', type: 'task.succeeded', slug: null } as const;
const clip = { id: 'evt_1_2', type: 'clip.archived', slug: SLUG } as const;
const row: Logged = { seq: 1, at: NOW, events: [task, clip], about: known({ raw: null }), data: null };
const render = (changes: Partial<Logged> = {}): unknown[] =>
  renderLogged({ ...row, ...changes }, context).map((text) => JSON.parse(text) as unknown);

describe('renderLogged()', () => {
  it('gives a task event the Task, a clip event the Clip as that Task shows it, in the order of the events', () => {
    const view = viewTask(known(), { ...context, now: NOW });
    expect(render()).toEqual([view, view.clips[0]]);
    expect(render({ events: [clip, task] })).toEqual([view.clips[0], view]);
  });

  it.each(['vendor.paused', 'vendor.resumed'] as const)('gives %s vendor and reason, and nothing else', (type) => {
    const about = { vendor: 'relay', reason: 'unauthorized', key: 'sk-secret' };
    expect(render({ events: [{ id: 'evt_1_1', type, slug: null }], about })).toEqual([
      { vendor: 'relay', reason: 'unauthorized' },
    ]);
  });

  it('shows nothing that was added to what is stored (webhook_url, notify_hook, user_id)', () => {
    const state = {
      ...stored.state,
      webhook_url: 'https://me.example',
      notify_hook: { url: 'u', base: 'b' },
      user_id: 7,
    };
    expect(JSON.stringify(render({ about: known({ state }) }))).not.toMatch(
      /webhook_url|notify_hook|user_id|me\.example/,
    );
  });

  it('shows how things stood then, though it is rendered much later', () => {
    const about = { stored: { ...stored, state: watched, clips: [] }, pacing: HEALTHY };
    const stalled = (at: number) => render({ at, events: [task], about })[0];
    expect(stalled(NOW)).toMatchObject({ tracking: { stalled: false } });
    expect(stalled(NOW + STALLED_AFTER_MS)).toMatchObject({ tracking: { stalled: true } });
  });

  it('answers what is kept, once it was rendered', () => {
    expect(renderLogged({ ...row, about: null, data: ['{"a":1}', '{ "b": 2 }'] }, context)).toEqual([
      '{"a":1}',
      '{ "b": 2 }',
    ]);
  });

  it.each([
    ['nothing is kept of what it is about', { about: null }],
    ['has no clip gone', { events: [{ ...clip, slug: 'gone' }] }],
  ])('says what is wrong with a row that cannot be: %s', (said, changes) => {
    expect(() => render(changes)).toThrow(said);
  });
});

describe('eventText()', () => {
  it('is an Event of the contract, with the kept text in it as it is', () => {
    const [data = ''] = renderLogged(row, context);
    const text = eventText({ id: 'evt_1_1', type: 'task.succeeded', at: NOW }, data);
    expect(text).toBe(`{"id":"evt_1_1","type":"task.succeeded","timestamp":"2026-11-21T10:00:00.000Z","data":${data}}`);
    expect(v.parse(Event, JSON.parse(text))).toEqual(JSON.parse(text));
  });

  it('keeps the bytes of the data', () => {
    expect(eventText({ id: 'evt_1_1', type: 'vendor.paused', at: 0 }, '{ "n": 1.0 }')).toContain(
      '"data":{ "n": 1.0 }}',
    );
  });
});
