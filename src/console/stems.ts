// Pure: the songs of a task with what was made from them: stems stand beside their song.
import type { Clip, Task } from '../model/task.ts';

export interface Family {
  readonly clip: Clip;
  /** Voices of this song, from this task or from others that were read. */
  readonly stems: readonly Clip[];
}

export function familiesOf({ clips }: Pick<Task, 'clips'>, others: Iterable<Task>): Family[] {
  const here = new Set(clips.map(({ id }) => id));
  const isStemHere = ({ stem, parent_id }: Clip): boolean => stem != null && parent_id != null && here.has(parent_id);
  const elsewhere = [...others].flatMap((task) => task.clips).filter((clip) => isStemHere(clip) && !here.has(clip.id));
  return clips
    .filter((clip) => !isStemHere(clip))
    .map((clip) => ({
      clip,
      stems: [...clips.filter(isStemHere), ...elsewhere].filter(({ parent_id }) => parent_id === clip.id),
    }));
}

/** As a shell takes it: the token is named, and not written. */
export const curlOf = (origin: string, path: string): string =>
  `curl -H "Authorization: Bearer $LONGPLAY_TOKEN" '${origin}${path.replaceAll("'", '%27')}'`;
