import { Field, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';
import type { KeyKind } from './key-token.ts';

export const ApiKeyKind = {
  PUBLISHABLE: 'PUBLISHABLE',
  SECRET: 'SECRET',
} as const satisfies { [kind in KeyKind]: kind };

registerEnumType(ApiKeyKind, {
  name: 'ApiKeyKind',
  valuesConfig: {
    PUBLISHABLE: {
      description: 'For the pages of a shop: reaches only what is marked for storefronts.',
    },
    SECRET: { description: 'For servers: does what its scopes allow. Never give it to a browser.' },
  },
});

export const ApiKeyState = { ACTIVE: 'ACTIVE', EXPIRED: 'EXPIRED', REVOKED: 'REVOKED' } as const;
export type ApiKeyState = keyof typeof ApiKeyState;

registerEnumType(ApiKeyState, { name: 'ApiKeyState', description: 'Whether a key is taken.' });

@RequiresScope('keys:manage')
@PlainObjectType({
  implements: Node,
  description: 'An API key. Its token is shown once, when it is created.',
})
export class ApiKey extends Node {
  @Field(() => ApiKeyKind)
  kind!: KeyKind;

  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'The first characters of the token, to know it by.' })
  prefix!: string;

  @Field(() => [String], {
    description:
      'What it may do; a publishable key has none. A key that acts for a member may do no more than the member.',
  })
  scopes!: string[];

  @Field(() => [String], {
    nullable: true,
    description: 'Web origins that a publishable key is taken from; null: from all.',
  })
  origins!: string[] | null;

  @Field(() => ApiKeyState)
  state!: ApiKeyState;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  revokedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'To the minute.' })
  lastUsedAt!: Date | null;
}

export const ApiKeyConnection = connectionType('ApiKey', () => ApiKey, 'keys:manage');

@PlainObjectType({ description: 'The new key and its token, or why there is none.' })
export class CreateApiKeyPayload {
  @Field(() => String, {
    nullable: true,
    description:
      'The token: keep it now, it is shown this once. Null where the call was refused, or repeated with its idempotency key.',
  })
  token!: string | null;

  @Field(() => [UserError])
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'The key that was ended, or why it was not.' })
export class RevokeApiKeyPayload {
  @Field(() => [UserError])
  userErrors!: UserError[];
}
