import { errors, jwtVerify, SignJWT } from 'jose';
import type { Database } from '../../db/database.ts';
import { serverSecret } from '../../db/server-secret.ts';
import type { StoredQuery } from './stored-view.ts';

/** How the rows of a file are written. */
export const ExportFormat = { CSV: 'CSV', NDJSON: 'NDJSON' } as const;
export type ExportFormat = keyof typeof ExportFormat;

/** What a file has rows of. */
export const ExportRows = { CELLS: 'CELLS', REVIEWS: 'REVIEWS' } as const;
export type ExportRows = keyof typeof ExportRows;

/** What a link gives to whoever has it. */
export interface ExportOrder {
  readonly organizationId: string;
  readonly format: ExportFormat;
  readonly rows: ExportRows;
  /** A saved view (UUID), as it is when the file is fetched, or a question of its own. */
  readonly asked: { readonly viewId: string } | { readonly query: StoredQuery };
}

export const LINK_SECONDS = 15 * 60;

const SECRET = 'export-links';
const AUDIENCE = 'antiphon:exports';
const ALGORITHM = 'HS256';

/** The same order at the same second gives the same token. */
export async function signOrder(db: Database, order: ExportOrder, issuedAt: Date): Promise<string> {
  const { organizationId, format, rows, asked } = order;
  const seconds = Math.floor(issuedAt.getTime() / 1000);
  return await new SignJWT({ org: organizationId, format, rows, asked })
    .setProtectedHeader({ alg: ALGORITHM })
    .setAudience(AUDIENCE)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + LINK_SECONDS)
    .sign(await serverSecret(db, SECRET));
}

export type LinkProblem = 'EXPORT_LINK_INVALID' | 'EXPORT_LINK_EXPIRED' | 'EXPORT_GONE';

/** A link that opens nothing. */
export class LinkError extends Error {
  readonly code: LinkProblem;

  constructor(code: LinkProblem, message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws LinkError */
export async function readOrder(db: Database, token: string): Promise<ExportOrder> {
  const secret = await serverSecret(db, SECRET);
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: [ALGORITHM],
      audience: AUDIENCE,
      requiredClaims: ['exp', 'org'],
    });
    // Signed here: what it holds is what was put in.
    const { org, format, rows, asked } = payload as unknown as {
      org: string;
    } & Omit<ExportOrder, 'organizationId'>;
    return { organizationId: org, format, rows, asked };
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new LinkError(
        'EXPORT_LINK_EXPIRED',
        `This link has expired: one is good for ${LINK_SECONDS / 60} minutes. Make another by createMetricExport.`,
      );
    }
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new LinkError(
      'EXPORT_LINK_INVALID',
      'This is no link that this server has made. Make one by createMetricExport, and take it whole.',
    );
  }
}
