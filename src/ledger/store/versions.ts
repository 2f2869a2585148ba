// State: which tasks and clips were written when, so that who keeps what a look showed can ask if it is current.
import { keyOf, type Stored } from '../../model/state.ts';

/** Names remembered: some 5 MB. What is forgotten counts as written. */
const NAMES_MAX = 50_000;

/** No id and no slug holds one. */
const BETWEEN = '\n';

/** A task's and its clips' names with the moment of the look, in one text: it is asked about with each read, and lists cost more to send. */
export const versionToken = (moment: string, stored: Stored): string =>
  [moment, keyOf(stored), ...stored.state.slugs].join(BETWEEN);

export class Versions {
  readonly #lastOf = new Map<string, number>();
  readonly #life: string;
  #count = 0;
  #forgotten = 0;

  /** `life`: unlike any other object's, since a new one remembers nothing of what was written before. */
  constructor(life: string) {
    this.#life = life;
  }

  note(name: string): void {
    if (this.#lastOf.size >= NAMES_MAX && !this.#lastOf.has(name)) {
      this.#lastOf.clear();
      this.#forgotten = this.#count;
    }
    this.#lastOf.set(name, ++this.#count);
  }

  /** Now, among the writes. */
  version(): string {
    return `${this.#life}/${this.#count}`;
  }

  /** Whether nothing that the token names was written since its moment. */
  isCurrent(token: string): boolean {
    const [moment = '', ...names] = token.split(BETWEEN);
    const [life, count] = moment.split('/');
    const at = Number(count);
    return life === this.#life && at >= this.#forgotten && names.every((name) => (this.#lastOf.get(name) ?? 0) <= at);
  }
}
