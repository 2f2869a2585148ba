// Edge: what vendors are asked: tasks by their ids, submits, and what else a caller wants passed on. How: transport.ts.
import type { Vendor } from '../config/vendors.ts';
import { parseJson } from '../lib/json.ts';
import { fail, type Fault, ok, type Result } from '../model/fault.ts';
import { isId } from '../model/id.ts';
import { RELAY_TIMEOUT_MS } from '../model/limits.ts';
import { type RequestFacts, openEnvelope } from './envelope.ts';
import { type ClientDeps, exchange, type Outgoing, type Reply } from './transport.ts';

export interface VendorAnswer {
  /** The parsed body, and its text with the key redacted. */
  readonly value: unknown;
  readonly text: string;
}

/** A vendor's own words for the caller, whatever they say. `text` is empty where the status has no body. */
export interface RelayAnswer extends VendorAnswer {
  readonly status: number;
  readonly retry_after: string | null;
}

/** A request to pass on. `path` begins with `/suno/` and is as it came, percent-encoded; `query` with its `?`. */
export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly body: { readonly stream: ReadableStream<Uint8Array>; readonly length: number | null } | null;
}

export interface Submission {
  readonly action: string;
  readonly query: string;
  /** JSON. */
  readonly text: string;
  /** Our own hook is named in it. */
  readonly hook_named?: boolean;
}

export interface VendorClient {
  /** `GET /suno/fetch/{id}`. */
  get(vendor: Vendor, id: string): Promise<Result<VendorAnswer>>;
  /** `POST /suno/fetch`. */
  batch(vendor: Vendor, ids: readonly string[]): Promise<Result<VendorAnswer>>;
}

export interface RelayClient {
  /** `POST /suno/submit/{action}`. Never sent again: a submit costs. */
  submit(vendor: Vendor, submission: Submission): Promise<Result<RelayAnswer>>;
  pass(vendor: Vendor, passed: Passed): Promise<Result<RelayAnswer>>;
}

const JSON_BODY = { 'content-type': 'application/json' };

export function vendorClient(deps: ClientDeps): VendorClient & RelayClient {
  return {
    // Whoever named it, a stored one of an older version too: no id leads anywhere else at the vendor.
    get: async (vendor, id) =>
      isId(id)
        ? ask(deps, vendor, [id], {
            route: 'get',
            method: 'GET',
            url: vendor.base_url + vendor.fetch_path.replaceAll('{id}', encodeURIComponent(id)),
          })
        : fail({ reason: 'not_found', detail: 'No vendor has a task of this id' }),
    batch: (vendor, ids) =>
      ask(deps, vendor, ids, {
        route: 'batch',
        method: 'POST',
        url: vendor.base_url + (vendor.batch_path ?? ''),
        headers: JSON_BODY,
        body: JSON.stringify({ ids }),
      }),
    submit: (vendor, { action, query, text }) =>
      relay(deps, vendor, {
        route: 'submit',
        method: 'POST',
        url: vendor.base_url + vendor.submit_path.replaceAll('{action}', encodeURIComponent(action)) + query,
        headers: JSON_BODY,
        body: text,
      }),
    pass: (vendor, { method, path, query, headers, body }) =>
      relay(deps, vendor, {
        route: 'pass',
        method,
        url: vendor.base_url + path + query,
        headers,
        ...(body !== null && { body }),
      }),
  };
}

async function ask(
  deps: ClientDeps,
  vendor: Vendor,
  ids: readonly string[],
  outgoing: Outgoing & { route: 'get' | 'batch' },
): Promise<Result<VendorAnswer>> {
  const reply = await exchange(deps, vendor, outgoing, deps.timeoutMs);
  if (!reply.ok) return reply;
  const opened = open(deps, vendor, { route: outgoing.route, ids }, reply.value);
  return opened.ok
    ? ok({ value: opened.value, text: reply.value.text })
    : logged(deps, vendor, outgoing, { reply: reply.value, fault: opened.fault });
}

/** What is JSON is the vendor's answer, errors too; only what nobody can read is a fault. */
async function relay(deps: ClientDeps, vendor: Vendor, outgoing: Outgoing): Promise<Result<RelayAnswer>> {
  const { relayTimeoutMs = RELAY_TIMEOUT_MS } = deps;
  const reply = await exchange(deps, vendor, outgoing, relayTimeoutMs);
  if (!reply.ok) return reply;
  const { status, text, header } = reply.value;
  const retry_after = header('retry-after');
  // 204 says itself that it has no body. Outside of 200 to 599 there is no status that could be passed on.
  if (status === 204) return ok({ status, text: '', value: null, retry_after });
  const parsed = parseJson(text);
  if (parsed.ok && status >= 200 && status <= 599) return ok({ status, text, value: parsed.value, retry_after });
  const opened = open(deps, vendor, { route: 'relay' }, reply.value);
  const fault: Fault = opened.ok
    ? { reason: 'bad_answer', what: 'no_endpoint', status, detail: `Not a relay API: status ${status}` }
    : opened.fault;
  return logged(deps, vendor, outgoing, { reply: reply.value, fault });
}

function open(deps: ClientDeps, vendor: Vendor, asked: RequestFacts, { status, header, text }: Reply): Result<unknown> {
  const answer = {
    status,
    contentType: header('content-type'),
    retryAfter: header('retry-after'),
    body: text,
  };
  return openEnvelope(answer, deps.now(), { ...asked, vendorKey: vendor.key });
}

function logged(
  deps: ClientDeps,
  vendor: Vendor,
  { route }: Outgoing,
  { reply: { status, header }, fault }: { reply: Reply; fault: Fault },
): Result<never> {
  deps.log({
    event: 'vendor.fault',
    vendor: vendor.id,
    route,
    status,
    ...fault,
    vendor_request_id: header('x-oneapi-request-id'),
  });
  return fail(fault);
}
