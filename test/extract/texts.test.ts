// Texts as people have them: files of spreadsheets, shells, browsers and databases, each with what is to come of it.
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/extract/decode.ts';
import { extract } from '../../src/extract/extract.ts';
import { tasksIn } from '../../src/relay/task-ids.ts';

const A = '3b0c7a52-6f1e-4d0b-9a57-3d2f81c40e21';
const B = '3b0c7a52-6f1e-4d0b-9a57-3d2f81c40e22';
const CLIP = '2f0e0d0c-0b0a-4908-8706-050403020102';
const SONG = { id: CLIP, title: 'It\'s a "dump"', status: 'complete', audio_url: 'https://cdn.example/d.mp3' };
const answer = (id: string, title = '夜航船') => ({
  code: 'success',
  message: '',
  data: { task_id: id, status: 'SUCCESS', progress: '100%', action: 'MUSIC', data: [{ ...SONG, title }] },
});
const tasksOf = (answers: readonly unknown[]): string[] => answers.flatMap((one) => tasksIn(one).map(({ id }) => id));
const read = (bytes: Uint8Array) => decodeText(bytes);
const utf16 = (text: string, big: boolean): Uint8Array => {
  const bytes = new Uint8Array(Buffer.from(text, 'utf16le'));
  if (big) for (let at = 0; at < bytes.length; at += 2) bytes.subarray(at, at + 2).reverse();
  return bytes;
};
/** `夜航船` and `民谣` in GBK. */
const GBK: Readonly<Record<string, number[]>> = {
  夜航船: [0xd2, 0xb9, 0xba, 0xbd, 0xb4, 0xac],
  民谣: [0xc3, 0xf1, 0xd2, 0xa5],
};
const gbk = (text: string): Uint8Array =>
  Uint8Array.from(text.split(/(夜航船|民谣)/).flatMap((part) => GBK[part] ?? [...new TextEncoder().encode(part)]));

describe('decodeText()', () => {
  const text = `task_id,标题\r\n${A},夜航船\r\n`;
  it.each<[string, Uint8Array, string]>([
    ['UTF-8', new TextEncoder().encode(text), 'UTF-8'],
    ['UTF-8 with a mark', new TextEncoder().encode(`\ufeff${text}`), 'UTF-8'],
    ['UTF-16 with a mark', utf16(`\ufeff${text}`, false), 'UTF-16'],
    ['UTF-16 without a mark', utf16(text, false), 'UTF-16'],
    ['UTF-16 the other way round', utf16(text, true), 'UTF-16'],
  ])('reads %s', (_, bytes, encoding) => {
    const decoded = read(bytes);
    expect(decoded).toMatchObject({ encoding, broken_line: null });
    expect(decoded?.text.replace('\ufeff', '')).toBe(text);
  });

  it('reads GBK, and says so', () => {
    const decoded = read(gbk(JSON.stringify(answer(A))));
    expect(decoded).toMatchObject({ encoding: 'GB18030', broken_line: null });
    expect(extract(decoded?.text ?? '').answers).toEqual([answer(A)]);
  });

  it('reads each line of a log that was put together by itself', () => {
    const utf = new TextEncoder().encode(`${JSON.stringify(answer(A, '夜色 🌙'))}\n`);
    const decoded = read(Uint8Array.from([...utf, ...gbk(`${JSON.stringify(answer(B, '民谣'))}\n`)]));
    expect(extract(decoded?.text ?? '').answers).toEqual([answer(A, '夜色 🌙'), answer(B, '民谣')]);
  });

  it('reads a short word in GBK that is UTF-8 by chance as its neighbours are', () => {
    const night = Uint8Array.from([0xd2, 0xb9, 0x0a]);
    expect(read(Uint8Array.from([...gbk('民谣 夜航船\n'), ...night]))?.text).toBe('民谣 夜航船\n夜\n');
  });

  it('names the first line that is in no known encoding', () => {
    expect(read(Uint8Array.from([0x61, 0x0a, 0xff, 0xff, 0x0a]))).toMatchObject({ broken_line: 2 });
  });

  it('takes what is no text for none', () => {
    expect(read(Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 1, 2, 3, 4]))).toBeNull();
  });
});

