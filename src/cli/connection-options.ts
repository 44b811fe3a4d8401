import { Option } from 'commander';
import type { Command } from 'commander';
import { usageError } from './exit-codes.ts';

/** The options of commands that speak GraphQL. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly key?: string;
  readonly organization?: string;
}

export const CONNECTION_HELP = `
Where it works:
  Without --url, on the database of this installation: DATABASE_URL, or else the embedded one in
  ANTIPHON_DATA_DIR (default .antiphon). While a server of this user holds the embedded database,
  the command goes through that server by itself.
  With --url, on any server, with the rights of the key: an import needs the scope reviews:write,
  locations:write, products:write or customers:write.`;

export function withConnection(command: Command): Command {
  return command
    .option(
      '-o, --organization <slug>',
      'the organization; without it the only one there is, or on an empty database "demo", which is created',
    )
    .option('--url <url>', 'of a server, such as http://127.0.0.1:4000')
    .addOption(
      new Option(
        '--key <token>',
        'secret key for --url (ant_sec_…); better by ANTIPHON_KEY, as other users can see the arguments of a process',
      ).env('ANTIPHON_KEY'),
    );
}

/** @throws CommandError (usage) where the options contradict each other */
export function checkConnection({ url, key, organization }: ConnectionOptions): void {
  if (url === undefined) return;
  // An empty variable is an absent one.
  if (!key) throw usageError('--url needs a secret key: set ANTIPHON_KEY, or --key.');
  if (organization !== undefined) {
    throw usageError('--organization does not go with --url: the key has its organization.');
  }
}
