// Edge: addresses that may be opened, shown or played from this page.

/** Null: none, or something else in its place, such as `javascript:`. */
export function webAddress(text: string | null | undefined): string | null {
  if (text == null || !URL.canParse(text, location.origin)) return null;
  const url = new URL(text, location.origin);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}
