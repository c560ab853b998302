/** `rxboss/otel`: a run for OpenTelemetry. Needs `@opentelemetry/api`. */

export { type OtelOptions, type Telemetry, toOtel } from '../inspect/otel/otel.ts'
export { withTraceparent } from '../inspect/otel/traceparent.ts'
