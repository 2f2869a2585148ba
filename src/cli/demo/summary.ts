// Pure: the demo's tasks as the API gives them → the block that closes the demo.
import type { Clip, Task } from '../../model/task.ts';
import type { Paint } from '../start/log-lines.ts';

const ROLES = ['audio', 'cover', 'video'] as const;

export function summarise(tasks: Task[], paint: Paint): string {
  return [
    '',
    paint('bold', 'What became of the songs:'),
    ...tasks.flatMap((task) => ['', ...songLines(task, paint)]),
  ].join('\n');
}

export const titleOf = (task: Task): string => task.clips.find(({ title }) => title)?.title ?? task.id;

function songLines(task: Task, paint: Paint): string[] {
  const state = task.partial ? `${task.status}, in part` : task.status;
  const colour = task.partial ? 'yellow' : task.status === 'succeeded' ? 'green' : 'red';
  const failure = task.failure ? `: ${task.failure}` : '';
  return [
    `  ${paint('bold', titleOf(task))}  (vendor ${task.vendor}) ${paint(colour, state)}${failure}`,
    ...task.clips.flatMap((clip, index) => clipLines(clip, index + 1, paint)),
  ];
}

function clipLines(clip: Clip, position: number, paint: Paint): string[] {
  const head = `    clip ${position}  ${clip.status}${clip.failure ? `: ${clip.failure}` : ''}`;
  const files = ROLES.flatMap((role) => fileLine(role, clip, paint));
  const page = clip.status === 'complete' ? [`      page   ${clip.links.page}`] : [];
  return [head, ...files, ...page];
}

/** No video, and no file of a clip that failed, is the rule and needs no line; a finished clip without audio does. */
function fileLine(role: (typeof ROLES)[number], clip: Clip, paint: Paint): string[] {
  const file = clip[role];
  const label = `      ${role.padEnd(5)}  `;
  if (file === null) {
    const missed = role === 'audio' && clip.status === 'complete';
    return missed ? [`${label}${paint('red', 'the vendor gave no file, only a placeholder')}`] : [];
  }
  switch (file.state) {
    case 'archived':
      return [label + paint('green', file.url ?? '')];
    case 'pending':
      return [`${label}${paint('yellow', 'not kept yet')}${file.reason ? ` (${file.reason})` : ''}`];
    case 'unavailable':
      return [`${label}${paint('red', 'cannot be kept')} (${file.reason ?? 'no reason given'})`];
    case 'skipped':
      return [];
  }
}
