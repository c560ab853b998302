/** What a thread of plain BullMQ does. */

export default async job => job.data.n + 1
