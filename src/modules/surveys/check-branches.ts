import {
  type Condition,
  type Question,
  SURVEY_SCALES,
  type SurveyDefinition,
} from './definition.ts';
import { type Finding, finding } from './findings.ts';

type Path = readonly (string | number)[];

/** What can be answered to a question, as far as conditions tell answers apart. */
type Value = number | string;

interface Checked {
  readonly findings: Finding[];
  /** Whether any of the conditions can ever hold. */
  readonly canHold: boolean;
}

/** Branches that name what is not there, and questions that no answers lead to. */
export function checkBranches({ questions }: SurveyDefinition): {
  findings: Finding[];
  reachable: ReadonlyMap<string, Question>;
} {
  const findings: Finding[] = [];
  const reachable = new Map<string, Question>();
  questions.forEach((question, index) => {
    const earlier = questions.slice(0, index);
    const path = ['questions', index, 'showIf'];
    const checked = checkConditions(question.showIf, earlier, reachable, path);
    findings.push(...checked.findings);
    if (checked.canHold) reachable.set(question.key, question);
    else if (checked.findings.length === 0) findings.push(unreachable(question, path));
  });
  return { findings, reachable };
}

function unreachable({ key }: Question, path: Path): Finding {
  return finding(
    'BRANCHES',
    path,
    `Question "${key}" can never be asked: no answers to the questions before it lead there.`,
    'Change the conditions of `showIf`, or take the question away.',
  );
}

/** @param reachable those of the earlier questions that can be asked at all */
export function checkConditions(
  conditions: readonly Condition[] | null | undefined,
  earlier: readonly Question[],
  reachable: ReadonlyMap<string, Question>,
  path: Path,
): Checked {
  if (conditions == null || conditions.length === 0) return { findings: [], canHold: true };
  const findings = conditions.flatMap((condition, index) =>
    checkCondition(condition, earlier, [...path, index]),
  );
  const canHold = conditions.some((condition) => {
    const question = reachable.get(condition.question);
    return question !== undefined && satisfying(condition, question).length > 0;
  });
  return { findings, canHold };
}

function checkCondition(condition: Condition, earlier: readonly Question[], path: Path): Finding[] {
  const question = earlier.find(({ key }) => key === condition.question);
  if (question === undefined) {
    const message = `There is no question "${condition.question}" before this.`;
    return [branch([...path, 'question'], message, 'Name a question that is asked before.')];
  }
  const hasBounds = condition.atLeast != null || condition.atMost != null;
  if (question.kind === 'SCALE') {
    return hasBounds && condition.choices == null ? [] : [misfit(question, path, 'bounds')];
  }
  if (question.kind === 'TEXT') return [misfit(question, path, 'nothing')];
  if (hasBounds || condition.choices == null) return [misfit(question, path, 'choices')];
  const keys = valuesOf(question);
  return condition.choices.flatMap((key, index) =>
    keys.includes(key)
      ? []
      : [
          branch(
            [...path, 'choices', index],
            `Question "${question.key}" has no choice "${key}".`,
            `Name one of: ${keys.join(', ')}.`,
          ),
        ],
  );
}

function branch(path: Path, message: string, action: string): Finding {
  return finding('BRANCHES', path, message, action);
}

function misfit(
  { key, kind }: Question,
  path: Path,
  wanted: 'bounds' | 'choices' | 'nothing',
): Finding {
  const action = {
    bounds: 'Give `atLeast`, `atMost` or both, and no `choices`.',
    choices: 'Give `choices`, and neither `atLeast` nor `atMost`.',
    nothing: 'Branch on another question: texts lead nowhere.',
  }[wanted];
  return branch(path, `The condition does not fit "${key}", which is of kind ${kind}.`, action);
}

function valuesOf({ kind, scale, choices }: Question): Value[] {
  if (kind !== 'SCALE') return (choices ?? []).map(({ key }) => key);
  if (scale == null) return [];
  const { min, max } = SURVEY_SCALES[scale];
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}

/** The answers to a question with which a condition on it holds. */
export function satisfying(condition: Condition, question: Question): Value[] {
  const { atLeast, atMost, choices } = condition;
  return valuesOf(question).filter((value) =>
    typeof value === 'number'
      ? value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity) && choices == null
      : atLeast == null && atMost == null && choices?.includes(value) === true,
  );
}
