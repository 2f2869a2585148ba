// Pure: events, hooks, and the routes for those who run it, in the API's document.
import { EventQuery } from '../input.ts';
import { BODY_FAULTS, type Operation } from './operation.ts';

export const OPERATIONS: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/v1/events', id: 'listEvents', tag: 'Events', scope: 'read' },
    summary: 'List what happened',
    description: 'The last 30 days, oldest first, in the order in which things happened.',
    query: EventQuery,
    answers: { 200: { description: 'A page of events.', schema: 'EventPage', headers: ['Link'] } },
  },
  {
    ...{ method: 'post', path: '/hooks/{vendor}/{secret}', id: 'receiveHook', tag: 'Events', scope: null },
    summary: 'Take a vendor’s callback',
    description:
      'The body only names a task, which is then asked for; nothing in it is believed. The answer is the same whatever the body and the secret are.',
    body: { schema: 'any', optional: true },
    answers: { 204: { description: 'Always.' } },
  },
  {
    ...{ method: 'get', path: '/v1/stats', id: 'getStats', tag: 'Operations', scope: 'read' },
    summary: 'Read the numbers',
    answers: { 200: { description: 'The numbers.', schema: 'Stats' } },
  },
  {
    ...{ method: 'get', path: '/metrics', id: 'getMetrics', tag: 'Operations', scope: 'read' },
    summary: 'Read the numbers as OpenMetrics',
    answers: {
      200: {
        description: 'The numbers of `/v1/stats` for a monitoring system.',
        types: ['application/openmetrics-text'],
      },
    },
  },
  {
    ...{ method: 'post', path: '/v1/vendors/{id}/resume', id: 'resumeVendor', tag: 'Operations', scope: 'admin' },
    summary: 'Lift a vendor’s pause now',
    params: { id: 'Short id of the relay account.' },
    answers: { 202: { description: 'It is asked again.', schema: 'ResumedVendor' } },
    fails: ['not_found', ...BODY_FAULTS],
  },
  {
    ...{ method: 'post', path: '/v1/maintenance/reindex', id: 'reindex', tag: 'Operations', scope: 'admin' },
    summary: 'Rebuild the ledger from the buckets',
    description:
      'One page; send `next_cursor` until it is null. What the ledger lacks is put in, also what today’s dialects read in the vendors’ saved answers. Safe at any time, and as often as you like.',
    body: { schema: 'ReindexBody', optional: true },
    answers: { 200: { description: 'What this page held.', schema: 'Reindexed' } },
    fails: [...BODY_FAULTS],
  },
  {
    ...{ method: 'post', path: '/v1/maintenance/verify', id: 'verify', tag: 'Operations', scope: 'admin' },
    summary: 'Hold stored bytes against their records',
    description: 'One page; send `next_cursor` until it is null. Every file is read again; nothing is changed.',
    body: { schema: 'VerifyBody', optional: true },
    answers: { 200: { description: 'What is wrong among what this page looked at.', schema: 'Verified' } },
    fails: [...BODY_FAULTS],
  },
  {
    ...{ method: 'get', path: '/health', id: 'getHealth', tag: 'Operations', scope: null, token: 'optional' },
    summary: 'Ask whether the service works',
    description: 'With a token the parts are told too.',
    answers: {
      200: { description: 'It works.', schema: 'Health' },
      503: { description: 'A part of it fails.', schema: 'Health' },
    },
    fails: ['not_configured'],
  },
  {
    ...{ method: 'get', path: '/openapi.json', id: 'getOpenApi', tag: 'Operations', scope: null },
    summary: 'Read this document',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: 'any' } },
  },
];
