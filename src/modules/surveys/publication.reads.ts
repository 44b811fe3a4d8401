import type { AskedQuestion, PublicationSubject } from './check-publication.ts';
import type { SurveyScale } from './definition.ts';
import { rowsFrom, type Source } from './source.ts';

/** What a survey is looked at for: its draft, or its published version where there is no draft. */
export interface SubjectRow extends PublicationSubject {
  /** The survey's UUID. */
  readonly id: string;
  readonly anonymous: boolean;
}

/** By UUID; those that are not there are left out. One statement, whatever their number. */
export async function publicationSubjects(
  source: Source,
  surveyIds: readonly string[],
): Promise<SubjectRow[]> {
  const rows = await rowsFrom<
    Omit<SubjectRow, 'asked'> & { readonly asked: readonly AskedQuestion[] | null }
  >(
    source,
    `select s.id, s.kind, s.anonymous, s.alert_at_most as "alertAtMost", subject.definition,
       asked.questions as asked,
       jsonb_path_query_first(published.definition,
         '$.questions[*] ? (@.kind == "SCALE").scale') #>> '{}' as "scoredOn"
     from survey s
     cross join lateral (
       select v.definition from survey_version v
       where v.organization_id = $1 and v.survey_id = s.id
       order by v.published_at is null desc, v.number desc limit 1) subject
     left join survey_version published
       on published.organization_id = $1 and published.survey_id = s.id
       and published.number = s.published_version
     cross join lateral (
       select jsonb_agg(distinct jsonb_build_object(
           'key', q -> 'key', 'kind', q -> 'kind', 'scale', q -> 'scale')) as questions
       from survey_version v, jsonb_array_elements(v.definition -> 'questions') q
       where v.organization_id = $1 and v.survey_id = s.id and v.published_at is not null) asked
     where s.organization_id = $1 and s.id = any($2::uuid[])`,
    [surveyIds],
  );
  return rows.map((row) => ({ ...row, asked: row.asked ?? [], scoredOn: scaleOf(row.scoredOn) }));
}

function scaleOf(scale: string | null): SurveyScale | null {
  return scale as SurveyScale | null;
}
