// Edge: starts the stand-in vendor and media host once for all tests that run on workerd.
import type { TestProject } from 'vitest/node';
import { startStandIn } from './stand-in.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const standIn = await startStandIn();
  project.provide('standIn', standIn.url);
  return () => standIn.close();
}

declare module 'vitest' {
  export interface ProvidedContext {
    standIn: string;
  }
}
