// Edge: one song in the details: cover, player, words, files, stems, and what can be done with it.
import type { Clip, File, Role } from '../model/task.ts';
import { copy, publish, retitle, takeDown } from './actions.ts';
import { Button, Icon, Listed, Sleeve, StateLine, Why } from './elements.tsx';
import { bytesText, lengthText } from './format.ts';
import { state } from './state.ts';
import { clipStatus, type Family, isTakenDown, ROLES } from './status.ts';
import { openById } from './workspace.ts';

export const ClipCard = ({ clip, stems }: Family) => {
  const { labels } = state;
  const { song: words } = labels;
  const [{ tone, label, why }, gone] = [clipStatus(clip, labels), isTakenDown(clip)];
  const title = clip.title ?? clip.id;
  const length = clip.duration_seconds === null ? null : lengthText(clip.duration_seconds);
  return (
    <article class="clip" data-slug={clip.slug}>
      <div class="clip-head">
        <Sleeve cover={clip.cover?.url} size={96} />
        <div>
          <h3 dir="auto">{title}</h3>
          <p class="soft">
            <Listed of={[clip.artist, length, clip.tags]} />
          </p>
          <StateLine tone={tone}>{gone ? label : `${label} · ${labels.visibilities[clip.visibility]}`}</StateLine>
        </div>
      </div>
      {/* Of a file that is lost its own line tells. */}
      <Why text={clip.audio?.state === 'unavailable' ? null : why} />
      {clip.audio?.url && <audio controls preload="metadata" src={clip.audio.url} aria-label={words.play(title)} />}
      <ul class="files">{ROLES.map((role) => clip[role] && <FileLine key={role} role={role} {...clip[role]} />)}</ul>
      {clip.lyrics !== null && !gone && <Lyrics name={words.lyrics} text={clip.lyrics} />}
      {clip.parent_id !== null && (
        <p class="soft">
          {clip.stem === null ? words.from : labels.detail(clip.stem, words.stem_of)} <code>{clip.parent_id}</code>
        </p>
      )}
      {stems.length > 0 && (
        <section class="stems">
          <h4>{words.stems}</h4>
          <ul>
            {stems.map((stem) => (
              <Stem key={stem.slug} elsewhere={stem.task_id !== clip.task_id} {...stem} />
            ))}
          </ul>
        </section>
      )}
      {!gone && <ClipActs {...clip} />}
    </article>
  );
};

/** A voice of the song, made by its task or by another one. */
const Stem = ({ elsewhere, stem, title, id, audio, vendor, task_id }: Clip & { elsewhere: boolean }) => {
  const { files, song: words } = state.labels;
  const name = stem ?? title ?? id;
  return (
    <li>
      <span>{name}</span>
      {audio?.url ? (
        <audio controls preload="none" src={audio.url} aria-label={words.play(name)} />
      ) : (
        <span class="soft">{files[audio?.state ?? 'skipped']}</span>
      )}
      {elsewhere && <Button look="small" act={() => openById(vendor, task_id)} text={words.open(name)} />}
    </li>
  );
};

const ClipActs = (clip: Clip) => {
  const { acts, song: words } = state.labels;
  const { page } = clip.links;
  return (
    <div class="acts">
      <a class="button small" href={page} target="_blank" rel="noopener">
        {words.share_page}
      </a>
      <Button look="small" act={() => copy(acts.the_page, page)} text={words.copy_page} />
      <Button
        needs="admin"
        look="small"
        act={() => publish(clip)}
        text={clip.visibility === 'public' ? words.make_unlisted : words.make_public}
      />
      <Button needs="admin" look="small" act={() => retitle(clip)} text={words.retitle} />
      <Button needs="admin" look="small danger" act={() => takeDown(clip)} text={words.take_down} />
    </div>
  );
};

export const Lyrics = ({ name, text, open = false }: { name: string; text: string | null; open?: boolean }) => (
  <details class="lyrics" open={open}>
    <summary dir="auto">{name}</summary>
    <p dir="auto">{text}</p>
  </details>
);

const TONES = { archived: 'good', pending: 'busy', unavailable: 'bad', skipped: 'idle', taken_down: 'idle' } as const;

/** Whether it is here, how large, its hash, and in plain words why not. */
const FileLine = ({ role, ...file }: File & { role: Role }) => {
  const { acts, count, file_reasons, files, roles, song } = state.labels;
  const { url, bytes, sha256, reason } = file;
  const how = reason === 'taken_down' ? reason : file.state;
  const tried = file.state !== 'archived' && file.attempts > 0 ? count(file.attempts, 'try') : null;
  const size = bytes === null ? null : bytesText(bytes);
  return (
    <li class="file">
      <p class="file-head">
        <span class="mark">
          <Icon name={TONES[how]} />
        </span>
        <strong>{roles[role]}</strong> <span>{files[how]}</span>{' '}
        <span class="soft">{[size, file.content_type, tried].filter(Boolean).join(' · ')}</span>
      </p>
      <Why text={reason && file_reasons[reason]} />
      {sha256 !== null && <code class="hash">sha256 {sha256}</code>}
      {url !== null && (
        <Button look="small" act={() => copy(acts.the_file(roles[role]), url)}>
          {song.copy_link}
          <span class="unseen">{song.of_role(roles[role])}</span>
        </Button>
      )}
    </li>
  );
};
