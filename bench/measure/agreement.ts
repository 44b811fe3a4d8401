import { deepStrictEqual } from 'node:assert';
import type pg from 'pg';
import type { Ask, Step } from '../contenders/contender.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { BenchError } from '../process.ts';
import type { Question } from '../questions/question.ts';
import { openPost } from './load.ts';
import type { RunningContender } from './server-process.ts';

/**
 * Asks all contenders the same, and compares their answers with those of the first; for a question
 * that writes, also what it has left in the tables.
 * @throws BenchError that says which contender differs in what
 */
export async function checkAgreement(
  question: Question<never>,
  contenders: readonly RunningContender[],
  around: { readonly client: pg.Client; readonly dataset: Dataset; readonly samples: number },
): Promise<void> {
  const { client, dataset } = around;
  // The contenders write into the same tables: each gets variables of its own.
  const isWrite = question.written !== undefined;
  const draw = await question.variables(client, dataset);
  const drawn = isWrite ? [] : Array.from({ length: around.samples }, draw);
  // Reads are asked twice, since an answer may come from memory the second time.
  const shared = [...drawn, ...drawn];
  const answers: { readonly name: string; readonly got: readonly unknown[] }[] = [];
  for (const running of contenders) {
    const ask = running.asks[question.name] as Ask<never>;
    const samples = isWrite ? [draw(), draw(), draw()] : shared;
    const got: unknown[] = [];
    for (const variables of samples) {
      const answer = await askOnce(ask, running, dataset, variables);
      const written = await question.written?.(client, dataset, variables);
      got.push(isWrite ? { answer, written } : answer);
    }
    answers.push({ name: running.contender.name, got });
  }
  const [first, ...others] = answers;
  for (const other of others) compare(question, first!, other);
}

async function askOnce(
  ask: Ask<never>,
  { contender, url }: RunningContender,
  { keys }: Dataset,
  variables: never,
): Promise<unknown> {
  const { post, close } = openPost(url, keys);
  try {
    const answers: unknown[] = [];
    for (const step of await ask.steps(variables, post))
      answers.push(await post(callOf(step, answers)));
    return ask.normalise(answers, variables);
  } catch (error) {
    throw new BenchError(`${contender.name} failed: ${(error as Error).message}`);
  } finally {
    close();
  }
}

function callOf(step: Step, answers: readonly unknown[]) {
  return typeof step === 'function' ? step(answers.at(-1)) : step;
}

function compare(
  { name }: Question<never>,
  first: { readonly name: string; readonly got: readonly unknown[] },
  other: { readonly name: string; readonly got: readonly unknown[] },
): void {
  try {
    deepStrictEqual(other.got, first.got);
  } catch (error) {
    throw new BenchError(
      `${name}: ${other.name} (actual) does not answer as ${first.name} (expected).\n${(error as Error).message}`,
    );
  }
}