describe('extract() of a spreadsheet', () => {
  it('takes the digits out of ="…", which keeps them from being rounded', () => {
    const text = 'task_id,title\r\n="1846201283741290497",Song 0\r\n="1846201283741290513",Song 1\r\n';
    expect(extract(text)).toMatchObject({
      ids: ['1846201283741290497', '1846201283741290513'],
      unsent: [],
      unread: [],
    });
    expect(extract(`id;x\n"=""1846201283741290497""";y\n'1846201283741290513;z`).ids).toEqual([
      '1846201283741290497',
      '1846201283741290513',
    ]);
  });

  it('tells of every row whose id was rounded, with its line', () => {
    const { ids, unsent } = extract(
      'task_id,title\r\n1.8462E+18,a\r\n1.84620128374129E+18,b\r\n"1,8462E+18",c\r\n1846201283741290000,d\r\n',
    );
    expect([ids, unsent.map(({ line, why }) => [line, why])]).toEqual([
      [],
      [2, 3, 4, 5].map((line) => [line, 'rounded']),
    ]);
  });

  it('tells of rows without an id', () => {
    expect(extract(`task_id,title\n${A},a\n,b\nnull,c`)).toMatchObject({
      ids: [A],
      unsent: [
        { line: 3, why: 'no_id' },
        { line: 4, why: 'no_id' },
      ],
    });
  });

  it('reads cells whose quotation marks have a backslash', () => {
    const cell = JSON.stringify([SONG]).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    const { ids, answers } = extract(`"id","task_id","status","data"\n"1","${A}","SUCCESS","${cell}"\n`);
    expect([ids, tasksOf(answers)]).toEqual([[], [A]]);
  });
});

describe('extract() of a log with colours', () => {
  it('sees the ids through them', () => {
    const text = [
      `\u001b[36mrelay-1  |\u001b[0m \u001b[32mINFO\u001b[0m submitted \u001b[33mtask_id\u001b[0m=\u001b[1m${A}\u001b[0m`,
      `\u001b[36mrelay-1  |\u001b[0m {"\u001b[34mtask_id\u001b[0m": \u001b[32m"1846201283741290545"\u001b[0m}`,
      `\u001b[36mrelay-1  |\u001b[0m fetch /suno/fetch/\u001b[1m1846201283741290561\u001b[0m 200`,
      JSON.stringify({ log: `\u001b[36mtask_id\u001b[0m=${B}\n`, stream: 'stdout' }),
    ].join('\n');
    expect(extract(text)).toMatchObject({ ids: [A, '1846201283741290545', '1846201283741290561', B], unread: [] });
  });
});

const rowOf = (id: string, status: string, data: string, quote: (text: string) => string): string =>
  `(1,1790000000,1790000100,${quote(id)},'suno',17,9,500,'MUSIC',${quote(status)},'',1790000000,0,0,'100%','{}',${quote(data)})`;
const mysql = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll("'", "\\'")}'`;
const mydumper = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const postgres = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const COLUMNS = ['id', 'task_id', 'status', 'fail_reason', 'data'];
const CREATE = `CREATE TABLE \`tasks\` (\n  \`id\` bigint NOT NULL,\n  \`task_id\` varchar(50) DEFAULT NULL,\n  \`status\` varchar(20),\n  \`fail_reason\` longtext,\n  \`data\` json,\n  PRIMARY KEY (\`id\`),\n  KEY \`idx\` (\`task_id\`)\n) ENGINE=InnoDB;\n`;
const five = (id: string, status: string, reason: string, data: string, quote = mysql): string =>
  `(7,${quote(id)},${quote(status)},${quote(reason)},${quote(data)})`;

