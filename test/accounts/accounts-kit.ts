import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Database, UnitOfWork } from '../../src/db/database.ts';
import type { Caller } from '../../src/graphql/caller.ts';
import { Refusal } from '../../src/graphql/user-error.ts';
import { AuthenticationError } from '../../src/modules/accounts/authentication-error.ts';
import { createAuthenticator } from '../../src/modules/accounts/authenticate.ts';
import type {
  Authenticator,
  AuthenticatorOptions,
} from '../../src/modules/accounts/authenticate.ts';
import type { Credentials } from '../../src/modules/accounts/credentials.ts';
import { createKey } from '../../src/modules/accounts/key.service.ts';
import type { CreatedKey, NewKey } from '../../src/modules/accounts/key.service.ts';
import { inviteMember } from '../../src/modules/accounts/member.service.ts';
import type { NewMember } from '../../src/modules/accounts/member.service.ts';
import { entities } from '../../src/modules/entities.ts';
import { openTestDatabase } from '../testkit/database.ts';
import type { TestDatabase } from '../testkit/database.ts';

export function openAccountsDatabase(): Promise<TestDatabase> {
  return openTestDatabase({ entities });
}

export const silent = pino({ level: 'silent' });

/** A logger that keeps everything that it is told, at every level. */
export function recordingLogger() {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  return { logger: pino({ level: 'trace' }, stream), text: () => written };
}

const KEY: NewKey = {
  kind: 'SECRET',
  name: 'test',
  scopes: ['reviews:read'],
  origins: null,
  memberId: null,
  expiresAt: null,
};

/** A secret key that reads reviews, unless `wanted` says otherwise; made by the operator. */
export function makeKey(
  db: Database,
  organizationId: string,
  wanted: Partial<NewKey> = {},
): Promise<CreatedKey> {
  const publishable = wanted.kind === 'PUBLISHABLE' ? { scopes: [] } : {};
  return db.unitOfWork(organizationId, (uow) =>
    createKey(uow, { ...KEY, ...publishable, ...wanted }, 'OPERATOR'),
  );
}

let members = 0;

/** A VIEWER with an address of its own who has not signed in, unless `wanted` says otherwise. */
export function makeMember(
  db: Database,
  organizationId: string,
  wanted: Partial<NewMember> = {},
): Promise<string> {
  const member: NewMember = {
    email: `member-${++members}@example.org`,
    name: 'Ada',
    role: 'VIEWER',
    issuer: null,
    subject: null,
    ...wanted,
  };
  return db.unitOfWork(organizationId, (uow) => inviteMember(uow, member, 'OPERATOR'));
}

const open: Authenticator[] = [];

/** Closed by `closeAuthenticators`. Remembers for a minute, and looks for nothing by itself. */
export async function openAuthenticator(
  db: Database,
  options: Partial<AuthenticatorOptions> = {},
): Promise<Authenticator> {
  const authenticator = await createAuthenticator({
    db,
    cacheTtlMs: 60_000,
    logger: silent,
    lastUsedFlushMs: 3_600_000,
    revocationPollMs: 3_600_000,
    ...options,
  });
  open.push(authenticator);
  return authenticator;
}

export async function closeAuthenticators(): Promise<void> {
  await Promise.all(open.splice(0).map((authenticator) => authenticator.close()));
}

export function bearer(token: string, rest: Partial<Credentials> = {}): Credentials {
  return {
    authorization: `Bearer ${token}`,
    organization: null,
    remoteAddress: '203.0.113.7',
    origin: null,
    connection: null,
    ...rest,
  };
}

/** `CODE REASON` of a refusal; null when the caller is let in. */
export async function refusalOf(admitted: Promise<Caller>): Promise<string | null> {
  try {
    await admitted;
    return null;
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    return `${error.code} ${error.reason}`;
  }
}

/** The codes and paths with which a unit of work is refused; empty when it is not. */
export async function userErrorsOf(work: Promise<unknown>): Promise<string[]> {
  try {
    await work;
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.userErrors.map((each) => [each.code, ...each.path].join(' '));
  }
}

/** Runs work in a unit and rolls it back. */
export async function undone<T>(
  db: Database,
  organizationId: string,
  work: (uow: UnitOfWork) => Promise<T>,
): Promise<void> {
  const undo = new Error('undo');
  await db
    .unitOfWork(organizationId, async (uow) => {
      await work(uow);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
}

/** How many statements are sent to the database while `work` runs. */
export async function statementsOf(db: Database, work: () => Promise<unknown>): Promise<number> {
  let statements = 0;
  const stop = db.observe(() => void statements++);
  try {
    await work();
  } finally {
    stop();
  }
  return statements;
}

/** Waits until something holds; fails after five seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Still not so: ${String(holds)}`);
    await pause(10);
  }
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
