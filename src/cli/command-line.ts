// Pure: the command line of a command → its options as they were written, and what is wrong with how they are written.
import { parseArgs } from 'node:util';

/** Each option by its name: whether a value follows it. */
export type Names = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

export interface CommandLine<Known extends Names> {
  /** The last value of each option that was given with one. */
  readonly values: { readonly [Name in keyof Known]?: string };
  /** Options without a value that were given. */
  readonly flags: ReadonlySet<keyof Known>;
  readonly positionals: readonly string[];
  readonly faults: string[];
}

export function readCommandLine<Known extends Names>(argv: readonly string[], names: Known): CommandLine<Known> {
  const { tokens } = parseArgs({
    args: [...argv],
    options: names,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: { [Name in keyof Known]?: string } = {};
  const flags = new Set<keyof Known>();
  const positionals: string[] = [];
  const faults: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const type = Object.hasOwn(names, token.name) ? names[token.name]?.type : undefined;
    if (type === undefined) faults.push(`unknown option ${token.rawName}`);
    else if (type === 'boolean' && token.value !== undefined) faults.push(`${token.rawName} takes no value`);
    else if (type === 'boolean') flags.add(token.name);
    else if (!token.value || (!token.inlineValue && token.value.startsWith('--')))
      faults.push(`${token.rawName} needs a value`);
    else values[token.name as keyof Known] = token.value;
  }
  return { values, flags, positionals, faults };
}
