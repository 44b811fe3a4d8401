import { GraphQLDate, GraphQLDateTime, GraphQLLocale, GraphQLTimeZone } from 'graphql-scalars';

/** The schema's own scalars, from graphql-scalars: they check what comes in and what goes out. */
export {
  GraphQLDate as LocalDate,
  GraphQLDateTime as DateTime,
  GraphQLLocale as Locale,
  GraphQLTimeZone as TimeZone,
};
