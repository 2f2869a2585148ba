// Edge: the tools that programs have here, each by the act of a route: the same checks, the same answers.
import * as v from 'valibot';
import { type Fault, fail, ok, type Result } from '../../model/fault.ts';
import { Clip, Task } from '../../model/task.ts';
import { submittedIds } from '../../relay/task-ids.ts';
import { viewTask } from '../../views/task.ts';
import type { MemberCall } from '../context.ts';
import * as input from '../input.ts';
import { ClipPage, TrackResults } from '../output.ts';
import { faultProblem } from '../problem.ts';
import { clipsPage, readClip } from '../routes/clips.ts';
import { order } from '../routes/suno.ts';
import { beginTracking, readTask, viewContext } from '../routes/tasks.ts';
import { type Tool, tool } from './tool.ts';

const about = <Schema extends v.GenericSchema>(schema: Schema, words: string) =>
  v.pipe(schema, v.description(words)) as unknown as Schema;
const whole = (least: number, most: number) => {
  const rule = `must be a whole number from ${least} to ${most}`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(least, rule), v.maxValue(most, rule));
};
const text = v.optional(v.string('must be a string'));
const vendor = about(
  v.optional(input.VendorName),
  'Short id of the relay account; the default one where none is named.',
);

const READS = { readOnlyHint: true, openWorldHint: false } as const;
const LINKS =
  '`audio.url` is the permanent link of the file and `links.page` a page for people: give these on, never `source_url` or `stream_url`, which die.';

const findSongs = tool({
  name: 'find_songs',
  title: 'Find songs',
  description: `Searches the songs that are archived, newest first. ${LINKS}`,
  scope: 'read',
  annotations: READS,
  input: v.strictObject(
    {
      query: about(input.ClipQuery.entries.q, 'Words that all are in the title or the style; none: the newest songs.'),
      limit: about(v.optional(whole(1, 100), 20), 'Songs at most.'),
    },
    input.explain,
  ),
  output: v.object({ data: ClipPage.entries.data, has_more: ClipPage.entries.has_more }),
  run: async (call, { query, limit }) => {
    const page = await clipsPage(call, { visibility: null, q: query || null, before: null, limit });
    return ok({ data: [...page.rows], has_more: page.next_cursor !== null });
  },
});

const getSong = tool({
  name: 'get_song',
  title: 'Read a song',
  description: `One song by its slug, which is what its links have after /s/ or /media/. ${LINKS}`,
  scope: 'read',
  annotations: READS,
  input: v.strictObject({ slug: about(v.string('must be a string'), 'Its name in links.') }, input.explain),
  output: Clip,
  run: async (call, { slug }) => ok(await readClip(call, slug)),
});

const getTask = tool({
  name: 'get_task',
  title: 'Read a task',
  description: `How far a task is, and its songs (\`clips\`). With wait_seconds it answers as soon as the task has come to its end, else when the time is over. The end is \`tracking.state\` \`settled\` or \`expired\`; until then call again. ${LINKS} \`failure\` and each file's \`reason\` say why there is none.`,
  scope: 'read',
  annotations: { readOnlyHint: true, openWorldHint: true },
  input: v.strictObject(
    {
      id: about(input.Id, 'The relay’s id of the task, as make_song answers it.'),
      vendor,
      wait_seconds: about(
        v.optional(whole(0, input.WAIT_MAX_SECONDS), 0),
        `Wait so long for the end, at most ${input.WAIT_MAX_SECONDS}; 0: answer now.`,
      ),
    },
    input.explain,
  ),
  output: Task,
  run: async (call, { id, vendor: named, wait_seconds }) => {
    const known = await readTask(call, input.vendorOf(call.settings, named), id, wait_seconds || null);
    return ok(viewTask(known, viewContext(call)));
  },
});

