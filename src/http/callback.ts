// Pure: may longplay call the address that a caller names: a task's webhook, a submit's own callback?
import { checkAddress } from '../net/address.ts';
import type { MemberCall } from './context.ts';
import { invalid } from './input.ts';

/** `name`: the key under which the caller gave it. */
export function checkCallback(name: string, address: string, { settings, base, url }: MemberCall): void {
  const ownOrigins = [base, url.origin, ...(settings.media_base_url === null ? [] : [settings.media_base_url])];
  const checked = checkAddress(address, { allowPrivate: settings.allow_private_hosts, ownOrigins });
  if (!checked.ok) throw invalid([{ path: name, message: `is not allowed: ${checked.fault}` }]);
}
