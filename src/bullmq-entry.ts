/** `rxboss/bullmq`: work on many machines, by way of a BullMQ queue on Redis. Needs bullmq and ioredis. */

export { type ConsumeOptions, type Consumer, consume } from './crew/bullmq/consume.ts'
export type { Connection } from './crew/bullmq/redis.ts'
export { type BullmqOptions, bullmq } from './crew/bullmq.ts'
