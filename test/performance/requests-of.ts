/** What a client sends and has one answer to. */
interface ClientRequest {
  readonly name: string;
  readonly text: string;
  readonly kind: string;
}

/** The queries and mutations among what a client exports. */
export function requestsOf(module: object): readonly ClientRequest[] {
  return Object.values(module).filter(isRequest);
}

function isRequest(each: unknown): each is ClientRequest {
  return (
    typeof each === 'object' &&
    each !== null &&
    'text' in each &&
    'kind' in each &&
    each.kind !== 'subscription'
  );
}
