import { checkConditions, satisfying } from './check-branches.ts';
import type { Condition, Question, SurveyDefinition, ThankYouPage } from './definition.ts';
import { type Finding, finding } from './findings.ts';
import { isForEverybody } from './review-gating.ts';

/** Whether everybody is thanked, and each page has somebody who sees it. */
export function checkThankYouPages(
  { questions, thankYouPages }: SurveyDefinition,
  reachable: ReadonlyMap<string, Question>,
): Finding[] {
  const last = thankYouPages.at(-1);
  if (last === undefined) {
    const message = 'There is no thank-you page.';
    return [page(['thankYouPages'], message, 'Add one that everybody sees.')];
  }
  const findings = thankYouPages.flatMap((each, index) => {
    const path = ['thankYouPages', index, 'showIf'];
    const checked = checkConditions(each.showIf, questions, reachable, path);
    if (checked.findings.length > 0) return checked.findings;
    const before = thankYouPages.slice(0, index);
    return checked.canHold && !isHidden(each, before, reachable) ? [] : [unseen(each, path)];
  });
  if (isForEverybody(last)) return findings;
  const message = `The last page, "${last.key}", has conditions: whoever they do not fit is not thanked.`;
  const path = ['thankYouPages', thankYouPages.length - 1, 'showIf'];
  return [...findings, page(path, message, 'Add a last page without conditions.')];
}

function page(path: readonly (string | number)[], message: string, action: string): Finding {
  return finding('THANK_YOU_PAGES', path, message, action);
}

function unseen({ key }: ThankYouPage, path: readonly (string | number)[]): Finding {
  return page(
    path,
    `Page "${key}" is never shown: those whom it is for see a page before it.`,
    'Change its conditions, put it further up, or take it away.',
  );
}

/**
 * Whether the pages before take every answer that leads to this one. Answers to one question are
 * looked at; that several questions together hide a page is not seen.
 */
function isHidden(
  { showIf }: ThankYouPage,
  before: readonly ThankYouPage[],
  reachable: ReadonlyMap<string, Question>,
): boolean {
  if (before.some(isForEverybody)) return true;
  if (showIf == null || showIf.length === 0) return false;
  const earlier = before.flatMap((each) => each.showIf ?? []);
  return showIf.every((condition) => {
    const question = reachable.get(condition.question);
    return question !== undefined && isTaken(condition, question, earlier);
  });
}

function isTaken(condition: Condition, question: Question, earlier: readonly Condition[]): boolean {
  const taken = new Set(
    earlier
      .filter((each) => each.question === question.key)
      .flatMap((each) => satisfying(each, question)),
  );
  return satisfying(condition, question).every((value) => taken.has(value));
}
