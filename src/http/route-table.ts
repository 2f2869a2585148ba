// Pure: the route table: each route's id, method, path, what it asks of a request, and its handler.
import * as v from 'valibot';
import { DEFAULT_COVER } from '../views/default-cover.ts';
import { M3U_PATH, XSPF_PATH } from '../views/feeds/playlist.ts';
import { FEED_PATH } from '../views/feeds/rss.ts';
import { clipsZip, taskZip } from './files/archives.ts';
import { files } from './files/media.ts';
import * as input from './input.ts';
import { MCP_PATH } from './paths.ts';
import { jsonBody, optionalBody, relayBody, route } from './route.ts';
import * as admin from './routes/admin.ts';
import * as clips from './routes/clips.ts';
import { consoleFile, consolePage } from './routes/console.ts';
import { llms, openApi } from './routes/documents.ts';
import { listEvents } from './routes/events.ts';
import { feed, m3u, xspf } from './routes/feeds.ts';
import { hook } from './routes/hooks.ts';
import { importTasks } from './routes/import.ts';
import { mcpRoute } from './routes/mcp.ts';
import * as pages from './routes/pages.ts';
import * as suno from './routes/suno.ts';
import * as tasks from './routes/tasks.ts';

const OPEN = { scope: null } as const;
/** What a task's own routes ask for; a song's. */
const TASK = { query: input.TaskQuery, subject: tasks.taskSubject } as const;
const CLIP = { subject: clips.clipSubject } as const;
const NO_BODY = optionalBody(input.NoBody);

/** In this order: of two patterns that fit a path, the first one answers. What is asked most comes first: each pattern before it is tried. */
export const ROUTES = [
  route('readMedia', 'GET /media/*', { scope: null, query: input.DownloadQuery }, files),

  route('listTasks', 'GET /v1/tasks', { scope: 'read', query: input.ListQuery }, tasks.listTasks),
  route('trackTasks', 'POST /v1/tasks', { scope: 'track', body: jsonBody(input.TrackBody) }, tasks.trackTasks),
  route('fetchTasks', 'POST /v1/tasks/fetch', { scope: 'read', body: jsonBody(input.FetchBody) }, tasks.fetchTasks),
  route('importTasks', 'POST /v1/tasks/import', { scope: 'track', body: jsonBody(input.ImportBody) }, importTasks),
  route('getTask', 'GET /v1/tasks/:id', { scope: 'read', ...TASK }, tasks.getTask),
  route('zipTask', 'GET /v1/tasks/:id/archive.zip', { scope: 'read', ...TASK }, taskZip),
  route('deleteTask', 'DELETE /v1/tasks/:id', { scope: 'admin', ...TASK }, tasks.deleteTask),
  route('retryTask', 'POST /v1/tasks/:id/retry', { scope: 'track', ...TASK, body: NO_BODY }, tasks.retryTask),

  route('getHealth', 'GET /health', OPEN, admin.health),
  route('getOpenApi', 'GET /openapi.json', OPEN, openApi),
  route('getFeed', `GET ${FEED_PATH}`, OPEN, feed),
  route('getM3uPlaylist', `GET ${M3U_PATH}`, OPEN, m3u),
  route('getXspfPlaylist', `GET ${XSPF_PATH}`, OPEN, xspf),
  route('getLlmsTxt', 'GET /llms.txt', OPEN, llms),

  route('getDefaultCover', `GET ${DEFAULT_COVER.path}`, OPEN, pages.defaultCoverRoute()),

  route('getLibrary', 'GET /', { scope: null, query: pages.LibraryQuery }, pages.library),
  route('getSongPage', 'GET /s/:slug', { scope: null, query: pages.PageQuery }, pages.share),
  route('getEmbed', 'GET /embed/:slug', { scope: null, query: pages.PageQuery }, pages.embed),
  route('getOEmbed', 'GET /oembed', { scope: null, query: pages.OEmbedQuery }, pages.oembed),

  route('getConsole', 'GET /console', OPEN, consolePage),
  route('getConsoleFile', 'GET /console/:file', OPEN, consoleFile),

  route('listClips', 'GET /v1/clips', { scope: 'read', query: input.ClipQuery }, clips.listClips),
  route('zipClips', 'GET /v1/clips.zip', { scope: 'read', query: input.ClipsQuery }, clipsZip),
  route('getClip', 'GET /v1/clips/:slug', { scope: 'read', ...CLIP }, clips.getClip),
  route(
    'changeClip',
    'PATCH /v1/clips/:slug',
    { scope: 'admin', ...CLIP, body: jsonBody(input.ClipBody) },
    clips.changeClip,
  ),
  route('takeDownClip', 'DELETE /v1/clips/:slug', { scope: 'admin', ...CLIP }, clips.deleteClip),
  route('listEvents', 'GET /v1/events', { scope: 'read', query: input.EventQuery }, listEvents),
  route('getStats', 'GET /v1/stats', { scope: 'read' }, admin.stats),
  route('getMetrics', 'GET /metrics', { scope: 'read' }, admin.metrics),
  route(
    'resumeVendor',
    'POST /v1/vendors/:id/resume',
    { scope: 'admin', subject: admin.vendorSubject, body: NO_BODY },
    admin.resumeVendor,
  ),
  route(
    'reindex',
    'POST /v1/maintenance/reindex',
    { scope: 'admin', body: optionalBody(input.ReindexBody) },
    admin.reindexLedger,
  ),
  route(
    'verify',
    'POST /v1/maintenance/verify',
    { scope: 'admin', body: optionalBody(input.VerifyBody) },
    admin.verifyMedia,
  ),

  route('dropInFetchOne', 'GET /suno/fetch/:id', { scope: 'read', subject: suno.relayTaskSubject }, suno.dropInGet),
  route(
    'dropInFetchMany',
    'POST /suno/fetch',
    { scope: 'read', subject: suno.relaySubject, body: relayBody(v.nullish(input.DropInFetchBody, {})) },
    suno.dropInBatch,
  ),
  route(
    'dropInSubmit',
    'POST /suno/submit/:action',
    { scope: 'track', subject: suno.actionSubject, body: relayBody(v.unknown()) },
    suno.dropInSubmit,
  ),
  // With another method those are nobody's: the vendor has no such route either.
  route(
    'dropInPass',
    'ALL /suno/:rest+',
    { scope: 'track', subject: suno.askedRelaySubject, except: ['/suno/fetch', '/suno/fetch/:id'] },
    suno.dropInPass,
  ),

  route('callMcp', `POST ${MCP_PATH}`, { scope: 'read' }, mcpRoute()),
  route('receiveHook', 'POST /hooks/:vendor/:secret', OPEN, hook),
] as const;

export type RouteId = (typeof ROUTES)[number]['id'];
