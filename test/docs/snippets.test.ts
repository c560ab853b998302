/** Every program in the documentation compiles; those that say what they print, print it. */

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import ava from 'ava'
import ts from 'typescript'

import { folderOf, pages, root, sharedWorkers, snippetsOf } from './snippets.ts'

const test = ava.serial

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
  types: ['node'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
}

/** Where the programs of a page would stand: inside the project, so that `rxboss` is found by its name. */
const placeOf = (page: string, file: string): string => join(root, 'dist/snippets', folderOf(page), file)

test('every program in the documentation compiles', t => {
  const files = new Map<string, string>()
  const lines = new Map<string, string>()
  for (const page of pages) {
    for (const { file, code } of sharedWorkers) files.set(placeOf(page, file), code)
    for (const { file, code, line } of snippetsOf(page)) {
      files.set(placeOf(page, file), `${code}\nexport {}\n`)
      lines.set(placeOf(page, file), `${page}:${line}`)
    }
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile, readFile, directoryExists } = host
  const folders = new Set([...files.keys()].map(dirname))
  host.directoryExists = name => folders.has(name) || directoryExists?.(name) !== false
  host.fileExists = name => files.has(name) || fileExists(name)
  host.readFile = name => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, languageVersion) => {
    const code = files.get(name)
    return code === undefined
      ? getSourceFile(name, languageVersion)
      : ts.createSourceFile(name, code, languageVersion)
  }
  const program = ts.createProgram([...lines.keys()], options, host)
  const complaints = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const place = file && lines.get(file.fileName)
    const within = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0
    return `${place ?? file?.fileName} +${within}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
  t.deepEqual(complaints, [])
  t.true(lines.size >= 5, 'the programs are found')
})

const toJavaScript = (code: string): string =>
  ts
    .transpileModule(code, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    })
    .outputText.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'")

/** What a program prints, and how it ended. */
function run(program: string): Promise<{ stdout: string; stderr: string; code: number | null }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [program], { timeout: 60_000 })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', chunk => (stdout += chunk))
    child.stderr.on('data', chunk => (stderr += chunk))
    child.on('close', code => resolve({ stdout, stderr, code }))
  })
}

for (const page of pages) {
  const snippets = snippetsOf(page)
  for (const { line, code, file } of snippets.filter(({ runs }) => runs)) {
    test(`the program at ${page}:${line} prints what its comments say`, async t => {
      mkdirSync(join(root, 'dist/snippets'), { recursive: true })
      const folder = mkdtempSync(join(root, `dist/snippets/${folderOf(page)}-`))
      try {
        for (const one of [...sharedWorkers, ...snippets]) {
          const place = join(folder, one.file.replace(/\.ts$/, '.js'))
          mkdirSync(dirname(place), { recursive: true })
          writeFileSync(place, toJavaScript(one.code))
        }
        const { stdout, stderr, code: exit } = await run(join(folder, file.replace(/\.ts$/, '.js')))
        t.is(stderr, '')
        t.is(exit, 0)
        const expected = [...code.matchAll(/^\/\/ (.*)$/gm)].map(([, text]) => text)
        t.deepEqual(stdout.trimEnd().split('\n'), expected as string[])
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  }
}
