import type { GraphQLFieldConfig } from 'graphql';
import { createParameterDecorator, Extensions } from 'type-graphql';

/** Where {@link withPlainInput} leaves the argument `input`. */
const PLAIN = Symbol('plain input');

/**
 * The argument `input`, as a plain object. Of an `@Arg`, TypeGraphQL makes instances of its classes,
 * object by object, which for the thousand rows of an import takes as long as to coerce them. It
 * does so by the argument's name, of this decorator's too: so the schema keeps it from there.
 */
export function PlainInput(type: () => new () => object) {
  const parameter = createParameterDecorator(({ args }) => args[PLAIN as never] as unknown, {
    arg: { name: 'input', typeFunc: type },
  });
  return (prototype: object, method: string, index: number): void => {
    parameter(prototype, method, index);
    Extensions({ isInputPlain: true })(prototype, method, {});
  };
}

type Field = GraphQLFieldConfig<unknown, unknown, Readonly<Record<string, unknown>>>;

/** A field as the schema has it, with what {@link PlainInput} asks for. */
export function withPlainInput(config: Field): Field {
  const { resolve, extensions } = config;
  if (resolve === undefined || extensions?.['isInputPlain'] !== true) return config;
  return {
    ...config,
    resolve: (source, args, context, info) =>
      resolve(source, { [PLAIN]: args['input'] }, context, info),
  };
}
