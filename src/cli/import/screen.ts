// Edge: what the command prints: lines that stay, and on a terminal one line that changes.

export interface Screen {
  say: (text: string) => void;
  complain: (text: string) => void;
  /** How far it is: on a terminal it takes the place of the one before, elsewhere it is a line, now and then. */
  progress: (text: string) => void;
}

const ERASE_LINE = '\r\u001b[K';
/** Logs need not hold every step. */
const PLAIN_EVERY_MS = 2_000;
const BETWEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export function openScreen(secrets: readonly string[]): Screen {
  const { stdout, stderr } = process;
  // A reader that has gone (a closed pipe) is no reason to fall over.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  let shown = false;
  let last = 0;
  /** Without the token, and without control characters from the file or the server. */
  const clean = (text: string): string =>
    secrets.reduce((left, secret) => left.replaceAll(secret, '<token>'), text).replace(BETWEEN, '\u{fffd}');
  const erased = (): string => (shown ? ERASE_LINE : '');
  const print = (stream: NodeJS.WriteStream, text: string): void => {
    if (shown) stdout.write(ERASE_LINE);
    shown = false;
    stream.write(`${clean(text)}\n`);
  };
  return {
    say: (text) => print(stdout, text),
    complain: (text) => print(stderr, text),
    progress(text) {
      if (stdout.isTTY) {
        stdout.write(erased() + clean(text).slice(0, (stdout.columns || 80) - 1));
        shown = true;
      } else if (Date.now() - last >= PLAIN_EVERY_MS) {
        last = Date.now();
        print(stdout, text);
      }
    },
  };
}
