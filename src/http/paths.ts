// Pure: what a path asks for before any route is looked up: whether it needs a token, and whose relay it names.
import { RESERVED_IDS } from '../config/vendors.ts';

/** `/suno/suno/x` is the default vendor's: no vendor is called `suno`. */
const DROP_IN = /^(?:\/(?!suno\/)([a-z0-9-]{1,32}))?(\/suno\/.*)$/;
/** CONTRACT 2: only these ask for a token. */
const API = /^\/(?:v1\/|metrics$|mcp$)/;

export const MCP_PATH = '/mcp';

export interface Place {
  /** Where the route table is looked up: a vendor's own path without the vendor. */
  readonly path: string;
  readonly vendor: string | undefined;
  readonly drop_in: boolean;
  readonly guarded: boolean;
}

/** `/gptge/suno/fetch/x` → `/suno/fetch/x` of vendor `gptge`. Whether there is such a vendor is told to tokens only. */
export function placeOf(path: string): Place {
  const [, vendor, rest] = DROP_IN.exec(path) ?? [];
  if (rest !== undefined && !(vendor !== undefined && RESERVED_IDS.includes(vendor))) {
    return { path: rest, vendor, drop_in: true, guarded: true };
  }
  // The page is one, with and without the slash that people put after what looks like a folder.
  const route = path === '/console/' ? '/console' : path;
  return { path: route, vendor: undefined, drop_in: false, guarded: API.test(path) };
}

/** Of `/mcp` only the one method that there is. */
export const asksForToken = ({ guarded, path }: Place, method: string): boolean =>
  guarded && (path !== MCP_PATH || method === 'POST');

/** Vendors' servers decode what we do not: this often at most, and further layers are nobody's honest path. */
const DECODED_TIMES = 3;

/** Whether a path, as it is or decoded, climbs out of where it begins: `..%2f`, `%252e%252e`, `..%5c`. */
export function climbs(path: string): boolean {
  let decoded = path;
  for (let time = 0; time <= DECODED_TIMES; time++) {
    if (decoded.split(/[/\\]/).some((segment) => /^\.{1,2}(?:;|$)/.test(segment))) return true;
    try {
      const next = decodeURIComponent(decoded);
      if (next === decoded) return false;
      decoded = next;
    } catch {
      // URIError: a stray %, which no decoder turns into dots.
      return false;
    }
  }
  return true;
}
