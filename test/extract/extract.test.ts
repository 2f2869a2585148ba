// What people paste: lists, tables, logs, addresses, saved answers, and all of it at once.
import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extract } from '../../src/extract/extract.ts';
import { parseJson } from '../../src/lib/json.ts';
import { tasksIn } from '../../src/relay/task-ids.ts';

const A = '550e8400-e29b-41d4-a716-446655440000';
const B = '6BA7B810-9DAD-11D1-80B4-00C04FD430C8';
const HEX = '60c7b05189dc4d97a9b09f3c1b2a4d5e';
const LONG = '1264818594046181786';
const answerOf = (id: string) => ({
  code: 'success',
  message: '',
  data: { task_id: id, status: 'SUCCESS', data: [{ id: 'c1', title: 'x', audio_url: 'https://cdn.example/c1.mp3' }] },
});
const escaped = (value: unknown): string => JSON.stringify(JSON.stringify(value));

describe('extract() finds the ids', () => {
  it.each<[what: string, text: string, ids: string[]]>([
    ['one a line, in any spelling, with any line ends', `${A}\n${B}\r\n${HEX}\r`, [A, B, HEX]],
    ['between commas, blanks and semicolons', `${A}, ${B}; ${HEX} suno_abc123x`, [A, B, HEX, 'suno_abc123x']],
    ['once each', `${A}\n${A} ${A}`, [A]],
    ['of numbers alone', `${LONG}\n17612000902760055`, [LONG, '17612000902760055']],
    [
      'of a CSV with a mark in front, CRLF and quotes',
      `\ufefftask_id,at\r\n"${A}",2025-01-02\r\nabc,x\r\n`,
      [A, 'abc'],
    ],
    ['of a CSV whose cells go over lines', `n,taskId,lyrics\n1,${A},"a ""b""\n${HEX}\nc"\n2,${B},d`, [A, B]],
    ['of a TSV', `Task ID\tname\n${A}\tfirst\nsong-9\tsecond`, [A, 'song-9']],
    ['of a column `id` between semicolons', `id;title\n${A};x\n${LONG};y`, [A, LONG]],
    ['of task_id where there is an id as well', `id,task_id\n1,${A}\n2,${B}`, [A, B]],
    ['of columns without a header', `7f3kd02mzq,SUCCESS,2025-01-02\n${A},FAILED,`, ['7f3kd02mzq', A]],
    ['of a Markdown table', `| # | Task | when |\n|---|---|---|\n| 1 | \`${A}\` | 2025-01-02 |`, [A]],
    ['of Markdown lists', `- ${A}\n* [x] 7f3kd02mzq\n12. ${HEX}\n> - ${B}`, [A, '7f3kd02mzq', HEX, B]],
    ['of a log line', `2025-01-02T10:00:00Z INFO submitted task_id=${A} status=queued request_id=${B}`, [A]],
    ['of a named id inside a longer line', `ts=1 body={"task_id":"task_9f", "x`, ['task_9f']],
    ['of a text that was escaped and cut off', `msg="{\\"task_id\\":\\"q1-77\\",\\"st`, ['q1-77']],
    ['of words', `task ${HEX} done, Task ID: ${A}, task id is abc123`, [HEX, A, 'abc123']],
    ['of named lists', 'task_ids=[a1b2c3d4, e5f6a7b8]', ['a1b2c3d4', 'e5f6a7b8']],
    ['of an access log', `1.2.3.4 - - [02/Jan/2025:10:00:00 +0000] "GET /suno/fetch/${A}?x=1 HTTP/1.1" 200 12`, [A]],
    ['that are percent-encoded', 'GET /suno/fetch/abc%23d%201 HTTP/1.1', ['abc#d 1']],
    ['of relays’ addresses, under a prefix too', `see https://relay.example/api/suno/fetch/${A}.`, [A]],
    ['of our own addresses', 'https://songs.example/v1/tasks/my%20id-1?vendor=gptge', ['my id-1']],
    ['of a link in HTML', `<a href="https://relay.example/suno/fetch/${A}">song</a>`, [A]],
    ['of a command', `curl https://relay.example/suno/fetch -d '{"ids":["${A}"]}'`, [A]],
    ['of a list in JSON', JSON.stringify([A, B, '7f3kd02mzq']), [A, B, '7f3kd02mzq']],
    ['of {ids}', JSON.stringify({ ids: ['song-one', A] }), ['song-one', A]],
    [
      'of numbers in JSON, with all digits',
      `[${LONG}, {"task_id": 17612000902760055123}]`,
      [LONG, '17612000902760055123'],
    ],
    [
      'of answers to submits',
      `${JSON.stringify({ code: 'success', message: '', data: A })}\n{"code":200,"data":{"taskId":"t-1"}}`,
      [A, 't-1'],
    ],
    ['of JSON Lines', `"${A}"\n{"task_id":"${B}"}\n{"id":"7f3kd02mzq"}`, [A, B, '7f3kd02mzq']],
    [
      'of a log in JSON, whatever it says of the program',
      `{"level":"info","task_id":"${A}","status":"SUCCESS","progress":"100%","action":"MUSIC","request_id":"${B}"}`,
      [A],
    ],
    [
      'of addresses in a log in JSON',
      `{"msg":"asked","url":"https://relay.example/suno/fetch/zz9?x","trace_id":"${B}"}`,
      ['zz9'],
    ],
    [
      'of rows that say no more than a word',
      JSON.stringify([
        { task_id: A, status: 'SUCCESS' },
        { task_id: B, status: 'failed' },
      ]),
      [A, B],
    ],
    [
      'of documents that stand together',
      `{"task_id":"${A}"}{"task_id":"${B}"},\n{\n  "task_id": "x9"\n}`,
      [A, B, 'x9'],
    ],
    [
      'of longplay’s own list',
      JSON.stringify({
        data: [
          {
            id: 'own 1',
            vendor_status: 'SUCCESS',
            tracking: { state: 'settled' },
            clips: [{ audio: { url: 'https://a.example/b' } }],
          },
        ],
      }),
      ['own 1'],
    ],
    ['of Python and SQL', `{'task_id': '${A}', 'n': 1}\nINSERT INTO tasks VALUES ('${B}','SUCCESS');`, [A, B]],
    ['of YAML', `ids:\n  - 7f3kd02mzq\n  - ${A}`, ['7f3kd02mzq', A]],
    ['of a prose text', `Please look at ${A}, made on 2025-01-02 by v1.2.3 at 192.168.0.1:8080.`, [A]],
  ])('%s', (_, text, ids) => {
    expect(extract(text)).toMatchObject({ ids, answers: [] });
  });

  it('of the column that is named', () => {
    expect(extract(`when,Job No.\n1,a-1\n2,a-2`, { column: 'job no' }).ids).toEqual(['a-1', 'a-2']);
  });
});

