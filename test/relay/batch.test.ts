import { describe, expect, it } from 'vitest';
import { readBatch } from '../../src/relay/normalize.ts';

const row = (id: string, status: string): object => ({ task_id: id, status });

describe('readBatch()', () => {
  it("gives the vendor's own row beside the reading", () => {
    const answer = { code: 'success', data: [row('task-b', 'QUEUED'), row('task-a', 'SUCCESS')] };
    const { found, absent } = readBatch(answer, ['task-a', 'task-b', 'task-c', 'task-a']);
    expect(found.get('task-a')).toMatchObject({ row: answer.data[1], reading: { status: 'succeeded' } });
    expect(found.get('task-b')?.row).toBe(answer.data[0]);
    expect(absent).toEqual(['task-c']);
  });
  it('takes the row of the most advanced state where several rows have one id', () => {
    const rows = [row('task-a', 'QUEUED'), row('task-a', 'FAILURE'), row('task-a', 'IN_PROGRESS')];
    const entry = readBatch({ data: rows }, ['task-a', 'task-b']).found.get('task-a');
    expect(entry).toMatchObject({ row: rows[1], reading: { status: 'failed', vendor_status: 'FAILURE' } });
  });
  it('compares ids as exact text: numbers too, but neither case nor parts', () => {
    const rows = [{ task_id: 123456, status: 'SUCCESS' }, row('TASK-A', 'SUCCESS'), row('task-a1', 'SUCCESS')];
    const { found, absent } = readBatch({ data: rows }, ['123456', 'task-a']);
    expect([...found.keys()]).toEqual(['123456']);
    expect(absent).toEqual(['task-a']);
  });
  it('does not give one of several asked ids what names none', () => {
    expect(readBatch({ data: { status: 'IN_PROGRESS', progress: '5%' } }, ['task-a', 'task-b']).found.size).toBe(0);
    expect(readBatch({ data: { status: 'IN_PROGRESS', progress: '5%' } }, ['task-a']).found.size).toBe(1);
  });
  it.each([null, [], {}, '', 'text', 7, { code: 'success', data: null }])('finds nothing in %j', (body) => {
    expect(readBatch(body, ['task-a'])).toEqual({ found: new Map(), absent: ['task-a'] });
  });
});
