// Pure: what a path tells before its route is looked up: who may ask and read, and whose relay it names.
import { RESERVED_IDS } from '../config/vendors.ts';
import { DEFAULT_COVER } from '../views/default-cover.ts';
import { M3U_PATH, XSPF_PATH } from '../views/feeds/playlist.ts';
import { FEED_PATH } from '../views/feeds/rss.ts';

/** `/suno/suno/x` is the default vendor's: no vendor is called `suno`. */
const DROP_IN = /^(?:\/(?!suno\/)([a-z0-9-]{1,32}))?(\/suno\/.*)$/;
/** Beside the drop-in routes only these ask for a token. */
const API = /^\/(?:v1\/|metrics$|mcp$)/;
const isFile = (path: string): boolean => path.startsWith('/media/') || path === DEFAULT_COVER.path;
/** Beside files: what pages of any origin may read. */
const SHARED: readonly string[] = [FEED_PATH, M3U_PATH, XSPF_PATH, '/oembed', '/openapi.json', '/llms.txt'];

export const MCP_PATH = '/mcp';

export interface PathFacts {
  /** What is looked up in the route table: a vendor's own path without the vendor. */
  readonly route: string;
  readonly vendor: string | undefined;
  readonly drop_in: boolean;
  readonly guarded: boolean;
  /** Any origin's pages may read it. */
  readonly shared: boolean;
  /** It is read in ranges. */
  readonly file: boolean;
}

/** `/gptge/suno/fetch/x` → `/suno/fetch/x` of vendor `gptge`. Whether there is such a vendor is told to tokens only. */
export function readPath(path: string): PathFacts {
  const [, vendor, rest] = DROP_IN.exec(path) ?? [];
  if (rest !== undefined && !(vendor !== undefined && RESERVED_IDS.includes(vendor))) {
    return { route: rest, vendor, drop_in: true, guarded: true, shared: false, file: false };
  }
  // The page is one, with and without the slash that people put after what looks like a folder.
  const route = path === '/console/' ? '/console' : path;
  const file = isFile(path);
  const shared = file || SHARED.includes(path);
  return { route, vendor: undefined, drop_in: false, guarded: API.test(path), shared, file };
}

/** Of `/mcp` only the one method that there is. */
export const asksForToken = ({ guarded, route }: PathFacts, method: string): boolean =>
  guarded && (route !== MCP_PATH || method === 'POST');
