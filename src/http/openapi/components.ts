// Pure: the named schemas of the API's document: what goes in and what comes out.
import { Event, VendorNotice } from '../../model/event.ts';
import { Stats, VendorStats } from '../../model/stats.ts';
import { Clip, File, LastError, Lyrics, Task } from '../../model/task.ts';
import { ClipBody, DropInFetchBody, FetchBody, Id, ImportBody, ReindexBody, TrackBody, VerifyBody } from '../input.ts';
import * as output from '../output.ts';

/** Of the contract that the document tells, not of the code behind it. */
export const VERSION = '1.0.0';

export const COMPONENTS = {
  Task,
  Tracking: Task.entries.tracking,
  Archive: Task.entries.archive,
  Clip,
  File,
  Lyrics,
  LastError,
  Event,
  VendorNotice,
  TaskPage: output.TaskPage,
  ClipPage: output.ClipPage,
  EventPage: output.EventPage,
  FetchResults: output.FetchResults,
  FetchedTask: output.FetchedTask,
  FailedTask: output.FailedTask,
  TrackResults: output.TrackResults,
  TrackedTask: output.TrackedTask,
  ImportResults: output.ImportResults,
  RefusedAnswer: output.RefusedAnswer,
  Stats,
  VendorStats,
  ResumedVendor: output.ResumedVendor,
  Reindexed: output.Reindexed,
  Verified: output.Verified,
  StoredProblem: output.StoredProblem,
  Health: output.Health,
  HealthParts: output.HealthParts,
  Problem: output.ProblemBody,
  InvalidRequest: output.InvalidRequest,
  InputMistake: output.InputMistake,
  ProblemEntry: output.ProblemEntry,
  RelayFailure: output.RelayFailure,
  RelayBatch: output.RelayBatch,
  Id,
  FetchBody,
  TrackBody,
  ImportBody,
  ClipBody,
  ReindexBody,
  VerifyBody,
  DropInFetchBody,
};

export type Components = typeof COMPONENTS;
export type ComponentName = keyof Components;
