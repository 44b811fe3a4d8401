import { createHash } from 'node:crypto';
import type { Data } from '../testkit/api.ts';

/** The page of a location: what most requests of a storefront ask for. */
export const PAGE = `query Page($externalId: String!) {
  location(externalId: $externalId) {
    name
    reviewSummary { count averageRating }
    reviews(first: 10) { nodes { id text rating responses { body } } }
  }
}`;

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export interface Asking {
  readonly key: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly variables?: object;
  /** Over those of the text. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Asks a server as a storefront does; by GET, it names the document by text. */
export function ask(url: string, query: string, asking: Asking): Promise<Response> {
  const { key, method = 'GET', headers = {}, variables, parameters } = asking;
  const authorized = { authorization: `Bearer ${key}`, 'apollo-require-preflight': 'true' };
  const all = parameters ?? { query, ...(variables && { variables }) };
  if (method === 'POST') {
    return fetch(`${url}/graphql`, {
      method,
      headers: { ...authorized, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(all),
    });
  }
  const texts = Object.entries(all).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const search = new URLSearchParams(texts);
  return fetch(`${url}/graphql?${search.toString()}`, {
    headers: { ...authorized, ...headers },
  });
}

export async function dataOf(response: Response): Promise<Data> {
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** What `/metrics` says of one series. */
export async function metric(url: string, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? Number.NaN);
}

export const HITS = 'antiphon_answer_cache_requests_total{result="hit"}';
export const MISSES = 'antiphon_answer_cache_requests_total{result="miss"}';

export const IMPORT_REVIEWS = `mutation ($input: ImportReviewsInput!) {
  importReviews(input: $input) { created updated unchanged rejected results { review { id } } }
}`;
export const IMPORT_LOCATIONS = `mutation ($input: ImportLocationsInput!) {
  importLocations(input: $input) { created updated }
}`;
export const IMPORT_PRODUCTS = `mutation ($input: ImportProductsInput!) {
  importProducts(input: $input) { created updated }
}`;
export const DRAFT = `mutation ($input: DraftResponseInput!) {
  draftResponse(input: $input) { response { id } userErrors { message } }
}`;
export const PUBLISH = `mutation ($input: PublishResponseInput!) {
  publishResponse(input: $input) { response { id } userErrors { message } }
}`;

export function reviewOf(externalId: string, location: string, text: string) {
  return {
    source: 'GOOGLE',
    externalId,
    locationExternalId: location,
    rating: 4,
    text,
    authoredAt: '2026-01-02T03:04:05Z',
  };
}
