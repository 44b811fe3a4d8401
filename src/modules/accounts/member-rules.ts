import { checkText } from '../../graphql/text-checks.ts';
import { invalidValue, Refusal } from '../../graphql/user-error.ts';
import type { UserErrorData } from '../../graphql/user-error.ts';

const NAME_LIMIT = 200;
const EMAIL_LIMIT = 254;
const IDENTITY_LIMIT = 255;
/** Whether mail arrives is for the mail to find out; this refuses what cannot be an address. */
const EMAIL = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/;

/** An account of the identity provider that signs a member in; null: none yet. */
export interface SignIn {
  readonly issuer: string;
  readonly subject: string;
}

/** Gathers what is wrong, so that a caller is told of everything at once. */
export class MemberRules {
  readonly #errors: UserErrorData[] = [];

  /** In lower case, as it is stored and compared. */
  email(text: string): string {
    const email = text.trim().toLowerCase();
    const errors = checkText(email, ['email'], EMAIL_LIMIT);
    if (errors.length === 0 && !EMAIL.test(email)) {
      errors.push(invalidValue(['email'], 'This is not an e-mail address.'));
    }
    this.#errors.push(...errors);
    return email;
  }

  name(text: string): string {
    const name = text.trim();
    this.#errors.push(...checkText(name, ['name'], NAME_LIMIT, { required: true }));
    return name;
  }

  signIn(issuer: string | null, subject: string | null): SignIn | null {
    if (issuer === null && subject === null) return null;
    if (issuer === null || subject === null) {
      const missing = issuer === null ? 'issuer' : 'subject';
      const message =
        'An account of the identity provider is named by issuer and subject together.';
      this.#errors.push(invalidValue([missing], message));
      return null;
    }
    for (const [field, value] of Object.entries({ issuer, subject })) {
      this.#errors.push(...checkText(value, [field], IDENTITY_LIMIT, { required: true }));
    }
    return { issuer, subject };
  }

  /** @throws Refusal with everything that was found wrong. */
  assertNoErrors(): void {
    if (this.#errors.length > 0) throw new Refusal(...this.#errors);
  }
}
