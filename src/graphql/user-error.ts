import { Field, InterfaceType, Int, registerEnumType } from 'type-graphql';
import { PlainObjectType, Storefront } from './access.ts';
import { DateTime } from './scalars.ts';

/**
 * Expected failures are data: each has a code, the path of the input that caused it, and what the
 * caller needs to act. Faults (bugs, lost connections) are not: those are masked GraphQL errors.
 */
export const UserErrorCode = {
  INVALID_VALUE: 'INVALID_VALUE',
  INVALID_ID: 'INVALID_ID',
  NOT_FOUND: 'NOT_FOUND',
  ALREADY_EXISTS: 'ALREADY_EXISTS',
  INVALID_STATE: 'INVALID_STATE',
  LIMIT_EXCEEDED: 'LIMIT_EXCEEDED',
  PERMISSION_DENIED: 'PERMISSION_DENIED',
  IDEMPOTENCY_KEY_REUSED: 'IDEMPOTENCY_KEY_REUSED',
  REVIEW_GATING_REFUSED: 'REVIEW_GATING_REFUSED',
  THROTTLED: 'THROTTLED',
} as const;
export type UserErrorCode = (typeof UserErrorCode)[keyof typeof UserErrorCode];

registerEnumType(UserErrorCode, {
  name: 'UserErrorCode',
  description: 'Why an input was refused.',
  valuesConfig: {
    INVALID_VALUE: {
      description: 'A value is malformed or outside its range; `allowed` says what fits.',
    },
    INVALID_ID: { description: 'An id is malformed or of another type.' },
    NOT_FOUND: { description: 'What the input names does not exist in this organization.' },
    ALREADY_EXISTS: { description: 'What the input would create exists already.' },
    INVALID_STATE: { description: 'The object is in a state that does not allow this.' },
    LIMIT_EXCEEDED: { description: 'Too many or too long; `limit` says how much is taken.' },
    PERMISSION_DENIED: {
      description: 'The key or member may not do this; the message names what is missing.',
    },
    IDEMPOTENCY_KEY_REUSED: {
      description: 'The idempotency key was used before with another input; use a new key.',
    },
    REVIEW_GATING_REFUSED: {
      description:
        'Public reviews would be asked of some only, by what they answered: a law or the rules of review sites forbid it. The error is a RuleViolationError, and the attempt is in the audit log.',
    },
    THROTTLED: {
      description:
        'It may be done, and not now; the error is a ThrottledError, whose `retryAt` says when.',
    },
  },
});

@InterfaceType({
  description:
    'An expected failure. Concrete types add what the caller needs to act (a limit, the allowed values …).',
})
export abstract class UserError {
  @Storefront()
  @Field(() => UserErrorCode)
  code!: UserErrorCode;

  @Storefront()
  @Field(() => String, { description: 'For a person: what is wrong and what to do about it.' })
  message!: string;

  @Storefront()
  @Field(() => [String], {
    description: 'Where in the input, such as ["reviews", "3", "rating"]; empty for the whole.',
  })
  path!: string[];
}

@PlainObjectType({ implements: UserError, description: 'A value that does not fit.' })
export class InvalidValueError extends UserError {
  @Storefront()
  @Field(() => [String], {
    nullable: true,
    description: 'The values or the range that would be accepted, where that can be listed.',
  })
  allowed!: string[] | null;
}

@PlainObjectType({ implements: UserError, description: 'More than is taken at once.' })
export class LimitExceededError extends UserError {
  @Storefront()
  @Field(() => Int, { description: 'How much is taken.' })
  limit!: number;
}

@PlainObjectType({
  implements: UserError,
  description: 'Refused for a reason that the code names.',
})
export class RefusedError extends UserError {}

@PlainObjectType({
  implements: UserError,
  description: 'Refused because a law or the rules of a review site forbid it.',
})
export class RuleViolationError extends UserError {
  @Storefront()
  @Field(() => String, { description: 'What the rule says.' })
  rule!: string;

  @Storefront()
  @Field(() => [String], { description: 'Where it can be read.' })
  sources!: string[];
}

@PlainObjectType({ implements: UserError, description: 'It may be done later.' })
export class ThrottledError extends UserError {
  @Storefront()
  @Field(() => DateTime, { description: 'From when on it may be tried again.' })
  retryAt!: Date;
}

/** A user error as a plain object, as services make and stores keep it. */
export interface UserErrorData {
  readonly __typename:
    | 'InvalidValueError'
    | 'LimitExceededError'
    | 'RefusedError'
    | 'RuleViolationError'
    | 'ThrottledError';
  readonly code: UserErrorCode;
  readonly message: string;
  readonly path: readonly string[];
  readonly allowed?: readonly string[] | null;
  readonly limit?: number;
  readonly rule?: string;
  readonly sources?: readonly string[];
  readonly retryAt?: Date;
}

export function invalidValue(
  path: readonly string[],
  message: string,
  allowed: readonly string[] | null = null,
): UserErrorData {
  return { __typename: 'InvalidValueError', code: 'INVALID_VALUE', message, path, allowed };
}

export function limitExceeded(
  path: readonly string[],
  message: string,
  limit: number,
): UserErrorData {
  return { __typename: 'LimitExceededError', code: 'LIMIT_EXCEEDED', message, path, limit };
}

export function refused(
  code: Exclude<
    UserErrorCode,
    'INVALID_VALUE' | 'LIMIT_EXCEEDED' | 'REVIEW_GATING_REFUSED' | 'THROTTLED'
  >,
  path: readonly string[],
  message: string,
): UserErrorData {
  return { __typename: 'RefusedError', code, message, path };
}

/** @param rule what it says, and where it can be read */
export function againstRule(
  code: 'REVIEW_GATING_REFUSED',
  path: readonly string[],
  message: string,
  rule: { readonly rule: string; readonly sources: readonly string[] },
): UserErrorData {
  return { __typename: 'RuleViolationError', code, message, path, ...rule };
}

export function throttled(path: readonly string[], message: string, retryAt: Date): UserErrorData {
  return { __typename: 'ThrottledError', code: 'THROTTLED', message, path, retryAt };
}

/** Thrown inside a unit of work, so that nothing of it stays, and turned into `userErrors`. */
export class Refusal extends Error {
  readonly userErrors: readonly UserErrorData[];

  constructor(...userErrors: UserErrorData[]) {
    super(userErrors.map((error) => error.message).join(' '));
    this.userErrors = userErrors;
  }
}

/** Runs a mutation's work; a {@link Refusal} becomes the payload that `onRefusal` makes of its errors. */
export async function orUserErrors<T>(
  work: () => Promise<T>,
  onRefusal: (userErrors: readonly UserErrorData[]) => T,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return onRefusal(error.userErrors);
    throw error;
  }
}
