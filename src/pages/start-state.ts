import { EXAMPLES } from './examples.ts';
import type { Example } from './examples.ts';

/** What the server knows of itself when somebody asks for the start page. */
export interface ServerFacts {
  version: string;
  /** Whether queries can be answered now; false while starting and while shutting down. */
  ready: boolean;
  database: 'embedded' | 'postgresql';
  /** The organization of the demo, or the only one there is; null where there are none or several. */
  organization: { slug: string; name: string } | null;
  /** The keys of `demo-keys.json`; null where there is no demo. */
  demoKeys: DemoKeys | null;
}

export interface DemoKeys {
  /** Publishable: what a storefront ships to browsers. */
  storefront: string;
  /** Secret, for integrations: imports, drafts, publishes, follows the feed. */
  integrator: string;
  /** Secret, acting for the demo's administrator. */
  admin: string;
}

/** The answer of `GET /start.json`: what the start page and GraphiQL show beyond their own markup. */
export interface StartState extends ServerFacts {
  paths: { graphql: string; stream: string; graphiql: string; health: string; ready: string };
  examples: readonly Example[];
}

const PATHS = {
  graphql: '/graphql',
  stream: '/graphql/stream',
  graphiql: '/graphiql',
  health: '/healthz',
  ready: '/readyz',
} as const;

/**
 * @param fromThisMachine whether the request came from this machine without a proxy between (see
 *   `comesFromThisMachine`); nobody else is shown a key.
 */
export function startState(facts: ServerFacts, fromThisMachine: boolean): StartState {
  const { version, ready, database, organization, demoKeys } = facts;
  return {
    version,
    ready,
    database,
    organization: organization && { slug: organization.slug, name: organization.name },
    demoKeys: fromThisMachine ? demoKeys : null,
    paths: PATHS,
    examples: EXAMPLES,
  };
}
