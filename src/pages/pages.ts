import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One file of the start page or of GraphiQL, as it is sent. */
export interface Page {
  body: Buffer;
  contentType: string;
  /** Strong: a hash of the body, quoted. */
  etag: string;
  cacheControl: string;
  contentSecurityPolicy: string;
}

/** Path of the request → what answers it. */
export type Pages = ReadonlyMap<string, Page>;

/** One line of `pages.json`, which the build writes beside the files. */
export interface BuiltPage {
  path: string;
  file: string;
  contentType: string;
  /** The file's name carries a hash of its content, so that a browser may keep it for ever. */
  immutable: boolean;
}

/** From `src/pages` and from `dist/pages` alike. */
const BUILT = resolve(import.meta.dirname, '../../dist/web');

const STRICT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** GraphiQL's editor makes its style elements at run time, with rules that no hash can name. */
const GRAPHIQL_POLICY = STRICT_POLICY.replace(
  "style-src 'self'",
  "style-src 'self' 'unsafe-inline'",
)
  .concat("; font-src 'self' data:")
  .concat("; worker-src 'self'");

const NOT_BUILT = `<!doctype html>
<html lang="en">
<title>Antiphon</title>
<h1>Antiphon is running</h1>
<p>The GraphQL endpoint is at <a href="/graphql">/graphql</a>. This start page is not built yet: run
<code>npm run build:pages</code> and start again.</p>
</html>
`;

/**
 * Reads the built pages into memory.
 *
 * @param directory where `npm run build:pages` wrote them. Where they are missing, one page says so.
 */
export function createPages({ directory = BUILT }: { directory?: string } = {}): Pages {
  const manifest = join(directory, 'pages.json');
  if (!existsSync(manifest)) {
    return new Map([
      [
        '/',
        page(Buffer.from(NOT_BUILT), {
          path: '/',
          contentType: 'text/html; charset=utf-8',
          immutable: false,
        }),
      ],
    ]);
  }
  const built = JSON.parse(readFileSync(manifest, 'utf8')) as BuiltPage[];
  return new Map(
    built.map((entry) => [entry.path, page(readFileSync(join(directory, entry.file)), entry)]),
  );
}

function page(body: Buffer, { path, contentType, immutable }: Omit<BuiltPage, 'file'>): Page {
  return {
    body,
    contentType,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
    cacheControl: immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    contentSecurityPolicy: path.startsWith('/graphiql') ? GRAPHIQL_POLICY : STRICT_POLICY,
  };
}
