import { type DirectiveNode, GraphQLIncludeDirective, GraphQLSkipDirective } from 'graphql';

const NAMES: ReadonlySet<string> = new Set([
  GraphQLSkipDirective.name,
  GraphQLIncludeDirective.name,
]);

/** Whether a directive makes what it stands at depend on a condition: `@skip` and `@include`. */
export function isCondition({ name }: DirectiveNode): boolean {
  return NAMES.has(name.value);
}
