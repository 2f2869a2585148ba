// Pure, ground floor: how one setting may be written: all of them may come as text.
import * as v from 'valibot';

export const unset = (value: unknown): boolean => value === undefined || value === null || value === '';

export const flag = v.pipe(
  v.union([v.boolean(), v.string()], 'must be true or false'),
  v.transform((value) => String(value).trim().toLowerCase()),
  v.picklist(['true', 'false'], 'must be true or false'),
  v.transform((word) => word === 'true'),
);

export const listed = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  ),
);
