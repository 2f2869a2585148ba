// Edge: the terminal. Everything printed goes through here, so that no key is ever shown.
import { styleText } from 'node:util';
import { progressLine } from './log-lines.ts';
import type { Paint } from './log-lines.ts';

export interface Terminal {
  paint: Paint;
  say: (text: string) => void;
  complain: (text: string) => void;
  /** A line of the Worker's log. */
  log: (level: string, message: string) => void;
  /** From now on these texts are blotted out wherever they appear. */
  hide: (secrets: string[]) => void;
  /** Titles to print instead of ids. */
  name: (titles: Record<string, string>) => void;
}

/** Shorter ones would blot out ordinary words. */
const SECRET_MIN_LENGTH = 4;

/** Two spaces part a task from what is told of it. */
const SUBJECT_END = '  ';
/** Subjects remembered, so that a start that runs for weeks does not fill the memory. */
const SUBJECTS_MAX = 1000;

export function openTerminal(): Terminal {
  let hidden: string[] = [];
  let titles: Record<string, string> = {};
  // A reader that has gone (a closed pipe) is no reason to fall over on the way out.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const blot = (text: string): string => hidden.reduce((left, secret) => left.replaceAll(secret, '<key>'), text);
  const paint: Paint = (style, text) => (coloured() ? styleText(style, text, { validateStream: false }) : text);
  const lastOf = new Map<string, string>();
  /** A change that no line shows (a progress of some percent) would only repeat the one before. */
  const isRepeated = (line: string): boolean => {
    const end = line.indexOf(SUBJECT_END);
    if (end <= 0) return false;
    const subject = line.slice(0, end);
    const repeated = lastOf.get(subject) === line;
    if (lastOf.size >= SUBJECTS_MAX) lastOf.clear();
    lastOf.set(subject, line);
    return repeated;
  };
  const say = (text: string): void => void process.stdout.write(`${blot(text)}\n`);
  const complain = (text: string): void => void process.stderr.write(`${blot(text)}\n`);
  return {
    paint,
    say,
    complain,
    log(level, message) {
      const line = progressLine(message, titles, paint);
      if (line === null || isRepeated(line)) return;
      (level === 'error' ? complain : say)(line);
    },
    hide: (secrets) => {
      hidden = [...hidden, ...secrets.filter((secret) => secret.length >= SECRET_MIN_LENGTH)];
    },
    name: (more) => {
      titles = { ...titles, ...more };
    },
  };
}

/** https://no-color.org, and FORCE_COLOR=0 as npm's tools write it. */
function coloured(): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  return process.stdout.isTTY === true && !NO_COLOR && FORCE_COLOR !== '0';
}
