/** `rxboss/bullmq`: work on many machines, by way of a BullMQ queue on Redis. Needs bullmq and ioredis. */

export { type BullmqOptions, bullmq } from '../crew/queue/bullmq.ts'
export { type ConsumeOptions, type Consumer, consume } from '../crew/queue/consume.ts'
export type { RedisConnection as Connection } from '../crew/queue/redis.ts'
