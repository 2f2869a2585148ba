// Pure: the details of one task, or of one archived song: beside the list where there is room, else over it.
import type { Clip, Task } from '../model/task.ts';
import { troubleText } from './actions.ts';
import { serverNow, taskPath, webAddress } from './api.ts';
import { ClipCard, Lyrics } from './clip-card.tsx';
import { Dialog } from './dialogs.tsx';
import { Button, ScopedButton, StateLine, Why } from './elements.tsx';
import type { Labels } from './english.ts';
import { agoText, curlOf } from './format.ts';
import type { Answer } from './state.ts';
import { familiesOf, type Family, partsOf, problemWords, statusOf, taskTitle } from './status.ts';
import type { PageProps, Workspace } from './workspace.ts';

export const SongDialog = ({ state, workspace }: PageProps) => {
  const { opened, labels, tasks, wide } = state;
  if (opened === null) return null;
  const { task, clip } = opened;
  const { actions } = workspace;
  const { vendor, id } = task ?? { vendor: clip?.vendor ?? '', id: clip?.task_id ?? '' };
  const songs = task?.clips ?? (clip === null ? [] : [clip]);
  // Those that are still being made are in no archive: they are known by their tasks, where the list has read these.
  const shown = familiesOf(songs, [...[...tasks.wholes].flatMap(({ clips }) => clips), ...opened.made]);
  const status = task === null ? null : statusOf(task, labels);
  const words = labels.song;
  const close = (): void => workspace.close();
  return (
    <Dialog
      key={opened.key ?? `${vendor}/${id}`}
      state={state}
      id="song"
      class="song"
      labelledby="song-title"
      beside={wide}
      focus="#song-title"
      closed={close}
    >
      <div class="song-head">
        <h2 id="song-title" tabindex={-1} dir="auto">
          {task !== null ? taskTitle(task) : (clip?.title ?? clip?.id)}
        </h2>
        <Button look="icon" label={labels.page.close} shortcut="Escape" act={close}>
          ×
        </Button>
      </div>
      <div class="song-body" tabindex={0} role="group" aria-labelledby="song-title">
        {status !== null && <StateLine tone={status.tone}>{status.label}</StateLine>}
        <Why text={status?.why ?? null} />
        <div class="acts">
          <ScopedButton state={state} needs="track" act={() => actions.retry(vendor, id)}>
            {words.retry}
          </ScopedButton>
          {task !== null && task.tracking.state !== 'untracked' && (
            <ScopedButton state={state} needs="admin" act={() => actions.untrack(task)}>
              {words.untrack}
            </ScopedButton>
          )}
          <Button look="small" act={() => actions.copy(labels.acts.the_id, id)}>
            {words.copy_id}
          </Button>
          <Button
            look="small"
            act={() => actions.copy(labels.acts.the_curl, curlOf(location.origin, taskPath(vendor, id)))}
          >
            {words.copy_curl}
          </Button>
          <Button look="small" act={() => actions.showAnswer(vendor, id)}>
            {words.answer}
          </Button>
        </div>
        {opened.answer !== null && <VendorAnswer answer={opened.answer} labels={labels} copy={actions.copy} />}
        <div class="clips">
          {shown.map(({ clip: one, stems }) => (
            <ClipCard key={one.slug} clip={one} state={state} workspace={workspace}>
              <Kin clip={one} stems={stems} labels={labels} workspace={workspace} />
            </ClipCard>
          ))}
        </div>
        <div class="variants">
          {task?.lyrics_variants.map(({ title, text }, index) => (
            <Lyrics key={index} name={title ?? words.lyrics_of(index + 1)} text={text} open={index === 0} />
          ))}
        </div>
        <dl class="facts">
          {(task !== null ? taskFacts(task, labels) : clip !== null ? clipFacts(clip, labels) : []).map(
            ([name, text]) =>
              text !== '' && (
                <>
                  <dt>{name}</dt>
                  <dd dir="auto">{text}</dd>
                </>
              ),
          )}
        </dl>
      </div>
    </Dialog>
  );
};

interface AnswerProps {
  readonly answer: Answer;
  readonly labels: Labels;
  copy(what: string, text: string): Promise<void>;
}

const VendorAnswer = ({ answer: { text, trouble }, labels, copy }: AnswerProps) => (
  <section id="answer" class="answer">
    <p class="soft" role="status">
      {trouble !== null ? troubleText(trouble, labels) : text === null ? labels.page.loading : labels.song.answer_about}
    </p>
    {text !== null && (
      <>
        <pre tabindex={0} role="group" aria-label={labels.song.answer}>
          {text}
        </pre>
        <Button look="small" act={() => copy(labels.acts.the_answer, text)}>
          {labels.song.copy_answer}
        </Button>
      </>
    )}
  </section>
);

interface KinProps extends Family {
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
          {clip.stem == null ? words.from : labels.detail(clip.stem, words.stem_of)} <code>{clip.parent_id}</code>
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
                    <Button look="small" act={() => workspace.openById(stem.vendor, stem.task_id)}>
                      {words.open(name)}
                    </Button>
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

type Fact = readonly [name: string, text: string];

const clipFacts = ({ task_id, vendor }: Clip, { song: { facts } }: Labels): Fact[] => [
  [facts.task, task_id],
  [facts.vendor, vendor],
];

function taskFacts(task: Task, labels: Labels): Fact[] {
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
    [facts.failure, statusOf(task, labels).why?.startsWith(task.failure ?? '') ? '' : (task.failure ?? '')],
    [facts.tracked, ago(tracking.tracked_at)],
    [
      facts.asked,
      tracking.polls === 0 ? '' : asked_told(labels.count(tracking.polls, 'time'), ago(tracking.last_polled_at)),
    ],
    [facts.next, tracking.state === 'watching' ? ago(tracking.next_poll_at) : ''],
    [
      facts.last_error,
      error === null
        ? ''
        : labels.detail(partsOf(problemWords(labels, error.code)).what, `${error.message} (${ago(error.at)})`),
    ],
  ];
}
