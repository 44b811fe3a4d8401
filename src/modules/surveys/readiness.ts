import type { Reader } from '../../db/read/noun.ts';
import { checkPublication } from './check-publication.ts';
import { type Finding, finding, type SurveyCheckCode } from './findings.ts';
import { publicationSubjects, type SubjectRow } from './publication.reads.ts';
import type { SurveyCheck, SurveyReadiness } from './survey.type.ts';
import { type SurveySettings, surveySettings } from './survey-settings.ts';

/** What is said of each check that is passed, in the order of the list. */
const PASSED: Readonly<Record<SurveyCheckCode, string>> = {
  QUESTIONS: 'Each question has a key of its own, and what its kind needs.',
  SCORED_QUESTION: 'The question that gives the score fits what the survey measures.',
  BRANCHES: 'Each question can be reached.',
  TRANSLATIONS: 'Each text is there in each language.',
  THANK_YOU_PAGES: 'Everybody is thanked.',
  REVIEW_INVITATION: 'Everybody is treated alike: all are invited to write a review, or nobody.',
  COMPARABILITY: 'Answers can be compared with those to earlier versions.',
  OPEN_QUESTION: 'There is an open question.',
  LENGTH: 'There are at most ten questions.',
  SENDER: 'The address of the sender is proven.',
  AUDIENCE: 'There are customers whom it can be sent to.',
};

const ADVICE: ReadonlySet<SurveyCheckCode> = new Set(['OPEN_QUESTION', 'LENGTH']);

/** How much of a long list of findings is told; all of them are told by `publishSurvey`. */
const FINDINGS_TOLD = 5;

/** Whether there is anybody to send a survey to: surveys do not know the customers. */
export type HasAudience = (reader: Reader) => Promise<boolean>;

/** How surveys stand, by UUID: three statements, whatever their number. */
export async function surveyReadiness(
  reader: Reader,
  surveyIds: readonly string[],
  hasAudience: HasAudience,
): Promise<ReadonlyMap<string, SurveyReadiness>> {
  const [subjects, settings, isAudience] = await Promise.all([
    publicationSubjects(reader, surveyIds),
    surveySettings(reader),
    hasAudience(reader),
  ]);
  return new Map(
    subjects.map((subject) => [
      subject.id,
      readinessOf([
        ...checkPublication(subject),
        ...checkSender(subject, settings),
        ...checkAudience(subject, isAudience),
      ]),
    ]),
  );
}

/** Whoever can be answered by a public link needs neither mail nor customers. */
const severityFor = ({ anonymous }: SubjectRow) => (anonymous ? 'WARNING' : 'ERROR');

function checkSender(subject: SubjectRow, settings: SurveySettings): Finding[] {
  const { senderAddress, senderProvenAt } = settings;
  if (senderProvenAt !== null) return [];
  const severity = severityFor(subject);
  if (senderAddress === null) {
    const action = 'Set `senderAddress` with `updateSurveySettings`, then prove it.';
    return [finding('SENDER', [], 'There is no address that mail comes from.', action, severity)];
  }
  const message = `Nobody has shown yet that mail to ${senderAddress} is read: answers to invitations would be lost.`;
  const action = 'Send a code there with `proveSender`, and give it to `confirmSender`.';
  return [finding('SENDER', [], message, action, severity)];
}

function checkAudience(subject: SubjectRow, isAudience: boolean): Finding[] {
  if (isAudience) return [];
  const action = 'Import them, with `importCustomers` or `antiphon import customers`.';
  return [finding('AUDIENCE', [], 'There are no customers.', action, severityFor(subject))];
}

function readinessOf(findings: readonly Finding[]): SurveyReadiness {
  const codes = Object.keys(PASSED) as SurveyCheckCode[];
  const checks = codes.map((code) =>
    checkOf(
      code,
      findings.filter((each) => each.code === code),
    ),
  );
  const ready = checks.every(({ passed, severity }) => passed || severity === 'WARNING');
  return { ready, checks };
}

function checkOf(code: SurveyCheckCode, found: readonly Finding[]): SurveyCheck {
  const [first] = found;
  if (first === undefined) {
    const severity = ADVICE.has(code) ? 'WARNING' : 'ERROR';
    return { code, severity, passed: true, message: PASSED[code], action: null, path: [] };
  }
  const { severity, action, path } = first;
  const told = found.slice(0, FINDINGS_TOLD).map(({ message }) => message);
  const more = found.length - told.length;
  if (more > 0) told.push(`And ${more} more.`);
  return { code, severity, passed: false, message: told.join(' '), action, path: [...path] };
}
