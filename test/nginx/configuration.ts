// Pure: nginx as near to what permanent links promise as its configuration reaches: what is left over is how it is built.
import { inFolder } from './nginx.ts';
import { EXPOSED, FOREVER, METHODS, TYPE } from '../http/files/media-table.ts';

/** `folder` holds everything that nginx reads and writes. */
export const configuration = (folder: string, port: number): string =>
  inFolder(
    folder,
    `
  types { ${TYPE} mp3; }
  etag on;
  # RFC 9110 13.1.3: not newer than, instead of that very second.
  if_modified_since before;
  # Several ranges are answered with the whole file.
  max_ranges 1;
  map $status $caching { ~^(200|206|304)$ "${FOREVER}"; default no-store; }
  map $status $methods { 405 "${METHODS}"; default ""; }
  map $request_method $preflight { OPTIONS "${METHODS}"; default ""; }
  map $request_method $preflight_headers { OPTIONS "Range, If-Range, If-None-Match"; default ""; }
  server {
    listen 127.0.0.1:${port};
    root ${folder}/files;
    add_header Cache-Control $caching always;
    add_header X-Content-Type-Options nosniff always;
    add_header Access-Control-Allow-Origin * always;
    add_header Access-Control-Expose-Headers "${EXPOSED.join(', ')}" always;
    add_header Access-Control-Allow-Methods $preflight always;
    add_header Access-Control-Allow-Headers $preflight_headers always;
    add_header Allow $methods always;
    location / {
      if ($request_method = OPTIONS) { return 204; }
    }
  }
`,
  );