describe('extract() takes for no id', () => {
  it.each([
    'Hello there, this is a letter of 2025-01-02 about v1.2.3 and 192.168.0.1:8080',
    '2025-01-02 10:00:00,123 [worker-7] INFO nothing from 10.0.0.1 in 1234567890 ms',
    `request_id=${A}`,
    `{"trace_id":"${A}","msg":"hi"}`,
    'worker-7f9c6d5b8-x2x4z started',
    'Jan  2 10:00:00 host sshd[12345]: Accepted publickey SHA256:abcdefghijkl0123',
    'POST /v1/tasks/fetch HTTP/1.1',
    '20250102100000',
    'task_id=null',
    'task_id=pending',
    '"word", "another"',
    '["one","two"]',
    '{"error":{"message":"busy (request id: 20260901120000000SAMPLE)"}}',
  ])('%s', (line) => {
    expect(extract(line)).toMatchObject({ ids: [], answers: [], unread: [{ line: 1, text: line }], unsent: [] });
  });

  it.each([
    ['1.26482E+18', 'in scientific notation'],
    ['1,8462E+18', 'with the comma of other countries'],
    ['1.84620128374129E+018', 'as LibreOffice writes it'],
    ['1846201283741290000', 'with zeros for the digits that a spreadsheet does not keep'],
  ])('%s: a number that was rounded %s; it is told with its line', (number) => {
    for (const text of [`title;task_id\nx;${number}`, `one\n${number}`, `[\n{"task_id": "${number}"}]`])
      expect(extract(text)).toMatchObject({ ids: [], answers: [], unsent: [{ why: 'rounded' }] });
    expect(extract(`title;task_id\nx;${number}`).unsent[0]).toMatchObject({ line: 2, text: `x;${number}` });
  });

  it('what says nothing at all, which is not unread either', () => {
    expect(extract('\n  \n---\n| |\n```json\n```\n[]\n')).toMatchObject({ ids: [], answers: [] });
    expect(extract('\n  \n---\n|---|---|\n```json\n```\n').unread).toEqual([]);
  });
});

