// Pure: a text as it would be without the colours of a terminal.

/** ECMA-48 5.4 and 8.3.89: control sequences (colours among them), and texts for the terminal such as its title. */
const CONTROL =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,2000}(?:\u0007|\u001b\\)|\u001b[@-Z\\^_]/g;

export const withoutColours = (text: string): string =>
  text.includes('\u001b') || text.includes('\u009b') ? text.replace(CONTROL, '') : text;
