import { GraphQLError } from 'graphql';
import type { Bindings, Condition } from '../../db/read/conditions.ts';
import { decodeId } from '../../graphql/ids.ts';
import { groupTree } from '../locations/index.ts';
import type { ReviewFilter } from './review.input.ts';
import { UNKNOWN_LANGUAGE } from './rollup-facts.ts';
import { slaStateSql } from './sla.ts';

/** A rating on five stars as a score: the inverse of 1 + 4 × score. */
const scoreOfStars = (stars: number): number => (stars - 1) / 4;

/** The nearest of five stars, half a star going up, as the rollups count them. */
const STARS = '1 + (round(r.score * 3600)::int + 450) / 900';

const LONGEST_SEARCH = 500;
/** To the letter as in the index `review_search`, which holds it. */
const WORDS = `to_tsvector('simple', coalesce(r.title, '') || ' ' || coalesce(r.text, '') || ' ' || coalesce(r.translated_text, ''))`;

/** The day on which it was written, where its location is. */
const LOCAL_DAY =
  '(r.authored_at at time zone coalesce(' +
  '(select l.time_zone from location l where l.organization_id = $1 and l.id = r.location_id), ' +
  '(select o.time_zone from organization o where o.id = $1)))::date';

/**
 * The conditions of a filter, over the alias of the noun.
 * @param now the time that states of the response are told for
 */
export function reviewConditions(
  filter: ReviewFilter | null | undefined,
  now = new Date(),
): Condition {
  if (filter == null) return () => [];
  if ((filter.text?.length ?? 0) > LONGEST_SEARCH) {
    throw new GraphQLError(`\`text\` takes at most ${LONGEST_SEARCH} characters.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return (bindings) => [
    ...placeConditions(filter, bindings),
    ...ratingConditions(filter, bindings),
    ...responseConditions(filter, bindings, now),
    ...contentConditions(filter, bindings),
    ...timeConditions(filter, bindings),
  ];
}

function placeConditions(filter: ReviewFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  if (filter.locationIds != null) {
    const ids = filter.locationIds.map((id) => decodeId('Location', id));
    conditions.push(`r.location_id ${bindings.oneOf(ids, 'uuid')}`);
  }
  const locations = 'select l.id from location l where l.organization_id = $1';
  if (filter.locationExternalIds != null) {
    const ids = bindings.oneOf(filter.locationExternalIds, 'text');
    conditions.push(`r.location_id in (${locations} and l.external_id ${ids})`);
  }
  if (filter.groupIds != null) {
    const ids = filter.groupIds.map((id) => decodeId('LocationGroup', id));
    const groups = groupTree(bindings.bind(ids));
    conditions.push(`r.location_id in (${locations} and l.group_id in ${groups})`);
  }
  if (filter.hasLocation != null) {
    conditions.push(`r.location_id is ${filter.hasLocation ? 'not ' : ''}null`);
  }
  if (filter.hasGroup != null) {
    const grouped = `exists (${locations} and l.id = r.location_id and l.group_id is not null)`;
    conditions.push(filter.hasGroup ? grouped : `not ${grouped}`);
  }
  return conditions;
}

function ratingConditions(filter: ReviewFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  if (filter.sentiments != null) {
    conditions.push(`r.sentiment ${bindings.oneOf(filter.sentiments, 'text')}`);
  }
  if (filter.ratingScales != null) {
    conditions.push(`r.rating_scale ${bindings.oneOf(filter.ratingScales, 'text')}`);
  }
  if (filter.ratingAtMost != null) {
    conditions.push(`r.score <= ${bindings.bind(scoreOfStars(filter.ratingAtMost))}::float8`);
  }
  if (filter.ratingAtLeast != null) {
    conditions.push(`r.score >= ${bindings.bind(scoreOfStars(filter.ratingAtLeast))}::float8`);
  }
  if (filter.stars != null) conditions.push(`${STARS} ${bindings.oneOf(filter.stars, 'int')}`);
  if (filter.hasRating != null) {
    conditions.push(`r.score is ${filter.hasRating ? 'not ' : ''}null`);
  }
  if (filter.revisedUpward != null) {
    conditions.push(filter.revisedUpward ? 'r.revised_upward' : 'not r.revised_upward');
  }
  return conditions;
}

function responseConditions(filter: ReviewFilter, bindings: Bindings, now: Date): string[] {
  const conditions: string[] = [];
  if (filter.awaitingResponse != null) {
    conditions.push(`r.first_response_at is ${filter.awaitingResponse ? '' : 'not '}null`);
  }
  if (filter.hasResponseTime != null) {
    const condition = '(r.first_response_at >= r.received_at)';
    conditions.push(filter.hasResponseTime ? condition : `${condition} is not true`);
  }
  if (filter.slaStates != null) {
    // Not every state goes by the time, and a value that is bound has to be used.
    let bound: string | undefined;
    const time = () => (bound ??= `${bindings.bind(now)}::timestamptz`);
    const states = filter.slaStates.map((state) => slaStateSql('r', state, time));
    conditions.push(states.length === 0 ? 'false' : `(${states.join(' or ')})`);
  }
  return conditions;
}

function contentConditions(filter: ReviewFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  if (filter.sources != null) {
    conditions.push(`r.source ${bindings.oneOf(filter.sources, 'text')}`);
  }
  if (filter.languages != null) {
    const known = `r.language ${bindings.oneOf(filter.languages, 'text')}`;
    const isUnknownToo = filter.languages.includes(UNKNOWN_LANGUAGE);
    conditions.push(isUnknownToo ? `(${known} or r.language is null)` : known);
  }
  if (filter.text != null) {
    conditions.push(`${WORDS} @@ websearch_to_tsquery('simple', ${bindings.bind(filter.text)})`);
  }
  return conditions;
}

/** Local days have bounds in absolute time beside them, for an index: no zone is a day off UTC. */
function timeConditions(filter: ReviewFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  if (filter.authoredAfter != null) {
    conditions.push(`r.authored_at >= ${bindings.bind(filter.authoredAfter)}::timestamptz`);
  }
  if (filter.authoredBefore != null) {
    conditions.push(`r.authored_at < ${bindings.bind(filter.authoredBefore)}::timestamptz`);
  }
  if (filter.authoredFrom != null) {
    const day = `${bindings.bind(dayText(filter.authoredFrom))}::date`;
    conditions.push(`r.authored_at >= ((${day} - 1)::timestamp at time zone 'UTC')`);
    conditions.push(`${LOCAL_DAY} >= ${day}`);
  }
  if (filter.authoredThrough != null) {
    const day = `${bindings.bind(dayText(filter.authoredThrough))}::date`;
    conditions.push(`r.authored_at < ((${day} + 2)::timestamp at time zone 'UTC')`);
    conditions.push(`${LOCAL_DAY} <= ${day}`);
  }
  return conditions;
}

/** The scalar Date gives a Date at midnight in UTC, where its text is the day. */
function dayText(day: Date | string): string {
  return typeof day === 'string' ? day : day.toISOString().slice(0, 10);
}
