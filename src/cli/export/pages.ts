import type { Backend } from '../backend.ts';
import type { Variables } from '../graphql-request.ts';
import { withRetries } from '../retry.ts';
import type { Row } from '../import/source-row.ts';

/** The API gives so many rows at once. */
const ROWS_OF_A_PAGE = 100;
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 500;

interface Page {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/**
 * The rows of a connection, page by page; rows that are added meanwhile shift nothing.
 *
 * @param document takes `$first` and `$after`, and gives the connection as `page`
 */
export async function* pages(
  backend: Backend,
  document: string,
  variables: Variables,
  signal: AbortSignal,
): AsyncGenerator<readonly Row[]> {
  let after: string | null = null;
  do {
    const at: Variables = { ...variables, first: ROWS_OF_A_PAGE, after };
    const { page }: { page: Page } = await withRetries(
      () => backend.execute<{ page: Page }>(document, at),
      {
        attempts: () => ATTEMPTS,
        firstPauseMs: FIRST_PAUSE_MS,
        signal,
      },
    );
    yield page.nodes;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null && !signal.aborted);
}
