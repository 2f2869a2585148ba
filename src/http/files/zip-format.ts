// Pure: the records of a stored ZIP (PKWARE APPNOTE 6.3.10): sizes and checksums stand in front of each file.

/** What the format has to know of a file. */
export interface Packed {
  path: string;
  size: number;
  modified: Date;
}

/** 4.4.4, bit 11: names are UTF-8. */
const FLAGS = 0x0800;
const STORED = 0;
/** 4.4.3: of 2.0 what is stored, of 4.5 what needs 64 bits. */
const [PLAIN_VERSION, LONG_VERSION] = [20, 45];
/** 4.4.2 and 4.4.15: Unix, a plain file that its owner may write. */
const MADE_BY = (3 << 8) | LONG_VERSION;
const ATTRIBUTES = 0o100644 * 0x1_0000;
/** 4.4.1.4: such a number stands in an extra field of 64 bits. */
const LONG = 0xffff_ffff;
const LONG_FIELD = 1;
/** No time before (4.4.6). */
const FIRST_MOMENT_MS = Date.UTC(1980, 0, 1);

type Field = readonly [bytes: 2 | 4 | 8, value: number];

function record(fields: readonly Field[], ...rest: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = fields.reduce((sum, [bytes]) => sum + bytes, 0);
  const whole = new Uint8Array(rest.reduce((sum, { byteLength }) => sum + byteLength, length));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  for (const part of rest) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

const short = (value: number): number => Math.min(value, LONG);
const isLong = (value: number): boolean => value >= LONG;

/** The extra field with those of these numbers that are too large for their places (4.5.3). */
const extraOf = (numbers: readonly number[]): Uint8Array => {
  const long = numbers.filter(isLong);
  if (long.length === 0) return new Uint8Array(0);
  return record([[2, LONG_FIELD], [2, long.length * 8], ...long.map((value): Field => [8, value])]);
};

/** In steps of two seconds. */
function dosTime(modified: Date): [time: Field, date: Field] {
  const moment = new Date(Math.max(modified.getTime(), FIRST_MOMENT_MS));
  const time = (moment.getUTCHours() << 11) | (moment.getUTCMinutes() << 5) | (moment.getUTCSeconds() >> 1);
  const date = ((moment.getUTCFullYear() - 1980) << 9) | ((moment.getUTCMonth() + 1) << 5) | moment.getUTCDate();
  return [
    [2, time],
    [2, date],
  ];
}

const nameOf = (path: string): Uint8Array => new TextEncoder().encode(path);

/** What stands in front of a file and is said again in the directory, where `extra` says more. */
const commonFields = ({ size, modified, path }: Packed, crc32: number, version: number, extra: Uint8Array): Field[] => [
  [2, version],
  [2, FLAGS],
  [2, STORED],
  ...dosTime(modified),
  [4, crc32],
  [4, short(size)],
  [4, short(size)],
  [2, nameOf(path).byteLength],
  [2, extra.byteLength],
];

/** 4.3.7. Of the two sizes neither may be missing from the extra field. */
export function localHeader(file: Packed, crc32: number): Uint8Array<ArrayBuffer> {
  const { size, path } = file;
  const extra = extraOf([size, size]);
  const version = isLong(size) ? LONG_VERSION : PLAIN_VERSION;
  return record([[4, 0x0403_4b50], ...commonFields(file, crc32, version, extra)], nameOf(path), extra);
}

/** 4.3.12. `offset`: where its local header begins. No comment, on the first disk, no attribute of the inside. */
function centralHeader(file: Packed, crc32: number, offset: number): Uint8Array<ArrayBuffer> {
  const { size, path } = file;
  const extra = extraOf([size, size, offset]);
  const version = extra.byteLength > 0 ? LONG_VERSION : PLAIN_VERSION;
  return record(
    [
      [4, 0x0201_4b50],
      [2, MADE_BY],
      ...commonFields(file, crc32, version, extra),
      [2, 0],
      [2, 0],
      [2, 0],
      [4, ATTRIBUTES],
      [4, short(offset)],
    ],
    nameOf(path),
    extra,
  );
}

/** 4.3.14 to 4.3.16. */
function end(count: number, size: number, offset: number): Uint8Array<ArrayBuffer> {
  const closing = record([
    [4, 0x0605_4b50],
    [2, 0],
    [2, 0],
    [2, Math.min(count, 0xffff)],
    [2, Math.min(count, 0xffff)],
    [4, short(size)],
    [4, short(offset)],
    [2, 0],
  ]);
  if (count < 0xffff && !isLong(size) && !isLong(offset)) return closing;
  const long = record([
    [4, 0x0606_4b50],
    [8, 44],
    [2, MADE_BY],
    [2, LONG_VERSION],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, size],
    [8, offset],
  ]);
  const locator = record([
    [4, 0x0706_4b50],
    [4, 0],
    [8, offset + size],
    [4, 1],
  ]);
  return record([], long, locator, closing);
}

/** What stands behind all files. */
export function directory(files: readonly (Packed & { crc32: number })[]): Uint8Array<ArrayBuffer> {
  const headers: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    headers.push(centralHeader(file, file.crc32, offset));
    offset += localHeader(file, file.crc32).byteLength + file.size;
  }
  const whole = record([], ...headers);
  return record([], whole, end(files.length, whole.byteLength, offset));
}

/** Of the whole archive: no checksum changes it. */
export const zipLength = (files: readonly Packed[]): number =>
  files.reduce((sum, file) => sum + localHeader(file, 0).byteLength + file.size, 0) +
  directory(files.map((file) => ({ ...file, crc32: 0 }))).byteLength;
