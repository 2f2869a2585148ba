import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/model/fault.ts';
import { openEnvelope, refusesBatch, type Answer, type RequestFacts } from '../../src/relay/envelope.ts';
import { NOW } from './samples.ts';

const HTML = '<!doctype html><title>x</title>';
const OK: Answer = {
  status: 200,
  contentType: 'application/json',
  retryAfter: null,
  body: '{"code":"success","data":{}}',
};

function faultOf(change: Partial<Answer>, asked?: RequestFacts): Fault {
  const opened = openEnvelope({ ...OK, ...change }, NOW, asked);
  if (opened.ok) throw new Error('Expected a fault');
  return opened.fault;
}
const nameOf = (fault: Fault): string => (fault.reason === 'bad_answer' ? fault.what : fault.reason);

describe('openEnvelope() by status and body', () => {
  const json = '{"code":"x","message":"m"}';
  const wrongPath = '{"error":{"message":"Invalid URL","type":"invalid_request_error"}}';
  it.each([
    [401, json, 'unauthorized'],
    [401, HTML, 'unauthorized'],
    [401, '', 'unauthorized'],
    [402, json, 'unauthorized'],
    [403, json, 'forbidden'],
    [429, '', 'rate_limited'],
    [408, '', 'unavailable'],
    [425, '', 'unavailable'],
    [500, json, 'unavailable'],
    [502, HTML, 'unavailable'],
    [524, '', 'unavailable'],
    [404, json, 'not_found'],
    [404, '', 'not_found'],
    [404, HTML, 'html'],
    [404, '404 page not found', 'no_endpoint'],
    [404, wrongPath, 'no_endpoint'],
    [400, json, 'not_found'],
    [400, wrongPath, 'not_found'],
    [400, HTML, 'html'],
    [400, '', 'empty'],
    [422, json, 'not_found'],
    [405, json, 'no_endpoint'],
    [409, json, 'no_endpoint'],
    [302, '', 'no_endpoint'],
    [307, HTML, 'html'],
    [200, HTML, 'html'],
    [200, '\ufeff  <?xml version="1.0"?>', 'html'],
    [200, ' \n', 'empty'],
    [204, '', 'empty'],
    [200, '{"code":', 'broken_json'],
    [200, 'OK', 'broken_json'],
  ])('%i %j is %s', (status, body, expected) => expect(nameOf(faultOf({ status, body }))).toBe(expected));
});

describe('openEnvelope() by the code of a 200', () => {
  it.each(['"success"', '"SUCCESS"', '"Success"', '200', '"200"', '1', '0', 'null', '""'])('%s is success', (code) => {
    expect(openEnvelope({ ...OK, body: `{"code":${code},"data":1}` }, NOW)).toEqual({
      ok: true,
      value: { code: JSON.parse(code), data: 1 },
    });
  });
  it.each([
    ['"error"', 'not_found'],
    ['"task_not_exist"', 'not_found'],
    ['-1', 'unavailable'],
    ['5003', 'unavailable'],
    ['"no_upstream_account"', 'unavailable'],
    ['"rate_limited"', 'rate_limited'],
    ['"insufficient_user_quota"', 'unauthorized'],
    ['400', 'not_found'],
    ['404', 'not_found'],
    ['"401"', 'unauthorized'],
    ['402', 'unauthorized'],
    ['403', 'forbidden'],
    ['429', 'rate_limited'],
    ['500', 'unavailable'],
    ['"503"', 'unavailable'],
  ])('%s is %s', (code, expected) =>
    expect(nameOf(faultOf({ body: `{"code":${code},"message":"m","data":null}` }))).toBe(expected),
  );

  it.each([
    ['{"error":{"message":"m","code":"429"}}', 'rate_limited'],
    ['{"error":{"message":"m","type":"new_api_error","code":""}}', 'no_task'],
  ])('%s is %s', (body, expected) => expect(nameOf(faultOf({ body }))).toBe(expected));

  it.each([
    '{"error":{"code":0,"message":""},"data":null}',
    '{"error":{"message":"m"},"data":{"task_id":"1"}}',
    '{"success":false,"data":{"a":1}}',
    '{"error":null}',
    '[]',
    '"text"',
  ])('%s is left to the reader', (body) => expect(openEnvelope({ ...OK, body }, NOW).ok).toBe(true));
});

describe('openEnvelope() reads Retry-After', () => {
  it.each([
    ['30', 30_000],
    [' 0 ', 0],
    ['Sat, 21 Nov 2026 00:01:00 GMT', 60_000],
    ['Fri, 20 Nov 2026 00:00:00 GMT', null],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['garbage 5', null],
    ['', null],
    [null, null],
  ])('%j', (retryAfter, expected) => {
    expect(faultOf({ status: 429, retryAfter })).toMatchObject({ retry_after_ms: expected });
    expect(faultOf({ status: 503, retryAfter })).toMatchObject({ retry_after_ms: expected, status: 503 });
  });
});

describe('openEnvelope() on the batch route', () => {
  it.each([
    [400, '{"code":"x"}', true],
    [404, '{"code":"x"}', true],
    [422, '{"code":"x"}', true],
    [500, '', true],
    [200, '{"code":"error","data":null}', true],
    [503, '', false],
    [404, '{"error":{"type":"invalid_request_error"}}', false],
    [401, '{}', false],
  ])('%i %s refuses the batch: %s', (status, body, expected) => {
    const fault = faultOf({ status, body }, { route: 'batch' });
    expect(fault.reason).not.toBe('not_found');
    expect(refusesBatch(fault)).toBe(expected);
  });
});

describe('the detail of a fault', () => {
  it.each([
    '{"message":"why"}',
    '{"msg":"why"}',
    '{"error":{"message":"why"}}',
    '{"error":"why"}',
    '{"errMsg":"why"}',
    '{"description":"why"}',
  ])('tells %s', (body) => {
    expect(faultOf({ status: 403, body }).detail).toMatch(/: why$/);
  });
  it('holds no key and no novel', () => {
    const message = `${'x'.repeat(290)} sk-abcdefghijkl secret-key ${'y'.repeat(5_000)}`;
    const { detail } = faultOf({ status: 401, body: JSON.stringify({ message }) }, { vendorKey: 'secret-key' });
    expect(detail).not.toMatch(/sk-a|secret/);
    expect(detail.length).toBeLessThan(400);
  });
});
