// Pure: what a tool of the Model Context Protocol is, and what its result looks like to a client.
import * as v from 'valibot';
import type { Scope } from '../../config/tokens.ts';
import type { Result } from '../../model/fault.ts';
import type { MemberCall } from '../context.ts';
import { parseBody } from '../input.ts';
import { type Problem, type ProblemCode, PROBLEMS } from '../problem.ts';

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly scope: Scope;
  readonly input: v.GenericSchema;
  readonly output: v.GenericSchema;
  readonly annotations: Readonly<Record<string, boolean>>;
  /** The value, or what a failure of the tool's own says and what to do about it. May throw a Problem. */
  call(call: MemberCall, given: Record<string, unknown>): Promise<Result<object, string>>;
}

interface ToolOf<Input extends v.GenericSchema, Output extends v.GenericSchema> extends Omit<Tool, 'call'> {
  readonly input: Input;
  readonly output: Output;
  run(call: MemberCall, given: v.InferOutput<Input>): Promise<Result<v.InferOutput<Output> & object, string>>;
}

export const tool = <Input extends v.GenericSchema, Output extends v.GenericSchema>({
  run,
  ...facts
}: ToolOf<Input, Output>): Tool => ({
  ...facts,
  call: (call, given) => run(call, parseBody(facts.input, whatIsThere(given))),
});

/** Models write null or an empty text for what they leave out. */
const whatIsThere = (given: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== ''));

/** The value twice: as such, and as text for clients from before 2025-06-18. */
export const toolResult = (outcome: Result<object, string>): object =>
  outcome.ok
    ? { content: [{ type: 'text', text: JSON.stringify(outcome.value) }], structuredContent: outcome.value }
    : { content: [{ type: 'text', text: outcome.fault }], isError: true };

const ASK_OPERATOR = 'Tell who runs this server; meanwhile another vendor may do.';
const ADVICE: Partial<Record<ProblemCode, string>> = {
  invalid_request: 'Correct the arguments and call again.',
  forbidden: 'Ask who runs this server for a token of that scope.',
  not_found: 'Check the id, the slug and the vendor; find_songs tells which songs there are.',
  gone: 'It does not come back; choose another song.',
  not_configured: 'Tell who runs this server.',
  vendor_unauthorized: ASK_OPERATOR,
  vendor_forbidden: ASK_OPERATOR,
};

/** `not_found: There is no such clip. Check the id, …` */
export function problemText(problem: Problem): string {
  const { code, detail, headers } = problem;
  const { title, retryable } = PROBLEMS[code];
  const wait = headers['Retry-After'];
  const later = wait === undefined ? 'Call again later.' : `Call again in ${wait} s.`;
  const advice = ADVICE[code] ?? (retryable ? later : '');
  return `${code}: ${(detail ?? title).replace(/\.$/, '')}. ${advice}`.trim();
}
