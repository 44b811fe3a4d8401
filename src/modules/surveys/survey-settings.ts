import { rowsFrom, type Source } from './source.ts';

/** By which rules an organization asks, and from whom mail comes. */
export interface SurveySettings {
  /** No customer is invited twice within so many days, over all surveys. */
  readonly quietPeriodDays: number;
  /** Such as 09:00: the first minute of the customer's own day at which mail is sent. */
  readonly sendingFrom: string;
  /** Such as 20:00: the first minute at which none is sent any more. */
  readonly sendingUntil: string;
  /** Whether a customer who has not said anything is not written to. */
  readonly consentRequired: boolean;
  readonly senderName: string | null;
  readonly senderAddress: string | null;
  /** Null: mail to the address has not been shown to be read. */
  readonly senderProvenAt: Date | null;
  /** Where everybody who answered is invited to write a public review. */
  readonly reviewInvitationUrl: string | null;
  readonly webhookUrl: string | null;
  /** Never to be shown: it signs what goes to the webhook. */
  readonly webhookSecret: string | null;
}

export const DEFAULT_SURVEY_SETTINGS: SurveySettings = {
  quietPeriodDays: 30,
  sendingFrom: '09:00',
  sendingUntil: '20:00',
  consentRequired: true,
  senderName: null,
  senderAddress: null,
  senderProvenAt: null,
  reviewInvitationUrl: null,
  webhookUrl: null,
  webhookSecret: null,
};

/** What the organization has set; the defaults where it has set nothing. */
export async function surveySettings(source: Source): Promise<SurveySettings> {
  const [row] = await rowsFrom<SurveySettings>(
    source,
    `select quiet_period_days as "quietPeriodDays", sending_from as "sendingFrom",
       sending_until as "sendingUntil", consent_required as "consentRequired",
       sender_name as "senderName", sender_address as "senderAddress",
       sender_proven_at as "senderProvenAt", review_invitation_url as "reviewInvitationUrl",
       webhook_url as "webhookUrl", webhook_secret as "webhookSecret"
     from survey_settings where organization_id = $1`,
  );
  return row ?? DEFAULT_SURVEY_SETTINGS;
}
