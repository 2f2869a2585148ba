// What the types of the API rest on, where no types of Node are: the console takes types of it, and nothing that runs.
declare module 'node:crypto' {
  export function createHash(name: string): { update(data: string | Uint8Array): { digest(as: 'hex'): string } };
}
