// Settled tasks are answered from memory, and yet every answer tells how things stand: whatever changes, and by whichever Worker.
import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../../src/model/fault.ts';
import { createRouter, type HttpRouter } from '../../src/http/router.ts';
import { SettledAnswers } from '../../src/http/answer-cache.ts';
import { LEDGER_NAME } from '../../src/model/limits.ts';
import type { Task } from '../../src/model/task.ts';
import { httpDeps } from '../../src/app/fetch.ts';
import { emptyBuckets } from '../flows/archive.ts';
import { settingsFor, settle, song, system, type System } from '../flows/system.ts';
import { newSpace, type TestSpace } from '../support/space.ts';

interface Counted {
  readonly router: HttpRouter;
  /** Names of the ledger's methods that were called, in order. */
  readonly calls: string[];
}

let alpha: TestSpace;
let beta: TestSpace;
let test: System;
let clip: string;
/** The Worker that is asked all along. */
let keeping: Counted;

/** A Worker as if just started: it keeps nothing yet. */
function newWorker(): Counted {
  const calls: string[] = [];
  const ledger = new Proxy(env.LEDGER.getByName(LEDGER_NAME), {
    get: (stub, name) => {
      calls.push(String(name));
      return (...args: unknown[]) =>
        (stub as never as Record<string, (...all: unknown[]) => unknown>)[String(name)]?.(...args);
    },
  });
  const bindings = { ...env, LEDGER: { getByName: () => ledger } } as unknown as Env;
  return { router: createRouter(httpDeps(bindings, ok(settingsFor({ alpha, beta })))), calls };
}

async function send(worker: Counted, path: string, init: RequestInit = {}): Promise<Response> {
  const work: Promise<unknown>[] = [];
  const request = new Request(`https://songs.example${path}`, {
    ...init,
    headers: { Authorization: 'Bearer test', 'Content-Type': 'application/json', ...init.headers },
  });
  const answer = await worker.router.fetch(request, { waitUntil: (promise) => void work.push(promise) });
  await Promise.allSettled(work);
  return answer;
}

async function read(worker: Counted, id = 'song', vendor = 'alpha') {
  const answer = await send(worker, `/v1/tasks/${id}?vendor=${vendor}`);
  const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id');
  return { status: answer.status, headers, task: (await answer.json()) as Task };
}

beforeEach(async () => {
  await emptyBuckets();
  alpha = newSpace();
  beta = newSpace();
  test = system({ alpha, beta }, { ledger: env.LEDGER.getByName(LEDGER_NAME) });
  clip = crypto.randomUUID();
  const audio = await alpha.media('a.mp3', { recipe: { kind: 'mp3', bytes: 900 } });
  await alpha.task('song', [song('song', { clips: [{ id: clip, audio }] })]);
  await test.ledger.untrack('alpha', 'song');
  await test.ledger.track('alpha', ['song'], { webhook_url: null, visibility: null });
  await settle(test);
  keeping = newWorker();
});

describe('a settled task', () => {
  it('is looked up once; from then on the ledger is asked only whether the answer isCurrent', async () => {
    const first = await read(keeping);
    expect(first.task.tracking.state).toBe('settled');
    const second = await read(keeping);
    const third = await read(keeping);
    expect(keeping.calls).toEqual(['look', 'isCurrent', 'isCurrent']);
    expect([second, third]).toEqual([first, first]);
  });

  it('is answered 304 to who has it', async () => {
    const { headers } = await read(keeping);
    const etag = new Headers(headers).get('etag') ?? '';
    const answer = await send(keeping, '/v1/tasks/song', { headers: { 'If-None-Match': etag } });
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([304, etag, '']);
    expect(keeping.calls).toEqual(['look', 'isCurrent']);
  });

  it('is answered at once to who would wait', async () => {
    await read(keeping);
    const answer = await send(keeping, '/v1/tasks/song', { headers: { Prefer: 'wait=30' } });
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, 'wait=30']);
  });

  it('links to where it was asked for', async () => {
    const here = (await read(keeping)).task.links.self;
    const request = new Request('https://other.example/v1/tasks/song', { headers: { Authorization: 'test' } });
    const there = (await (await keeping.router.fetch(request, { waitUntil: () => undefined })).json()) as Task;
    expect([new URL(here).host, new URL(there.links.self).host]).toEqual(['songs.example', 'other.example']);
  });

  const patch = (body: object) => ({ method: 'PATCH', body: JSON.stringify(body) });
  const changes: [string, (other: Counted) => Promise<unknown>, (task: Task) => unknown, unknown][] = [
    [
      'a title is given',
      (other) => send(other, `/v1/clips/${clip}`, patch({ title: 'Renamed' })),
      (task) => task.clips[0]?.title,
      'Renamed',
    ],
    [
      'it is made public',
      (other) => send(other, `/v1/clips/${clip}`, patch({ visibility: 'public' })),
      (task) => task.clips[0]?.visibility,
      'public',
    ],
    [
      'the clip is taken down',
      (other) => send(other, `/v1/clips/${clip}`, { method: 'DELETE' }),
      (task) => task.clips[0]?.audio?.reason,
      'taken_down',
    ],
    [
      'it is tracked no more',
      (other) => send(other, '/v1/tasks/song', { method: 'DELETE' }),
      (task) => task.vendor,
      'alpha',
    ],
    ['the ledger is moved', () => evictDurableObject(test.ledger), (task) => task.tracking.state, 'settled'],
  ];
  it.each(changes)('tells at once when %s, by another Worker', async (_, change, what, expected) => {
    await read(keeping);
    await change(newWorker());
    const told = await read(keeping);
    expect(told).toEqual(await read(newWorker()));
    expect(what(told.task)).toBe(expected);
  });

  it('tells at once what comes of its clip in the task of another vendor', async () => {
    const shared = crypto.randomUUID();
    const audio = await beta.media('b.mp3', { recipe: { kind: 'mp3', bytes: 900 } });
    await alpha.task('left', [song('left', { clips: [{ id: shared }] })]);
    await beta.task('right', [song('right', { clips: [{ id: shared, audio }] })]);
    await test.ledger.track('alpha', ['left'], { webhook_url: null, visibility: null });
    await settle(test);
    const { task } = await read(keeping, 'left');
    expect([task.tracking.state, task.clips[0]?.audio]).toEqual(['settled', null]);
    await test.ledger.track('beta', ['right'], { webhook_url: null, visibility: null });
    await settle(test);
    expect((await read(keeping, 'left')).task.clips[0]?.audio?.state).toBe('archived');
  });
});

describe('SettledAnswers', () => {
  const answer = (bytes: number) => ({ body: new Uint8Array(bytes), etag: '"e"', version: 'c' });

  it('keeps so many, and lets the oldest go first', () => {
    const kept = new SettledAnswers();
    for (let index = 0; index < 201; index++) kept.put(`song-${index}`, answer(10));
    expect([kept.get('song-0'), kept.get('song-1')?.etag, kept.get('song-200')?.etag]).toEqual([
      undefined,
      '"e"',
      '"e"',
    ]);
  });

  it('keeps no answer that is too long, however often it is made', () => {
    const kept = new SettledAnswers();
    kept.put('song', answer(64_001));
    expect(kept.get('song')).toBeUndefined();
  });
});
