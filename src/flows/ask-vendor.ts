// Flow: one group of ids is asked about: batch → halves of what was refused → single GETs of what is absent.
import type { Vendor } from '../config/vendors.ts';
import type { PolledId, PollLease, PollReport } from '../ledger/api.ts';
import { type Fault, faultCode, type Result } from '../model/fault.ts';
import type { LastError } from '../model/task.ts';
import type { VendorAnswer, VendorClient } from '../relay/client.ts';
import { refusesBatch } from '../relay/envelope.ts';
import { type Batch, readBatch, readTask, rowText } from '../relay/normalize.ts';

export interface AskDeps {
  readonly client: VendorClient;
  log(entry: object): void;
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

/** What some requests found out; each step adds its own part. */
type Findings = Pick<PollReport, 'answers' | 'denied' | 'failed' | 'solo' | 'fault' | 'unbatched'> &
  Required<Pick<PollReport, 'odd'>>;

const NOTHING: Findings = { answers: [], denied: [], failed: [], solo: [], odd: [], fault: null };

const together = (first: Findings, then: Findings): Findings => ({
  answers: [...first.answers, ...then.answers],
  denied: [...first.denied, ...then.denied],
  failed: [...first.failed, ...then.failed],
  solo: [...first.solo, ...then.solo],
  odd: [...first.odd, ...then.odd],
  fault: first.fault ?? then.fault,
  ...(first.unbatched === true && { unbatched: true }),
});

const hasAnswered = ({ answers, denied }: Findings): boolean => answers.length + denied.length > 0;

/** What a batch found out, and the ids that no answer of it held. */
interface BatchFindings {
  readonly findings: Findings;
  readonly absent: readonly PolledId[];
}

export async function askVendor(ask: PollLease, vendor: Vendor, rules: AskRules, deps: AskDeps): Promise<PollReport> {
  const nothing = emptyReport(ask, deps.now());
  const byBatch = vendor.batch_path !== null && !(rules.loneByGet && ask.ids.length === 1);
  const many = byBatch ? ask.ids.filter(({ solo }) => !solo) : [];
  const alone = ask.ids.filter((asked) => !many.includes(asked));
  const { findings: batch, absent } = await askMany(many, vendor, deps);
  const first = doubted(batch, many, absent) ? faulty(batch, doubt(vendor), deps) : batch;
  const second = first.fault
    ? first
    : await askAgain(ask, vendor, first, await askAlone(alone, vendor, first, deps), deps);
  if (second.fault) return reportOf(nothing, second);
  const third = await askAbsent(absent.slice(0, rules.confirmMax), vendor, second, deps);
  return { ...reportOf(nothing, third), deferred: absent.slice(rules.confirmMax).map(({ id }) => id) };
}

/** A report that names nothing yet; given as it is, it only ends the lease. */
export const emptyReport = (ask: PollLease, now: number): PollReport => ({
  token: ask.token,
  vendor: ask.vendor,
  asked_at: now,
  answers: [],
  denied: [],
  failed: [],
  solo: [],
  deferred: [],
  fault: null,
  more: [],
  track: true,
  reply: [],
});

const reportOf = (nothing: PollReport, { odd, ...findings }: Findings): PollReport => ({
  ...nothing,
  ...findings,
  ...(odd.length > 0 && { odd }),
});

const faulty = (findings: Findings, fault: Fault, deps: AskDeps): Findings => ({
  ...findings,
  fault: faultOf(fault, deps.now()),
});

/** One POST; where it is refused, once its halves. */
async function askMany(ids: readonly PolledId[], vendor: Vendor, deps: AskDeps): Promise<BatchFindings> {
  if (ids.length === 0) return { findings: NOTHING, absent: [] };
  const whole = await postBatch(ids, vendor, deps);
  if (whole.ok) {
    const batch = rowsOf(ids, whole.value, vendor);
    const odd = oddity(batch, whole.value, vendor);
    if (odd !== null) deps.log({ event: 'vendor.fault', vendor: vendor.id, route: 'batch', ...odd });
    return odd === null ? findingsOf(ids, batch) : askWithoutBatch(ids, vendor, odd, deps);
  }
  if (whole.fault.reason === 'bad_answer' && whole.fault.what === 'no_endpoint') {
    const { findings, absent } = await askWithoutBatch(ids, vendor, whole.fault, deps);
    // It is not looked for again for a while, where a GET is answered.
    return { findings: { ...findings, unbatched: findings.fault === null }, absent };
  }
  if (!refusesBatch(whole.fault)) return { findings: faulty(NOTHING, whole.fault, deps), absent: [] };
  return askHalves(ids, vendor, whole.fault, deps);
}

/** Of a refused half each id goes by GET from now on. `refusal`: what the whole was answered with. */
async function askHalves(
  ids: readonly PolledId[],
  vendor: Vendor,
  refusal: Fault,
  deps: AskDeps,
): Promise<BatchFindings> {
  const middle = Math.ceil(ids.length / 2);
  const halves = ids.length < 2 ? [] : [ids.slice(0, middle), ids.slice(middle)];
  const results: { half: readonly PolledId[]; result: Result<VendorAnswer> }[] = [];
  for (const half of halves) results.push({ half, result: await postBatch(half, vendor, deps) });
  if (!results.some(({ result }) => result.ok)) {
    const foreign = results.map(({ result }) => result).find((result) => !result.ok && !refusesBatch(result.fault));
    if (foreign && !foreign.ok) return { findings: faulty(NOTHING, foreign.fault, deps), absent: [] };
    return askWithoutBatch(ids, vendor, refusal, deps);
  }
  const parts = results.map(({ half, result }): BatchFindings => {
    if (result.ok) return findingsOf(half, rowsOf(half, result.value, vendor));
    if (refusesBatch(result.fault)) return { findings: { ...NOTHING, solo: half.map(({ id }) => id) }, absent: half };
    return { findings: faulty(NOTHING, result.fault, deps), absent: [] };
  });
  return {
    findings: parts.map(({ findings }) => findings).reduce(together, NOTHING),
    absent: parts.flatMap(({ absent }) => absent),
  };
}

/** The batch route itself may be missing, or one id alone poison it: a single GET tells, and of an odd id a second one. */
async function askWithoutBatch(
  ids: readonly PolledId[],
  vendor: Vendor,
  fault: Fault,
  deps: AskDeps,
): Promise<BatchFindings> {
  let findings = NOTHING;
  let asked = 0;
  do {
    findings = await askAlone(ids.slice(asked, asked + 1), vendor, findings, deps);
    asked++;
  } while (findings.odd.length === 1 && !hasAnswered(findings) && asked < ids.length);
  if (!hasAnswered(findings)) return { findings: faulty(NOTHING, fault, deps), absent: [] };
  return { findings: { ...findings, fault: null, solo: ids.map(({ id }) => id) }, absent: ids.slice(asked) };
}

const postBatch = (ids: readonly PolledId[], vendor: Vendor, deps: AskDeps): Promise<Result<VendorAnswer>> =>
  deps.client.batch(
    vendor,
    ids.map(({ id }) => id),
  );

const rowsOf = (ids: readonly PolledId[], { value }: VendorAnswer, { key }: Vendor): Batch =>
  readBatch(
    value,
    ids.map(({ id }) => id),
    key,
  );

function findingsOf(ids: readonly PolledId[], { found, absent }: Batch): BatchFindings {
  const answers = [...found].map(([id, { reading, row }]): PollReport['answers'][number] => ({
    id,
    reading,
    raw: { form: 'row', json: rowText(id, reading, row) },
  }));
  const missing = new Set(absent);
  return { findings: { ...NOTHING, answers }, absent: ids.filter(({ id }) => missing.has(id)) };
}

/** Null: an answer that tells of tasks, or that there are none. Else such as `{"success": false}`. */
function oddity({ found, absent }: Batch, { value }: VendorAnswer, { key }: Vendor): Fault | null {
  if (found.size > 0) return null;
  const read = readTask(value, absent[0] ?? '', key);
  return !read.ok && read.fault.reason === 'bad_answer' ? read.fault : null;
}

/** Ids of a refused half are solo by now: no answer left them out, so they raise no doubt. */
function doubted({ fault, solo }: Findings, asked: readonly PolledId[], absent: readonly PolledId[]): boolean {
  if (fault !== null) return false;
  const isKnown = ({ id, known }: PolledId): boolean => known && !solo.includes(id);
  const known = asked.filter(isKnown).length;
  return known >= DOUBT_FROM && absent.filter(isKnown).length * 2 > known;
}

const doubt = (vendor: Vendor): Fault => ({
  reason: 'bad_answer',
  status: 200,
  what: 'no_task',
  detail: `Vendor "${vendor.id}" suddenly denies most of the tasks that it knew: another key, or a lost database`,
});

/** Ids that a batch left out: what GET finds of them goes by GET from now on. */
async function askAbsent(ids: readonly PolledId[], vendor: Vendor, before: Findings, deps: AskDeps): Promise<Findings> {
  const after = await askAlone(ids, vendor, before, deps);
  const found = after.answers.slice(before.answers.length).map(({ id }) => id);
  return { ...after, solo: [...after.solo, ...found] };
}

/** On some relays GET is the blind route: what is known or was submitted is put to the batch before a denial counts. */
async function askAgain(
  ask: PollLease,
  vendor: Vendor,
  before: Findings,
  after: Findings,
  deps: AskDeps,
): Promise<Findings> {
  const denied = new Set(after.denied.slice(before.denied.length).map(({ id }) => id));
  const doubtful = ask.ids.filter(({ id, kept, known }) => (kept || known) && denied.has(id));
  if (after.fault || doubtful.length === 0 || vendor.batch_path === null || ask.unbatched === true) return after;
  const again = await postBatch(doubtful, vendor, deps);
  if (!again.ok && (refusesBatch(again.fault) || isOdd(again.fault))) return after;
  const { findings, absent } = again.ok
    ? findingsOf(doubtful, rowsOf(doubtful, again.value, vendor))
    : { findings: faulty(NOTHING, again.fault, deps), absent: [] };
  const open = doubtful.filter((asked) => !absent.includes(asked)).map(({ id }) => id);
  return together({ ...after, denied: after.denied.filter(({ id }) => !open.includes(id)) }, findings);
}

/** Single GETs, one after the other. `before`: what was found out by now, to which this adds. */
async function askAlone(ids: readonly PolledId[], vendor: Vendor, before: Findings, deps: AskDeps): Promise<Findings> {
  const faults: { asked: PolledId; fault: Fault }[] = [];
  const answers: Findings['answers'] = [];
  const denied: Findings['denied'] = [];
  for (const asked of ids) {
    const { id } = asked;
    const result = await deps.client.get(vendor, id);
    const read = result.ok ? readTask(result.value.value, id, vendor.key) : result;
    if (read.ok && result.ok) {
      answers.push({ id, reading: read.value, raw: { form: 'answer', json: result.value.text } });
    } else if (!read.ok) {
      if (read.fault.reason === 'not_found') denied.push({ id, error: errorOf(read.fault, deps.now()) });
      else faults.push({ asked, fault: read.fault });
      // What the client could not open, it has told itself.
      if (result.ok && read.fault.reason !== 'not_found')
        deps.log({ event: 'vendor.fault', vendor: vendor.id, route: 'get', task_id: id, ...read.fault });
      if (endsTheRound(read.fault)) break;
    }
  }
  const findings = together(before, { ...NOTHING, answers, denied });
  const answered = hasAnswered(findings);
  return faults.map(({ asked, fault }) => failure(asked, fault, answered, deps)).reduce(together, findings);
}

/** Where the vendor answered well for others, a broken answer for one id is that task's own trouble. */
function failure({ id, known }: PolledId, fault: Fault, answered: boolean, deps: AskDeps): Findings {
  const error = errorOf(fault, deps.now());
  if (answered && !endsTheRound(fault)) return { ...NOTHING, failed: [{ id, error }] };
  if (!answered && !known && isOdd(fault)) return { ...NOTHING, failed: [{ id, error }], odd: [{ id, fault, error }] };
  return { ...NOTHING, fault: { fault, error } };
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
