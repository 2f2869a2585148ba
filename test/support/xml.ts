// Pure: XML read by a strict parser (XML 1.0 and namespaces, fifth edition): what is not well-formed throws.
import { SaxesParser } from 'saxes';

export interface Element {
  /** `{namespace}local`; without a namespace the local name alone. */
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** Of the element itself, without its children's. */
  text: string;
}

const nameOf = (uri: string, local: string): string => (uri === '' ? local : `{${uri}}${local}`);

export function parseXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open: Element[] = [root];
  const parser = new SaxesParser({ xmlns: true });
  const last = (): Element => open.at(-1) ?? root;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ uri, local, attributes }) => {
    const all = Object.values(attributes).map((one) => [
      nameOf(one.prefix === '' ? '' : one.uri, one.local),
      one.value,
    ]);
    const element = { name: nameOf(uri, local), attributes: Object.fromEntries(all), children: [], text: '' };
    last().children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (part) => void (last().text += part));
  parser.on('cdata', (part) => void (last().text += part));
  parser.write(text).close();
  const [only] = root.children;
  if (only === undefined) throw new Error('There is no element');
  return only;
}

export const all = (element: Element, name: string): Element[] => element.children.filter((one) => one.name === name);

/** The only one of this name. */
export function one(element: Element, name: string): Element {
  const [first, ...more] = all(element, name);
  if (first === undefined || more.length > 0)
    throw new Error(`${element.name} has ${more.length + (first ? 1 : 0)} ${name}`);
  return first;
}

export const textOf = (element: Element, name: string): string => one(element, name).text;
