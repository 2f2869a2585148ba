// Pure: a poll's report as the ledger takes it: the same answers as before by name, and not too much at a time.
import type { PolledId, PollReport } from '../ledger/api.ts';
import { isEmptyEnd } from '../model/lifecycle.ts';
import { ANSWER_MAX_BYTES } from '../model/limits.ts';
import { fingerprint } from '../model/state.ts';

/** `asked`: what the ledger knew of the ids when it handed them out. */
export function condensed(report: PollReport, asked: readonly PolledId[]): PollReport {
  const heardOf = new Map(asked.map(({ id, heard }) => [id, heard ?? null]));
  const isSame = ({ id, reading }: PollReport['answers'][number]): boolean => {
    const heard = heardOf.get(id) ?? null;
    return heard !== null && heard === fingerprint(reading);
  };
  const unchanged = report.answers.filter(isSame).map(({ id }) => id);
  const again = new Set(unchanged);
  return { ...report, answers: report.answers.filter(({ id }) => !again.has(id)), unchanged };
}

/** Answers that call a task done and hold nothing that is understood, for the log. */
export const unreadIn = ({ vendor, answers }: PollReport): object[] =>
  answers
    .filter(({ reading }) => isEmptyEnd(reading))
    .map(({ id, reading: { vendor_status, keys } }) => ({
      event: 'vendor.nothing_readable',
      vendor,
      task_id: id,
      vendor_status,
      keys,
    }));

/** The parts follow one another: until the last one the ids of the others are still being told of. */
export function inParts(report: PollReport): PollReport[] {
  const parts: PollReport['answers'][] = [[]];
  let size = 0;
  for (const answer of report.answers) {
    const own = answer.raw.json.length * 2;
    if (size > 0 && size + own > ANSWER_MAX_BYTES) {
      parts.push([]);
      size = 0;
    }
    size += own;
    parts.at(-1)?.push(answer);
  }
  return parts.map((answers, index) => {
    const rest = parts.slice(index + 1).flatMap((part) => part.map(({ id }) => id));
    const named = new Set(answers.map(({ id }) => id));
    if (rest.length === 0 && index === 0) return report;
    if (rest.length === 0)
      return {
        ...report,
        answers,
        reply: report.reply.filter((id) => named.has(id)),
        unchanged: [],
        denied: [],
        failed: [],
        solo: [],
        deferred: [],
      };
    const others = index === 0 ? report : { ...report, unchanged: [], denied: [], failed: [], solo: [], deferred: [] };
    const reply = report.reply.filter((id) => named.has(id));
    return { ...others, answers, reply, fault: null, more: [...report.more, ...rest] };
  });
}