const trackTasks = tool({
  name: 'track_tasks',
  title: 'Track tasks',
  description:
    'Follows tasks that were begun at a relay by other means, until their songs are archived. May be repeated.',
  scope: 'track',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: v.strictObject(
    { ids: about(input.TrackBody.entries.ids, 'The relay’s ids of the tasks, up to 1,000.'), vendor },
    input.explain,
  ),
  output: TrackResults,
  run: async (call, { ids, vendor: named }) => {
    const options = { webhook_url: null, visibility: null };
    return ok({ results: await beginTracking(call, input.askableVendor(call.settings, named), ids, options) });
  },
});

const Ordered = v.object({
  id: about(v.string(), 'The task: give it to get_task, with the vendor.'),
  vendor: about(v.string(), 'Short id of the relay account that makes it.'),
  ids: about(v.array(v.string()), 'Every task that the relay began for this order, `id` among them.'),
});

const makeSong = tool({
  name: 'make_song',
  title: 'Make a song',
  description:
    'Orders a song from a relay, which costs what it charges, at each call. Give a description, from which the relay writes words and style, or lyrics of your own. Answers the task at once; then call get_task with its id and wait_seconds 55 until it has come to its end, a few minutes mostly.',
  scope: 'track',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  input: v.pipe(
    v.strictObject(
      {
        description: about(text, 'What the song is about and how it sounds. Instead of lyrics.'),
        lyrics: about(text, 'The words to sing, with marks such as [Verse] and [Chorus]. Instead of a description.'),
        style: about(text, 'Genre, mood, instruments, tempo, parted by commas.'),
        title: about(text, 'The song’s title.'),
        model: about(
          text,
          'The relay’s name of the model, such as chirp-v5; the relay’s own choice where none is named.',
        ),
        instrumental: about(v.optional(v.boolean('must be true or false')), 'Without singing.'),
        vendor,
      },
      input.explain,
    ),
    v.check(
      ({ description, lyrics }) => (description === undefined) !== (lyrics === undefined),
      'needs either description or lyrics, and not both',
    ),
  ),
  output: Ordered,
  run: async (call, { vendor: named, ...wishes }) => {
    const { id: relay } = input.askableVendor(call.settings, named);
    return orderSong(call, relay, submitBody(wishes));
  },
});

interface Wishes {
  readonly [name: string]: string | boolean | undefined;
}

/** As relays of the new-api family name them; most others took their names over. */
const SUBMIT_KEYS = {
  description: 'gpt_description_prompt',
  lyrics: 'prompt',
  style: 'tags',
  title: 'title',
  model: 'mv',
  instrumental: 'make_instrumental',
} as const;

const submitBody = (wishes: Wishes): string =>
  JSON.stringify(Object.fromEntries(Object.entries(SUBMIT_KEYS).map(([name, key]) => [key, wishes[name]])));

/** What a relay says goes on as it is, keys redacted: only a reader of words can tell what it wants changed. */
const QUOTED_MAX_CHARACTERS = 500;

async function orderSong(
  call: MemberCall,
  id: string,
  body: string,
): Promise<Result<v.InferOutput<typeof Ordered>, string>> {
  const relay = input.askableVendor(call.settings, id);
  const answer = await order(call, relay, { action: 'music', query: '', text: body }, null);
  if (!answer.ok) return failedOrder(answer.fault);
  const { status, value, text: said } = answer.value;
  const ids = submittedIds(status, value);
  const quoted = said.slice(0, QUOTED_MAX_CHARACTERS);
  if (ids === null)
    return fail(
      `The relay refused the order with status ${status}: ${quoted} Nothing was made; change what it names, then call again.`,
    );
  const [first] = ids;
  if (first === undefined)
    return fail(
      `The relay took the order but names no task, so it cannot be followed here: ${quoted} Do not order it again before you have asked there.`,
    );
  return ok({ id: first, vendor: relay.id, ids });
}

/** Where no answer came, the song may be under way all the same. */
function failedOrder(fault: Fault): Result<never, string> {
  if (fault.reason !== 'unavailable' && fault.reason !== 'bad_answer') throw faultProblem(fault);
  return fail(
    `${faultProblem(fault).code}: ${fault.detail}. The relay may have taken the order all the same: ask there before you order it again, since each call costs.`,
  );
}

export const TOOLS: readonly Tool[] = [findSongs, getSong, getTask, trackTasks, makeSong];
