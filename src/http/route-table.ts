// Pure: the route table (CONTRACT 6 to 8): each path with its method, the scope that it needs and its handler.
import type { RouterType } from 'itty-router';
import type { Scope } from '../config/tokens.ts';
import { DEFAULT_COVER } from '../views/default-cover.ts';
import { M3U_PATH, XSPF_PATH } from '../views/feeds/playlist.ts';
import { FEED_PATH } from '../views/feeds/rss.ts';
import type { KnownToken } from './auth.ts';
import type { Call, MemberCall } from './context.ts';
import { clipsZip, taskZip } from './files/archives.ts';
import { files } from './files/media.ts';
import { openApiRoute } from './openapi/route.ts';
import { MCP_PATH } from './paths.ts';
import { health, metrics, reindexLedger, resumeVendor, stats, verifyMedia } from './routes/admin.ts';
import { changeClip, deleteClip, getClip, listClips } from './routes/clips.ts';
import { consoleFile, consolePage } from './routes/console.ts';
import { listEvents } from './routes/events.ts';
import { feed, m3u, xspf } from './routes/feeds.ts';
import { hook } from './routes/hooks.ts';
import { importTasks } from './routes/import.ts';
import { llms } from './routes/llms.ts';
import { mcpRoute } from './routes/mcp.ts';
import { defaultCoverRoute, embed, library, oembed, share } from './routes/pages.ts';
import { dropInBatch, dropInGet, dropInPass, dropInSubmit } from './routes/suno.ts';
import { deleteTask, fetchTasks, getTask, listTasks, retryTask, trackTasks } from './routes/tasks.ts';

export type Answer = Promise<Response> | Response;
type Handler = (...request: never[]) => Answer;

/** What stands before a handler: nothing, or a token of a scope. */
export interface Gates {
  open(handle: (call: Call) => Answer): Handler;
  member(scope: Scope, handle: (call: MemberCall) => Answer): Handler;
  /** No such path, or another method than it knows. */
  nowhere: Handler;
}

/** In this order: of two patterns that fit a path, the first one answers. What is asked most comes first: each pattern before it is tried. */
export function addRoutes(router: RouterType, { open, member, nowhere }: Gates, known: readonly KnownToken[]): void {
  router.get('/media/*', open(files));

  router.get('/v1/tasks', member('read', listTasks));
  router.post('/v1/tasks', member('track', trackTasks));
  router.post('/v1/tasks/fetch', member('read', fetchTasks));
  router.post('/v1/tasks/import', member('track', importTasks));
  router.get('/v1/tasks/:id', member('read', getTask));
  router.get('/v1/tasks/:id/archive.zip', member('read', taskZip));
  router.delete('/v1/tasks/:id', member('admin', deleteTask));
  router.post('/v1/tasks/:id/retry', member('track', retryTask));

  router.get(
    '/health',
    open((call) => health(call, known)),
  );
  router.get('/openapi.json', open(openApiRoute()));
  router.get(FEED_PATH, open(feed));
  router.get(M3U_PATH, open(m3u));
  router.get(XSPF_PATH, open(xspf));

  router.get(DEFAULT_COVER.path, open(defaultCoverRoute()));
  router.get('/llms.txt', open(llms));

  router.get('/', open(library));
  router.get('/s/:slug', open(share));
  router.get('/embed/:slug', open(embed));
  router.get('/oembed', open(oembed));

  router.get('/console', open(consolePage));
  router.get('/console/:file', open(consoleFile));

  router.get('/v1/clips', member('read', listClips));
  router.get('/v1/clips.zip', member('read', clipsZip));
  router.get('/v1/clips/:slug', member('read', getClip));
  router.patch('/v1/clips/:slug', member('admin', changeClip));
  router.delete('/v1/clips/:slug', member('admin', deleteClip));
  router.get('/v1/events', member('read', listEvents));
  router.get('/v1/stats', member('read', stats));
  router.get('/metrics', member('read', metrics));
  router.post('/v1/vendors/:id/resume', member('admin', resumeVendor));
  router.post('/v1/maintenance/reindex', member('admin', reindexLedger));
  router.post('/v1/maintenance/verify', member('admin', verifyMedia));

  router.get('/suno/fetch/:id', member('read', dropInGet));
  router.post('/suno/fetch', member('read', dropInBatch));
  router.post('/suno/submit/:action', member('track', dropInSubmit));
  // With another method these are nobody's: the vendor has no such route either.
  router.all('/suno/fetch', nowhere);
  router.all('/suno/fetch/:id', nowhere);
  router.all('/suno/:rest+', member('track', dropInPass));

  router.post(MCP_PATH, member('read', mcpRoute()));

  router.post('/hooks/:vendor/:secret', open(hook));

  router.all('*', nowhere);
}
