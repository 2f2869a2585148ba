// Pure: where a long walk through a bucket stands: in which part, after which key; as an opaque text for callers.

export interface BucketCursor<Part extends string = string> {
  readonly part: Part;
  /** Keys up to this one are done; empty: none. */
  readonly after: string;
}

export interface Listing<Item> {
  readonly items: readonly Item[];
  /** Whether more follow. */
  readonly more: boolean;
}

/** R2 keys have at most 1,024 bytes. */
const CURSOR_MAX_CHARACTERS = 1_500;

export const encodeBucketCursor = ({ part, after }: BucketCursor): string =>
  Buffer.from(`${part} ${after}`).toString('base64url');

/** Null: no cursor of a walk of these parts. */
export function decodeBucketCursor<Part extends string>(
  text: string,
  parts: readonly Part[],
): BucketCursor<Part> | null {
  if (text.length > CURSOR_MAX_CHARACTERS || !/^[\w-]+$/.test(text)) return null;
  const [name = '', ...rest] = Buffer.from(text, 'base64url').toString().split(' ');
  const part = parts.find((known) => known === name);
  return part === undefined || rest.length === 0 ? null : { part, after: rest.join(' ') };
}

export interface BucketWalk<Part extends string, Item extends { key: string }> {
  readonly parts: readonly Part[];
  list(part: Part, after: string): Promise<Listing<Item>>;
  take(part: Part, items: readonly Item[]): Promise<void>;
  /** How many are taken at a time. */
  readonly at_once: Readonly<Record<Part, number>>;
  /** Whether this is enough for one call. */
  isSpent(): boolean;
}

/** Goes on from a cursor, part after part, until it is enough. Answers where the next call goes on; null: all is done. */
export async function walkBucket<Part extends string, Item extends { key: string }>(
  from: BucketCursor<Part> | null,
  { parts, list, take, at_once, isSpent }: BucketWalk<Part, Item>,
): Promise<BucketCursor<Part> | null> {
  let after = from?.after ?? '';
  for (const part of parts.slice(from ? parts.indexOf(from.part) : 0)) {
    let more = true;
    while (more) {
      const listing = await list(part, after);
      more = listing.more;
      for (let at = 0; at < listing.items.length; at += at_once[part]) {
        // Asked before each step: a call that has begun always gets on.
        if (at > 0 && isSpent()) return { part, after };
        const some = listing.items.slice(at, at + at_once[part]);
        await take(part, some);
        after = some.at(-1)?.key ?? after;
      }
      if (more && isSpent()) return { part, after };
    }
    after = '';
  }
  return null;
}
