// Pure: one row of the route table: what a request must bring, and what its handler is handed of it. Types mostly.
import type * as v from 'valibot';
import type { Scope } from '../config/tokens.ts';
import type { Call, MemberCall } from './context.ts';

export type HandlerResult = Promise<Response> | Response;
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `json`: of that type. `optional`: none counts as `{}`. `relay`: JSON whatever type it claims to be of, as relays take it. */
export interface BodyRule<Schema extends v.GenericSchema = v.GenericSchema> {
  readonly form: 'json' | 'optional' | 'relay';
  readonly schema: Schema;
}
type BodyOf = <Schema extends v.GenericSchema>(schema: Schema) => BodyRule<Schema>;
export const jsonBody: BodyOf = (schema) => ({ form: 'json', schema });
export const optionalBody: BodyOf = (schema) => ({ form: 'optional', schema });
export const relayBody: BodyOf = (schema) => ({ form: 'relay', schema });

/** Checked in this order: scope, settings, query, subject, body. */
export interface Rules {
  /** Null: open to all. */
  readonly scope: Scope | null;
  /** Open routes ignore what they do not know, and so do guarded ones that name none; under `/v1` it is refused. */
  readonly query?: v.GenericSchema;
  /** What path and query name, once it is known to be right: a task, a song, a vendor. */
  readonly subject?: (call: MemberCall, query: never) => unknown;
  readonly body?: BodyRule;
  /** Paths that a pattern for any method leaves to other routes. */
  readonly except?: readonly string[];
}

export interface JsonBodyOf<Value> {
  readonly body: Value;
  /** As it came. */
  readonly text: string;
}

/** What a handler gets under these rules. */
export type CallUnder<Own extends Rules> = (Own['scope'] extends null ? Call : MemberCall) &
  (Own extends { query: infer Schema extends v.GenericSchema } ? { readonly query: v.InferOutput<Schema> } : unknown) &
  (Own extends { subject: (...given: never[]) => infer Subject } ? { readonly subject: Subject } : unknown) &
  (Own extends { body: BodyRule<infer Schema> } ? JsonBodyOf<v.InferOutput<Schema>> : unknown);

/** `:id` is one segment; `:rest+` and `*` are all that follow. */
export interface Route<Id extends string = string> {
  readonly id: Id;
  readonly method: Method | 'ALL';
  readonly path: string;
  readonly rules: Rules;
  readonly handle: (call: never) => HandlerResult;
}

export function route<const Id extends string, const Own extends Rules>(
  id: Id,
  at: `${Method | 'ALL'} /${string}`,
  rules: Own & SubjectOf<Own>,
  handle: (call: CallUnder<Own>) => HandlerResult,
): Route<Id> {
  const [method, path = ''] = at.split(' ');
  return { id, method: method as Route['method'], path, rules, handle };
}

/** A subject may look at the query as its own schema reads it. */
type SubjectOf<Own extends Rules> = Own extends { query: infer Schema extends v.GenericSchema }
  ? { readonly subject?: (call: MemberCall, query: v.InferOutput<Schema>) => unknown }
  : unknown;