describe('extract() counts lines from 1 and cuts them', () => {
  it('behind JSON and cells that go over several lines', () => {
    const text = `${JSON.stringify(answerOf('a'), null, 1)}\r\nwords\r\n\r\ntask_id,x\n"${A}","1\n2"\nmore words here`;
    const lines = text.split(/\r\n|\n/);
    const { unread } = extract(text);
    expect(unread.map(({ line, text: found }) => [found, lines[line - 1]])).toEqual(
      unread.map(({ text: found }) => [found, found]),
    );
    expect(unread.map(({ text: found }) => found)).toContain('words');
  });

  it('to 200 characters', () => {
    expect(extract('wörter '.repeat(100)).unread[0]?.text).toHaveLength(200);
  });
});

describe('extract() finds saved answers', () => {
  const folder = join(import.meta.dirname, '../vendor-answers');
  const samples = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const { response } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      return [name, typeof response.body === 'string' ? response.body : JSON.stringify(response.body)] as const;
    });
  const named = (text: string): string[] => {
    const parsed = parseJson(text);
    return parsed.ok ? tasksIn(parsed.value).map(({ id }) => id) : [];
  };
  /** A word for its state, and nothing else: such a task is asked for, since as an answer it would tell nothing. */
  const isBare = (text: string): boolean => {
    const parsed = parseJson(text);
    return (
      parsed.ok &&
      tasksIn(parsed.value).every(({ reading: { clips, lyrics_variants, timed_words, failure, ...rest } }) => {
        const facts = [failure, rest.progress, rest.submitted_at, rest.started_at, rest.finished_at];
        return clips.length + lyrics_variants.length === 0 && !timed_words && facts.every((fact) => fact === null);
      })
    );
  };

  it.each(samples)(
    '%s: where the server finds a task, there is one answer with the same tasks, and no id, or their ids alone where it tells nothing of them',
    (_, text) => {
      const tasks = named(text);
      const pretty = parseJson(text).ok ? JSON.stringify(JSON.parse(text), null, 2) : text;
      for (const form of [text, pretty, `INFO got=${text} in 5 ms`, `got=${JSON.stringify(text)} in 5 ms`]) {
        const { ids, answers } = extract(form);
        if (tasks.length > 0 && isBare(text)) expect([ids, answers]).toEqual([tasks, []]);
        else if (tasks.length > 0) {
          expect([ids, answers.length]).toEqual([[], 1]);
          expect(tasksIn(answers[0]).map(({ id }) => id)).toEqual(tasks);
        } else if (parseJson(text).ok) expect(ids).toEqual([]);
      }
    },
  );

  it('all at once, in their order, one a line', () => {
    const whole = samples.filter(([, body]) => !isBare(body));
    const text = whole.map(([, body]) => body).join('\n');
    const found = extract(text).answers.flatMap((answer) => tasksIn(answer).map(({ id }) => id));
    expect(found).toEqual(whole.flatMap(([, body]) => named(body)));
  });

  it('of an answer that broke off the id alone, where it is named', () => {
    expect(extract(JSON.stringify(answerOf('task-1')).slice(0, 120))).toMatchObject({ ids: ['task-1'], answers: [] });
  });

  it.each<[string, string, string[]]>([
    ['a list', JSON.stringify([answerOf('a'), answerOf('b')]), ['a', 'b']],
    [
      'JSON Lines, among ids and words',
      `${JSON.stringify(answerOf('a'))}\n${A}\nhello\n${JSON.stringify(answerOf('b'))}`,
      ['a', 'b'],
    ],
    [
      'documents over many lines',
      `${JSON.stringify(answerOf('a'), null, 2)}\n${JSON.stringify(answerOf('b'), null, 2)}`,
      ['a', 'b'],
    ],
    ['a batch, whole', JSON.stringify({ code: 'success', data: [answerOf('a').data, answerOf('b').data] }), ['a', 'b']],
    [
      'inside log lines',
      `INFO got ${JSON.stringify(answerOf('a'))}\nINFO got=${escaped(answerOf('b'))} ok`,
      ['a', 'b'],
    ],
    ['in a field of a log', JSON.stringify({ level: 'info', body: JSON.stringify(answerOf('a')) }), ['a']],
    [
      'in a cell of a table',
      `task_id,status,data\nx1,SUCCESS,"${JSON.stringify(answerOf('x1').data.data).replaceAll('"', '""')}"`,
      ['x1'],
    ],
    [
      'clips that name their tasks',
      JSON.stringify([
        { id: 'c', audio_url: 'https://cdn.example/c', task_id: 'a' },
        { id: 'd', audio_url: 'https://cdn.example/d', task_id: 'b' },
      ]),
      ['a', 'b'],
    ],
    ['rows keyed by id', JSON.stringify({ data: { [A]: answerOf(A).data } }), [A]],
  ])('in %s', (_, text, tasks) => {
    const { answers } = extract(text);
    expect(answers.flatMap((answer) => tasksIn(answer).map(({ id }) => id))).toEqual(tasks);
  });

  it('with every digit of an id that is a number', () => {
    const text = JSON.stringify(answerOf('ID')).replace('"ID"', LONG);
    expect(JSON.stringify(extract(text).answers)).toContain(LONG);
  });

  it('and says at which line each begins', () => {
    const text = `x\n${JSON.stringify(answerOf('a'), null, 2)}\n\nlog ${JSON.stringify(answerOf('b'))}`;
    expect(extract(text).answerLines).toEqual([2, text.split('\n').length]);
  });
});

