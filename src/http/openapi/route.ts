// Edge: GET /openapi.json: the API's document, for any origin, with or without settings.
import type { Call } from '../context.ts';
import { jsonText } from '../respond.ts';
import { openApiDocument } from './document.ts';

export type OpenApiRoute = (call: Call) => Response;

/** Built at the first request and kept while links have the same origin, which with PUBLIC_BASE_URL is always. */
export function openApiRoute(): OpenApiRoute {
  let kept: { base: string; text: string } | null = null;
  return ({ url, deps }) => {
    const base = (deps.settings.ok ? deps.settings.value.public_base_url : null) ?? url.origin;
    if (kept?.base !== base) kept = { base, text: JSON.stringify(openApiDocument(base)) };
    return jsonText(kept.text);
  };
}
