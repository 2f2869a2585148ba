// Pure: answers that stay small: as many of a list as fit, and of those that are larger by themselves the first.

/** About: what RPC makes of a value is near its JSON, and counting that would cost more than it spares. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 8;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 8;
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item);
  else for (const item of Object.values(value)) size += 16 + sizeOf(item);
  return size;
}

/** The first of these that fit; one at least, or nothing would ever go on. */
export function within<Item>(items: readonly Item[], mostBytes: number): Item[] {
  let left = mostBytes;
  const end = items.findIndex((item, index) => (left -= sizeOf(item)) < 0 && index > 0);
  return items.slice(0, end < 0 ? items.length : end);
}
