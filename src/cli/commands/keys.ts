import { Option } from 'commander';
import type { Command } from 'commander';
import { CONNECTION_HELP, withConnection } from '../connection-options.ts';
import type { ConnectionOptions } from '../connection-options.ts';
import { EXIT_CODES_HELP } from '../exit-codes.ts';
import { SCOPES } from '../../graphql/caller.ts';

export interface KeyOptions extends ConnectionOptions {
  readonly json?: true;
}

export interface CreateKeyOptions extends KeyOptions {
  readonly name: string;
  readonly kind: 'publishable' | 'secret';
  readonly scope: readonly string[];
  readonly origin: readonly string[];
  readonly expires?: string;
}

const CREATE_HELP = `
A publishable key is for the pages of a shop: it reaches only what is marked for storefronts, and
may be limited to web origins. A secret key is for servers, and may do what its scopes allow:
  ${SCOPES.join('\n  ')}

The token is printed this once; only its hash is kept.
With --json: {"id", "kind", "name", "token", "scopes", "origins", "expiresAt"}.

Examples:
  antiphon keys create --kind publishable --name "Web shop" --origin https://shop.example.org
  antiphon keys create --name "Nightly import" --scope reviews:write locations:write
  antiphon keys create --name "Dashboard" --scope reviews:read feed:read --expires 2027-01-01`;

const LIST_HELP = `
Tokens are not kept, and so not shown; the first characters tell keys apart.
With --json: a list of {"id", "kind", "name", "prefix", "scopes", "origins", "state", "createdAt",
"expiresAt", "revokedAt", "lastUsedAt"}.

Example:
  antiphon keys list --organization acme`;

const REVOKE_HELP = `
The key ends at once and for good, and its open subscriptions are closed. Again changes nothing.
With --json: {"id", "revoked": true}.

Example:
  antiphon keys revoke key_01jz8v6m5p8p0v5dzq3mqqv0d3`;

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .summary('create, list and revoke API keys')
    .description('API keys of an organization.');
  addCreate(keys);
  const list = keys.command('list').description('Lists the keys, the newest first.');
  finish(list, LIST_HELP).action(async (options: KeyOptions) => {
    const { listKeys } = await import('../keys.ts');
    await listKeys(options);
  });
  const revoke = keys
    .command('revoke')
    .description('Ends a key.')
    .argument('<id>', 'of the key, as `keys list` shows it');
  finish(revoke, REVOKE_HELP).action(async (id: string, options: KeyOptions) => {
    const { revokeKey } = await import('../keys.ts');
    await revokeKey(id, options);
  });
}

function addCreate(keys: Command): void {
  const create = keys
    .command('create')
    .description('Makes a key, and prints its token.')
    .requiredOption('--name <name>', 'what it is for, for people')
    .addOption(
      new Option('--kind <kind>', 'what may be done with it')
        .choices(['publishable', 'secret'])
        .default('secret'),
    )
    .option('--scope <scope...>', 'of a secret key', [])
    .option('--origin <origin...>', 'of a publishable key: web origins that it is taken from', [])
    .option('--expires <time>', 'when it ends (2027-01-01, or RFC 3339); without it, never');
  finish(create, CREATE_HELP).action(async (options: CreateKeyOptions) => {
    const { createKey } = await import('../keys.ts');
    await createKey(options);
  });
}

function finish(command: Command, help: string): Command {
  return withConnection(command)
    .option('--json', 'print JSON')
    .addHelpText('after', help + CONNECTION_HELP + EXIT_CODES_HELP);
}
