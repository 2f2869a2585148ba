// Pure: a written melody → stereo sound, by additive synthesis: a lead voice, a soft chord, a bass, an echo, a fade.

export interface Melody {
  bpm: number;
  /** MIDI note of scale degree 1. */
  root: number;
  /** One a bar. */
  chords: (keyof typeof CHORDS)[];
  /** Eighths, eight a bar: a digit is a degree of the major scale above the root (8 = octave, 9 beyond), `.` holds on. */
  lead: string;
  voice: keyof typeof VOICES;
}

export interface Sound {
  sample_rate: number;
  seconds: number;
  left: Float32Array;
  right: Float32Array;
}

const SAMPLE_RATE = 44_100;
/** The last chord rings out under the fade. */
const TAIL_SECONDS = 1.5;
const FADE_IN_SECONDS = 0.02;
const FADE_OUT_SECONDS = 2.5;
const PEAK = 0.85;

const MAJOR = [0, 2, 4, 5, 7, 9, 11] as const;
/** The scale degrees each triad is built from. */
const CHORDS = {
  I: [1, 3, 5],
  iii: [3, 5, 7],
  IV: [4, 6, 8],
  V: [5, 7, 9],
  vi: [6, 8, 10],
} as const satisfies Record<string, readonly number[]>;

/** Strength of each overtone, and how fast a note dies away (per second). */
const VOICES = {
  bell: { partials: [1, 0.45, 0.12, 0.22], decay: 2.6, attack: 0.004 },
  flute: { partials: [1, 0.28, 0.1], decay: 0.9, attack: 0.05 },
  synth: { partials: [1, 0.5, 0.33, 0.25, 0.2, 0.16], decay: 3.4, attack: 0.006 },
  pad: { partials: [1, 0.2, 0.06], decay: 0.15, attack: 0.25 },
  bass: { partials: [1, 0.4, 0.15], decay: 1.2, attack: 0.01 },
} as const satisfies Record<string, { partials: readonly number[]; decay: number; attack: number }>;

/** One cycle of each voice, read at the note's pace: 4096 points are finer than 16 bits can tell. */
const WAVE_LENGTH = 4096;
const WAVES = {
  bell: waveOf(VOICES.bell.partials),
  flute: waveOf(VOICES.flute.partials),
  synth: waveOf(VOICES.synth.partials),
  pad: waveOf(VOICES.pad.partials),
  bass: waveOf(VOICES.bass.partials),
} satisfies Record<keyof typeof VOICES, Float32Array>;

/** A note that is let go does not stop at once. */
const RELEASE_SECONDS = 0.25;

interface Note {
  at: number;
  seconds: number;
  pitch: number;
  voice: keyof typeof VOICES;
  gain: number;
  /** −1 left … 1 right */
  pan: number;
}

export const secondsOf = (melody: Melody): number => melody.chords.length * barSeconds(melody) + TAIL_SECONDS;

export function render(melody: Melody): Sound {
  const seconds = secondsOf(melody);
  const length = Math.round(seconds * SAMPLE_RATE);
  const [left, right] = [new Float32Array(length), new Float32Array(length)];
  for (const note of [...leadNotes(melody), ...chordNotes(melody)]) addNote(note, left, right);
  addEcho(left, right, Math.round((barSeconds(melody) * 3 * SAMPLE_RATE) / 8));
  finish(left, right);
  return { sample_rate: SAMPLE_RATE, seconds, left, right };
}

const barSeconds = ({ bpm }: Melody): number => (4 * 60) / bpm;

/** Degree 1 is the root, 8 its octave. */
const pitchOf = (melody: Melody, degree: number): number =>
  melody.root + 12 * Math.floor((degree - 1) / 7) + (MAJOR[(degree - 1) % 7] ?? 0);

