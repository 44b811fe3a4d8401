/**
 * The rooms of the house and the arrows between them, as eslint-plugin-boundaries rules.
 *
 * `docs/architecture.md` shows the same table to a reader; this file is what holds it.
 * An arrow that is not listed here is an error: add the arrow on purpose, or move the code.
 */
import boundaries from 'eslint-plugin-boundaries';

/** Room → the rooms it may import from. Within itself a room is free. */
export const ROOM_ARROWS = {
  db: [],
  feed: ['db'],
  graphql: ['db'],
  pages: [],
  // Ways out of the house: mail and webhooks. They know nothing of what they carry.
  channels: [],
  // When work is done, and by which process: not what it is.
  jobs: ['db'],
  module: ['graphql', 'db', 'feed', 'channels', 'jobs'],
  'module-list': ['module', 'graphql', 'db', 'feed'],
  http: ['graphql', 'feed', 'pages'],
  demo: ['module-list', 'module', 'graphql', 'feed', 'db'],
  cli: ['main', 'demo', 'http', 'module-list', 'module', 'graphql', 'feed', 'db', 'pages'],
  main: [
    'cli',
    'demo',
    'http',
    'module-list',
    'module',
    'graphql',
    'feed',
    'db',
    'pages',
    'channels',
    'jobs',
  ],
  codegen: ['main', 'module-list', 'module', 'graphql', 'feed', 'db'],
  clients: [],
  // Types of the JSON that the start page reads.
  web: ['pages'],
  test: [
    'main',
    'cli',
    'demo',
    'http',
    'module-list',
    'module',
    'graphql',
    'feed',
    'db',
    'pages',
    'channels',
    'jobs',
    'codegen',
    'clients',
    'web',
    // Whose operations they ask, so that it cannot break unseen.
    'bench',
  ],
};

/**
 * Module → the modules it may use, through their `index.ts` alone. One way: no pair appears in both
 * directions. A module that is not listed may use no other module until it is. An entity maps its
 * foreign keys, and so refers to the entity on their other end, along the same arrows.
 */
export const MODULE_ARROWS = {
  accounts: [],
  feed: ['accounts'],
  locations: ['accounts'],
  products: ['accounts'],
  reviews: ['accounts', 'feed', 'locations', 'products'],
  responses: ['accounts', 'feed', 'locations', 'products', 'reviews'],
  metrics: [
    'accounts',
    'feed',
    'locations',
    'products',
    'reviews',
    'customers',
    'surveys',
    'survey-rollups',
    'survey-responses',
  ],
  imports: ['accounts', 'locations', 'products', 'reviews', 'responses', 'survey-rollups'],
  audit: ['accounts'],
  customers: ['accounts', 'feed', 'audit', 'locations'],
  surveys: ['accounts', 'feed', 'audit'],
  // Apart from the answers, since invitations count too, and answers use invitations.
  'survey-rollups': ['reviews', 'surveys'],
  invitations: [
    'accounts',
    'feed',
    'audit',
    'locations',
    'products',
    'customers',
    'surveys',
    'survey-rollups',
  ],
  'survey-responses': [
    'accounts',
    'feed',
    'locations',
    'products',
    'reviews',
    'customers',
    'surveys',
    'invitations',
    'survey-rollups',
  ],
  nodes: [
    'accounts',
    'locations',
    'products',
    'reviews',
    'responses',
    'imports',
    'metrics',
    'audit',
    'customers',
    'surveys',
    'invitations',
    'survey-responses',
  ],
};

/** Files beside the modules that every module may use; the others there list the modules. */
const SHARED_BY_MODULES = [
  'src/modules/noun-fields.ts',
  'src/modules/external-ids.ts',
  'src/modules/csv.ts',
];

/** Packages that only one room may import, so that its choke point stays one. */
const PACKAGES_OF_ROOM = {
  db: [
    'pg',
    '@electric-sql/*',
    '@mikro-orm/postgresql',
    '@mikro-orm/pglite',
    '@mikro-orm/migrations',
  ],
  jobs: ['pg-boss'],
  channels: ['nodemailer', 'standardwebhooks'],
};

const inRoot = (type, pattern, capture) => ({ type, pattern, partialMatch: false, capture });

