import type pg from 'pg';
import type { ImportVariables } from '../questions/q6-import.ts';
import { fromTypeId, toTypeId } from './type-id.ts';
import {
  draftResponse,
  importReviews,
  publishResponse,
  type WrittenResponse,
} from './write-statements.ts';

function responseJson({ id, status, body, publishedAt }: WrittenResponse): string {
  return (
    `{"id":"${toTypeId('rsp', id)}","status":"${status}","body":${JSON.stringify(body)},` +
    `"publishedAt":${JSON.stringify(publishedAt ?? null)}}`
  );
}

export async function draftJson(
  pool: pg.Pool,
  organizationId: string,
  { reviewId, body }: { reviewId: string; body: string },
): Promise<string> {
  const draft = { reviewId: fromTypeId(reviewId), body };
  return responseJson(await draftResponse(pool, organizationId, draft));
}

export async function publishJson(
  pool: pg.Pool,
  organizationId: string,
  { responseId }: { responseId: string },
): Promise<string> {
  return responseJson(await publishResponse(pool, organizationId, fromTypeId(responseId)));
}

export async function importJson(
  pool: pg.Pool,
  organizationId: string,
  { reviews }: ImportVariables,
): Promise<string> {
  return `{"created":${await importReviews(pool, organizationId, reviews)}}`;
}
