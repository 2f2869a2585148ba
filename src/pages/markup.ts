// Pure: text → markup. Every value that is put into a template is escaped, unless it is markup of this file's making.
import { html as escaping, raw } from 'hono/html';

/** Markup that may stand in markup as it is. */
export type Markup = string & { readonly isEscaped: true };

/** What templates take. Nothing is written for null, undefined and booleans; of a list each entry, one after the other. */
export type Value = string | number | boolean | null | undefined | readonly Value[];

/** The library's own tag, which for texts and lists of them never waits. Its escapes hold for XML as well. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const escaped = escaping(strings, ...values);
  if (escaped instanceof Promise) throw new Error('A template was given something that must be waited for');
  return escaped as unknown as Markup;
}

/** For our own constants: style and script. */
export const trusted = (text: string): Markup => raw(text) as unknown as Markup;

/** JSON inside a script element: with no `<` in it, nothing in it can end the element or open a comment. */
export const jsonScript = (value: unknown): Markup => trusted(JSON.stringify(value).replaceAll('<', '\\u003c'));
