import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database.ts';

/** The role cannot be made by this user: the message holds what an administrator must run, once. */
export class AppRoleMissingError extends Error {
  readonly code = 'APP_ROLE_MISSING';

  constructor(role: string, user: string, exists: boolean, cause: unknown) {
    const statements = [
      ...(exists ? [] : [`CREATE ROLE ${role} NOLOGIN;`]),
      `GRANT ${role} TO "${user.replaceAll('"', '""')}";`,
    ];
    super(
      `The database user "${user}" may not ${exists ? 'become' : 'create'} the role ${role}, which separates the tenants. ` +
        `An administrator of the PostgreSQL server must run this once:\n  ${statements.join('\n  ')}`,
      { cause },
    );
    this.name = 'AppRoleMissingError';
  }
}

interface RoleState {
  user: string;
  exists: boolean;
  mayBecome: boolean;
}

const ATTEMPTS = 5;

/**
 * Makes the role of the units of work, and lets the connecting user become it. Roles belong to the
 * whole cluster, so it may be there already, or be made at this moment for another database; and a
 * restored dump comes without it. That is why this is no migration.
 * @throws AppRoleMissingError where the role is missing and this user may not make it.
 */
export async function ensureAppRole(db: Database, role: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const state = await readState(db, role);
    if (state.exists && state.mayBecome) return;
    try {
      if (!state.exists) await db.system(`create role ${role} nologin`);
      else await db.system(`grant ${role} to current_user`);
    } catch (error) {
      if (codeOf(error) === '42501')
        throw new AppRoleMissingError(role, state.user, state.exists, error);
      if (!isRival(error) || attempt >= ATTEMPTS) throw error;
      await sleep(20 * attempt);
    }
  }
}

/** Before PostgreSQL 16, a member of a role can always become it; since then that is a right of its own. */
async function readState(db: Database, role: string): Promise<RoleState> {
  const [version] = await db.system<{ number: number }>(
    `select current_setting('server_version_num')::int as number`,
  );
  const right = (version?.number ?? 0) >= 160_000 ? 'SET' : 'MEMBER';
  const [state] = await db.system<RoleState>(
    `select current_user::text as "user", count(*) > 0 as "exists",
       coalesce(bool_or(pg_has_role(current_user, oid, $2)), false) as "mayBecome"
     from pg_roles where rolname = $1`,
    [role, right],
  );
  if (state === undefined) throw new Error('An aggregate has one row');
  return state;
}

/** Another process made the same role, or granted it, at the same moment. */
function isRival(error: unknown): boolean {
  const code = codeOf(error);
  if (code === '42710' || code === '23505') return true;
  return code === 'XX000' && error instanceof Error && /concurrently/.test(error.message);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
