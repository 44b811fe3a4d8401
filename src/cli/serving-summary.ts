import type { Config } from '../config.ts';
import type { DemoKeyTokens } from '../demo/demo-keys.ts';
import { demoKeysPath } from '../demo/demo-keys.ts';
import { formatRows, styled } from './terminal.ts';

/** What a running server tells of itself. */
export interface ServingFacts {
  readonly url: string;
  readonly wsUrl: string;
  readonly streamUrl: string;
  readonly database: 'embedded' | 'postgresql';
  readonly organization: { readonly slug: string; readonly name: string } | null;
  readonly demoKeys: DemoKeyTokens | null;
}

/** Small enough to be typed, and answered by the demo. */
const FIRST_QUERY =
  '{ locations(first: 3) { nodes { name reviewSummary { count averageRating } } } }';

/** What a person who has just started the server wants to know. */
export function servingSummary(facts: ServingFacts, config: Config): string {
  const { url, wsUrl, streamUrl, database } = facts;
  const origin = url.replace(/\/$/, '');
  const parts = [
    `${styled(['bold', 'green'], 'Antiphon is running')}  ${styled(['underline', 'cyan'], `${origin}/`)}`,
    formatRows([
      ['GraphQL', `${origin}/graphql`],
      ['GraphiQL', `${origin}/graphiql`],
      ['WebSocket', wsUrl],
      ['Event stream', streamUrl],
      ['Database', database === 'embedded' ? `embedded, in ${config.dataDir}` : 'PostgreSQL'],
    ]),
  ];
  if (database === 'embedded') {
    parts.push(
      styled(
        'yellow',
        '  The embedded database is for trying things out: set DATABASE_URL to keep what you have.',
      ),
    );
  }
  if (facts.demoKeys !== null) parts.push(...demoParts(facts.demoKeys, origin, config));
  parts.push(styled('dim', 'Ctrl-C stops it.'));
  return `\n${parts.join('\n\n')}\n`;
}

function demoParts(keys: DemoKeyTokens, origin: string, config: Config): string[] {
  return [
    `${styled('bold', 'Keys of the demo')} ${styled('dim', `(${demoKeysPath(config.dataDir)})`)}\n${formatRows(
      [
        ['storefront', `${keys.storefront}  ${styled('dim', 'for the pages of a shop')}`],
        ['integrator', `${keys.integrator}  ${styled('dim', 'imports, replies, follows')}`],
        ['admin', `${keys.admin}  ${styled('dim', 'everything')}`],
      ],
    )}`,
    `${styled('bold', 'Try it')}\n  curl -s ${origin}/graphql -H 'content-type: application/json' \\\n    -H 'authorization: Bearer ${keys.storefront}' \\\n    -d '${JSON.stringify({ query: FIRST_QUERY })}'`,
  ];
}
