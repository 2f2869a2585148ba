// Pure: what is for programs that talk, in the API's document.
import { BODY_FAULTS, type SomeWords } from './operation.ts';

export const PROGRAMS = {
  callMcp: {
    tag: 'Programs',
    summary: 'Talk the Model Context Protocol',
    description:
      'Streamable HTTP without sessions: one JSON-RPC message in, its answer as JSON. Tools: `find_songs`, `get_song`, `get_task`, `track_tasks`, `make_song`, each by its own scope; what goes wrong in a tool is its result. What is no message of the protocol is 400, an `Accept` without JSON 406, both with an error of JSON-RPC.',
    body: { schema: 'any', optional: true },
    answers: {
      200: { description: 'The answer to a request.', schema: 'any' },
      202: { description: 'A notification was taken.' },
      400: { description: 'No message of the protocol, or of a version that is not known here.', schema: 'any' },
      406: { description: 'The caller does not accept JSON.', schema: 'any' },
    },
    fails: ['forbidden', ...BODY_FAULTS],
  },
  getLlmsTxt: {
    tag: 'Programs',
    summary: 'What this server is, for language models',
    answers: { 200: { description: 'Its routes and tools in one page.', types: ['text/plain'] } },
    fails: ['not_configured'],
  },
} satisfies SomeWords;
