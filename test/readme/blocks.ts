// Pure: a document's fenced blocks, by the heading they stand under.

export interface Block {
  language: string;
  text: string;
}

/** Blocks of one section, in order; an indented block (in a list) counts, without its indentation. */
export function blocksUnder(heading: string, readme: string): Block[] {
  const lines = readme.split('\n');
  const at = lines.findIndex((line) => /^#{2,3} /.test(line) && line.replace(/^#+ /, '') === heading);
  if (at < 0) throw new Error(`The README has no section "${heading}"`);
  const section = lines.slice(at + 1);
  const end = section.findIndex((line) => /^#{2,3} \p{L}/u.test(line));
  const text = (end < 0 ? section : section.slice(0, end)).join('\n');
  return [...text.matchAll(/^( *)```(\w+)\n(.*?)^\1```$/gms)].map(([, indent = '', language = '', body = '']) => ({
    language,
    text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}
