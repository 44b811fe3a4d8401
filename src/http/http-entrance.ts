import type { IncomingMessage, ServerResponse } from 'node:http';
import { AdmissionError } from '../graphql/admission/errors.ts';
import type { Caller } from '../graphql/caller.ts';
import { allowAnyOrigin, allowOrigin } from './cors.ts';
import { credentialsOf } from './credentials.ts';
import type { Gate } from './gate.ts';

/**
 * Lets the caller of a request in, and says in the answer's headers whether the page that sent it may
 * read the answer. @throws what the gate throws
 */
export async function enterOverHttp(
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Caller> {
  try {
    const caller = await gate.enter(credentialsOf(request));
    allowOrigin(request, response, caller.origins);
    return caller;
  } catch (error) {
    if (!isAboutOrigin(error)) allowAnyOrigin(request, response);
    throw error;
  }
}

function isAboutOrigin(error: unknown): boolean {
  if (!(error instanceof AdmissionError)) return false;
  return error.errors.some(({ extensions }) => extensions['reason'] === 'ORIGIN_NOT_ALLOWED');
}
