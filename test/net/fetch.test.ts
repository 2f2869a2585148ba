// Where an answer leads on to, whoever asked.
import { describe, expect, it } from 'vitest';
import { redirectOf } from '../../src/net/fetch.ts';

const FROM = new URL('https://host.example/songs/one');
const answer = (status: number, location?: string): Response =>
  new Response(status === 304 ? null : 'moved', { status, ...(location !== undefined && { headers: { location } }) });

describe('redirectOf()', () => {
  it.each([
    ['/two', 'https://host.example/two'],
    ['two', 'https://host.example/songs/two'],
    ['//other.example/x', 'https://other.example/x'],
    ['http://other.example', 'http://other.example/'],
    ['http://', null],
    ['https://a b/', null],
  ])('of Location %s is %s, and lets the body go', async (location, to) => {
    const response = answer(302, location);
    expect((await redirectOf(response, FROM))?.to?.href ?? null).toBe(to);
    expect(await response.text().catch(() => 'let go')).not.toBe('moved');
  });

  it.each([
    [200, '/two'],
    [201, '/two'],
    [404, '/two'],
    [302, undefined],
    [304, undefined],
  ])('of %i with Location %s is none, and the body stays to be read', async (status, location) => {
    const response = answer(status, location);
    expect(await redirectOf(response, FROM)).toBeNull();
    expect(response.bodyUsed).toBe(false);
  });
});
