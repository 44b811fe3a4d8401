import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { sendText } from './answers.ts';

/** A file that is written while it is fetched. */
export interface ExportFile {
  /** Of letters, digits, hyphens and dots. */
  readonly filename: string;
  readonly contentType: string;
  /** Asked for the next text when the one before has gone out; left early where the client has gone. */
  readonly chunks: AsyncIterable<string>;
}

/** Where links of the schema point to, and what they give. */
export interface Exports {
  /** The rest of the path is a token, which is a secret: it is in no log. */
  readonly path: string;
  /** Gives the file that a link is for. @throws ExportProblem */
  open(token: string): Promise<ExportFile>;
}

/** Why there is no file, as the client is told. */
export class ExportProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

export interface ExportRouteOptions {
  readonly exports: Exports;
  /** How long a client may take nothing, in milliseconds. */
  readonly stallTimeoutMs: number;
}

/** Files that are written at once: each asks the database for page after page. */
const MOST_AT_ONCE = 20;
const RETRY_AFTER_SECONDS = 10;

const TITLES: Readonly<Record<number, string>> = {
  403: 'The link is not valid',
  405: 'Method not allowed',
  410: 'The link opens nothing any more',
  422: 'This cannot be exported',
  429: 'Too many downloads',
  500: 'Internal error',
};

/** What `createMetricExport` gives links to. */
export class ExportRoute {
  readonly #options: ExportRouteOptions;
  #underWay = 0;

  constructor(options: ExportRouteOptions) {
    this.#options = options;
  }

  /** What the paths of files begin with. */
  get path(): string {
    return this.#options.exports.path;
  }

  /** Answers the request; resolves when the file is over, and never rejects. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    { requestId, logger }: { readonly requestId: string; readonly logger: Logger },
  ): Promise<void> {
    this.#underWay += 1;
    try {
      const file = await this.#open(request);
      await this.#send(response, file);
    } catch (error) {
      if (response.headersSent) {
        // The client sees that the file is not whole. Mostly it has gone itself.
        response.destroy();
        if (!isGone(error)) logger.error({ err: error, requestId }, 'An export broke off');
        return;
      }
      if (!(error instanceof ExportProblem)) {
        logger.error({ err: error, requestId }, 'An export could not be made');
      }
      sendProblem(response, error, requestId);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #open({ method, url = '' }: IncomingMessage): Promise<ExportFile> {
    if (method !== 'GET') {
      throw new ExportProblem(405, 'METHOD_NOT_ALLOWED', 'Fetch the file by GET.');
    }
    if (this.#underWay > MOST_AT_ONCE) {
      const message = `${MOST_AT_ONCE} files are being fetched from this server. Try again in ${RETRY_AFTER_SECONDS} seconds.`;
      throw new ExportProblem(429, 'RATE_LIMITED', message);
    }
    const [path = ''] = url.split('?', 1);
    const { exports } = this.#options;
    return exports.open(path.slice(exports.path.length));
  }

  async #send(response: ServerResponse, { filename, contentType, chunks }: ExportFile) {
    const texts = chunks[Symbol.asyncIterator]();
    // What is wrong with the query shows with the first rows: before that, there is no status yet.
    const first = await texts.next();
    response.writeHead(200, {
      'content-type': contentType,
      'content-disposition': `attachment; filename="${filename}"`,
      'cache-control': 'no-store',
    });
    response.setTimeout(this.#options.stallTimeoutMs, () => response.destroy());
    await pipeline(Readable.from(from(first, texts), { highWaterMark: 1 }), response);
  }
}

async function* from(
  first: IteratorResult<string, unknown>,
  rest: AsyncIterator<string>,
): AsyncGenerator<string> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** As RFC 9457 has it. */
function sendProblem(response: ServerResponse, error: unknown, requestId: string): void {
  const problem =
    error instanceof ExportProblem
      ? error
      : new ExportProblem(500, 'INTERNAL_SERVER_ERROR', 'Internal error');
  const { status, code, message: detail } = problem;
  const title = TITLES[status] ?? 'Not exported';
  const headers: string[] = [];
  if (status === 405) headers.push('allow', 'GET');
  if (status === 429) headers.push('retry-after', String(RETRY_AFTER_SECONDS));
  const body = { type: 'about:blank', title, status, detail, code, requestId };
  sendText(response, status, 'application/problem+json', JSON.stringify(body), headers);
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
}
