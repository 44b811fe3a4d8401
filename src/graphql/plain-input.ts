import { createParameterDecorator } from 'type-graphql';

/**
 * The argument `input`, as a plain object. Of an `@Arg`, TypeGraphQL makes instances of its classes,
 * object by object, which for the thousand rows of an import takes as long as to coerce them.
 */
export const PlainInput = (type: () => new () => object) =>
  createParameterDecorator(({ args }) => args['input'] as unknown, {
    arg: { name: 'input', typeFunc: type },
  });
