import type { IncomingMessage } from 'node:http';
import { RequestError } from '../graphql/admission/errors.ts';
import { charsetOf, essenceOf } from './media-types.ts';

const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * Reads a JSON body.
 *
 * @param maxBytes above this nothing more is read, whatever `content-length` claims
 * @throws RequestError REQUEST_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const text = await readText(request, maxBytes);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RequestError(
      'BAD_REQUEST',
      text === '' ? 'The body is missing.' : 'The body is not well-formed JSON.',
    );
  }
}

/**
 * Reads what a form has sent.
 *
 * @throws RequestError REQUEST_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST
 */
export async function readForm(
  request: IncomingMessage,
  maxBytes: number,
): Promise<URLSearchParams> {
  if (essenceOf(request.headers['content-type']) !== FORM_TYPE) {
    throw new RequestError('UNSUPPORTED_MEDIA_TYPE', `Send the form as ${FORM_TYPE}.`);
  }
  return new URLSearchParams(await readText(request, maxBytes));
}

/** Waits for a body that says nothing. @throws RequestError REQUEST_TOO_LARGE, BAD_REQUEST */
export async function discardBody(request: IncomingMessage, maxBytes: number): Promise<void> {
  await readAll(request, maxBytes);
}

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new RequestError('UNSUPPORTED_MEDIA_TYPE', 'Send the body without `content-encoding`.');
  }
  if (!['utf-8', 'utf8'].includes(charsetOf(request.headers['content-type']))) {
    throw new RequestError('UNSUPPORTED_MEDIA_TYPE', 'Send the body in UTF-8.');
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  return (await readAll(request, maxBytes)).toString('utf8');
}

/** By events: an iterator costs several times as much, which counts where the answer costs little. */
function readAll(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const read = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      request.off('data', read);
      // What is left of it is thrown away after the answer.
      request.pause();
      reject(tooLarge(maxBytes));
    };
    const cutOff = () =>
      reject(new RequestError('BAD_REQUEST', 'The body ended before all of it had come.'));
    request.on('data', read);
    request.once('end', () => {
      request.off('close', cutOff);
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    request.once('error', cutOff);
    request.once('close', cutOff);
  });
}

function tooLarge(maxBytes: number): RequestError {
  return new RequestError(
    'REQUEST_TOO_LARGE',
    `The body is larger than ${maxBytes} bytes. Send fewer rows at a time.`,
    { extensions: { limit: maxBytes } },
  );
}