describe('extract() of a dump of a relay’s own table', () => {
  const data = JSON.stringify([SONG]);
  it.each<[string, string]>([
    [
      'mysqldump',
      `-- MySQL dump\nINSERT INTO \`tasks\` VALUES ${rowOf(A, 'SUCCESS', data, mysql)},${rowOf(B, 'IN_PROGRESS', '[]', mysql)};\n`,
    ],
    [
      'mydumper',
      `/*!40101 SET NAMES binary*/;\nINSERT INTO \`tasks\` VALUES${rowOf(A, 'SUCCESS', data, mydumper)}\n,${rowOf(B, 'IN_PROGRESS', '[]', mydumper)};`,
    ],
    [
      'pg_dump --inserts',
      `INSERT INTO public.tasks VALUES ${rowOf(A, 'SUCCESS', data, postgres)};\nINSERT INTO public.tasks VALUES ${rowOf(B, 'IN_PROGRESS', '[]', postgres)};`,
    ],
    [
      'mysqldump with its table',
      `${CREATE}LOCK TABLES \`tasks\` WRITE;\nINSERT INTO \`tasks\` VALUES ${five(A, 'SUCCESS', '', data)},${five(B, 'IN_PROGRESS', '', '[]')};\nUNLOCK TABLES;`,
    ],
    [
      'named columns',
      `insert into tasks (${COLUMNS.join(', ')}) values\n${five(A, 'SUCCESS', '', data, postgres)},\n${five(B, 'NOT_START', '', 'null')};`,
    ],
    [
      'COPY',
      `COPY public.tasks (${COLUMNS.join(', ')}) FROM stdin;\n7\t${A}\tSUCCESS\t\t${data.replaceAll('\\', '\\\\')}\n8\t${B}\tQUEUED\t\\N\t\\N\n\\.\n`,
    ],
    [
      '\\G',
      `*************************** 1. row ***************************\n         id: 7\n    task_id: ${A}\n     status: SUCCESS\nfail_reason: \n       data: ${data}\n*************************** 2. row ***************************\n         id: 8\n    task_id: ${B}\n     status: QUEUED\nfail_reason: NULL\n       data: NULL\n2 rows in set (0.00 sec)\n`,
    ],
    [
      '\\x',
      `-[ RECORD 1 ]-----\nid          | 7\ntask_id     | ${A}\nstatus      | SUCCESS\ndata        | ${data}\n-[ RECORD 2 ]-----\nid          | 8\ntask_id     | ${B}\nstatus      | QUEUED\ndata        | \n`,
    ],
    [
      'a box',
      `+----+------+\n| id | task_id | status | data |\n+----+---+\n| 7 | ${A} | SUCCESS | ${data} |\n| 8 | ${B} | QUEUED | NULL |\n+----+---+\n`,
    ],
  ])('(%s) imports what it holds and follows what goes on, and tracks no clip', (_, text) => {
    const { ids, answers, unread, unsent } = extract(text);
    expect([ids, tasksOf(answers), unread, unsent]).toEqual([[B], [A], [], []]);
    const [task] = tasksIn(answers[0]);
    expect(task?.reading).toMatchObject({ status: 'succeeded', clips: [{ id: CLIP, title: SONG.title }] });
  });

  it('imports a failure with its reason', () => {
    const text = `${CREATE}INSERT INTO \`tasks\` VALUES ${five(A, 'FAILURE', "the words weren't allowed", 'null')};`;
    const [task] = tasksIn(extract(text).answers[0]);
    expect(task?.reading).toMatchObject({ status: 'failed', failure: "the words weren't allowed" });
  });

  it('finds no id in tables of other things, whose columns have no names', () => {
    const text = `INSERT INTO \`tokens\` VALUES (1,'60c7b05189dc4d97a9b09f3c1b2a4d5e','key'),(2,'9ac7b05189dc4d97a9b09f3c1b2a4d5e','key');`;
    expect(extract(text)).toMatchObject({ ids: [], answers: [] });
  });

  it('tells of rows whose id was rounded', () => {
    const text = `${CREATE}INSERT INTO \`tasks\` VALUES ${five(A, 'QUEUED', '', '')},\n${five('1.8462E+18', 'QUEUED', '', '')};`;
    expect(extract(text)).toMatchObject({ ids: [A], unsent: [{ why: 'rounded', line: text.split('\n').length }] });
  });
});

describe('extract() of a browser’s recording', () => {
  const entry = (url: string, text: string | null, encoding?: string) => ({
    request: { method: 'GET', url },
    response: {
      status: 200,
      content: { mimeType: 'application/json', ...(text !== null && { text }), ...(encoding && { encoding }) },
    },
  });
  it('takes the answers, and of what has none the id in its address', () => {
    const har = {
      log: {
        version: '1.2',
        entries: [
          entry(`https://relay.example/suno/fetch/${A}`, JSON.stringify(answer(A))),
          entry(
            `https://relay.example/suno/fetch/x`,
            Buffer.from(JSON.stringify(answer('x', '夜'))).toString('base64'),
            'base64',
          ),
          entry(`https://relay.example/suno/fetch/${B}`, null),
          entry(`https://relay.example/suno/submit/music`, '{"code":"success","data":"suno_task_7f3kd02m"}'),
          entry(`https://relay.example/logo.svg`, '<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ],
      },
    };
    const { ids, answers } = extract(JSON.stringify(har, null, 2));
    expect([ids, answers]).toEqual([
      [B, 'suno_task_7f3kd02m'],
      [answer(A), answer('x', '夜')],
    ]);
  });
});

describe('extract() of JSON', () => {
  it('keeps two tasks of one answer together, and the line of each of several', () => {
    const both = { code: 'success', data: [answer(A).data, answer(B).data] };
    const { answers, answerLines } = extract(`\n${JSON.stringify(both)}\n${JSON.stringify(answer('x1'))}`);
    expect([answers, answerLines]).toEqual([
      [both, answer('x1')],
      [2, 3],
    ]);
  });

  it('names the line of each id', () => {
    expect(extract(`${A}\n\n${B}\n${A}`)).toMatchObject({ ids: [A, B], idLines: [1, 3] });
  });

  it('takes longplay’s own songs for tasks, and not for answers', () => {
    const song = {
      id: 'c',
      slug: 's',
      task_id: A,
      visibility: 'public',
      audio: { url: 'https://songs.example/media/s/audio.mp3' },
    };
    expect(extract(JSON.stringify({ data: [song] }))).toMatchObject({ ids: [A], answers: [] });
  });
});
