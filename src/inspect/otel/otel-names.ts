/** What OpenTelemetry calls things: the conventions for messaging still change, so they stand here and nowhere else. */

export const attributes = {
  system: 'messaging.system',
  operation: 'messaging.operation.type',
  operationName: 'messaging.operation.name',
  destination: 'messaging.destination.name',
  messageId: 'messaging.message.id',
  errorType: 'error.type',
  run: 'rxboss.run',
  ticket: 'rxboss.ticket',
  attempt: 'rxboss.attempt',
  kind: 'rxboss.kind',
  /** Seconds. */
  wait: 'rxboss.wait',
  state: 'rxboss.state',
  /** Of what: `busy` or `loop`. */
  of: 'rxboss.of',
} as const

export const system = 'rxboss'
export const operation = 'process'

export const metrics = {
  duration: 'messaging.process.duration',
  wait: 'rxboss.wait.duration',
  pending: 'rxboss.pending',
  workers: 'rxboss.workers',
  utilization: 'rxboss.utilization',
  restarts: 'rxboss.restarts',
  lag: 'rxboss.lag',
} as const

/** Seconds: the conventions' own buckets, and shorter ones. */
export const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600]
