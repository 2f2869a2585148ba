// Whatever changes the ledger puts on the queues what the ledger then calls for. The ledger is a fake.
import { describe, expect, it } from 'vitest';
import { readTasks, type ReadDeps } from '../../src/flows/read-tasks.ts';
import { sendOn, type Queues } from '../../src/flows/enqueue.ts';
import { sweep, type SweepDeps } from '../../src/flows/tick.ts';
import type { DueWork, PollLease, Recorded, Wanted } from '../../src/ledger/api.ts';
import { HEALTHY } from '../../src/model/circuit-breaker.ts';
import type { VendorClient } from '../../src/relay/client.ts';
import { fail } from '../../src/model/fault.ts';
import { settingsFor } from './system.ts';

const file = { vendor: 'alpha', task_id: 'task', slug: 'one' };
const settings = settingsFor({}, { VENDORS: { alpha: { base_url: 'https://alpha.example' } }, TICK_SECONDS: 0.1 });
const ask: PollLease = { token: 't', vendor: 'alpha', ids: [{ id: 'task', kept: true, known: true, solo: true }] };
const recorded: Recorded = { messages: [file], deliveries: ['d2'], changed: [], stored: [], pacing: HEALTHY };
const nothing = { messages: [], deliveries: [], asks: [], saves: [], removals: [], gone: [], changed: [], vendors: [] };
const due: DueWork = { ...nothing, asks: [ask], deliveries: ['d1'], next_at: null, next_ask_at: null };
const answer = async () => fail({ reason: 'not_found', detail: 'Denied' } as const);
const client = { get: answer, batch: answer } as Partial<VendorClient> as VendorClient;

function queues(change: Partial<Queues> = {}) {
  const files: object[] = [];
  const delivered: string[] = [];
  const log: object[] = [];
  const unsent: Wanted[] = [];
  const put: Queues = {
    ledger: { unsent: async (wanted) => void unsent.push(wanted) },
    sendMirror: async (messages) => void files.push(...messages),
    sendDeliver: async (ids) => void delivered.push(...ids),
    log: (entry) => void log.push(entry),
    ...change,
  };
  return { files, delivered, log, unsent, put };
}

describe('sendOn()', () => {
  it('puts each on its queue, and says how many', async () => {
    const { files, delivered, put } = queues();
    expect(await sendOn({ messages: [file], deliveries: ['d1', 'd2'] }, put)).toBe(3);
    expect([files, delivered]).toEqual([[file], ['d1', 'd2']]);
  });

  it('calls no queue for nothing', async () => {
    const never = () => Promise.reject(new Error('Called for nothing'));
    const { log, put } = queues({ sendMirror: never, sendDeliver: never });
    expect([await sendOn({ messages: [], deliveries: [] }, put), log]).toEqual([0, []]);
  });

  it('logs what a queue does not take, counts it not, and goes on', async () => {
    const { delivered, log, unsent, put } = queues({ sendMirror: () => Promise.reject(new Error('away')) });
    expect(await sendOn({ messages: [file], deliveries: ['d1'] }, put)).toBe(1);
    // It is not under way: the ledger hands it out again at once.
    expect(unsent).toEqual([{ messages: [file], deliveries: [] }]);
    expect(delivered).toEqual(['d1']);
    expect(log).toEqual([{ event: 'error', at: 'queue', message: 'Error: away' }]);
  });
});

describe('what the ledger wants told is put on the queue', () => {
  it('by a sweep: what was due, and what an answer brought', async () => {
    const { files, delivered, log, put } = queues();
    const deps: SweepDeps = {
      ...{ settings, client, budget: { left: 10 }, ...put, now: () => 0, token: () => 't' },
      ledger: {
        ...put.ledger,
        takeDue: async ({ reports }) =>
          reports.length === 0 ? due : { ...due, asks: [], messages: [file], deliveries: ['d2'] },
        renew: async () => true,
      },
      saveRecord: async () => undefined,
      deleteRecord: async () => undefined,
      clearMedia: async () => undefined,
      sleep: async () => undefined,
    };
    await sweep(deps);
    expect(delivered.sort()).toEqual(['d1', 'd2']);
    expect(files).toEqual([file]);
    expect(log).toMatchObject([{ event: 'sweep', sent: 3 }]);
  });

  it('by a read that asked', async () => {
    const { files, delivered, put } = queues();
    const deps: ReadDeps = {
      ...{ settings, client, ...put, now: () => 0, token: () => 't' },
      ledger: {
        ...put.ledger,
        look: async () => ({ known: [], ask, waiting: [], rest: [], pacing: HEALTHY, moment: 'm' }),
        keep: async () => undefined,
        wait: async () => true,
        renew: async () => true,
        knownClips: async () => [],
        record: async () => recorded,
      },
      readRecord: async () => null,
      waitUntil: () => undefined,
    };
    await readTasks(settings.vendors.get('alpha')!, ['task'], { track: true }, deps);
    expect([files, delivered]).toEqual([[file], ['d2']]);
  });
});
