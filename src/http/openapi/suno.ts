// Pure: the drop-in routes in the API's document, each for the default vendor and under a vendor's name.
import { type SomeWords, type Variant, VENDOR_FAULTS } from './operation.ts';

/** Whatever the vendor says. */
const PASSED_ON = {
  200: { description: 'The vendor’s answer.', schema: 'any', headers: ['Retry-After'] },
  default: { description: 'The vendor’s answer, with its status.', schema: 'any', headers: ['Retry-After'] },
} as const;

const HEADERS = ['Retry-After', 'Idempotent-Replayed'] as const;
const FAILED_BEFORE = {
  description: 'What the first request with this Idempotency-Key failed with.',
  headers: ['Idempotent-Replayed'],
} as const;
const ORDERED = {
  200: { ...PASSED_ON[200], headers: HEADERS },
  502: FAILED_BEFORE,
  503: FAILED_BEFORE,
  default: { ...PASSED_ON.default, headers: HEADERS },
} as const;

export const DROP_IN = {
  dropInFetchOne: {
    tag: 'Drop-in',
    summary: 'Read one task in its vendor’s format',
    description:
      'The vendor’s own JSON without its internal fields. URLs of archived files are permanent links, those of pending ones stable links that lead there.',
    answers: {
      200: { description: 'The vendor’s answer with links that last.', schema: 'any' },
      400: { description: 'The vendor does not know the task: `task_not_exist`.', schema: 'RelayFailure' },
    },
    fails: ['not_found', ...VENDOR_FAULTS],
  },
  dropInFetchMany: {
    tag: 'Drop-in',
    summary: 'Read many tasks in their vendor’s format',
    description:
      'Ids that the vendor does not know are left out. JSON is taken whatever its content type; no ids or an empty list bring no rows.',
    answers: { 200: { description: 'The rows, in the order of the request.', schema: 'RelayBatch' } },
    fails: ['not_found', ...VENDOR_FAULTS],
  },
  dropInSubmit: {
    tag: 'Drop-in',
    summary: 'Start a task at the vendor',
    description:
      'Passed on with the vendor’s key, once; the task is tracked from then on. A `notify_hook` in the body is called by longplay when the task is over; one that is not a public https address is refused before the vendor is asked. JSON is taken whatever its content type; the vendor has 100 s for its answer. A repeat under the same Idempotency-Key orders nothing: it is answered as the first one was, which may be a failure; while that is under way, or where its end is not known, with 409; for another order with 422.',
    headers: ['Idempotency-Key'],
    answers: ORDERED,
    fails: ['not_found', 'idempotency_conflict', 'idempotency_mismatch', ...VENDOR_FAULTS],
  },
  dropInPass: (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method): Variant => {
    const name = `${method.charAt(0)}${method.slice(1).toLowerCase()}`;
    return {
      id: `dropInPass${name}`,
      method,
      path: '/suno/{path}',
      tag: 'Drop-in',
      summary: `${name} any other path of the relay`,
      description: 'Method, query and body go to the vendor unread, with its key; its answer comes back, redacted.',
      ...(method !== 'GET' && method !== 'DELETE' && { body: { schema: 'any', types: ['*/*'], optional: true } }),
      answers: PASSED_ON,
      fails: ['invalid_request', 'not_found', ...VENDOR_FAULTS],
    };
  }),
} satisfies SomeWords;
