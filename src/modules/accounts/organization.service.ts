import { randomBytes } from 'node:crypto';
import type { Database, UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { checkText } from '../../graphql/text-checks.ts';
import { invalidValue, Refusal, refused } from '../../graphql/user-error.ts';
import type { UserErrorData } from '../../graphql/user-error.ts';
import type { OrganizationSummary } from './organization.reads.ts';

export interface NewOrganization {
  /** Lower case letters, digits and hyphens, at most 63: how commands and headers name it. */
  readonly slug: string;
  readonly name: string;
  /** IANA name; UTC by default. */
  readonly timeZone?: string | undefined;
  /** BCP 47; `en` by default. */
  readonly locale?: string | undefined;
}

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const NAME_LIMIT = 200;

/**
 * A new tenant, with its feed's counter.
 * @param furnish writes what else it begins with, in the same transaction
 * @throws Refusal ALREADY_EXISTS where the slug is taken, INVALID_VALUE for what does not fit.
 */
export async function createOrganization(
  db: Database,
  organization: NewOrganization,
  furnish: (uow: UnitOfWork) => Promise<void> = async () => undefined,
): Promise<OrganizationSummary> {
  const { slug, name, timeZone = 'UTC', locale = 'en' } = organization;
  const errors = check({ slug, name, timeZone, locale });
  if (errors.length > 0) throw new Refusal(...errors);
  const id = newId();
  // Row-level security lets a unit of work write the organization that it runs in, and no other.
  await db.unitOfWork(id, async (uow) => {
    const made = await uow.execute(
      `insert into organization (id, slug, name, time_zone, locale, created_at)
       values ($1, $2, $3, $4, $5, $6) on conflict (slug) do nothing returning id`,
      [id, slug, name, timeZone, locale, uow.now],
    );
    if (made.length === 0) {
      const message = `There is an organization "${slug}" already: choose another slug.`;
      throw new Refusal(refused('ALREADY_EXISTS', ['slug'], message));
    }
    // A new epoch, so that no cursor of a database that was here before fits.
    await uow.execute('insert into feed_counter (organization_id, epoch) values ($1, $2)', [
      id,
      randomBytes(12).toString('base64url'),
    ]);
    await furnish(uow);
  });
  return { id, slug, name };
}

function check(organization: Record<keyof NewOrganization, string>): UserErrorData[] {
  const { slug, name, timeZone, locale } = organization;
  const errors = checkText(name, ['name'], NAME_LIMIT, { required: true });
  if (!SLUG.test(slug)) {
    const message =
      'A slug has 1 to 63 lower case letters, digits and hyphens, with no hyphen at its ends.';
    errors.push(invalidValue(['slug'], message));
  }
  if (!isTimeZone(timeZone)) {
    const message = `"${timeZone}" is no IANA time zone; one is Europe/Amsterdam.`;
    errors.push(invalidValue(['timeZone'], message));
  }
  if (!isLocale(locale)) {
    errors.push(invalidValue(['locale'], `"${locale}" is no BCP 47 language tag; one is nl-NL.`));
  }
  return errors;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
