/** `rxboss/journal`: runs that survive their process. */

export { type FileJournal, type FileJournalOptions, fileJournal } from '../journal/file-journal.ts'
export type {
  Journal,
  JournalEntry,
  JournalWorker,
  Memory,
  Record as JournalRecord,
} from '../journal/journal.ts'
export { type RecordedReport, readReports } from '../journal/read-reports.ts'
