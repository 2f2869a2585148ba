// Pure: what a path asks for before any route is looked up: whether it needs a token, and whose relay it names.
import { RESERVED_IDS } from '../config/vendors.ts';

/** `/suno/suno/x` is the default vendor's: no vendor is called `suno`. */
const DROP_IN = /^(?:\/(?!suno\/)([a-z0-9-]{1,32}))?(\/suno\/.*)$/;
/** Beside the drop-in routes only these ask for a token. */
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
