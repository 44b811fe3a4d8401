import type { UnitOfWork } from '../../db/database.ts';
import { holdSurveyRollups } from './survey-rollup.ts';
import { ANSWER_COLUMNS, SEND_COLUMNS } from './survey-rollup-facts.ts';
import { surveyRollupStatement } from './survey-rollup-statement.ts';

/**
 * Counts the invitations and answers of locations anew around a change of the locations' time zones:
 * what happened on one local day may have happened on another one since.
 */
export async function recountSurveys(
  uow: UnitOfWork,
  locationIds: readonly string[],
  change: () => Promise<void>,
): Promise<void> {
  const here = 'organization_id = $1 and location_id = any($2::uuid[])';
  const count = (sign: 1 | -1) =>
    uow.execute(
      surveyRollupStatement({
        sends: `select ${sign} as sign, ${SEND_COLUMNS} from invitation where ${here} and target = 'SURVEY'`,
        answers: `select ${sign} as sign, ${ANSWER_COLUMNS} from survey_response where ${here}`,
      }),
      [uow.organizationId, locationIds],
    );
  await holdSurveyRollups(uow);
  await count(-1);
  await change();
  await count(1);
}
