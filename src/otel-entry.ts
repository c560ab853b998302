/** `rxboss/otel`: a run for OpenTelemetry. Needs `@opentelemetry/api`. */

export { type OtelOptions, type Telemetry, toOtel } from './inspect/otel.ts'
export { withTraceparent } from './inspect/traceparent.ts'
