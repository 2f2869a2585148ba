// Pure: what an archive of songs holds: a folder for each, with its files and what is known of it.
import type { CountedFile } from '../../model/files.ts';
import type { ClipState } from '../../model/state.ts';
import { type Clip, type Role, ROLES } from '../../model/task.ts';
import { fileIn, folderOf, titleOf } from './file-name.ts';
import { lyricsText } from './generated.ts';
import { type Entry, type Opened, textEntry } from './zip.ts';

export interface ArchiveSong {
  readonly clip: ClipState;
  readonly view: Clip;
}
export interface Source {
  open(key: string): Promise<Opened | null>;
  /** Hears of each checksum that nobody had counted before. */
  counted(file: CountedFile): void;
}

interface StoredFile {
  role: Role;
  key: string;
  bytes: number;
  sha256: string;
  crc32: number | null;
  archived_at: number;
}

/** Songs of which a file is archived; nothing of what was taken down. */
export const bundled = (songs: readonly ArchiveSong[]): ArchiveSong[] =>
  songs.filter(({ clip }) => filesOf(clip).length > 0);

export function entriesOf(songs: readonly ArchiveSong[], source: Source): Entry[] {
  return songs.flatMap(({ clip, view }, index) => {
    const { slug } = clip;
    const named = { place: index + 1, of: songs.length, title: titleOf(view.title, view.stem), slug };
    const folder = folderOf(named);
    const modified = newest([clip]);
    const files = filesOf(clip).map(({ role, key, bytes, sha256, crc32, archived_at }): Entry => ({
      path: `${folder}/${fileIn(named, key.slice(key.lastIndexOf('.') + 1))}`,
      size: bytes,
      sha256,
      crc32,
      counted: (sum) => source.counted({ slug, role, key, sha256, crc32: sum }),
      modified: new Date(archived_at),
      content: () => source.open(key),
    }));
    const lyrics = lyricsText(view.lyrics);
    return [
      ...files,
      ...(lyrics === null ? [] : [textEntry(`${folder}/lyrics.txt`, lyrics, modified)]),
      jsonEntry(`${folder}/clip.json`, view, modified),
    ];
  });
}

export const jsonEntry = (path: string, value: unknown, modified: Date): Entry =>
  textEntry(path, `${JSON.stringify(value, null, 2)}\n`, modified);

/** When the last of their files was archived: the same songs make the same archive. */
export const newest = (clips: readonly ClipState[]): Date =>
  new Date(Math.max(0, ...clips.flatMap(filesOf).map(({ archived_at }) => archived_at)));

function filesOf({ taken_down_at, files }: ClipState): StoredFile[] {
  if (taken_down_at !== null) return [];
  return ROLES.flatMap((role) => {
    const { state, key = null, bytes = null, sha256 = null, crc32 = null, archived_at } = files[role] ?? {};
    const complete = state === 'archived' && key !== null && bytes !== null && sha256 !== null;
    return complete ? [{ role, key, bytes, sha256, crc32, archived_at: archived_at ?? 0 }] : [];
  });
}
