import { DateTime } from 'luxon';
import type { Mail } from '../../channels/mail.ts';
import { encodeId } from '../../graphql/ids.ts';
import { SURVEY_SCALES, type SurveyScale } from '../surveys/index.ts';

/** An alert for one member, and what it is about. Ids are UUIDs. */
export interface AlertMail {
  readonly alertId: string;
  readonly memberId: string;
  /** This one included. */
  readonly attempts: number;
  readonly email: string;
  readonly organizationName: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly surveyName: string;
  readonly responseId: string;
  readonly score: number;
  readonly scale: SurveyScale;
  readonly touchpoint: string | null;
  readonly completedAt: Date;
  readonly locationName: string | null;
  /** The first that was answered in own words. */
  readonly text: string | null;
}

interface Words {
  readonly subject: string;
  readonly intro: string;
  readonly score: string;
  readonly survey: string;
  readonly location: string;
  readonly touchpoint: string;
  readonly when: string;
  readonly text: string;
  readonly response: string;
  readonly alert: string;
}

const en: Words = {
  subject: 'Dissatisfied customer: {score} for {survey}',
  intro: 'A customer of {organization} has answered a survey and is strongly dissatisfied.',
  score: 'Score',
  survey: 'Survey',
  location: 'Location',
  touchpoint: 'Touchpoint',
  when: 'Answered',
  text: 'In their words',
  response: 'Response',
  alert: 'Alert',
};

const nl: Words = {
  subject: 'Ontevreden klant: {score} voor {survey}',
  intro: 'Een klant van {organization} heeft een enquête ingevuld en is zeer ontevreden.',
  score: 'Score',
  survey: 'Enquête',
  location: 'Vestiging',
  touchpoint: 'Contactmoment',
  when: 'Beantwoord',
  text: 'In eigen woorden',
  response: 'Antwoord',
  alert: 'Melding',
};

/** Mail is no place for much of what somebody wrote in private. */
const LONGEST_TEXT = 500;

/** The same alert for the same member always has the same message id. It says nothing of who answered. */
export function alertMailOf(mail: AlertMail, sender: string, publicUrl: string): Mail {
  const words = mail.locale.toLowerCase().startsWith('nl') ? nl : en;
  const { max } = SURVEY_SCALES[mail.scale];
  const score = `${mail.score}/${max}`;
  const when = DateTime.fromJSDate(mail.completedAt, { zone: mail.timeZone }).setLocale(
    mail.locale,
  );
  const alert = encodeId('DetractorAlert', mail.alertId);
  const lines: [string, string | null][] = [
    [words.score, score],
    [words.survey, mail.surveyName],
    [words.location, mail.locationName],
    [words.touchpoint, mail.touchpoint],
    [words.when, when.toLocaleString({ ...DateTime.DATETIME_MED, timeZoneName: 'short' })],
    [words.text, mail.text === null ? null : shortened(mail.text)],
    [words.response, encodeId('SurveyResponse', mail.responseId)],
    [words.alert, alert],
  ];
  const facts = lines.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  const intro = words.intro.replace('{organization}', () => mail.organizationName);
  const subject = words.subject
    .replace('{score}', () => score)
    .replace('{survey}', () => mail.surveyName);
  return {
    to: mail.email,
    from: { name: mail.organizationName, address: sender },
    subject: subject.replaceAll(/\s+/g, ' '),
    text: `${intro}\n\n${facts.join('\n')}\n`,
    messageId: `${alert}.${encodeId('Member', mail.memberId)}@${new URL(publicUrl).hostname}`,
  };
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= LONGEST_TEXT ? line : `${line.slice(0, LONGEST_TEXT)}…`;
}
