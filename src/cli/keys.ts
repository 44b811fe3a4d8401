import type { Backend } from './backend.ts';
import type { CreateKeyOptions, KeyOptions } from './commands/keys.ts';
import { connect } from './connect.ts';
import { CommandError, usageError } from './exit-codes.ts';
import { toUtc } from './import/times.ts';
import { formatRows, formatTable, openTerminal, styled } from './terminal.ts';

interface Key {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly origins: readonly string[] | null;
  readonly state: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

interface UserErrors {
  readonly userErrors: ReadonlyArray<{ readonly message: string }>;
}

const FIELDS = 'id kind name prefix scopes origins state createdAt expiresAt revokedAt lastUsedAt';

const CREATE = `mutation CreateKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { token apiKey { ${FIELDS} } userErrors { message } }
}`;

const REVOKE = `mutation RevokeKey($input: RevokeApiKeyInput!) {
  revokeApiKey(input: $input) { userErrors { message } }
}`;

const LIST = `query ListKeys($after: String) {
  apiKeys(first: 100, after: $after) {
    nodes { ${FIELDS} }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** @throws CommandError where the options do not fit, or the server refuses them */
export async function createKey(options: CreateKeyOptions): Promise<void> {
  const input = {
    name: options.name,
    kind: options.kind.toUpperCase(),
    ...(options.scope.length > 0 && { scopes: options.scope }),
    ...(options.origin.length > 0 && { origins: options.origin }),
    ...(options.expires !== undefined && { expiresAt: expiryOf(options.expires) }),
  };
  await using backend = await connect(options);
  const { createApiKey: made } = await backend.execute<{
    createApiKey: UserErrors & { token: string | null; apiKey: Key | null };
  }>(CREATE, { input });
  refuse(made);
  if (made.apiKey === null || made.token === null) throw new CommandError('No key was made.');
  const { id, kind, name, scopes, origins, expiresAt } = made.apiKey;
  const { token } = made;
  openTerminal(options).result(
    { id, kind, name, token, scopes, origins, expiresAt },
    [
      `${styled('bold', name)} (${kind.toLowerCase()})`,
      formatRows([
        ['token', styled('green', token)],
        ['id', id],
        ...(scopes.length > 0 ? [['scopes', scopes.join(', ')] as const] : []),
        ...(origins === null ? [] : [['origins', origins.join(', ')] as const]),
        ['ends', expiresAt ?? 'never'],
      ]),
      'Keep the token now: it is not shown again.',
    ].join('\n'),
  );
}

export async function listKeys(options: KeyOptions): Promise<void> {
  await using backend = await connect(options);
  const keys = await readKeys(backend);
  const rows = keys.map((key) => [
    key.id,
    key.kind.toLowerCase(),
    key.name,
    key.prefix,
    key.state.toLowerCase(),
    key.lastUsedAt ?? 'never',
    key.scopes.join(' '),
  ]);
  const head = ['ID', 'KIND', 'NAME', 'TOKEN', 'STATE', 'LAST USED', 'SCOPES'];
  const text = rows.length === 0 ? 'There are no keys.' : formatTable(head, rows);
  openTerminal(options).result(keys, text);
}

export async function revokeKey(id: string, options: KeyOptions): Promise<void> {
  await using backend = await connect(options);
  const { revokeApiKey } = await backend.execute<{ revokeApiKey: UserErrors }>(REVOKE, {
    input: { id },
  });
  refuse(revokeApiKey);
  openTerminal(options).result({ id, revoked: true }, `${id} is revoked.`);
}

async function readKeys(backend: Backend): Promise<Key[]> {
  const keys: Key[] = [];
  let after: string | null = null;
  do {
    const { apiKeys }: { apiKeys: KeyPage } = await backend.execute(LIST, { after });
    keys.push(...apiKeys.nodes);
    after = apiKeys.pageInfo.hasNextPage ? apiKeys.pageInfo.endCursor : null;
  } while (after !== null);
  return keys;
}

interface KeyPage {
  readonly nodes: readonly Key[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

function refuse({ userErrors }: UserErrors): void {
  if (userErrors.length === 0) return;
  throw new CommandError(userErrors.map(({ message }) => message).join('\n'));
}

function expiryOf(text: string): string {
  const time = toUtc(text, { timeZone: 'UTC', format: null });
  if (time === null)
    throw usageError(`--expires has to be a time such as 2027-01-01, not "${text}".`);
  return time;
}
