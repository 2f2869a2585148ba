// Pure: a demo song as it stands → a task in the words of one vendor; how these differ: src/relay/README.md.
import { secondsOf } from './melody.ts';
import { phaseOf, readyAfterMs } from './songs.ts';
import type { DemoClip, DemoSong, Dialect, Phase } from './songs.ts';

type Row = Record<string, unknown>;
interface Moment {
  song: DemoSong;
  born_ms: number;
  elapsed_ms: number;
  /** The media host's origin. */
  media: string;
}

const DIALECTS: Record<Dialect, (moment: Moment) => Row> = { classic, camel, numeric };

/** What the vendor has to say `elapsed_ms` after the song was ordered: the row of a batch, and `data` of a GET. */
export const taskRow = (moment: Moment): Row => DIALECTS[moment.song.dialect](moment);

export const audioPath = (clip: DemoClip): string => `/files/${clip.id}.mp3`;
export const coverPath = (clip: DemoClip): string => `/files/${clip.id}.jpeg`;
export const streamPath = (clip: DemoClip): string => `/stream/${clip.id}`;

function classic(moment: Moment): Row {
  const { song, born_ms, elapsed_ms } = moment;
  const status = statusOf(moment);
  return {
    task_id: song.task_id,
    platform: 'suno',
    action: 'MUSIC',
    status: { queued: 'SUBMITTED', running: 'IN_PROGRESS', succeeded: 'SUCCESS', failed: 'FAILURE' }[status],
    fail_reason: status === 'failed' ? song.failure : '',
    submit_time: Math.floor(born_ms / 1000),
    start_time: status === 'queued' ? 0 : Math.floor(born_ms / 1000) + 1,
    finish_time: isOver(moment) ? Math.floor((born_ms + readyAfterMs(song)) / 1000) : 0,
    progress: `${progressOf(moment)}%`,
    data: status === 'queued' ? null : song.clips.map((clip) => classicClip(clip, phaseOf(clip, elapsed_ms), moment)),
  };
}

function classicClip(clip: DemoClip, phase: Phase, moment: Moment): Row {
  return {
    id: clip.id,
    title: clip.title,
    status: phase === 'placeholder' ? 'complete' : phase,
    audio_url: audioUrl(clip, phase, moment),
    stream_audio_url: streamUrl(clip, phase, moment),
    image_url: coverUrl(clip, phase, moment),
    image_large_url: coverUrl(clip, phase, moment),
    video_url: '',
    model_name: clip.model,
    display_name: 'The Demo Relay',
    created_at: new Date(moment.born_ms).toISOString(),
    metadata: {
      tags: clip.tags,
      prompt: clip.lyrics,
      duration: durationOf(clip, phase),
      error_type: phase === 'error' ? 'moderation_failure' : null,
      error_message: phase === 'error' ? clip.failure : null,
    },
  };
}

function camel(moment: Moment): Row {
  const { song, born_ms, elapsed_ms } = moment;
  const status = statusOf(moment);
  return {
    taskId: song.task_id,
    status: { queued: 'PENDING', running: 'TEXT_SUCCESS', succeeded: 'SUCCESS', failed: 'GENERATE_AUDIO_FAILED' }[
      status
    ],
    errorMessage: status === 'failed' ? song.failure : null,
    createTime: born_ms,
    response: {
      taskId: song.task_id,
      sunoData: (status === 'queued' ? [] : song.clips).map((clip) => {
        const phase = phaseOf(clip, elapsed_ms);
        return {
          id: clip.id,
          title: clip.title,
          state: phase === 'placeholder' ? 'complete' : phase,
          audioUrl: audioUrl(clip, phase, moment),
          streamAudioUrl: streamUrl(clip, phase, moment),
          imageUrl: coverUrl(clip, phase, moment),
          prompt: clip.lyrics,
          modelName: clip.model,
          tags: clip.tags,
          createTime: born_ms,
          duration: durationOf(clip, phase),
          metadata: { error_message: phase === 'error' ? clip.failure : null },
        };
      }),
    },
  };
}

function numeric({ song, born_ms, elapsed_ms, media }: Moment): Row {
  const moment = { song, born_ms, elapsed_ms, media };
  return {
    taskBatchId: song.task_id,
    items: song.clips.map((clip, index) => {
      const phase = phaseOf(clip, elapsed_ms);
      const number = { queued: 10, streaming: 20, complete: 30, placeholder: 30, error: 40 }[phase];
      return {
        id: `${song.task_id.slice(0, -2)}${20 + index}`,
        clipId: clip.id,
        title: clip.title,
        tags: clip.tags,
        prompt: clip.lyrics,
        mv: clip.model,
        status: number,
        progress: number >= 30 ? 100 : number,
        progressMsg: phase === 'error' ? clip.failure : '',
        duration: durationOf(clip, phase),
        cld2AudioUrl: audioUrl(clip, phase, moment),
        cld2ImageUrl: coverUrl(clip, phase, moment),
        cld2VideoUrl: '',
      };
    }),
  };
}

/** A clip that failed, and one that is kept back, get the addresses that real relays give them: they lead to no file. */
function audioUrl(clip: DemoClip, phase: Phase, { media }: Moment): string {
  switch (phase) {
    case 'complete':
      return media + audioPath(clip);
    case 'error':
      return `${media}/files/None.mp3`;
    case 'placeholder':
      return `${media}/api/forbidden`;
    case 'queued':
    case 'streaming':
      return '';
  }
}

const streamUrl = (clip: DemoClip, phase: Phase, { media }: Moment): string =>
  phase === 'streaming' && clip.ending === 'complete' ? media + streamPath(clip) : '';

const coverUrl = (clip: DemoClip, phase: Phase, { media }: Moment): string =>
  phase === 'queued' || clip.ending === 'error' ? '' : media + coverPath(clip);

const durationOf = (clip: DemoClip, phase: Phase): number | null =>
  phase === 'complete' ? Math.round(secondsOf(clip.melody) * 100) / 100 : null;

const isOver = ({ song, elapsed_ms }: Moment): boolean => elapsed_ms >= readyAfterMs(song);

function statusOf(moment: Moment): 'queued' | 'running' | 'succeeded' | 'failed' {
  if (isOver(moment)) return moment.song.failure === null ? 'succeeded' : 'failed';
  return moment.song.clips.every((clip) => phaseOf(clip, moment.elapsed_ms) === 'queued') ? 'queued' : 'running';
}

const progressOf = (moment: Moment): number =>
  isOver(moment) ? 100 : Math.floor((90 * moment.elapsed_ms) / readyAfterMs(moment.song));
