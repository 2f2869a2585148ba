// Stems stand beside the song they were split from, and a command names the token without showing it.
import { describe, expect, it } from 'vitest';
import { curlOf } from '../../src/console/format.ts';
import { familiesOf } from '../../src/console/status.ts';
import type { Clip } from '../../src/model/task.ts';

const clip = (id: string, parent_id: string | null = null, stem: string | null = null): Clip =>
  ({ id, slug: id, title: id, parent_id, stem }) as Clip;
const task = (...clips: Clip[]) => ({ clips }) as Parameters<typeof familiesOf>[0] & { clips: Clip[] };

describe('familiesOf()', () => {
  it('puts stems of this task and of others beside their song', () => {
    const song = task(clip('a'), clip('b'), clip('v', 'a', 'Vocals'));
    const split = task(clip('d', 'b', 'Drums'), clip('x', 'other', 'Bass')) as never;
    expect(familiesOf(song, [split]).map(({ clip, stems }) => [clip.id, stems.map(({ id }) => id)])).toEqual([
      ['a', ['v']],
      ['b', ['d']],
    ]);
  });

  it('leaves a task of stems alone as it is, and what was extended a song of its own', () => {
    const stems = task(clip('v', 'elsewhere', 'Vocals'), clip('e', 'v'));
    expect(familiesOf(stems, []).map(({ clip }) => clip.id)).toEqual(['v', 'e']);
  });
});

describe('curlOf()', () => {
  it('can be pasted into a shell whatever the id', () => {
    expect(curlOf('https://songs.example', "/v1/tasks/it's?vendor=relay")).toBe(
      `curl -H "Authorization: Bearer $LONGPLAY_TOKEN" 'https://songs.example/v1/tasks/it%27s?vendor=relay'`,
    );
  });
});
