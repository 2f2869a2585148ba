// Edge: routes for those who run it (CONTRACT 6): health.
import { json } from './answer.ts';
import { findToken, settingsOrProblem, type KnownToken } from './auth.ts';
import { HEALTH_PARTS, type Call } from './deps.ts';

/** The parts are for those with a token: they name vendors and what is wrong with them. */
export async function health({ request, deps }: Call, known: readonly KnownToken[]): Promise<Response> {
  settingsOrProblem(deps.settings);
  if (findToken(request.headers.get('authorization'), known) === null) return json({ status: 'ok' });
  const parts = await deps.health();
  // A vendor that is down is no fault of this service: what it knows, it answers.
  const sound = HEALTH_PARTS.every((part) => part === 'vendors' || parts[part] === 'ok');
  return json({ status: sound ? 'ok' : 'failing', parts }, sound ? 200 : 503);
}
