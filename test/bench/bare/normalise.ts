// Edge: a batch's text, read so many times in one invocation: by ours, or parsed and written again, or ours with what is kept of each row.
import { openEnvelope } from '../../../src/relay/envelope.ts';
import { readBatch, rowText } from '../../../src/relay/normalize.ts';

/** What is done to the text; answers how many tasks were read. */
const WORK = {
  bare: (text) => JSON.stringify(JSON.parse(text)).length,
  ours: (text, ids) => normalised(text, ids).size,
  kept: (text, ids) =>
    [...normalised(text, ids)].map(([id, { reading, row }]) => rowText(id, reading, row)).filter((row) => row !== '')
      .length,
} satisfies Record<string, (text: string, ids: string[]) => number>;

function normalised(text: string, ids: string[]) {
  const opened = openEnvelope({ status: 200, contentType: 'application/json', retryAfter: null, body: text }, 0, {
    route: 'batch',
  });
  if (!opened.ok) throw new Error(`The batch cannot be read: ${opened.fault.reason}`);
  return readBatch(opened.value, ids).found;
}

export default {
  async fetch(request) {
    const { how, times, text, ids } = (await request.json()) as {
      how: keyof typeof WORK;
      times: number;
      text: string;
      ids: string[];
    };
    let done = 0;
    for (let turn = 0; turn < times; turn++) done = WORK[how](text, ids);
    return Response.json({ done });
  },
} satisfies ExportedHandler;
