// Pure: a relay that repeats its caller's key wherever it can, in every spelling of it.
import { sha256Hex } from '../../src/lib/hash.ts';

const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);
const inCodes = (text: string, write: (hex: string) => string): string =>
  [...text].map((char) => write(char.charCodeAt(0).toString(16).padStart(2, '0'))).join('');

/** Inside of a JSON text, each the same key to who reads that text. */
export const jsonSpellings = (key: string): string[] => [
  quoted(key),
  quoted(key).replaceAll('/', '\\/'),
  inCodes(key, (hex) => `\\u00${hex}`),
  quoted(inCodes(key, (hex) => `\\u00${hex}`)),
  quoted(quoted(key)),
  quoted(encodeURIComponent(key)),
  inCodes(key, (hex) => `%${hex.toUpperCase()}`),
];

/** What is looked for afterwards: a piece without special characters, so that any part of the key that is left shows. */
export const tracesOf = (piece: string): string[] => [
  piece,
  inCodes(piece, (hex) => `\\u00${hex}`),
  inCodes(piece, (hex) => `%${hex}`),
];

const uuidOf = (text: string): string =>
  sha256Hex(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

/** A task's row as JSON text. `said` is one spelling of the key, `files` where the media host has audio and cover. */
export function echoingRow(id: string, said: string, files: { audio: string; cover: string }, ended: boolean): string {
  const text = (value: string): string => `"${value} ${said}"`;
  const url = (base: string): string => `"${base}?token=${said}"`;
  const clip = [
    `"id":"${uuidOf(id)}"`,
    `"title":${text('Sung')}`,
    `"status":"complete"`,
    `"audio_url":${url(files.audio)}`,
    `"image_url":${url(files.cover)}`,
    `"video_url":${url(files.audio.replace('.mp3', '.mp4'))}`,
    `"display_name":${text('by')}`,
    `"model_name":${text('model')}`,
    `"metadata":{"tags":${text('folk')},"prompt":${text('[Verse]')},"gpt_description_prompt":${text('a')},"duration":0.2}`,
    `"${said}":"a name"`,
  ];
  const named = [`"id":"clip-${said}"`, `"status":"error"`, `"metadata":{"error_message":${text('Refused')}}`];
  const row = [
    `"task_id":"${id}"`,
    `"action":"MUSIC"`,
    `"status":"${ended ? 'SUCCESS' : `WAITING FOR ${said}`}"`,
    `"fail_reason":${text('Because of')}`,
    `"request":{"authorization":${text('Bearer')}}`,
    `"extra":${JSON.stringify(`{"inner":${text('deep')}}`)}`,
    `"data":[{${clip.join()}},{${named.join()}}]`,
  ];
  return `{${row.join()}}`;
}

export const envelope = (data: string, said: string): string =>
  `{"code":"success","message":"Hello ${said}","data":${data}}`;
