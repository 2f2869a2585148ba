// Edge: the parts of the benchmark by their names, in their order.
import { consoleOpening } from './console.ts';
import { cost } from './cost.ts';
import { facade } from './facade.ts';
import type { Budget } from './measure.ts';
import { mirroring } from './mirroring.ts';
import { normalising } from './normalising.ts';
import type { Section } from './report.ts';
import { scale } from './scale.ts';
import { serving } from './serving.ts';
import { start } from './start.ts';
import { ticks } from './ticks.ts';

type Part = (budget: Budget, say: (text: string) => void) => Promise<Section>;

export const PARTS = {
  serving,
  facade,
  normalising,
  mirroring,
  ticks,
  scale,
  cost,
  start,
  console: consoleOpening,
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;
