import type { RowExport } from '../commands/export.ts';
import { isRow } from '../import/source-row.ts';
import type { Row } from '../import/source-row.ts';

/** How the objects of the API are asked for, and become rows that can be imported. */
export interface Exported {
  readonly document: string;
  readonly toRow: (node: Row) => Row;
}

const PAGE_INFO = 'pageInfo { hasNextPage endCursor }';
/** As deep as the API lets groups be. */
const GROUP_LEVELS = 8;

export const EXPORTED: Readonly<Record<RowExport, Exported>> = {
  reviews: {
    document: `query ExportReviews($first: Int!, $after: String, $filter: ReviewFilter) {
      page: reviews(first: $first, after: $after, filter: $filter, orderBy: OLDEST) {
        nodes {
          source externalId
          location { externalId name }
          product { externalId }
          ratingScale rating title originalText translatedText language
          author { name }
          authoredAt url
          responses { body status publishedAt }
        }
        ${PAGE_INFO}
      }
    }`,
    toRow: reviewRow,
  },
  locations: {
    document: `query ExportLocations($first: Int!, $after: String) {
      page: locations(first: $first, after: $after, orderBy: NAME) {
        nodes {
          externalId name timeZone locale tags phone
          group { ${groupFields(GROUP_LEVELS)} }
          address { street postalCode city region country }
        }
        ${PAGE_INFO}
      }
    }`,
    toRow: locationRow,
  },
  customers: {
    document: `query ExportCustomers($first: Int!, $after: String, $filter: CustomerFilter) {
      page: customers(first: $first, after: $after, filter: $filter, orderBy: OLDEST) {
        nodes {
          externalId name email phone locale timeZone signedUpAt churnedAt
          consents { channel granted }
        }
        ${PAGE_INFO}
      }
    }`,
    toRow: customerRow,
  },
};

function reviewRow(review: Row): Row {
  const location = isRow(review.location) ? review.location : {};
  const product = isRow(review.product) ? review.product : {};
  const author = isRow(review.author) ? review.author : {};
  return present({
    source: review.source,
    externalId: review.externalId,
    locationExternalId: location.externalId,
    locationName: location.name,
    productExternalId: product.externalId,
    ratingScale: review.ratingScale,
    rating: review.rating,
    title: review.title,
    text: joinedText(review.originalText, review.translatedText),
    language: review.language,
    authorName: author.name,
    authoredAt: review.authoredAt,
    url: review.url,
    response: publishedResponse(review.responses),
  });
}

/** The form in which an import takes the two apart again. */
function joinedText(original: unknown, translated: unknown): unknown {
  if (typeof translated !== 'string') return original;
  const translation = `(Translated by Google) ${translated}`;
  return typeof original === 'string' ? `${translation}\n\n(Original)\n${original}` : translation;
}

function publishedResponse(responses: unknown): Row | null {
  if (!Array.isArray(responses)) return null;
  const published = responses.filter(isRow).find(({ status }) => status === 'PUBLISHED');
  return published ? present({ body: published.body, publishedAt: published.publishedAt }) : null;
}

function locationRow({ group, address, tags, ...location }: Row): Row {
  const groupPath = groupNames(group);
  return present({
    ...location,
    ...(Array.isArray(tags) && tags.length > 0 && { tags: tags as unknown[] }),
    ...(groupPath.length > 0 && { groupPath }),
    address: isRow(address) ? present(address) : null,
  });
}

const CONSENT_FIELDS: Readonly<Record<string, string>> = {
  EMAIL: 'email',
  LINK: 'link',
  IN_APP: 'inApp',
  WEBHOOK: 'webhook',
};

function customerRow({ consents, ...customer }: Row): Row {
  const said = (Array.isArray(consents) ? consents : [])
    .filter(isRow)
    .map(({ channel, granted }) => [CONSENT_FIELDS[String(channel)], granted] as const);
  return present({ ...customer, consents: said.length > 0 ? Object.fromEntries(said) : null });
}

function groupFields(levels: number): string {
  return levels === 1 ? 'name' : `name parent { ${groupFields(levels - 1)} }`;
}

/** From the root. */
function groupNames(group: unknown): string[] {
  if (!isRow(group)) return [];
  return [...groupNames(group.parent), String(group.name)];
}

function present(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value != null));
}
