// Pure: one song in the details: cover, player, words, files, stems, and what can be done with it.
import type { ComponentChildren } from 'preact';
import type { Clip, File, Role } from '../model/task.ts';
import type { Actions } from './actions.ts';
import { webAddress } from './api.ts';
import { bytesText, lengthText } from './format.ts';
import { Icon, Sleeve } from './elements.tsx';
import type { Labels } from './english.ts';
import { clipStatus, isTakenDown, ROLES, sentence, type Tone } from './status.ts';

interface Props {
  readonly clip: Clip;
  readonly labels: Labels;
  readonly actions: Actions;
  /** Whether this token may change songs, as far as is known. */
  readonly allowed: boolean;
  readonly children?: ComponentChildren;
}

export const ClipCard = ({ clip, labels, actions, allowed, children }: Props) => {
  const { song: words } = labels;
  const [{ tone, label, why }, gone] = [clipStatus(clip, labels), isTakenDown(clip)];
  const title = clip.title ?? clip.id;
  const length = clip.duration_seconds === null ? null : lengthText(clip.duration_seconds);
  const audio = gone || clip.audio?.state !== 'archived' ? null : webAddress(clip.audio.url);
  const page = webAddress(clip.links.page);
  const scope = allowed ? undefined : labels.page.needs_scope('admin');
  return (
    <article class="clip" data-slug={clip.slug}>
      <div class="clip-head">
        <Sleeve cover={gone || clip.cover?.state !== 'archived' ? null : webAddress(clip.cover.url)} size={96} />
        <div>
          <h3 dir="auto">{title}</h3>
          <p class="soft" dir="auto">
            {[clip.artist, length, clip.tags].filter(Boolean).join(' · ')}
          </p>
          <p class="state" data-tone={tone}>
            <Icon name={tone} />
            {gone ? label : `${label} · ${labels.visibilities[clip.visibility]}`}
          </p>
        </div>
      </div>
      {/* Of a file that is lost its own line tells. */}
      {why !== null && clip.audio?.state !== 'unavailable' && (
        <p class="why" dir="auto">
          {why}
        </p>
      )}
      {audio !== null && <audio controls preload="metadata" src={audio} aria-label={words.play(title)} />}
      <ul class="files">
        {ROLES.map((role) => {
          const file = clip[role];
          return file === null ? null : (
            <FileLine key={role} role={role} file={file} labels={labels} actions={actions} />
          );
        })}
      </ul>
      {clip.lyrics !== null && !gone && (
        <details class="lyrics">
          <summary>{words.lyrics}</summary>
          <p dir="auto">{clip.lyrics}</p>
        </details>
      )}
      {children}
      {!gone && (
        <div class="acts">
          {page !== null && (
            <a class="button small" href={page} target="_blank" rel="noopener">
              {words.share_page}
            </a>
          )}
          <button
            type="button"
            class="button small"
            onClick={() => void actions.copy(labels.acts.the_page, clip.links.page)}
          >
            {words.copy_page}
          </button>
          <button
            type="button"
            class="button small"
            disabled={!allowed}
            title={scope}
            onClick={() => void actions.publish(clip)}
          >
            {clip.visibility === 'public' ? words.make_unlisted : words.make_public}
          </button>
          <button
            type="button"
            class="button small"
            disabled={!allowed}
            title={scope}
            onClick={() => actions.retitle(clip)}
          >
            {words.retitle}
          </button>
          <button
            type="button"
            class="button small danger"
            disabled={!allowed}
            title={scope}
            onClick={() => actions.takeDown(clip)}
          >
            {words.take_down}
          </button>
        </div>
      )}
    </article>
  );
};

const TONES: Readonly<Record<File['state'], Tone>> = {
  archived: 'good',
  pending: 'busy',
  unavailable: 'bad',
  skipped: 'idle',
};

interface FileProps {
  readonly role: Role;
  readonly file: File;
  readonly labels: Labels;
  readonly actions: Actions;
}

/** Whether it is here, how large, its hash, and in plain words why not. */
const FileLine = ({ role, file, labels, actions }: FileProps) => {
  const gone = file.reason === 'taken_down';
  const tried = file.state !== 'archived' && file.attempts > 0 ? labels.count(file.attempts, 'try') : null;
  const size = file.bytes === null ? null : bytesText(file.bytes);
  const link = file.state === 'archived' ? webAddress(file.url) : null;
  return (
    <li class="file">
      <p class="file-head">
        <span class="mark">
          <Icon name={gone ? 'idle' : TONES[file.state]} />
        </span>
        <strong>{labels.roles[role]}</strong> <span>{labels.files[gone ? 'taken_down' : file.state]}</span>{' '}
        <span class="soft">{[size, file.content_type, tried].filter(Boolean).join(' · ')}</span>
      </p>
      {file.reason !== null && <p class="why">{sentence(labels.file_reasons[file.reason])}</p>}
      {file.sha256 !== null && <code class="hash">sha256 {file.sha256}</code>}
      {link !== null && (
        <button
          type="button"
          class="button small"
          onClick={() => void actions.copy(labels.acts.the_file(labels.roles[role]), link)}
        >
          {labels.song.copy_link}
          <span class="unseen">{labels.song.of_role(labels.roles[role])}</span>
        </button>
      )}
    </li>
  );
};
