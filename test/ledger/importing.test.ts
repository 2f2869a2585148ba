import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { afterImport } from '../../src/model/lifecycle.ts';
import type { Imported } from '../../src/ledger/api.ts';
import type { MirrorMessage } from '../../src/model/messages.ts';
import type { Reading } from '../../src/model/task.ts';
import { clipReading, moment, reading, task } from '../model/build.ts';
import { answer, archived, deny, due, hear, open, OPTIONS, song, START, stored } from './calls.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

const saved = (id: string, what: Reading): Imported => answer(id, what);

describe('Ledger.importAnswers()', () => {
  it('takes a finished song, sends its files to the mirror, and never asks the vendor', async () => {
    const ledger = open();
    const { results, messages } = await ledger.importAnswers('alpha', [saved('a', song())], []);
    expect(results).toEqual([{ id: 'a', created: true }]);
    expect(messages).toMatchObject([{ task_id: 'a' }]);
    expect((await due(ledger)).asks).toEqual([]);
    await ledger.mirrorReport(messages[0] as MirrorMessage, [archived('media/x/audio.mp3')]);
    const { events } = await ledger.events({ after: null, type: null, limit: 10 });
    expect(events.map(({ type }) => type)).toEqual(['task.succeeded', 'clip.archived', 'task.settled']);
  });

  it('asks nobody for a song that was not done either: it settles as it stands, covers and all', async () => {
    const ledger = open();
    const clips = [clipReading({ status: 'streaming', audio_url: null })];
    const { messages } = await ledger.importAnswers('alpha', [saved('a', reading({ status: 'running', clips }))], []);
    expect((await due(ledger)).asks).toEqual([]);
    await ledger.mirrorReport(messages[0] as MirrorMessage, [{ ...archived('media/x/cover.jpg'), role: 'cover' }]);
    const { events } = await ledger.events({ after: null, type: null, limit: 10 });
    expect(events.at(-1)?.type).toBe('task.settled');
  });

  it('goes on watching what is watched already', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    await ledger.importAnswers('alpha', [saved('a', reading({ status: 'running' }))], []);
    expect((await due(ledger)).asks[0]?.ids).toMatchObject([{ id: 'a', known: true }]);
  });

  it('asks again for a song that was not done when it is retried', async () => {
    const ledger = open();
    await ledger.importAnswers('alpha', [saved('a', reading({ status: 'running' }))], []);
    await ledger.retry('alpha', 'a');
    expect((await due(ledger)).asks[0]?.ids).toMatchObject([{ id: 'a', known: true }]);
  });

  it('is idempotent, also within one call', async () => {
    const ledger = open();
    const twice = [saved('a', song()), saved('a', song())];
    expect((await ledger.importAnswers('alpha', twice, [])).results.map(({ created }) => created)).toEqual([
      true,
      false,
    ]);
    const again = await ledger.importAnswers('alpha', [saved('a', song())], []);
    expect(again).toMatchObject({ results: [{ created: false }], messages: [] });
  });

  it('brings back to an expired task what its vendor has forgotten', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    await deny(ledger, 'a');
    await ledger.importAnswers('alpha', [saved('a', song())], []);
    expect((await stored(ledger, 'a'))?.state).toMatchObject({ expired: false, answered: true, last_error: null });
  });

  it('takes nothing from a task that knows more', async () => {
    const ledger = open();
    await hear(ledger, 'a', song());
    const before = await stored(ledger, 'a');
    await ledger.importAnswers('alpha', [saved('a', reading({ status: 'queued', vendor_status: 'QUEUED' }))], []);
    const after = await stored(ledger, 'a');
    expect(after?.state.reading).toEqual(before?.state.reading);
    expect(after?.raw).toEqual(before?.raw);
  });

  it('goes on from the record of a task that was pruned', async () => {
    const other = open();
    const [message] = await hear(other, 'a', song());
    const done = await other.mirrorReport(message as MirrorMessage, [archived('media/x/audio.mp3')]);
    const ledger = open();
    const { results, messages } = await ledger.importAnswers('alpha', [saved('a', song())], [done.save!.stored]);
    expect({ results, messages }).toEqual({ results: [{ id: 'a', created: false }], messages: [] });
    expect((await stored(ledger, 'a'))?.clips[0]?.files.audio?.state).toBe('archived');
    expect((await ledger.events({ after: null, type: null, limit: 10 })).events).toEqual([]);
  });

  it('tells which ids nothing is known of', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    expect(await ledger.unknownOf('alpha', ['b', 'a', 'c'])).toEqual(['b', 'c']);
  });
});

describe('afterImport()', () => {
  it('adds clips that the vendor has emptied since', () => {
    const known = task({ answered: true, reading: reading({ status: 'succeeded', clips: [] }), ended_at: 5 });
    const state = afterImport(known, reading({ status: 'running', clips: [clipReading()] }), moment(9), false);
    expect(state.reading).toMatchObject({ status: 'succeeded', clips: [{ id: 'clip-one' }] });
    expect(state.ended_at).toBe(5);
  });
});
