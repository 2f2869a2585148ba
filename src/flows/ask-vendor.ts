// Pure, its edges passed in: one group of ids is asked about: batch → halves of what was refused → single GETs of what is absent. For sweep and reads.
import type { Vendor } from '../config/vendors.ts';
import type { Ask, Asked, Heard } from '../ledger/messages.ts';
import { type Fault, faultCode, type Result } from '../model/fault.ts';
import type { LastError } from '../model/task.ts';
import { type Batch, readBatch } from '../relay/batch.ts';
import type { VendorAnswer, VendorClient } from '../relay/client.ts';
import { refusesBatch } from '../relay/envelope.ts';
import { readTask } from '../relay/normalize.ts';
import { rowText } from '../relay/row-text.ts';

export interface AskDeps {
  readonly client: VendorClient;
  readonly now: () => number;
}

export interface AskRules {
  /** Single GETs that may confirm absent ids. */
  readonly confirmMax: number;
  /** A lone id goes by GET: a reader wants the vendor's whole answer. */
  readonly loneByGet: boolean;
}

/** More than half of at least this many known ids gone at once is the vendor's fault, not theirs. */
const DOUBT_FROM = 3;

export async function askVendor(ask: Ask, vendor: Vendor, rules: AskRules, deps: AskDeps): Promise<Heard> {
  const heard = nothingHeard(ask, deps.now());
  const byBatch = vendor.batch_path !== null && !(rules.loneByGet && ask.ids.length === 1);
  const together = byBatch ? ask.ids.filter(({ solo }) => !solo) : [];
  const alone = ask.ids.filter((asked) => !together.includes(asked));
  const absent = together.length === 0 ? [] : await askTogether(together, vendor, heard, deps);
  if (!heard.fault && doubtful(answeredFor(together, heard), answeredFor(absent, heard)))
    heard.fault = faultOf(doubt(vendor), deps.now());
  if (!heard.fault) await askAlone(alone, vendor, heard, deps, false);
  if (!heard.fault) {
    await askAlone(absent.slice(0, rules.confirmMax), vendor, heard, deps, true);
    heard.deferred.push(...absent.slice(rules.confirmMax).map(({ id }) => id));
  }
  return heard;
}

/** A report that names nothing yet; given as it is, it only ends the lease. */
export const nothingHeard = (ask: Ask, now: number): Heard => ({
  ...{
    token: ask.token,
    vendor: ask.vendor,
    asked_at: now,
    answers: [],
    denied: [],
    failed: [],
    solo: [],
    deferred: [],
  },
  ...{ fault: null, more: [], track: true, reply: [] },
});

/** One POST; where it is refused, once its halves. Answers the ids that no answer held. */
async function askTogether(ids: readonly Asked[], vendor: Vendor, heard: Heard, deps: AskDeps): Promise<Asked[]> {
  const whole = await deps.client.batch(
    vendor,
    ids.map(({ id }) => id),
  );
  if (whole.ok) {
    const batch = rowsOf(ids, whole.value, vendor);
    const odd = oddity(batch, whole.value, vendor);
    return odd === null ? take(ids, batch, heard) : withoutBatch(ids, vendor, odd, heard, deps);
  }
  if (whole.fault.reason === 'bad_answer' && whole.fault.what === 'no_endpoint')
    return withoutBatch(ids, vendor, whole.fault, heard, deps);
  if (!refusesBatch(whole.fault)) return give(heard, whole.fault, deps);
  const middle = Math.ceil(ids.length / 2);
  const halves = ids.length < 2 ? [] : [ids.slice(0, middle), ids.slice(middle)];
  const results: { half: readonly Asked[]; result: Result<VendorAnswer> }[] = [];
  for (const half of halves)
    results.push({
      half,
      result: await deps.client.batch(
        vendor,
        half.map(({ id }) => id),
      ),
    });
  if (!results.some(({ result }) => result.ok)) {
    const foreign = results.map(({ result }) => result).find((result) => !result.ok && !refusesBatch(result.fault));
    if (foreign && !foreign.ok) return give(heard, foreign.fault, deps);
    return withoutBatch(ids, vendor, whole.fault, heard, deps);
  }
  const absent: Asked[] = [];
  for (const { half, result } of results) {
    if (result.ok) absent.push(...take(half, rowsOf(half, result.value, vendor), heard));
    else if (refusesBatch(result.fault)) {
      heard.solo.push(...half.map(({ id }) => id));
      absent.push(...half);
    } else give(heard, result.fault, deps);
  }
  return absent;
}

/** Null: an answer that tells of tasks, or that there are none. Else such as `{"success": false}`. */
function oddity({ found, absent }: Batch, { value }: VendorAnswer, { key }: Vendor): Fault | null {
  if (found.size > 0) return null;
  const read = readTask(value, absent[0] ?? '', key);
  return !read.ok && read.fault.reason === 'bad_answer' ? read.fault : null;
}

