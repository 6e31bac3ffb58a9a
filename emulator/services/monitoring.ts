import type { Service } from "../service";
import { alertPolicyRoutes } from "./alert-policies";
import { dashboardRoutes } from "./dashboards";
import { channelRoutes } from "./notification-channels";
import { promqlRoutes } from "./promql-api";
import { timeSeriesRoutes } from "./time-series";

/** Cloud Monitoring: channels, alert policies and time series are v3, dashboards and PromQL are v1. */
export const monitoring: Service = {
  api: "monitoring.googleapis.com",
  errors: "full",
  routes: [...channelRoutes, ...alertPolicyRoutes, ...dashboardRoutes, ...timeSeriesRoutes, ...promqlRoutes],
};
