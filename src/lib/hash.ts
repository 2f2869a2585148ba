// Pure: SHA-256 of a text or of bytes, as hexadecimal digits.
import { createHash } from 'node:crypto';

export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
