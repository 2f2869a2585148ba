// Edge: one song in the details: cover, player, words, files, stems, and what can be done with it.
import type { ComponentChildren } from 'preact';
import type { Clip, File, Role } from '../model/task.ts';
import { copy, publish, retitle, takeDown } from './actions.ts';
import { webAddress } from './api.ts';
import { Button, Icon, Sleeve, StateLine, Why } from './elements.tsx';
import { bytesText, lengthText } from './format.ts';
import { state } from './state.ts';
import { clipStatus, isTakenDown, ROLES, type Tone } from './status.ts';

export const ClipCard = ({ clip, children }: { clip: Clip; children: ComponentChildren }) => {
  const { labels } = state;
  const { song: words } = labels;
  const [{ tone, label, why }, gone] = [clipStatus(clip, labels), isTakenDown(clip)];
  const title = clip.title ?? clip.id;
  const length = clip.duration_seconds === null ? null : lengthText(clip.duration_seconds);
  const audio = gone ? null : addressOf(clip.audio);
  return (
    <article class="clip" data-slug={clip.slug}>
      <div class="clip-head">
        <Sleeve cover={gone ? null : addressOf(clip.cover)} size={96} />
        <div>
          <h3 dir="auto">{title}</h3>
          <p class="soft" dir="auto">
            {[clip.artist, length, clip.tags].filter(Boolean).join(' · ')}
          </p>
          <StateLine tone={tone}>{gone ? label : `${label} · ${labels.visibilities[clip.visibility]}`}</StateLine>
        </div>
      </div>
      {/* Of a file that is lost its own line tells. */}
      <Why text={clip.audio?.state === 'unavailable' ? null : why} />
      {audio !== null && <audio controls preload="metadata" src={audio} aria-label={words.play(title)} />}
      <ul class="files">{ROLES.map((role) => clip[role] && <FileLine key={role} role={role} {...clip[role]} />)}</ul>
      {clip.lyrics !== null && !gone && <Lyrics name={words.lyrics} text={clip.lyrics} />}
      {children}
      {!gone && <ClipActs {...clip} />}
    </article>
  );
};

/** Where a file is kept; null: it is not. */
export const addressOf = (file: File | null): string | null =>
  file?.state === 'archived' ? webAddress(file.url) : null;

const ClipActs = (clip: Clip) => {
  const { acts, song: words } = state.labels;
  const page = webAddress(clip.links.page);
  return (
    <div class="acts">
      {page !== null && (
        <a class="button small" href={page} target="_blank" rel="noopener">
          {words.share_page}
        </a>
      )}
      <Button look="small" act={() => copy(acts.the_page, clip.links.page)} text={words.copy_page} />
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

const TONES: Readonly<Record<File['state'], Tone>> = {
  archived: 'good',
  pending: 'busy',
  unavailable: 'bad',
  skipped: 'idle',
};

/** Whether it is here, how large, its hash, and in plain words why not. */
const FileLine = ({ role, ...file }: File & { role: Role }) => {
  const { acts, count, file_reasons, files, roles, song } = state.labels;
  const gone = file.reason === 'taken_down';
  const tried = file.state !== 'archived' && file.attempts > 0 ? count(file.attempts, 'try') : null;
  const size = file.bytes === null ? null : bytesText(file.bytes);
  const link = addressOf(file);
  return (
    <li class="file">
      <p class="file-head">
        <span class="mark">
          <Icon name={gone ? 'idle' : TONES[file.state]} />
        </span>
        <strong>{roles[role]}</strong> <span>{files[gone ? 'taken_down' : file.state]}</span>{' '}
        <span class="soft">{[size, file.content_type, tried].filter(Boolean).join(' · ')}</span>
      </p>
      <Why text={file.reason && file_reasons[file.reason]} />
      {file.sha256 !== null && <code class="hash">sha256 {file.sha256}</code>}
      {link !== null && (
        <Button look="small" act={() => copy(acts.the_file(roles[role]), link)}>
          {song.copy_link}
          <span class="unseen">{song.of_role(roles[role])}</span>
        </Button>
      )}
    </li>
  );
};
