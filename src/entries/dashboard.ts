/** `rxboss/dashboard`: seeing a run, in the terminal and in the browser, and as a file. */

export type { FeedOptions } from '../dashboard/feed.ts'
export { type Following, follow } from '../dashboard/follow-boss.ts'
export type { Shown } from '../dashboard/handler.ts'
export {
  type Dashboard,
  type DashboardHandlerOptions,
  type DashboardOptions,
  dashboardHandler,
  serveDashboard,
} from '../dashboard/serve-dashboard.ts'
export { toHtml } from '../dashboard/to-html.ts'
export { type CpuProfile, type ProfileOptions, profile } from '../inspect/profile.ts'
export { type Watching, type WatchOptions, watch } from '../inspect/watch.ts'
