import type { MailChannel } from '../../channels/mail.ts';
import type { WebhookChannel } from '../../channels/webhook.ts';
import type { Clock } from '../../jobs/clock.ts';
import {
  type LoadedVersion,
  loadVersion,
  type SurveySettings,
  surveySettings,
} from '../surveys/index.ts';
import type { DueInvitation } from './due-invitations.ts';
import { rowsOf, type Source } from './source.ts';

/** What this installation sends with. */
export interface SendingMeans {
  readonly clock: Clock;
  /** Where its pages are for the rest of the world. */
  readonly publicUrl: string;
  /** Null: it sends no mail. */
  readonly mail: MailChannel | null;
  /** From whom mail comes where an organization has no proven address of its own. */
  readonly mailFrom: string | null;
  readonly webhooks: WebhookChannel;
  /** After so long without a word, what a process has taken is another's. */
  readonly leaseMs: number;
  /** Deliveries under way at once. */
  readonly concurrency: number;
}

/** What decisions and texts of an organization depend on, as it is at one moment. */
export interface Surroundings {
  readonly now: Date;
  readonly means: SendingMeans;
  readonly organizationName: string;
  readonly settings: SurveySettings;
}

export async function readSurroundings(source: Source, means: SendingMeans): Promise<Surroundings> {
  const settings = await surveySettings(source);
  const [organization] = await rowsOf<{ name: string }>(
    source,
    'select name from organization where organization.id = $1',
  );
  const organizationName = organization?.name ?? '';
  return { now: means.clock.now(), means, organizationName, settings };
}

/** Each survey's version once, however many invitations ask it. */
export class Versions {
  readonly #source: Source;
  readonly #known = new Map<string, Promise<LoadedVersion | null>>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** The version that it is bound to; the published one where it is not sent yet. */
  async of({ surveyId, surveyVersion }: DueInvitation): Promise<LoadedVersion | null> {
    if (surveyId === null) return null;
    const number = surveyVersion ?? (await this.#published(surveyId));
    if (number === null) return null;
    const key = `${surveyId} ${number}`;
    const version = this.#known.get(key) ?? loadVersion(this.#source, surveyId, number);
    this.#known.set(key, version);
    return version;
  }

  readonly #numbers = new Map<string, number | null>();

  async #published(surveyId: string): Promise<number | null> {
    const known = this.#numbers.get(surveyId);
    if (known !== undefined) return known;
    const [row] = await rowsOf<{ number: number | null }>(
      this.#source,
      'select published_version as number from survey where organization_id = $1 and id = $2::uuid',
      [surveyId],
    );
    const number = row?.number ?? null;
    this.#numbers.set(surveyId, number);
    return number;
  }
}

/** Whether what an invitation asks can be answered. */
export function isOpen(
  { target }: DueInvitation,
  version: LoadedVersion | null,
  now: Date,
): boolean {
  if (target === 'REVIEW') return true;
  if (version === null || version.survey.publishedVersion === null) return false;
  const { endsAt } = version.survey;
  return endsAt === null || endsAt > now;
}

/** Whether the installation, and the organization, have what the channel needs. */
export function isConfigured(invitation: DueInvitation, around: Surroundings): boolean {
  const { means, settings } = around;
  if (invitation.target === 'REVIEW' && reviewUrlOf(invitation, settings) === null) return false;
  switch (invitation.channel) {
    case 'EMAIL':
      return means.mail !== null && senderOf(around) !== null;
    case 'WEBHOOK':
      return settings.webhookUrl !== null && settings.webhookSecret !== null;
    case 'LINK':
    case 'IN_APP':
      return true;
  }
}

/** From whom mail comes: the organization's own address once it is proven, else the installation's. */
export function senderOf({ settings, means, organizationName }: Surroundings) {
  const name = settings.senderName ?? organizationName;
  if (settings.senderAddress !== null && settings.senderProvenAt !== null) {
    return { name, address: settings.senderAddress };
  }
  return means.mailFrom === null ? null : { name, address: means.mailFrom };
}

/** Where a review is written: of the product, the location, or else what the organization has set. */
export function reviewUrlOf(
  { reviewUrl }: Pick<DueInvitation, 'reviewUrl'>,
  settings: SurveySettings,
): string | null {
  return reviewUrl ?? settings.reviewInvitationUrl;
}
