export const JSON_TYPE = 'application/json';
export const GRAPHQL_TYPE = 'application/graphql-response+json';
export const EVENT_STREAM_TYPE = 'text/event-stream';

export type AnswerType = typeof JSON_TYPE | typeof GRAPHQL_TYPE;

/**
 * What to answer with by the header `accept`; null where it takes neither. Without the header, and
 * for wildcards, it is `application/json`, as GraphQL over HTTP asks of servers for old clients.
 */
export function answerType(accept: string | undefined): AnswerType | null {
  // What nearly all clients send needs no reading.
  if (accept === JSON_TYPE || accept === undefined || accept === '*/*') return JSON_TYPE;
  const ranges = parseAccept(accept);
  if (ranges.length === 0) return JSON_TYPE;
  for (const { type } of ranges) {
    if (type === GRAPHQL_TYPE) return GRAPHQL_TYPE;
    if (type === JSON_TYPE || type === 'application/*' || type === '*/*') return JSON_TYPE;
  }
  return null;
}

export function acceptsEventStream(accept: string | undefined): boolean {
  const ranges = parseAccept(accept);
  const types = [EVENT_STREAM_TYPE, 'text/*', '*/*'];
  return ranges.length === 0 || ranges.some(({ type }) => types.includes(type));
}

/** The media type of a `content-type` without its parameters; null where there is none. */
export function essenceOf(contentType: string | undefined): string | null {
  if (contentType === JSON_TYPE) return JSON_TYPE;
  const essence = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  return essence ? essence : null;
}

/** The charset of a `content-type`, in lower case; utf-8 where it says nothing. */
export function charsetOf(contentType: string | undefined): string {
  if (contentType === JSON_TYPE) return 'utf-8';
  return /;\s*charset="?([^\s;"]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
}

/** Ranges in the order of preference, those with q=0 left out. */
function parseAccept(accept: string | undefined): { type: string; q: number }[] {
  return (accept ?? '')
    .split(',')
    .map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { type, q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ type, q }) => type !== '' && q > 0)
    .sort((a, b) => b.q - a.q);
}
