// Pure: an event's bytes → the headers of Standard Webhooks, by which a receiver knows that they are ours and new.
import { Webhook } from 'standardwebhooks';

/** `at`: the time of this try, or a receiver would take a late one for a replay. Each secret signs: that is how one is replaced. */
export function signedHeaders(
  id: string,
  body: string,
  secrets: readonly string[],
  at: number,
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), body)).join(' '),
  };
}
