// Pure: all that can ever be archived: for each role the extensions, and the content type that belongs to each.
import type { Role } from '../../model/task.ts';

const TYPES = {
  audio: {
    mp3: 'audio/mpeg',
    aac: 'audio/aac',
    m4a: 'audio/mp4',
    wav: 'audio/wav',
    ogg: 'audio/ogg',
    flac: 'audio/flac',
  },
  cover: { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' },
  video: { mp4: 'video/mp4' },
} as const satisfies Record<Role, Readonly<Record<string, string>>>;

export type ExtOf<R extends Role> = keyof (typeof TYPES)[R];
export type Ext = { [R in Role]: ExtOf<R> }[Role];

export interface Format {
  ext: Ext;
  type: string;
}

export const FORMATS: readonly (Format & { role: Role })[] = (Object.keys(TYPES) as Role[]).flatMap((role) =>
  (Object.entries(TYPES[role]) as [Ext, string][]).map(([ext, type]) => ({ role, ext, type })),
);

/** The content type that belongs to an extension, or null: no object of that role ever ends so. */
export const typeOf = (role: Role, ext: string): string | null =>
  FORMATS.find((format) => format.role === role && format.ext === ext)?.type ?? null;
