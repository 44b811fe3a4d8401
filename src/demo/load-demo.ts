import { generateDemo } from './generate.ts';
import type { DemoOptions } from './generate.ts';
import { loadDemoSurvey } from './load-survey.ts';

/** Answers a GraphQL document as a caller who may import; throws where the answer has errors. */
export type Execute = <Data>(
  document: string,
  variables: Readonly<Record<string, unknown>>,
) => Promise<Data>;

export interface LoadDemoOptions extends DemoOptions {
  /** Told after each call: how many of the reviews are there. */
  readonly onProgress?: (reviews: number, total: number) => void;
  /** Ends the loading between two calls. */
  readonly signal?: AbortSignal;
}

export interface LoadedDemo {
  readonly locations: number;
  readonly products: number;
  readonly reviews: number;
}

/** The demo is not loaded, and why. */
export class DemoRefused extends Error {}

interface Payload {
  readonly rejected: number;
  readonly results: ReadonlyArray<{ readonly userErrors: readonly { readonly message: string }[] }>;
  readonly userErrors: ReadonlyArray<{ readonly message: string }>;
}

const ROWS_OF_A_CALL = 1_000;

/**
 * Fills an organization with the demo, by the same mutations that an import uses.
 *
 * @throws DemoRefused where the organization has reviews, customers or surveys: made-up ones must not
 *   mix with real ones
 */
export async function loadDemo(execute: Execute, options: LoadDemoOptions): Promise<LoadedDemo> {
  await assertEmpty(execute);
  const { locations, products, reviews } = generateDemo(options);
  await importRows(execute, 'Locations', locations);
  await importRows(execute, 'Products', products);
  let done = 0;
  while (done < reviews.length && options.signal?.aborted !== true) {
    await importRows(execute, 'Reviews', reviews.slice(done, done + ROWS_OF_A_CALL));
    done = Math.min(done + ROWS_OF_A_CALL, reviews.length);
    options.onProgress?.(done, reviews.length);
  }
  if (options.signal?.aborted !== true) await loadDemoSurvey(execute, options.now);
  return { locations: locations.length, products: products.length, reviews: done };
}

type Some = { readonly nodes: readonly unknown[] };

async function assertEmpty(execute: Execute): Promise<void> {
  const found = await execute<Record<'reviews' | 'customers' | 'surveys', Some>>(
    `query IsEmpty {
      reviews(first: 1) { nodes { id } }
      customers(first: 1) { nodes { id } }
      surveys(first: 1) { nodes { id } }
    }`,
    {},
  );
  const full = Object.entries(found).find(([, { nodes }]) => nodes.length > 0);
  if (full === undefined) return;
  throw new DemoRefused(
    `This organization has ${full[0]}, and the demo is loaded only where there are none. Name another organization, or use another database.`,
  );
}

export async function importRows(
  execute: Execute,
  what: 'Locations' | 'Products' | 'Reviews' | 'Customers',
  rows: readonly object[],
): Promise<void> {
  const { payload } = await execute<{ payload: Payload }>(
    `mutation LoadDemo${what}($input: Import${what}Input!) {
      payload: import${what}(input: $input) {
        rejected
        results { userErrors { message } }
        userErrors { message }
      }
    }`,
    { input: { [what.toLowerCase()]: rows } },
  );
  const errors = [...payload.userErrors, ...payload.results.flatMap((row) => row.userErrors)];
  if (errors[0] !== undefined) {
    throw new Error(`${errors.length} rows of the demo were rejected: ${errors[0].message}`);
  }
}
