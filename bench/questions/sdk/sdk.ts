import {
  type Ask,
  type Asks,
  dataOf,
  graphqlCall,
  type KeyKind,
  type Step,
} from '../../contenders/contender.ts';
import type { Question } from '../question.ts';
import { sdkOperations, type SdkOperation } from './documents.ts';
import { SDK_VARIABLES } from './variables.ts';

/** Reads first: what they answer is then the dataset's alone. */
const OPERATIONS = [...sdkOperations('storefront'), ...sdkOperations('internal')].sort(
  (a, b) => Number(variablesOf(a).isWrite ?? false) - Number(variablesOf(b).isWrite ?? false),
);
const byName = new Map(OPERATIONS.map((operation) => [nameOf(operation), operation]));

function nameOf({ client, name }: SdkOperation): string {
  return `${client}.${name}`;
}

function variablesOf(operation: SdkOperation) {
  const known = SDK_VARIABLES[nameOf(operation)];
  if (known === undefined) {
    throw new Error(
      `The bench has no variables for ${nameOf(operation)}: add them to variables.ts.`,
    );
  }
  return known;
}

const keyOf = ({ client }: SdkOperation): KeyKind =>
  client === 'storefront' ? 'storefront' : 'secret';

/** Every operation of both clients as a question of its own. */
export const SDK_QUESTIONS: readonly Question<object>[] = OPERATIONS.map((operation) => {
  const { draw, isWrite } = variablesOf(operation);
  return {
    name: `sdk.${nameOf(operation)}`,
    title: `The operation ${operation.name} of the ${operation.client} client`,
    key: keyOf(operation),
    isBrief: true,
    variables: draw,
    // Both contenders are Antiphon, and write by the same code: its tests look at the tables.
    ...(isWrite && { written: async () => null }),
  };
});

function stepsOf(operation: SdkOperation, variables: object): readonly Step[] {
  const key = keyOf(operation);
  if (operation.name !== 'RevokeApiKey') return [graphqlCall(key, operation.document, variables)];
  const create = byName.get('internal.CreateApiKey') as SdkOperation;
  return [
    graphqlCall(key, create.document, variables),
    (created) => {
      const { createApiKey } = dataOf<{ createApiKey: { apiKey: { id: string } } }>(created);
      return graphqlCall(key, operation.document, { input: { id: createApiKey.apiKey.id } });
    },
  ];
}

const MADE_ID = /^(rev|rsp|loc|prd|key)_[0-9a-z]{26}$/;
const TIME = /^\d{4}-\d\d-\d\dT/;
const TOKEN = /^(ant_(pub|sec)|ans)_/;

/** Of a write, what differs from call to call is left out. */
function withoutMade(value: unknown): unknown {
  if (typeof value === 'string') {
    if (MADE_ID.test(value)) return 'an id';
    if (TIME.test(value)) return 'a time';
    if (TOKEN.test(value)) return 'a token';
    return value.replace(/^import-[\d-]+$/, 'an external id');
  }
  if (Array.isArray(value)) return value.map(withoutMade);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutMade(item)]));
}

function askOf(operation: SdkOperation): Ask<object> {
  const isSteady = !variablesOf(operation).isWrite && operation.name !== 'ListApiKeys';
  return {
    steps: (variables) => stepsOf(operation, variables),
    normalise: (answers) => {
      const data = answers.map((answer) => dataOf(answer));
      return isSteady ? data : withoutMade(data);
    },
  };
}

/** How Antiphon is asked them, on whichever engine. */
export const SDK_ASKS: Asks = Object.fromEntries(
  OPERATIONS.map((operation) => [`sdk.${nameOf(operation)}`, askOf(operation)]),
);
