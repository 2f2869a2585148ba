// Edge: the details of one task, or of one archived song: beside the list where there is room, else over it.
import type { Task } from '../model/task.ts';
import { copy, retry, showAnswer, untrack } from './actions.ts';
import { serverNow, taskPath } from './api.ts';
import { ClipCard, Lyrics } from './clip-card.tsx';
import { Dialog } from './dialogs.tsx';
import { Button, Pairs, StateLine, Told, Why } from './elements.tsx';
import type { Labels } from './english.ts';
import { agoText, curlOf } from './format.ts';
import { type Opened, state } from './state.ts';
import { familiesOf, partsOf, problemWords, statusOf, taskTitle } from './status.ts';
import { close, shownAt } from './workspace.ts';

export const SongDialog = () => {
  const { opened, labels, tasks } = state;
  const shown = opened && shownAt(opened.key);
  if (!opened || !shown) return null;
  const { made, answer } = opened;
  const { vendor, id, task, songs } = shown;
  // Those that are still being made are in no archive: they are known by their tasks, where the list has read these.
  const others = [...[...tasks.items.values()].flatMap(({ clips }) => clips), ...made];
  const status = task && statusOf(task, labels);
  const words = labels.song;
  const facts = task ? factsOf(task, labels) : { [labels.fields.task]: id, [labels.fields.vendor]: vendor };
  return (
    <Dialog key={opened.key} id="song" focus="#song-title" close={close}>
      <div class="song-head">
        <h2 id="song-title" tabindex={-1} dir="auto">
          {task ? taskTitle(task) : (songs[0]?.title ?? songs[0]?.id)}
        </h2>
        <Button look="icon" aria-label={labels.page.close} aria-keyshortcuts="Escape" act={close} text="×" />
      </div>
      <div class="song-body" tabindex={0} role="group" aria-labelledby="song-title">
        {status && <StateLine tone={status.tone}>{status.label}</StateLine>}
        <Why text={status?.why ?? null} />
        <div class="acts">
          <Button needs="track" act={() => retry(vendor, id)} text={words.retry} />
          {task && task.tracking.state !== 'untracked' && (
            <Button needs="admin" act={() => untrack(task)} text={words.untrack} />
          )}
          <Button look="small" act={() => copy(labels.acts.the_id, id)} text={words.copy_id} />
          <Button
            look="small"
            act={() => copy(labels.acts.the_curl, curlOf(location.origin, taskPath(vendor, id)))}
            text={words.copy_curl}
          />
          <Button look="small" act={() => showAnswer(vendor, id)} text={words.answer} />
        </div>
        {answer && <VendorAnswer {...answer} />}
        <div class="clips">
          {familiesOf(songs, others).map((family) => (
            <ClipCard key={family.clip.slug} {...family} />
          ))}
        </div>
        <div class="variants">
          {task?.lyrics_variants.map(({ title, text }, index) => (
            <Lyrics key={index} name={title ?? words.lyrics_of(index + 1)} text={text} open={index === 0} />
          ))}
        </div>
        <Pairs look="facts" of={Object.entries(facts)} />
      </div>
    </Dialog>
  );
};

const VendorAnswer = ({ text, trouble }: NonNullable<Opened['answer']>) => {
  const { labels } = state;
  const { answer, answer_about, copy_answer } = labels.song;
  return (
    <section id="answer" class="answer">
      <p class="soft" role="status">
        {trouble ? <Told {...trouble} /> : text === null ? labels.page.loading : answer_about}
      </p>
      {text !== null && (
        <>
          <pre tabindex={0} role="group" aria-label={answer}>
            {text}
          </pre>
          <Button look="small" act={() => copy(labels.acts.the_answer, text)} text={copy_answer} />
        </>
      )}
    </section>
  );
};

/** What is empty is not shown. */
function factsOf(task: Task, labels: Labels): Record<string, string | null> {
  const { tracking, archive, vendor_status, failure } = task;
  const { last_error: error, polls } = tracking;
  const { fields, song } = labels;
  const ago = (time: string | null): string => agoText(time, serverNow(), labels);
  const [times, last] = [polls === 0 ? '' : labels.count(polls, 'time'), ago(tracking.last_polled_at)];
  const told = [labels.statuses[task.status], vendor_status && `(${vendor_status})`];
  const isSaid = statusOf(task, labels).why?.startsWith(failure ?? '') === true;
  return {
    [fields.vendor]: task.vendor,
    [fields.task]: task.id,
    [fields.kind]: labels.kinds[task.kind],
    [fields.status]: told.filter(Boolean).join(' '),
    [fields.tracking]: labels.tracking[tracking.state],
    [fields.archive]: song.files_told(archive.archived, archive.pending, archive.unavailable),
    [fields.failure]: isSaid ? null : failure,
    [fields.tracked]: ago(tracking.tracked_at),
    [fields.asked]: last === '' ? times : song.asked_told(times, last),
    [fields.next]: tracking.state === 'watching' ? ago(tracking.next_poll_at) : null,
    [fields.last_error]:
      error && labels.detail(partsOf(problemWords(labels, error.code)).what, `${error.message} (${ago(error.at)})`),
  };
}
