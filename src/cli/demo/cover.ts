// Pure: an id → a picture of its own: an evening sky, sun or moon, hills, and their mirror image in water.

export interface Picture {
  width: number;
  height: number;
  /** RGBA */
  data: Uint8Array;
}

type Colour = readonly [red: number, green: number, blue: number];

const SIZE = 512;
const HORIZON = 0.66;
const RIDGES = 4;

/** Sky above, sky at the horizon, light, nearest hill. */
const PALETTES = [
  ['#241a4d', '#f08a76', '#ffe3a8', '#160f33'],
  ['#0b2545', '#5fb3b3', '#f4f1de', '#071629'],
  ['#40163d', '#f2a65a', '#fff1c9', '#240a2b'],
  ['#14323b', '#e7c27d', '#fff7df', '#0c1f26'],
  ['#1b1b3a', '#b56576', '#ffd6c9', '#0f0f24'],
] as const;

export function paintCover(id: string): Picture {
  const seed = hash(id);
  const [above, below, light, near] = PALETTES[(seed >>> 9) % PALETTES.length]!.map(parse) as [
    Colour,
    Colour,
    Colour,
    Colour,
  ];
  const chance = randomOf(seed);
  const sun = { x: 0.25 + 0.5 * chance(), y: 0.24 + 0.24 * chance(), radius: 0.07 + 0.07 * chance() };
  const ridges = Array.from({ length: RIDGES }, (_, index) => ridgeOf(index, chance));
  const data = new Uint8Array(SIZE * SIZE * 4);
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const [x, y] = [column / SIZE, row / SIZE];
      const water = y > HORIZON;
      // Water shows what is as far above the horizon, squeezed, with ripples that grow towards the shore.
      const depth = (y - HORIZON) / (1 - HORIZON);
      const seenX = water ? x + 0.012 * depth * Math.sin(row * 0.9 + Math.sin(row * 0.31) * 3) : x;
      const seenY = water ? HORIZON * (1 - depth) : y;
      const colour = view(seenX, seenY);
      put(data, (row * SIZE + column) * 4, water ? mix(colour, near, 0.22 + 0.3 * depth) : colour);
    }
  }
  return { width: SIZE, height: SIZE, data };

  function view(x: number, y: number): Colour {
    const ridge = ridges.findLastIndex((heightAt) => y > HORIZON - heightAt(x));
    if (ridge >= 0) return mix(below, near, 0.3 + (0.7 * (ridge + 1)) / RIDGES);
    const sky = mix(above, below, (y / HORIZON) ** 1.4);
    const distance = Math.hypot(x - sun.x, y - sun.y);
    const glow = Math.exp(-((distance / (sun.radius * 2.6)) ** 2));
    // One pixel of blend at the rim, so that it is round and not a staircase.
    const disc = Math.min(1, Math.max(0, (sun.radius - distance) * SIZE + 0.5));
    return mix(mix(sky, light, 0.55 * glow), light, disc);
  }
}

/** Hills nearer to the eye are lower and rougher. */
function ridgeOf(index: number, chance: () => number): (x: number) => number {
  const base = 0.23 - index * 0.055;
  const waves = [3, 7, 15].map((frequency, at) => ({
    frequency: frequency * (0.7 + 0.6 * chance()) * (1 + index * 0.35),
    phase: chance() * 2 * Math.PI,
    height: (0.05 / (at + 1) ** 1.3) * (1 - index * 0.12),
  }));
  return (x) => base + waves.reduce((sum, wave) => sum + wave.height * Math.sin(x * wave.frequency + wave.phase), 0);
}

const mix = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

function put(data: Uint8Array, at: number, [red, green, blue]: Colour): void {
  data[at] = red;
  data[at + 1] = green;
  data[at + 2] = blue;
  data[at + 3] = 255;
}

const parse = (hex: string): Colour => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 0x01000193);
  return value >>> 0;
}

/** A linear congruential generator: the same seed always paints the same picture. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