const elements = [
  inRoot('db', 'src/db'),
  inRoot('feed', 'src/feed'),
  inRoot('graphql', 'src/graphql'),
  inRoot('http', 'src/http'),
  inRoot('pages', 'src/pages'),
  inRoot('channels', 'src/channels'),
  inRoot('jobs', 'src/jobs'),
  inRoot('module', 'src/modules/*', ['noun']),
  inRoot('module-list', 'src/modules'),
  inRoot('cli', 'src/cli'),
  inRoot('demo', 'src/demo'),
  inRoot('main', 'src'),
  inRoot('codegen', 'codegen'),
  inRoot('clients', 'clients/*', ['client']),
  inRoot('web', 'web'),
  inRoot('test', 'test'),
  inRoot('bench', 'bench'),
];

const roomPolicies = Object.entries(ROOM_ARROWS)
  .filter(([, targets]) => targets.length > 0)
  .map(([room, targets]) => ({
    from: { element: { type: room } },
    allow: { to: { element: { type: targets } } },
  }));

const modulePolicies = [
  {
    from: { element: { type: 'module' } },
    disallow: { to: { element: { type: 'module' } } },
    message:
      'src/modules/{{from.element.captured.noun}} may not use src/modules/{{to.element.captured.noun}}: the arrow is not in MODULE_ARROWS (.eslint/rooms.js), or the import goes past its index.ts.',
  },
  ...Object.entries(MODULE_ARROWS)
    .filter(([, nouns]) => nouns.length > 0)
    .flatMap(([noun, nouns]) => [
      {
        from: { element: { type: 'module', captured: { noun } } },
        allow: {
          to: {
            element: { type: 'module', captured: { noun: nouns }, fileInternalPath: 'index.ts' },
          },
        },
      },
      {
        from: { element: { type: 'module', captured: { noun } }, file: { categories: 'entity' } },
        allow: {
          to: {
            element: { type: 'module', captured: { noun: nouns } },
            file: { categories: 'entity' },
          },
        },
      },
    ]),
];

const sharedPolicy = {
  from: { element: { type: 'module' } },
  allow: { to: { file: { categories: 'shared-by-modules' } } },
};

const packagePolicies = Object.entries(PACKAGES_OF_ROOM).map(([room, packages]) => ({
  from: { element: { type: ['!' + room] } },
  disallow: { to: { module: { origin: 'external', source: packages } } },
  message: `Only src/${room} may import {{to.module.source}}: everything else goes through what src/${room} offers.`,
}));

/** Tests talk to the real thing as an outsider does, and so may import any package. */
const outsiderPolicy = {
  from: { element: { type: ['test', 'codegen', 'clients', 'web'] } },
  allow: { to: { module: { origin: ['external', 'core'] } } },
};

/** What all clients share is compiled into each of them. */
const clientCorePolicy = {
  from: { element: { type: 'clients' } },
  allow: { to: { element: { type: 'clients', captured: { client: 'core' } } } },
};

/** A client's own tests start a server; its shipped code must stand alone. */
const clientTestPolicy = {
  from: { element: { type: 'clients' }, file: { categories: 'test' } },
  allow: { to: { element: { type: ['test', 'clients'] } } },
};

export const roomsConfig = {
  name: 'antiphon/rooms',
  files: ['src/**/*.ts', 'codegen/**/*.ts', 'clients/**/*.ts', 'web/**/*.ts', 'test/**/*.ts'],
  plugins: { boundaries },
  settings: {
    'boundaries/elements': elements,
    'boundaries/files': [
      { pattern: '**/*.test.ts', category: 'test' },
      { pattern: 'src/modules/*/*.entity.ts', category: 'entity' },
      { pattern: SHARED_BY_MODULES, category: 'shared-by-modules' },
    ],
    'boundaries/legacy-templates': false,
  },
  rules: {
    'boundaries/no-unknown-files': 'error',
    'boundaries/dependencies': [
      'error',
      {
        default: 'disallow',
        checkAllOrigins: true,
        checkUnknownLocals: true,
        message:
          'The arrows between rooms go one way: {{from.element.types}} may not import {{dependency.source}} (see docs/architecture.md).',
        policies: [
          { allow: { to: { module: { origin: ['external', 'core'] } } } },
          ...roomPolicies,
          ...modulePolicies,
          sharedPolicy,
          ...packagePolicies,
          outsiderPolicy,
          clientCorePolicy,
          clientTestPolicy,
        ],
      },
    ],
  },
};
