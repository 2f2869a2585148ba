// Edge: what the API is: openapi.json for programs, with or without settings, and llms.txt for language models.
import { settingsOrProblem } from '../auth.ts';
import type { Call } from '../context.ts';
import { keptShortly } from '../edge-cache.ts';
import { jsonText } from '../respond.ts';

export function openApi({ url, deps }: Call): Response {
  const base = (deps.settings.ok ? deps.settings.value.public_base_url : null) ?? url.origin;
  return jsonText(deps.documents.openApi(base));
}

const LLMS_TAG = 'llms';

export function llms({ url, deps }: Call): Response {
  const { public_base_url } = settingsOrProblem(deps.settings);
  return new Response(deps.documents.llms(public_base_url ?? url.origin), {
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...keptShortly(public_base_url !== null, LLMS_TAG) },
  });
}
