// Pure: an OpenAPI document → the TypeScript types of a client. Lives apart for its own compiler (package.json here).
import openapiTypeScript, { astToString } from 'openapi-typescript';

export const clientTypes = async (document: string): Promise<string> => astToString(await openapiTypeScript(document));