const uuid = fc.uuid();
const noise = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.string({ unit: fc.constantFrom(...'{}[]",:\\\n\r\t task_id=/0a-'.split('')), maxLength: 60 }),
);

describe('extract(), whatever it is given', () => {
  it('never throws, answers the same again, and only what the text holds', () => {
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 8 }), (parts) => {
        const text = parts.join('\n');
        const first = extract(text);
        expect(extract(text)).toEqual(first);
        expect(new Set(first.ids).size).toBe(first.ids.length);
        for (const id of first.ids) expect(decodedForms(text).some((form) => form.includes(id))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('finds ids planted in the noise of a log, in their order', () => {
    const word = fc.constantFrom(
      'INFO',
      'submitted',
      'worker-7',
      'status=queued',
      '10.0.0.1',
      '12ms',
      '[x]',
      'ok,',
      '{',
      '"',
    );
    const line = fc.tuple(
      fc.array(word, { maxLength: 6 }),
      fc.constantFrom('', 'task_id=', 'taskId: ', '/suno/fetch/'),
      uuid,
      fc.array(word, { maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const text = lines.map(([before, name, id, after]) => [...before, name + id, ...after].join(' ')).join('\n');
        expect(extract(text).ids).toEqual([...new Set(lines.map(([, , id]) => id))]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Ids in JSON texts and addresses stand in them escaped. */
function decodedForms(text: string): string[] {
  const tolerant = (decode: () => string): string => {
    try {
      return decode();
    } catch {
      return '';
    }
  };
  const unescaped = text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return [
    text,
    unescaped,
    unescaped.replace(/\\(.)/g, '$1'),
    text.replace(/%[0-9a-f]{2}/gi, (hex) => tolerant(() => decodeURIComponent(hex))),
  ];
}

describe('extract() takes time in line with the length', () => {
  const LENGTH = 2_000_000;
  /** A tenth of 20 MB; what grows with the square would take hours. */
  const MAX_MS = 8_000;
  const fill = (text: string): string => text.repeat(Math.ceil(LENGTH / text.length));
  const whole = JSON.stringify(answerOf(A));
  it.each([
    ['a log', fill(`2025-01-02T10:00:00Z INFO submitted task_id=${A} status=queued\n`)],
    ['a log of brackets', fill('2025-01-02 [worker-7] INFO {"a": 1} {\n')],
    ['one line of answers', fill(whole)],
    ['one line of answers and words', fill(`x ${whole} y `)],
    ['a list that breaks off', `{"data":[${fill(`${whole},\n`)}`],
    ['brackets', fill('{')],
    ['brackets over lines', fill('[\n')],
    ['keys', fill('{"a":')],
    ['keys over lines', fill('[{"a":\n')],
    ['open texts', fill('{"')],
    ['escaped texts', fill('"{\\"')],
    ['one name', fill('task_id=')],
    ['one named list', `task_id="${fill('a1b2c3d4,')}`],
    ['one address', fill('/suno/fetch/%')],
    ['blanks before a word', `{${fill(' ')}x`],
    ['blanks', fill('    \t')],
    ['quotation marks of a table', `task_id,x\n${fill('"a\n')}`],
    ['one word', fill('a1-')],
  ])('%s', (_, text) => {
    // The processor's time, not the clock's: what else the machine does is no fault of the text.
    const begin = process.threadCpuUsage();
    extract(text);
    const { user, system } = process.threadCpuUsage(begin);
    expect((user + system) / 1_000).toBeLessThan(MAX_MS);
  });
});
