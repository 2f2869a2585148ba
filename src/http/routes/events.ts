// Edge: the log of what happened, oldest first; each event's data as it was rendered once.
import type { EventPage } from '../../ledger/messages.ts';
import { eventText } from '../../model/event.ts';
import { renderLogged } from '../../views/task.ts';
import type { MemberCall } from '../context.ts';
import type { EventQuery } from '../input.ts';
import { listAnswer, listOf } from '../respond.ts';
import { viewContext } from './tasks.ts';

type Row = EventPage['events'][number];

/**
 * The cursor is the id of the last event seen. At the end of the log `next_cursor` is null, as in every list: who
 * follows the log asks again later with the id of the last event that he saw.
 */
export async function listEvents(call: MemberCall & { query: EventQuery }): Promise<Response> {
  const { cursor = null, type = null, limit } = call.query;
  const { events, unrendered } = await call.deps.ledger.events({ after: cursor, type, limit: limit + 1 });
  const page = listOf(events, limit, ({ id }) => id);
  const kept = await keep(page.rows, unrendered, call);
  // A row without data was pruned between the two questions: it is as old as the log gets.
  const texts = page.rows.flatMap((event) => {
    const data = event.data ?? kept.get(event.id);
    return data === undefined ? [] : [eventText(event, data)];
  });
  return listAnswer(call, page, `[${texts.join(',')}]`);
}

/** What is kept of the events that nobody rendered before, by their ids. Of two that render at once the ledger chooses one. */
async function keep(page: readonly Row[], unrendered: EventPage['unrendered'], call: MemberCall) {
  const shown = new Set(page.map(({ seq }) => seq));
  const rows = new Map(unrendered.filter(({ seq }) => shown.has(seq)).map((logged) => [logged.seq, logged]));
  const context = viewContext(call);
  const rendered = [...rows.values()].map((logged) => ({ seq: logged.seq, data: renderLogged(logged, context) }));
  const kept = rendered.length === 0 ? [] : await call.deps.ledger.keepRendered(rendered);
  return new Map(
    kept.flatMap(({ seq, data }) =>
      (rows.get(seq)?.events ?? []).flatMap(({ id }, index) => {
        const text = data[index];
        return text === undefined ? [] : [[id, text] as const];
      }),
    ),
  );
}
