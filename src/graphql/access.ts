import { DirectiveLocation, GraphQLDirective, GraphQLNonNull, GraphQLString } from 'graphql';
import { Directive, Extensions, ObjectType } from 'type-graphql';
import type { Scope } from './caller.ts';

/**
 * Who may see a field is said in the schema, next to the field, and nowhere else:
 * `@storefront` lets publishable keys see it (what is not marked does not exist for them), and
 * `@scope` names what a secret key or member needs. A scope on a type holds for each of its fields,
 * whichever way a query came there; one on a field replaces it.
 */
export const storefrontDirective = new GraphQLDirective({
  name: 'storefront',
  description:
    'A publishable key can reach this. What is not marked does not exist for storefronts.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
});

export const scopeDirective = new GraphQLDirective({
  name: 'scope',
  description:
    'The scope that a secret key or member needs for this; on a type, for each of its fields.',
  locations: [DirectiveLocation.FIELD_DEFINITION, DirectiveLocation.OBJECT],
  args: { requires: { type: new GraphQLNonNull(GraphQLString) } },
});

/** What admission reads from a field (`field.extensions.access`), filled in by the schema room. */
export interface FieldAccess {
  readonly storefront: boolean;
  readonly scope: Scope | null;
}

type AnyDecorator = ClassDecorator & MethodDecorator & PropertyDecorator;

function all(...decorators: unknown[]): AnyDecorator {
  return (...target: unknown[]) => {
    for (const decorate of decorators) (decorate as (...of: unknown[]) => void)(...target);
  };
}

/** Marks a field as reachable with a publishable key. */
export const Storefront = (): AnyDecorator =>
  all(Directive('@storefront'), Extensions({ storefront: true }));

/** Names the scope that a field (or each field of a type) needs. */
export const RequiresScope = (scope: Scope): AnyDecorator =>
  all(Directive(`@scope(requires: "${scope}")`), Extensions({ scope }));

/** Marks an input field that does not exist for publishable keys: it asks about what they may not see. */
export const Internal = (): AnyDecorator => all(Extensions({ internal: true }));

/**
 * An object type whose fields are read straight from plain rows: without `simpleResolvers`,
 * TypeGraphQL puts an asynchronous wrapper around each field of each row.
 */
export const PlainObjectType = (
  options: NonNullable<Parameters<typeof ObjectType>[1]> & { name?: string },
): ClassDecorator => {
  const { name, ...rest } = options;
  const simple = { ...rest, simpleResolvers: true };
  return name === undefined ? ObjectType(simple) : ObjectType(name, simple);
};
