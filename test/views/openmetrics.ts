// Pure: the rules of OpenMetrics 1.0 ("ABNF", "Overall Structure", "Gauge") that a text of gauges must keep; one line for each that it breaks.

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const DESCRIPTOR = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.*)$`, 's');
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`, 's');
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** Suffixes that other kinds of metrics own: a gauge that ends in one is read as a part of another family. */
const OWNED = /_(?:total|created|count|sum|bucket|gcount|gsum|info)$/;

export function checkOpenMetrics(text: string): string[] {
  const mistakes: string[] = [];
  if (!text.endsWith('\n# EOF\n')) mistakes.push('does not end with # EOF and a line feed');
  const lines = text.split('\n').slice(0, -2);
  const families = new Set<string>();
  const samples = new Set<string>();
  let family = { name: '', kinds: new Set<string>(), sampled: false };

  lines.forEach((line, index) => {
    const wrong = (what: string): void => void mistakes.push(`line ${index + 1}: ${what}: ${line}`);
    const [, kind = '', name = '', rest = ''] = DESCRIPTOR.exec(line) ?? [];
    if (kind !== '') {
      if (name !== family.name) {
        if (families.has(name)) wrong('a family that is interleaved with another');
        if (OWNED.test(name)) wrong('a suffix that no gauge may have');
        if (!name.startsWith('longplay_')) wrong('a foreign name');
        families.add(name);
        family = { name, kinds: new Set(), sampled: false };
      }
      if (family.kinds.has(kind)) wrong('given twice');
      if (family.sampled) wrong('a descriptor after samples');
      if (kind === 'TYPE' && rest !== 'gauge') wrong('no gauge');
      if (kind === 'UNIT' && !name.endsWith(`_${rest}`)) wrong('a unit that the name does not end in');
      if (kind === 'HELP' && /(?<!\\)(?:\\\\)*(?:"|\\(?!["\\n]))/.test(rest)) wrong('help that is not escaped');
      family.kinds.add(kind);
      return;
    }
    const [, sample = '', labels, value = ''] = SAMPLE.exec(line) ?? [];
    if (sample === '') return wrong('neither descriptor nor sample');
    if (sample !== family.name || !family.kinds.has('TYPE')) wrong('a sample outside of its family');
    family.sampled = true;
    if (!NUMBER.test(value)) wrong('no number');
    const pairs = labels === undefined ? [] : labelsOf(labels);
    if (pairs === null) return wrong('labels that cannot be read');
    const names = pairs.map(([label]) => label);
    if (new Set(names).size < names.length) wrong('a label twice');
    if (names.some((label) => label.startsWith('__'))) wrong('a reserved label');
    const identity = JSON.stringify([sample, [...pairs].sort()]);
    if (samples.has(identity)) wrong('the same sample twice');
    samples.add(identity);
  });
  return mistakes;
}

function labelsOf(text: string): [string, string][] | null {
  const pairs: [string, string][] = [];
  let rest = text;
  while (rest !== '') {
    const match = LABEL.exec(rest);
    if (match === null) return null;
    pairs.push([match[1] ?? '', match[2] ?? '']);
    rest = rest.slice(match[0].length);
    if (rest === '' && match[0].endsWith(',')) return null;
  }
  return pairs;
}
