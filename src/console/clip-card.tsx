// Pure: one song in the details: cover, player, words, files, stems, and what can be done with it.
import type { ComponentChildren } from 'preact';
import type { Clip, File, Role } from '../model/task.ts';
import type { Actions } from './actions.ts';
import { webAddress } from './api.ts';
import { bytesText, lengthText } from './format.ts';
import { Button, Icon, ScopedButton, Sleeve, StateLine, Why } from './elements.tsx';
import type { Labels } from './english.ts';
import { clipStatus, isTakenDown, ROLES, type Tone } from './status.ts';
import type { PageProps } from './workspace.ts';

interface Props extends PageProps {
  readonly clip: Clip;
  readonly children: ComponentChildren;
}

export const ClipCard = ({ clip, state, workspace: { actions }, children }: Props) => {
  const { labels } = state;
  const { song: words } = labels;
  const [{ tone, label, why }, gone] = [clipStatus(clip, labels), isTakenDown(clip)];
  const title = clip.title ?? clip.id;
  const length = clip.duration_seconds === null ? null : lengthText(clip.duration_seconds);
  const audio = gone || clip.audio?.state !== 'archived' ? null : webAddress(clip.audio.url);
  const page = webAddress(clip.links.page);
  return (
    <article class="clip" data-slug={clip.slug}>
      <div class="clip-head">
        <Sleeve cover={gone || clip.cover?.state !== 'archived' ? null : clip.cover.url} size={96} />
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
      <ul class="files">
        {ROLES.map((role) => {
          const file = clip[role];
          return file === null ? null : (
            <FileLine key={role} role={role} file={file} labels={labels} actions={actions} />
          );
        })}
      </ul>
      {clip.lyrics !== null && !gone && <Lyrics name={words.lyrics} text={clip.lyrics} />}
      {children}
      {!gone && (
        <div class="acts">
          {page !== null && (
            <a class="button small" href={page} target="_blank" rel="noopener">
              {words.share_page}
            </a>
          )}
          <Button look="small" act={() => actions.copy(labels.acts.the_page, clip.links.page)}>
            {words.copy_page}
          </Button>
          <ScopedButton state={state} needs="admin" look="small" act={() => actions.publish(clip)}>
            {clip.visibility === 'public' ? words.make_unlisted : words.make_public}
          </ScopedButton>
          <ScopedButton state={state} needs="admin" look="small" act={() => actions.retitle(clip)}>
            {words.retitle}
          </ScopedButton>
          <ScopedButton state={state} needs="admin" look="small danger" act={() => actions.takeDown(clip)}>
            {words.take_down}
          </ScopedButton>
        </div>
      )}
    </article>
  );
};

interface LyricsProps {
  readonly name: string;
  readonly text: string | null;
  readonly open?: boolean;
}

export const Lyrics = ({ name, text, open = false }: LyricsProps) => (
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
      <Why text={file.reason && labels.file_reasons[file.reason]} />
      {file.sha256 !== null && <code class="hash">sha256 {file.sha256}</code>}
      {link !== null && (
        <Button look="small" act={() => actions.copy(labels.acts.the_file(labels.roles[role]), link)}>
          {labels.song.copy_link}
          <span class="unseen">{labels.song.of_role(labels.roles[role])}</span>
        </Button>
      )}
    </li>
  );
};