function leadNotes(melody: Melody): Note[] {
  const eighth = barSeconds(melody) / 8;
  return [...melody.lead.replaceAll(' ', '').matchAll(/(\d)(\.*)/g)].map(({ 1: degree, 2: held = '', index }) => ({
    at: index * eighth,
    seconds: (1 + held.length) * eighth,
    pitch: pitchOf(melody, Number(degree)) + 12,
    voice: melody.voice,
    gain: 0.34,
    pan: 0.1,
  }));
}

function chordNotes(melody: Melody): Note[] {
  const bar = barSeconds(melody);
  return melody.chords.flatMap((name, index) => {
    const degrees = CHORDS[name];
    const common = { at: index * bar, seconds: bar };
    const pad = degrees.map((degree, at) => ({
      ...common,
      pitch: pitchOf(melody, degree),
      voice: 'pad' as const,
      gain: 0.13,
      pan: at - 1,
    }));
    // Root on the first beat, fifth on the third: enough to walk on.
    const steps = [degrees[0], degrees[2]].map((degree, at) => ({
      at: index * bar + (at * bar) / 2,
      seconds: bar / 2,
      pitch: pitchOf(melody, degree) - 24 + (at === 1 ? 0 : 12 * Number(degree < 3)),
      voice: 'bass' as const,
      gain: 0.3,
      pan: 0,
    }));
    return [...pad, ...steps];
  });
}

function addNote(note: Note, left: Float32Array, right: Float32Array): void {
  const { decay, attack } = VOICES[note.voice];
  const wave = WAVES[note.voice];
  const step = (440 * 2 ** ((note.pitch - 69) / 12) * WAVE_LENGTH) / SAMPLE_RATE;
  const from = Math.round(note.at * SAMPLE_RATE);
  const lasts = note.seconds + RELEASE_SECONDS;
  const count = Math.min(Math.round(lasts * SAMPLE_RATE), left.length - from);
  const [toLeft, toRight] = [note.gain * (1 - note.pan * 0.5), note.gain * (1 + note.pan * 0.5)];
  const fade = Math.exp(-decay / SAMPLE_RATE);
  let strength = 1;
  for (let i = 0; i < count; i++) {
    const t = i / SAMPLE_RATE;
    const value =
      wave[(i * step) & (WAVE_LENGTH - 1)]! * strength * Math.min(1, t / attack, (lasts - t) / RELEASE_SECONDS);
    left[from + i]! += value * toLeft;
    right[from + i]! += value * toRight;
    strength *= fade;
  }
}

function waveOf(partials: readonly number[]): Float32Array {
  const angle = (point: number): number => (2 * Math.PI * point) / WAVE_LENGTH;
  return Float32Array.from({ length: WAVE_LENGTH }, (_, point) =>
    partials.reduce((sum, strength, index) => sum + strength * Math.sin(angle(point) * (index + 1)), 0),
  );
}

/** Each side is heard again, softer, on the other one. */
function addEcho(left: Float32Array, right: Float32Array, delay: number): void {
  for (let i = delay; i < left.length; i++) {
    left[i]! += right[i - delay]! * 0.24;
    right[i]! += left[i - delay]! * 0.24;
  }
}

/** Fades both ends and brings the loudest moment to PEAK. */
function finish(left: Float32Array, right: Float32Array): void {
  const fadeIn = FADE_IN_SECONDS * SAMPLE_RATE;
  const fadeOut = FADE_OUT_SECONDS * SAMPLE_RATE;
  let peak = 0;
  for (let i = 0; i < left.length; i++) {
    const fade = Math.min(1, i / fadeIn, (left.length - i) / fadeOut);
    left[i]! *= fade;
    right[i]! *= fade;
    peak = Math.max(peak, Math.abs(left[i]!), Math.abs(right[i]!));
  }
  const gain = peak === 0 ? 0 : PEAK / peak;
  for (let i = 0; i < left.length; i++) {
    left[i]! *= gain;
    right[i]! *= gain;
  }
}
