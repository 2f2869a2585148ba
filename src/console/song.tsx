// Pure: the details of one task, or of one archived song: beside the list where there is room, else over it.
import type { Clip, Task } from '../model/task.ts';
import { troubleText } from './actions.ts';
import { serverNow, taskPath, webAddress } from './api.ts';
import { ClipCard } from './clip-card.tsx';
import { Dialog, Notifications } from './dialogs.tsx';
import { agoText, curlOf } from './format.ts';
import { Icon } from './elements.tsx';
import type { Labels } from './english.ts';
import { may } from './session.ts';
import type { Opened, State } from './state.ts';
import { familiesOf, problemWords, statusOf, taskTitle } from './status.ts';
import type { Workspace } from './workspace.ts';

interface Props {
  readonly state: State;
  readonly workspace: Workspace;
  readonly wide: boolean;
}

export const SongDialog = ({ state, workspace, wide }: Props) => {
  const { opened, labels, denied, tasks } = state;
  if (opened === null) return null;
  const { task, clip } = opened;
  const { actions } = workspace;
  const [vendor, id] = [task?.vendor ?? clip?.vendor ?? '', task?.id ?? clip?.task_id ?? ''];
  const families = task === null ? [] : familiesOf(task, tasks.wholes);
  const shown = task === null ? (clip === null ? [] : [{ clip, stems: [] as Clip[] }]) : families;
  const status = task === null ? null : statusOf(task, labels);
  const allowed = may('admin', denied);
  const words = labels.song;
  return (
    <Dialog
      key={opened.key ?? `${vendor}/${id}`}
      id="song"
      class="song"
      labelledby="song-title"
      beside={wide}
      focus="#song-title"
      closed={() => workspace.close()}
    >
      <div class="song-head">
        <h2 id="song-title" tabindex={-1} dir="auto">
          {task !== null ? taskTitle(task) : (clip?.title ?? clip?.id)}
        </h2>
        <button
          type="button"
          class="button icon"
          aria-label={labels.page.close}
          aria-keyshortcuts="Escape"
          onClick={() => workspace.close()}
        >
          ×
        </button>
      </div>
      <div class="song-body" tabindex={0} role="group" aria-labelledby="song-title">
        {status !== null && (
          <p class="state" data-tone={status.tone}>
            <Icon name={status.tone} />
            {status.label}
          </p>
        )}
        {status !== null && status.why !== null && (
          <p class="why" dir="auto">
            {status.why}
          </p>
        )}
        <div class="acts">
          <button
            type="button"
            class="button"
            disabled={!may('track', denied)}
            title={may('track', denied) ? undefined : labels.page.needs_scope('track')}
            onClick={() => void actions.retry(vendor, id)}
          >
            {words.retry}
          </button>
          {task !== null && task.tracking.state !== 'untracked' && (
            <button
              type="button"
              class="button"
              disabled={!allowed}
              title={allowed ? undefined : labels.page.needs_scope('admin')}
              onClick={() => actions.untrack(task)}
            >
              {words.untrack}
            </button>
          )}
          <button type="button" class="button small" onClick={() => void actions.copy(labels.acts.the_id, id)}>
            {words.copy_id}
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => void actions.copy(labels.acts.the_curl, curlOf(location.origin, taskPath(vendor, id)))}
          >
            {words.copy_curl}
          </button>
          <button type="button" class="button small" onClick={() => void actions.showAnswer(vendor, id)}>
            {words.answer}
          </button>
        </div>
        <VendorAnswer opened={opened} labels={labels} copy={actions.copy} />
        <div class="clips">
          {shown.map(({ clip: one, stems }) => (
            <ClipCard key={one.slug} clip={one} labels={labels} actions={actions} allowed={allowed}>
              <Kin clip={one} stems={stems} labels={labels} workspace={workspace} />
            </ClipCard>
          ))}
        </div>
        {task !== null && <Variants task={task} labels={labels} />}
        <Facts facts={task === null ? clipFacts(clip, labels) : factsOf(task, labels)} />
      </div>
      <Notifications state={state} wide={wide} layer="song" />
    </Dialog>
  );
};

