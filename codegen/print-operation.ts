import type { Operation } from './operation.ts';

/** The names of the types that `typescript-operations` makes for an operation. */
interface TypeNames {
  readonly result: string;
  readonly variables: string;
}

const SUFFIX = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/** Types that the printed code takes from the client's hand-written module, sorted. */
export function importsFor(operations: readonly Operation[]): string[] {
  const hasRequests = operations.some(({ kind }) => kind !== 'subscription');
  const hasFeeds = operations.some(({ kind }) => kind === 'subscription');
  return [
    ...(hasFeeds ? ['FeedClient', 'FeedDocument', 'Following', 'FollowOptions'] : []),
    ...(hasRequests ? ['RequestClient', 'RequestDocument', 'RequestOptions'] : []),
  ];
}

/** A constant with the document, and a function that sends it: TypeScript, and a bundler can drop either. */
export function printOperation(operation: Operation): string {
  const suffix = SUFFIX[operation.kind];
  const types = {
    result: `${operation.name}${suffix}`,
    variables: `${operation.name}${suffix}Variables`,
  };
  return operation.feedField === null
    ? printRequest(operation, types)
    : printFeed(operation, operation.feedField, types);
}

function printRequest(operation: Operation, { result, variables }: TypeNames): string {
  return `${printDocument(operation, `RequestDocument<${result}, ${variables}>`)}
${printComment(operation.description)}export function ${functionName(operation)}(
  client: RequestClient,${printVariables(operation, variables)}
  options?: RequestOptions,
): Promise<${result}> {
  return client.request(${operation.name}Document, ${passedVariables(operation)}, options);
}
`;
}

function printFeed(operation: Operation, field: string, { result, variables }: TypeNames): string {
  const event = `${result}['${field}']`;
  return `${printDocument(operation, `FeedDocument<${event}, ${variables}>`)}
${printComment(operation.description)}export function ${functionName(operation)}(
  client: FeedClient,${printVariables(operation, variables)}
  options?: FollowOptions,
): Following<${event}> {
  return client.follow(${operation.name}Document, ${passedVariables(operation)}, options);
}
`;
}

function printDocument({ kind, name, text, hash, feedField }: Operation, type: string): string {
  const lines = [
    `kind: '${kind}',`,
    `name: '${name}',`,
    ...(feedField === null ? [] : [`field: '${feedField}',`]),
    `hash: '${hash}',`,
    `text: ${quote(text)},`,
  ];
  return `export const ${name}Document: ${type} = {\n${lines.map((line) => `  ${line}\n`).join('')}};\n`;
}

function printVariables({ variables }: Operation, type: string): string {
  if (variables === 'none') return '';
  return `\n  variables: ${type}${variables === 'optional' ? ' = {}' : ''},`;
}

function passedVariables({ variables }: Operation): string {
  return variables === 'none' ? '{}' : 'variables';
}

function functionName({ name }: Operation): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function printComment(description: string | null): string {
  if (description === null) return '';
  const lines = description.replaceAll('*/', '* /').split('\n');
  if (lines.length === 1) return `/** ${lines[0]} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

/** A literal in single quotes; a document can hold a block string with line breaks. */
function quote(text: string): string {
  const escaped = text.replaceAll(/[\\']/g, '\\$&').replaceAll('\n', '\\n');
  return `'${escaped}'`;
}
