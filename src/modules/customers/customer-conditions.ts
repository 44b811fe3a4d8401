import { GraphQLError } from 'graphql';
import type { Bindings, Condition } from '../../db/read/conditions.ts';
import { decodeId } from '../../graphql/ids.ts';
import type { CustomerFilter, CustomerSegment } from './customer.input.ts';

const LONGEST_SEARCH = 200;

/** To the letter as in the index `customer_search`, which holds it. */
const WORDS =
  "to_tsvector('simple', coalesce(c.name, '') || ' ' || " +
  "translate(coalesce(c.email, ''), '@._+-', '     ') || ' ' || c.external_id)";

/** Each to the letter as its index says it, which is in the order of creation. */
const SEGMENTS: Readonly<Record<CustomerSegment, string>> = {
  PROMOTER: "c.nps_segment = 'PROMOTER'",
  PASSIVE: "c.nps_segment = 'PASSIVE'",
  DETRACTOR: "c.nps_segment = 'DETRACTOR'",
  AT_RISK: 'c.at_risk',
  ADVOCATE: 'c.advocate',
  SILENT_CHURN: '(c.churned_at is not null and c.feedback_count = 0)',
};

/** The conditions of a filter, over the alias of the noun. */
export function customerConditions(filter: CustomerFilter | null | undefined): Condition {
  if (filter == null) return () => [];
  if ((filter.text?.length ?? 0) > LONGEST_SEARCH) {
    throw new GraphQLError(`\`text\` takes at most ${LONGEST_SEARCH} characters.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return (bindings) => [
    ...segmentConditions(filter),
    ...identityConditions(filter, bindings),
    ...lifeConditions(filter, bindings),
  ];
}

function segmentConditions({ segments }: CustomerFilter): string[] {
  if (segments == null) return [];
  const any = [...new Set(segments)].map((segment) => SEGMENTS[segment]);
  return [any.length === 0 ? 'false' : `(${any.join(' or ')})`];
}

function identityConditions(filter: CustomerFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  if (filter.ids != null) {
    const ids = filter.ids.map((id) => decodeId('Customer', id));
    conditions.push(`c.id ${bindings.oneOf(ids, 'uuid')}`);
  }
  if (filter.externalIds != null) {
    conditions.push(`c.external_id ${bindings.oneOf(filter.externalIds, 'text')}`);
  }
  if (filter.email != null) {
    conditions.push(`lower(c.email) = lower(${bindings.bind(filter.email.trim())}::text)`);
  }
  if (filter.text != null) {
    const beginnings = filter.text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
    const query = beginnings.map((word) => `${word}:*`).join(' & ');
    conditions.push(
      query === '' ? 'false' : `${WORDS} @@ to_tsquery('simple', ${bindings.bind(query)})`,
    );
  }
  return conditions;
}

function lifeConditions(filter: CustomerFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  if (filter.signedUpAfter != null) {
    conditions.push(`c.signed_up_at >= ${bindings.bind(filter.signedUpAfter)}::timestamptz`);
  }
  if (filter.signedUpBefore != null) {
    conditions.push(`c.signed_up_at < ${bindings.bind(filter.signedUpBefore)}::timestamptz`);
  }
  if (filter.churned != null) {
    conditions.push(`c.churned_at is ${filter.churned ? 'not ' : ''}null`);
  }
  return conditions;
}
