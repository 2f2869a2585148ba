// Pure: problem codes → responses of the API's document, made from the table that the answers are made from.
import { PROBLEMS, type ProblemCode } from '../problem.ts';
import { headerRefs, type ResponseHeader } from './parameters.ts';
import { schemaRef, type Json } from './schemas.ts';

export type Wording = 'problem' | 'relay';

const HEADERS: Partial<Record<ProblemCode, readonly ResponseHeader[]>> = {
  unauthorized: ['WWW-Authenticate'],
  method_not_allowed: ['Allow'],
  idempotency_conflict: ['Retry-After'],
  precondition_failed: ['ETag', 'Last-Modified', 'Accept-Ranges'],
  range_not_satisfiable: ['Content-Range', 'ETag', 'Last-Modified', 'Accept-Ranges'],
  rate_limited: ['Retry-After'],
  vendor_rate_limited: ['Retry-After'],
  vendor_unavailable: ['Retry-After'],
};

/** The codes that share a status stand together, since OpenAPI knows one response for each status. */
export const byStatus = (codes: readonly ProblemCode[]): Map<number, ProblemCode[]> =>
  Map.groupBy(codes, (code) => PROBLEMS[code].status);

/** `vendor_unavailable.not_configured`, `relay.unauthorized`: what a group of codes is called among the responses. */
export const failureName = (codes: readonly ProblemCode[], wording: Wording): string =>
  [...(wording === 'relay' ? [wording] : []), ...codes].join('.');

export function failure(codes: readonly ProblemCode[], wording: Wording): Json {
  const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' ');
  const headers = headerRefs(codes.flatMap((code) => HEADERS[code] ?? []));
  if (wording === 'relay')
    return { description, headers, content: { 'application/json': { schema: schemaRef('RelayFailure') } } };
  const [only] = codes;
  const schema =
    only === 'invalid_request'
      ? schemaRef('InvalidRequest')
      : { allOf: [schemaRef('Problem'), { type: 'object', properties: { code: { type: 'string', enum: codes } } }] };
  return { description, headers, content: { 'application/problem+json': { schema } } };
}
