// Pure: how one setting may be written: all of them may come as text.
import * as v from 'valibot';

/** What could be read, and all that is wrong beside it. */
export interface Checked<Value> {
  readonly value: Value;
  readonly mistakes: readonly string[];
}

export const unset = (value: unknown): boolean => value === undefined || value === null || value === '';

/** What is pasted has spaces around; no setting means anything by them. */
export const trimmed = (value: unknown): unknown => {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.map(trimmed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.trim(), trimmed(inner)]));
};

export const flag = v.pipe(
  v.union([v.boolean(), v.string()], 'must be true or false'),
  v.transform((value) => String(value).toLowerCase()),
  v.picklist(['true', 'false'], 'must be true or false'),
  v.transform((word) => word === 'true'),
);

const entriesOf = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);

/** A list, or its entries as one text, parted by commas. */
export const listed = (rule: string) =>
  v.union([v.pipe(v.string(), v.transform(entriesOf)), v.array(v.pipe(v.string(), v.trim()))], rule);
