import {
  type DocumentNode,
  GraphQLScalarType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type TypeNode,
  type VariableDefinitionNode,
} from 'graphql';

/**
 * Admission has coerced the variables; the engines would do it again, graphql-jit by rules of its
 * own (other messages, no `@oneOf`, dates of defaults turned into strings). So they are given the
 * operation with its variables declared as this scalar, which takes any value as it is.
 */
const COERCED = '__Coerced';
const CoercedScalar = new GraphQLScalarType<unknown, unknown>({
  name: COERCED,
  parseValue: (value) => value,
});
const coercedType: TypeNode = {
  kind: Kind.NAMED_TYPE,
  name: { kind: Kind.NAME, value: COERCED },
};

/** The document with this operation alone, ready for variables that are coerced already. */
export function withCoercedVariables(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  const variableDefinitions = operation.variableDefinitions?.map(takingCoerced);
  const executable = { ...operation, ...(variableDefinitions && { variableDefinitions }) };
  const others = document.definitions.filter(({ kind }) => kind !== Kind.OPERATION_DEFINITION);
  return { ...document, definitions: [executable, ...others] };
}

function takingCoerced(definition: VariableDefinitionNode): VariableDefinitionNode {
  // graphql-jit takes only booleans for @skip and @include; coercing those twice changes nothing.
  if (isBoolean(definition.type)) return definition;
  return { kind: Kind.VARIABLE_DEFINITION, variable: definition.variable, type: coercedType };
}

function isBoolean(type: TypeNode): boolean {
  const nullable = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return nullable.kind === Kind.NAMED_TYPE && nullable.name.value === 'Boolean';
}

const executableSchemas = new WeakMap<GraphQLSchema, GraphQLSchema>();

/** The same schema, types and all, which also knows the scalar of coerced variables. */
export function executableSchema(schema: GraphQLSchema): GraphQLSchema {
  let executable = executableSchemas.get(schema);
  if (!executable) {
    executable = Object.create(schema, {
      getType: {
        value: (name: string) => (name === COERCED ? CoercedScalar : schema.getType(name)),
      },
    }) as GraphQLSchema;
    executableSchemas.set(schema, executable);
  }
  return executable;
}
