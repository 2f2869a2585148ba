// Pure: what stands where there are no rows: nothing yet, nothing that fits, nothing found, or nothing to be had.
import { Disc, Icon } from './icon.tsx';
import type { Labels } from './language.ts';
import { problemWords } from './status.ts';
import type { TroubleCode } from './english.ts';

export type Emptiness = 'searched' | 'filtered' | 'none' | { readonly failed: TroubleCode };

interface Props {
  readonly kind: Emptiness;
  readonly labels: Labels;
  readonly act: () => void;
}

export const Empty = ({ kind, labels, act }: Props) => {
  const failed = typeof kind === 'object';
  const { what, then } = failed ? problemWords(labels, kind.failed) : labels.empty[kind];
  const button = failed
    ? labels.page.again
    : { searched: labels.list.back, filtered: labels.list.all, none: labels.empty.first }[kind];
  return (
    <div id="empty" class="empty">
      {failed ? <Icon name="warn" tone="bad" /> : <Disc />}
      <p class="what">{what}</p>
      <p>{then}</p>
      <button type="button" class="button strong" onClick={act}>
        {button}
      </button>
    </div>
  );
};
