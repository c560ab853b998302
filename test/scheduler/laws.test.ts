import { obeysTheLaws } from './laws.ts'
import { allOf, combined, type RuleName, subjects } from './subjects.ts'

for (const [name, subject] of Object.entries(subjects)) {
  obeysTheLaws(name, subject)
  if (name !== 'laxist' && name !== 'maxThreads') {
    obeysTheLaws(`${name} with maxThreads`, allOf(name as RuleName, 'maxThreads'))
  }
}

obeysTheLaws('any combination', combined())
obeysTheLaws(
  'byPriority with maxMemory and exclusive',
  allOf('byPriority', 'maxMemory', 'exclusive', 'maxThreads'),
)
obeysTheLaws(
  'fairShare with longestFirst, exclusive and maxMemory',
  allOf('fairShare', 'longestFirst', 'exclusive', 'maxMemory'),
)
obeysTheLaws('sticky with byPriority and maxThreads', allOf('sticky', 'byPriority', 'maxThreads'))
obeysTheLaws(
  'sticky with fairShare, exclusive and maxMemory',
  allOf('fairShare', 'sticky', 'exclusive', 'maxMemory'),
)
