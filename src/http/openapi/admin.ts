// Pure: events, hooks, and the routes for those who run it, in the API's document.
import type { SomeWords } from './operation.ts';

export const OPERATIONS = {
  listEvents: {
    tag: 'Events',
    summary: 'List what happened',
    description: 'The last 30 days, oldest first, in the order in which things happened.',
    answers: { 200: { description: 'A page of events.', schema: 'EventPage', headers: ['Link'] } },
  },
  receiveHook: {
    tag: 'Events',
    summary: 'Take a vendor’s callback',
    description:
      'The body only names a task, which is then asked for; nothing in it is believed. The answer is the same whatever the body and the secret are.',
    body: { schema: 'any', optional: true },
    answers: { 204: { description: 'Always.' } },
  },
  getStats: {
    tag: 'Operations',
    summary: 'Read the numbers',
    answers: { 200: { description: 'The numbers.', schema: 'Stats' } },
  },
  getMetrics: {
    tag: 'Operations',
    summary: 'Read the numbers as OpenMetrics',
    answers: {
      200: {
        description: 'The numbers of `/v1/stats` for a monitoring system.',
        types: ['application/openmetrics-text'],
      },
    },
  },
  resumeVendor: {
    tag: 'Operations',
    summary: 'Lift a vendor’s pause now',
    params: { id: 'Short id of the relay account.' },
    answers: { 202: { description: 'It is asked again.', schema: 'ResumedVendor' } },
    fails: ['not_found'],
  },
  reindex: {
    tag: 'Operations',
    summary: 'Rebuild the ledger from the buckets',
    description:
      'One page; send `next_cursor` until it is null. What the ledger lacks is put in, also what today’s dialects read in the vendors’ saved answers. Safe at any time, and as often as you like.',
    answers: { 200: { description: 'What this page held.', schema: 'Reindexed' } },
  },
  verify: {
    tag: 'Operations',
    summary: 'Hold stored bytes against their records',
    description: 'One page; send `next_cursor` until it is null. Every file is read again; nothing is changed.',
    answers: { 200: { description: 'What is wrong among what this page looked at.', schema: 'Verified' } },
  },
  getHealth: {
    tag: 'Operations',
    token: 'optional',
    summary: 'Ask whether the service works',
    description: 'With a token the parts are told too.',
    answers: {
      200: { description: 'It works.', schema: 'Health' },
      503: { description: 'A part of it fails.', schema: 'Health' },
    },
    fails: ['not_configured'],
  },
  getOpenApi: {
    tag: 'Operations',
    summary: 'Read this document',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: 'any' } },
  },
} satisfies SomeWords;
