// Pure: bodies of answers beside tasks, clips and events. The API's document says them, tests hold answers to them.
import * as v from 'valibot';
import { Event } from '../model/event.ts';
import { VendorStats } from '../model/stats.ts';
import { Clip, Task } from '../model/task.ts';
import { type ProblemCode, PROBLEMS } from './problem.ts';

const text = v.nullable(v.string());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];
const code = v.picklist(PROBLEM_CODES);

const problem = {
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: text,
  code,
  retryable: v.boolean(),
  request_id: v.string(),
};
export const ProblemBody = v.object(problem);
export const InputMistake = v.object({ path: v.string(), message: v.string() });
export const InvalidRequest = v.object({
  ...problem,
  code: v.literal('invalid_request'),
  errors: v.array(InputMistake),
});
/** For one of many in an answer that is no failure as a whole. */
export const ProblemEntry = v.object({ code, title: v.string(), detail: text, retryable: v.boolean() });
/** As a relay words its failures. */
export const RelayFailure = v.object({
  code: v.picklist(['task_not_exist', ...PROBLEM_CODES]),
  message: v.string(),
  data: v.null(),
});
export const RelayBatch = v.object({
  code: v.literal('success'),
  message: v.string(),
  data: v.array(v.record(v.string(), v.unknown())),
});

export const FetchedTask = v.object({ id: v.string(), task: Task });
export const FailedTask = v.object({ id: v.string(), error: ProblemEntry });
export const FetchResults = v.object({ results: v.array(v.union([FetchedTask, FailedTask])) });

export const TrackedTask = v.object({ id: v.string(), created: v.boolean() });
export const RefusedAnswer = v.object({ error: ProblemEntry });
export const TrackResults = v.object({ results: v.array(TrackedTask) });
export const ImportResults = v.object({ results: v.array(v.union([TrackedTask, RefusedAnswer])) });

const page = <Row extends v.GenericSchema>(row: Row) =>
  v.object({ data: v.array(row), has_more: v.boolean(), next_cursor: text });
export const TaskPage = page(Task);
export const ClipPage = page(Clip);
export const EventPage = page(Event);

/** A vendor after its pause was lifted. */
export const ResumedVendor = v.object({ vendor: v.string(), ...VendorStats.entries });

export const Reindexed = v.object({ tasks: count, clips: count, next_cursor: text });
export const StoredProblem = v.object({
  key: v.string(),
  problem: v.picklist(['missing', 'size', 'sha256', 'orphan']),
});
export const Verified = v.object({ checked: count, problems: v.array(StoredProblem), next_cursor: text });

/** `ok`, or what is wrong. */
export const HealthParts = v.object({
  ledger: v.string(),
  buckets: v.string(),
  queues: v.string(),
  vendors: v.string(),
  sweep: v.string(),
});
export const Health = v.object({ status: v.picklist(['ok', 'failing']), parts: v.optional(HealthParts) });