const VendorAnswer = ({
  opened,
  labels,
  copy,
}: {
  opened: Opened;
  labels: Labels;
  copy: (what: string, text: string) => void;
}) => {
  const { answer } = opened;
  if (answer === null) return null;
  const { text, trouble } = answer;
  return (
    <section id="answer" class="answer">
      <p class="soft" role="status">
        {trouble !== null
          ? troubleText(trouble, labels)
          : text === null
            ? labels.page.loading
            : labels.song.answer_about}
      </p>
      {text !== null && (
        <>
          <pre tabindex={0} role="group" aria-label={labels.song.answer}>
            {text}
          </pre>
          <button type="button" class="button small" onClick={() => copy(labels.acts.the_answer, text)}>
            {labels.song.copy_answer}
          </button>
        </>
      )}
    </section>
  );
};

interface KinProps {
  readonly clip: Clip;
  readonly stems: readonly Clip[];
  readonly labels: Labels;
  readonly workspace: Workspace;
}

/** What a song was made from, and the voices it was split into. */
const Kin = ({ clip, stems, labels, workspace }: KinProps) => {
  const words = labels.song;
  return (
    <>
      {clip.parent_id != null && (
        <p class="soft">
          {clip.stem == null ? words.from : `${clip.stem}: ${words.stem_of}`} <code>{clip.parent_id}</code>
        </p>
      )}
      {stems.length > 0 && (
        <section class="stems">
          <h4>{words.stems}</h4>
          <ul>
            {stems.map((stem) => {
              const audio = stem.audio?.state === 'archived' ? webAddress(stem.audio.url) : null;
              const name = stem.stem ?? stem.title ?? stem.id;
              return (
                <li key={stem.slug}>
                  <span>{name}</span>
                  {audio === null ? (
                    <span class="soft">{labels.files[stem.audio?.state ?? 'skipped']}</span>
                  ) : (
                    <audio controls preload="none" src={audio} aria-label={words.play(name)} />
                  )}
                  {stem.task_id !== clip.task_id && (
                    <button
                      type="button"
                      class="button small"
                      onClick={() => void workspace.openById(stem.vendor, stem.task_id)}
                    >
                      {words.open(name)}
                    </button>
                  )}
                </li>
              );
            })}
          </ul>
        </section>
      )}
    </>
  );
};

const Variants = ({ task, labels }: { task: Task; labels: Labels }) => (
  <div class="variants">
    {task.lyrics_variants.map(({ title, text }, index) => (
      <details key={index} class="lyrics" open={index === 0}>
        <summary dir="auto">{title ?? labels.song.lyrics_of(index + 1)}</summary>
        <p dir="auto">{text}</p>
      </details>
    ))}
  </div>
);

type Fact = readonly [name: string, text: string];

const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <dl class="facts">
    {facts
      .filter(([, text]) => text !== '')
      .map(([name, text]) => (
        <>
          <dt>{name}</dt>
          <dd dir="auto">{text}</dd>
        </>
      ))}
  </dl>
);

const clipFacts = (clip: Clip | null, { song }: Labels): Fact[] =>
  clip === null
    ? []
    : [
        [song.facts.task, clip.task_id],
        [song.facts.vendor, clip.vendor],
      ];

function factsOf(task: Task, labels: Labels): Fact[] {
  const { tracking, archive } = task;
  const { facts, files_told, asked_told } = labels.song;
  const ago = (time: string | null): string => agoText(time, serverNow(), labels);
  const error = tracking.last_error;
  return [
    [facts.vendor, task.vendor],
    [facts.id, task.id],
    [facts.kind, labels.kinds[task.kind]],
    [
      facts.at_vendor,
      [labels.statuses[task.status], task.vendor_status && `(${task.vendor_status})`].filter(Boolean).join(' '),
    ],
    [facts.here, labels.tracking[tracking.state]],
    [facts.files, files_told(archive.archived, archive.pending, archive.unavailable)],
    [facts.failure, task.failure ?? ''],
    [facts.tracked, ago(tracking.tracked_at)],
    [
      facts.asked,
      tracking.polls === 0 ? '' : asked_told(labels.count(tracking.polls, 'time'), ago(tracking.last_polled_at)),
    ],
    [facts.next, tracking.state === 'watching' ? ago(tracking.next_poll_at) : ''],
    [
      facts.last_error,
      error === null ? '' : `${problemWords(labels, error.code).what}: ${error.message} (${ago(error.at)})`,
    ],
  ];
}