/** The batch route itself may be missing, or one id alone poison it: a single GET tells, and of an odd id a second one. */
async function withoutBatch(
  ids: readonly Asked[],
  vendor: Vendor,
  fault: Fault,
  heard: Heard,
  deps: AskDeps,
): Promise<Asked[]> {
  const rest = [...ids];
  do await askAlone(rest.splice(0, 1), vendor, heard, deps, false);
  while (heard.odd?.length === 1 && heard.answers.length + heard.denied.length === 0 && rest.length > 0);
  if (heard.answers.length + heard.denied.length === 0) {
    heard.fault = faultOf(fault, deps.now());
    heard.failed = [];
    heard.odd = [];
    return [];
  }
  heard.fault = null;
  heard.solo.push(...ids.map(({ id }) => id));
  return rest;
}

function give(heard: Heard, fault: Fault, deps: AskDeps): Asked[] {
  heard.fault = faultOf(fault, deps.now());
  return [];
}

const rowsOf = (ids: readonly Asked[], { value }: VendorAnswer, { key }: Vendor): Batch =>
  readBatch(
    value,
    ids.map(({ id }) => id),
    key,
  );

function take(ids: readonly Asked[], { found, absent }: Batch, heard: Heard): Asked[] {
  for (const [id, { reading, row }] of found)
    heard.answers.push({ id, reading, raw: { form: 'row', json: rowText(id, reading, row) } });
  const missing = new Set(absent);
  return ids.filter(({ id }) => missing.has(id));
}

/** Ids of a refused half are solo by now: no answer left them out, so they raise no doubt. */
const answeredFor = (ids: readonly Asked[], heard: Heard): Asked[] => ids.filter(({ id }) => !heard.solo.includes(id));

function doubtful(asked: readonly Asked[], absent: readonly Asked[]): boolean {
  const known = asked.filter((one) => one.known).length;
  return known >= DOUBT_FROM && absent.filter((one) => one.known).length * 2 > known;
}

const doubt = (vendor: Vendor): Fault => ({
  ...{ reason: 'bad_answer', status: 200, what: 'no_task' },
  detail: `Vendor "${vendor.id}" suddenly denies most of the tasks that it knew: another key, or a lost database`,
});

/** Single GETs, one after the other. `absent`: the batch left them out, so what GET finds goes by GET from now on. */
async function askAlone(
  ids: readonly Asked[],
  vendor: Vendor,
  heard: Heard,
  deps: AskDeps,
  absent: boolean,
): Promise<void> {
  const faults: { asked: Asked; fault: Fault }[] = [];
  for (const asked of ids) {
    const { id } = asked;
    const result = await deps.client.get(vendor, id);
    const read = result.ok ? readTask(result.value.value, id, vendor.key) : result;
    if (read.ok && result.ok) {
      heard.answers.push({ id, reading: read.value, raw: { form: 'answer', json: result.value.text } });
      if (absent) heard.solo.push(id);
    } else if (!read.ok) {
      if (read.fault.reason === 'not_found') heard.denied.push({ id, error: errorOf(read.fault, deps.now()) });
      else faults.push({ asked, fault: read.fault });
      if (endsTheRound(read.fault)) break;
    }
  }
  // Where the vendor answered well for others, a broken answer for one id is that task's own trouble.
  const vendorAnswers = heard.answers.length + heard.denied.length > 0;
  for (const { asked, fault } of faults) {
    const { id, known } = asked;
    const error = errorOf(fault, deps.now());
    const odd = !vendorAnswers && !known && isOdd(fault);
    if (odd) heard.odd = [...(heard.odd ?? []), { id, fault, error }];
    if (odd || (vendorAnswers && !endsTheRound(fault))) heard.failed.push({ id, error });
    else heard.fault ??= { fault, error };
  }
}

/** An answer that is no task's: of an id that the vendor never knew it is first that id's own trouble. */
const isOdd = (fault: Fault): boolean =>
  fault.reason === 'bad_answer' && (fault.what === 'no_task' || (fault.status >= 400 && fault.status <= 499));

/** Faults that no other id would escape. */
const endsTheRound = (fault: Fault): boolean => {
  switch (fault.reason) {
    case 'unauthorized':
    case 'forbidden':
    case 'rate_limited':
    case 'own_limit':
      return true;
    case 'unavailable':
      return fault.status === null || fault.status === 503;
    case 'bad_answer':
    case 'not_found':
      return false;
  }
};

const errorOf = (fault: Fault, now: number): LastError => ({
  code: faultCode(fault),
  message: fault.detail,
  at: new Date(now).toISOString(),
});
const faultOf = (fault: Fault, now: number): { fault: Fault; error: LastError } => ({
  fault,
  error: errorOf(fault, now),
});
