// Pure: where the Worker answers otherwise than nginx on purpose, and why.

export interface Deliberate {
  /** Rows of the table, by name. */
  rows: RegExp;
  /** `status`, `body` or the name of a header. */
  what: RegExp;
  reason: string;
}

/** A difference is counted to the first entry that fits. */
export const DELIBERATE: readonly Deliberate[] = [
  {
    rows: /^(a first byte after the last|no number|no bound|a sign) is ignored/,
    what: /^status$/,
    reason: 'A malformed Range is ignored (RFC 9110 14.2 allows both); nginx answers 416.',
  },
  {
    rows: /^one range: bytes=(-|5-)9{20}$/,
    what: /^status$/,
    reason:
      'A last byte or a suffix beyond the file means its end, whatever the number (RFC 9110 14.1.2); nginx answers 416 where it is over 2^63.',
  },
  {
    rows: /^one range: bytes=,2-5$/,
    what: /^status$/,
    reason: 'A list may begin with an empty element (RFC 9110 5.6.1); nginx answers 416.',
  },
  {
    rows: /^HEAD with a range/,
    what: /^status$/,
    reason: 'Only GET knows ranges (RFC 9110 14.2); nginx cuts HEAD too.',
  },
  {
    rows: /^If-Unmodified-Since: no date$/,
    what: /^status$/,
    reason: 'A date that is none is ignored (RFC 9110 13.1.4); nginx takes it for a very old one: 412.',
  },
  {
    rows: /^If-Match goes before If-Unmodified-Since$/,
    what: /^status$/,
    reason: 'If-Unmodified-Since does not count beside If-Match (RFC 9110 13.2.2); nginx looks at it first.',
  },
  {
    rows: /./,
    what: /^accept-ranges$/,
    reason: 'Every answer says that ranges are served; nginx says so with whole files alone.',
  },
  {
    rows: /^(If-|no byte left)/,
    what: /^(etag|last-modified)$/,
    reason: '412 and 416 say which file is there instead, which spares a request; nginx names no validators there.',
  },
  {
    rows: /^no byte left/,
    what: /^(cache-control|x-content-type-options|access-control-allow-origin)$/,
    reason:
      'A 416 carries each header once and is not cached; nginx decides on it when the headers of the 200 are there already, and adds its own to them.',
  },
];
