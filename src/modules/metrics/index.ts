/** What other modules and the commands may use of metrics. */
export { LocationMetricsResolver, MetricResolver } from './metric.resolver.ts';
export { insertMetricDefaults, insertMissingMetricDefaults } from './default-views.ts';
export {
  type ExportFormat,
  type ExportOrder,
  LinkError,
  type LinkProblem,
  readOrder,
} from './export-token.ts';
export { type OpenedOrder, openOrder } from './metric-download.ts';
export { EXPORTS_PATH } from './metric-export.service.ts';
export { MetricExportResolver } from './metric-export.resolver.ts';
export {
  MetricSettingsResolver,
  UpdateMetricSettingsPayloadResolver,
} from './metric-settings.resolver.ts';
export { MetricViewLiveResolver } from './metric-view-live.resolver.ts';
export { metricViewNoun } from './metric-view.reads.ts';
export {
  DeleteMetricViewPayloadResolver,
  MetricViewPayloadResolver,
  MetricViewResolver,
} from './metric-view.resolver.ts';
