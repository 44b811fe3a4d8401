import { Field, registerEnumType } from 'type-graphql';
import { PlainObjectType, Storefront } from '../../graphql/access.ts';
import type { Audience as AudienceName } from '../../graphql/caller.ts';

export const Audience = {
  STOREFRONT: 'STOREFRONT',
  INTEGRATOR: 'INTEGRATOR',
  MEMBER: 'MEMBER',
} as const satisfies { [audience in AudienceName]: audience };

registerEnumType(Audience, {
  name: 'Audience',
  description: 'Who may see a field.',
  valuesConfig: {
    STOREFRONT: { description: 'A publishable key: the pages of a shop.' },
    INTEGRATOR: { description: 'A secret key with scopes.' },
    MEMBER: { description: 'A person with a role, or a key that acts for one.' },
  },
});

@PlainObjectType({ description: 'Who is asking, as the server sees it.' })
export class Viewer {
  @Storefront()
  @Field(() => Audience)
  audience!: AudienceName;

  @Storefront()
  @Field(() => [String], { description: 'What the caller may do; a publishable key has none.' })
  scopes!: string[];
}
